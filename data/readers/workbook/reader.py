"""A workbook as offices send it to a `Reading`: every sheet, every table, every cell taken, changed, left out or asked.

Order: find the tables, read titles, headers and labels, read the cells, hold the sums against their terms, make months
of sums over months, compare growth rates. Nothing is released while a question or a fault is open.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterator, Sequence
from collections.abc import Mapping as Pairs
from dataclasses import dataclass, field, replace

import pandas as pd

from data.readers.grid import Grid, is_blank, shown
from data.readers.places import Places
from data.readers.text_grid import broken_rows
from data.readers.workbook.adjustments import adjustments_of, check_openings
from data.readers.workbook.asking import Notebook, pattern_of
from data.readers.workbook.axes import Column, columns_of
from data.readers.workbook.beside import OUTSIDE
from data.readers.workbook.blocks import Table, find_tables
from data.readers.workbook.completing import Desk
from data.readers.workbook.context import context_of
from data.readers.workbook.doubtful import fault_marked, without_doubted, without_hidden
from data.readers.workbook.exits import with_exits
from data.readers.workbook.figures import figures_of
from data.readers.workbook.growth import check_growth
from data.readers.workbook.headers import lines_of
from data.readers.workbook.mapping import IGNORE, Mapping
from data.readers.workbook.months import Series, blank_months, observed_of
from data.readers.workbook.observing import checked, counts_of, observations_of
from data.readers.workbook.placed import Placed, is_in_time
from data.readers.workbook.reading import Reading
from data.readers.workbook.report import cell_reading, note_roles, sheet_reading
from data.readers.workbook.row_labels import rows_of
from data.readers.workbook.sheet import Sheet
from data.readers.workbook.table_rules import (
    are_days,
    ask_parts_of_enterprise,
    check_areas,
    check_years,
    inherited,
    without_numbers_row,
)
from data.readers.workbook.text import words
from data.readers.workbook.title_lines import is_put_aside
from data.readers.workbook.title_rules import ask_strange_titles, check_titles, is_ignored
from data.readers.workbook.totals import check_sums
from data.readers.workbook.years import are_years, with_years
from forecasting.errors import FaultsError

#: Cells of a file that are read; a county's year has hundreds, a province's twelve months by type some 60 000.
MAX_CELLS = 200_000

MONTHS_A_YEAR = 12
LEFT_OUT = "按您的答复，这张表不读"

#: A table found: the notebook of its sheet, its columns, its key for questions.
Layout = tuple[Notebook, Table, tuple[Column, ...], str]


@dataclass
class _File:
    """What is known while a file is read."""

    name: str
    received_at: pd.Timestamp
    places: Places
    mapping: Mapping
    placed: list[Placed] = field(default_factory=list)
    adjusted: list[Placed] = field(default_factory=list)
    checks: list[Placed] = field(default_factory=list)
    remarks: dict[tuple[int, int], str] = field(default_factory=dict)
    blank: set[tuple[Series, int]] = field(default_factory=set)


def read_grids(
    grids: Sequence[Grid], file_name: str, mapping: Mapping, *, received_at: pd.Timestamp, known_areas: Pairs[str, str]
) -> Reading:
    """Read the sheets of a file.

    Parameters
    ----------
    grids : sequence of Grid
    file_name : str
    mapping : Mapping
    received_at : pandas.Timestamp
        The vintage, and the bound of months.
    known_areas : mapping of str to str
        Code -> name.

    Returns
    -------
    Reading

    Raises
    ------
    FaultsError
        If the file has more than `MAX_CELLS`.
    """
    file = _File(file_name, received_at, Places(known_areas), mapping)
    n_cells = sum(len(row) for grid in grids for row in grid.rows)
    if n_cells > MAX_CELLS:
        raise FaultsError(
            [
                f"文件“{file_name}”有 {n_cells} 格，超过上限 {MAX_CELLS} 格。请删去空行空列，或按年份拆开；"
                "大批数据请用标准模板（第一行为地区代码、主体类型、月份、新设、注销吊销、实有）。"
            ]
        )
    over = received_at.year - (received_at.month < MONTHS_A_YEAR)
    areas = frozenset(known_areas)
    notes = [Notebook(replace(grid, broken={}), mapping, areas, last_year=over) for grid in grids]
    for note in notes:
        for at, mark in note.grid.raised.items():
            note.change(*at, f"上标或下标“{shown(mark)}”是注号，不计入")
    layouts = [layout for note in notes for layout in _layouts(note, file.places)]
    n_alike = Counter(key for *_, key in layouts)
    for note, table, columns, key in layouts:
        if not _is_wanted(note):
            continue
        note.is_one_of_many = n_alike[key] > 1
        _read_table(note, table, columns, key, file)
    counted = with_exits(file.placed)
    observed = [
        one for one in observed_of(counted, file.blank) if not (one.series[1] == "all" and _is_no_total(one.source))
    ]
    observed += adjustments_of(file.adjusted, file.remarks)
    observed += check_openings(file.checks, observed, counted, file.remarks)
    check_growth(file.placed, file.checks)
    observations, origins = observations_of(observed, source=file_name, received_at=received_at)
    observations, left_out = checked(observations, origins, file.placed)
    file.placed = [one for one in file.placed if (one.note.number, one.figure.row, one.figure.column) not in left_out]
    counts = counts_of(observed, source=file_name, received_at=received_at)
    return _reading(file, notes, observations, counts, _fingerprint(layouts))


def _is_no_total(source: Placed) -> bool:
    """Return whether the user said that a sum of the types listed is not that of all types."""
    return source.note.mapping.get(f"{source.key}|合计口径") == IGNORE


def _layouts(note: Notebook, places: Places) -> Iterator[Layout]:
    """Find the tables of a sheet."""
    found = find_tables(note.grid)
    for row, column in found.notes:
        note.drop(row, column, OUTSIDE)
    for table in found.tables:
        if note.grid.sheet is None:
            _fault_shifted_rows(note, table)
        columns = columns_of(table, Sheet(table.grid), places)
        name = _digest([column.key for column in columns])[:6]
        yield note, table, columns, f"{pattern_of(note.title)}#{table.number}:{name}"


def _is_wanted(note: Notebook) -> bool:
    """Ask about a sheet that is hidden, or put aside by its name.

    Its tables are part of the layout all the same, which no answer may change.
    """
    if is_put_aside(note.title):
        asked = f"表名“{shown(note.title)}”像是作废、参考或别的时期的数。要读吗？"
        if note.ask(f"表名|{pattern_of(note.title)}", 0, 0, asked, [("skip", "不读"), ("read", "读")]) != "read":
            note.drop(0, 0, "按表名未读")
            return False
    if not note.grid.is_hidden:
        return True
    asked = f"工作表“{shown(note.title)}”是隐藏的。要读吗？"
    if note.ask(f"隐藏|{pattern_of(note.title)}", 0, 0, asked, [("skip", "不读"), ("read", "读")]) == "read":
        return True
    note.drop(0, 0, "隐藏的工作表，未读")
    return False


def _fault_shifted_rows(note: Notebook, table: Table) -> None:
    """Fault the rows of a text file with more or fewer cells than its header: a thousands comma shifts what follows."""
    header = table.header[-1] if table.header else table.body[0]
    body = [row for row in table.body if sum(not is_blank([cell]) for cell in note.grid.rows[row]) > 1]
    for row, text in broken_rows(note.grid.rows, header, body).items():
        note.faults[row, 0, text] = None


def _read_table(note: Notebook, table: Table, columns: tuple[Column, ...], key: str, file: _File) -> None:
    if IGNORE in (note.answer(f"{key}|表{part}") for part in ("", "|指标")):
        note.drop(table.body[0], table.columns[0], LEFT_OUT)
        return
    sheet = Sheet(table.grid)
    context = context_of(table, key, note, file.places, file.name)
    rows = rows_of(table, sheet, columns, key, note, file.places, context.meaning.area)
    tops = lines_of(table, sheet, columns, key, note, file.places, context.meaning.area)
    rows = inherited(without_numbers_row(table, columns, rows, note), tops, note)
    rows = without_hidden(rows, list(tops), table.grid.hidden_rows, key, note, "行")
    tops = without_hidden(tops, list(rows), table.grid.hidden_columns, key, note, "列")
    fault_marked(table, columns, rows, tops, note)
    lines = [*rows.values(), *tops.values()]
    ask_strange_titles(context, lines, key, note, ((table.header or table.body)[0], table.columns[0]))
    check_titles(context, lines, key, note)
    if are_days(lines, key, note):
        return
    if context.is_left_out or is_ignored(context, key, note):
        note.drop(table.body[0], table.columns[0], LEFT_OUT)
        return
    has_areas = any(line.meaning.area or "area" in line.sums for line in lines)
    context = replace(context, has_areas=has_areas and context.meaning.area is None)
    ask_parts_of_enterprise(lines, context, note)
    check_areas(lines, context, key, note, file.places)
    check_years(lines, context, key, note)
    above = context.meaning.span
    down, across = (are_years(axis.values(), above) for axis in (rows, tops))
    rows = with_years(rows, above, key, note, is_dated=across)
    tops = with_years(tops, above, key, note, is_dated=down)
    note_roles(columns, tops, rows, note, context)
    for column in columns:
        if column.label == "note":
            cells = {row: words(sheet.filled(row, column.at)) for row in rows}
            file.remarks |= {(note.number, row): text for row, text in cells.items() if text}
            rows = without_doubted(rows, cells, column.at, key, note)
    figures = figures_of(columns, rows, tops, Desk(table, key, note, file.places, context))
    file.blank |= blank_months(figures, note)
    for one in check_sums(figures, note):
        placed = Placed(one, note, key)
        if is_in_time(placed, file.received_at):
            _place(placed, file)


def _place(placed: Placed, file: _File) -> None:
    """Put a figure with those to store or to check by."""
    one = placed.figure
    if one.special or one.meaning.measure == "net":
        file.checks.append(placed)
    elif one.meaning.measure == "adjustment":
        file.adjusted.append(placed)
    else:
        file.placed.append(placed)


def _fingerprint(layouts: Sequence[Layout]) -> str:
    """Name the layout: its headers and the kinds of its columns, without months and numbers."""
    found = {
        json.dumps(
            [pattern_of(note.title), sorted({f"{column.key}|{column.label}" for column in columns})], ensure_ascii=False
        )
        for note, _, columns, _ in layouts
    }
    return _digest(sorted(found)) if found else ""


def _digest(parts: Sequence[str]) -> str:
    return hashlib.sha256(json.dumps(list(dict.fromkeys(parts)), ensure_ascii=False).encode()).hexdigest()


def _reading(
    file: _File, notes: Sequence[Notebook], observations: pd.DataFrame, counts: pd.DataFrame, fingerprint: str
) -> Reading:
    questions = tuple(one for note in notes for one in note.questions.values())
    faults = [text for note in notes for _, _, text in sorted(note.faults)]
    for one in (*file.placed, *file.adjusted):
        one.note.readings.append(cell_reading(one))
    if observations.empty and counts.empty and not questions and not faults:
        faults = [
            f"文件“{file.name}”里没有找到可以入库的月度数。请核对表头（新设、注销吊销、实有）、地区和月份是否写明。"
        ]
    return Reading(
        file_name=file.name,
        observations=observations,
        counts=counts,
        sheets=tuple(sheet_reading(note) for note in notes),
        questions=questions,
        faults=tuple(dict.fromkeys(faults)),
        fingerprint=fingerprint,
        answers={key: value for note in notes for key, value in note.used.items()},
    )
