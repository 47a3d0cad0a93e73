"""Every cell of a table with the meaning of its row, its column and what stands above, as a figure; or why not.

What two words contradict, or no word says, is asked about; a column or row that is no count of entities (同比, 目标,
注册资本) is left out by name.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from data.readers.area_codes import level_of
from data.readers.grid import Cell, is_blank, shown
from data.readers.workbook.axes import Column
from data.readers.workbook.completing import OPTIONS, WHY, Desk, ask_label, completed
from data.readers.workbook.labels import Line
from data.readers.workbook.mapping import IGNORE
from data.readers.workbook.meaning import MEASURE_NAMES, Meaning, joined
from data.readers.workbook.numbers import Number, Unread, decimals_of, is_mark, rate, read_number
from data.readers.workbook.text import plain

#: Roles that are kept for checks.
CHECKED = ("yoy", "previous", "opening")
#: More entities than an area of a level can have, by `area_codes.level_of`.
MOST = {"nation": 1e9, "province": 5e7, "city": 1e7, "county": 2e6, "township": 3e5}
#: Fewer entities of all types than one can have whose table names no unit: 山西省 364 are 万户.
LEAST = {"nation": 1e6, "province": 5e4, "city": 5e3, "county": 30}


@dataclass(frozen=True)
class Figure:
    """A number and all that is said of it.

    Parameters
    ----------
    row, column : int
    meaning : Meaning
        Row, column and context joined.
    value, precision : float
    sums : frozenset of str
        What it is the sum of besides types.
    special : str or None
        Why it is not one to store.
    is_partial : bool
        A 小计 beside a 合计.
    has_own_kind : bool
        Whether 当月 or 累计 is said, rather than taken from the period.
    group : int
    is_carried : bool
        A sum whose area stands in no cell of its row but in one above.
    """

    row: int
    column: int
    meaning: Meaning
    value: float
    precision: float
    sums: frozenset[str]
    special: str | None
    is_partial: bool
    has_own_kind: bool
    group: int
    is_carried: bool = False


def figures_of(columns: Sequence[Column], rows: dict[int, Line], tops: dict[int, Line], desk: Desk) -> list[Figure]:
    """Read every cell of values.

    Parameters
    ----------
    columns : sequence of Column
    rows, tops : dict of int to Line
        Meaning of rows and of columns.
    desk : Desk

    Returns
    -------
    list of Figure
        Cells without a figure too, as NaN and marked `missing`: a sum may count them in.
    """
    figures: list[Figure] = []
    silent = desk.silent()
    for column in (column for column in columns if column.label is None):
        top = tops[column.at]
        if _leave_out_column(column, top, rows, desk):
            if top.meaning.special in ("ignored", "open"):
                # A column that is not used may still be part of a sum.
                left_out = [_missing(row, column.at, line, top, silent) for row, line in rows.items()]
                figures += [figure for figure in left_out if figure]
            continue
        cells = {row: desk.table.grid.cell(row, column.at) for row in rows}
        decimals = max((decimals_of(cell) for cell in cells.values()), default=0)
        for row, line in rows.items():
            if line.is_heading_only and not (line.meaning.area or line.meaning.span):
                continue
            if is_blank([cells[row]]) or is_mark(cells[row]):
                figure = _missing(row, column.at, line, top, silent)
            else:
                figure = _figure(row, column, line, top, decimals, desk, silent)
            if figure:
                figures.append(figure)
    return figures


def _missing(row: int, column: int, line: Line, top: Line, silent: Desk) -> Figure | None:
    """Return a cell without a figure, so that a sum which it may have a part in is not held against the others."""
    meaning = _joined_axes(line, top, silent)
    if meaning is None or meaning.special not in (None, "ignored", "open") or meaning.total:
        return None
    sums = line.sums | top.sums
    is_open = bool(meaning.rest) or (meaning.special == "open" and silent.context.has_areas)
    known = replace(meaning, special=None, rest="", area=meaning.area or ("?" if is_open else None))
    full = completed(known, sums, line, top, silent)
    if full is None:
        return None
    return Figure(row, column, full, math.nan, 0.0, sums, "missing", False, False, line.group)


def _leave_out_column(column: Column, top: Line, rows: dict[int, Line], desk: Desk) -> bool:
    """Leave out a column that is no count; ask about one that may be and is not understood."""
    meaning = top.meaning
    if meaning.special:
        desk.note.drop(*top.spot, WHY[meaning.special])
        return meaning.special not in CHECKED
    if not (meaning.rest or meaning.clashes):
        return False
    cells = [desk.table.grid.cell(row, column.at) for row in rows]
    if not any(isinstance(read_number(cell, unit=10_000), Number) for cell in cells):
        desk.note.drop(*top.spot, "不认识的列，没有数字，未采用")
        return True
    clashes = "、".join(dict.fromkeys(meaning.clashes))
    what = f"表头自相矛盾（{clashes}）" if clashes else f"不认识“{shown(meaning.rest)}”"
    desk.note.ask(top.key, *top.spot, f"列“{shown(top.text)}”{what}。这一列是什么？", OPTIONS)
    return True


def _figure(row: int, column: Column, line: Line, top: Line, decimals: int, desk: Desk, silent: Desk) -> Figure | None:
    note = desk.note
    meaning = _joined_axes(line, top, desk)
    if meaning is None:
        return None
    special = meaning.special
    if special in ("ignored", "open") or (meaning.rest and special is None):
        # A row that is not used may still be part of a sum.
        if special is None:
            # What is left of 23/3 is 233: said only where it stands so in the label.
            within = f"里的“{shown(meaning.rest)}”" if meaning.rest in plain(line.text) else ""
            asked = f"行“{shown(line.text)}”{within}不认识。这一行是什么？"
            note.ask(line.key, *line.spot, asked, OPTIONS, takes_text="area")
        else:
            note.drop(row, column.at, WHY[special])
        return _missing(row, column.at, line, top, silent)
    if special and special not in CHECKED:
        note.drop(row, column.at, WHY[special])
        return None
    if special is None and (line.is_blank or top.is_blank):
        ask_label(line if line.is_blank else top, desk)
        return None
    if special is None and note.grid_box(row, column.at) > 1:
        cells = note.grid_box(row, column.at)
        note.fault(row, column.at, f"数字格合并了 {cells} 格，看不出属于哪一格。请取消合并、分别填写后重新上传。")
        return None
    if "unknown" in line.sums | top.sums:
        return None
    # What only checks another number is worth no question.
    full = completed(meaning, line.sums | top.sums, line, top, desk if special is None else silent)
    if full is None:
        return None
    number = _number(row, column, full, decimals, desk)
    if number is None:
        return None
    return Figure(
        row,
        column.at,
        full,
        number.value,
        number.precision,
        line.sums | top.sums,
        special,
        is_partial=line.is_partial or top.is_partial,
        has_own_kind=meaning.kind in ("month", "ytd", "period"),
        group=line.group,
        is_carried=line.carried is not None,
    )


def _number(row: int, column: Column, full: Meaning, decimals: int, desk: Desk) -> Number | None:
    """Read the number of a cell; fault what is none, and ask about one too large for its area."""
    note, cell = desk.note, desk.table.grid.cell(row, column.at)
    if full.special == "yoy":
        return _rate(cell)
    if (row, column.at) in desk.table.grid.marked:
        if full.special is None:
            note.fault(row, column.at, desk.table.grid.marked[row, column.at])
        return None
    unit = full.unit or desk.context.meaning.unit or 1
    number = read_number(cell, unit=unit, decimals=decimals if unit > 1 else None)
    if isinstance(number, Unread):
        if full.special is None:
            note.fault(row, column.at, f"{MEASURE_NAMES.get(full.measure or '', '')}{number.why}")
        return None
    if number is not None and full.special is None:
        if full.area in desk.places.known and number.value >= MOST[level_of(full.area)]:
            number = _ask_magnitude(row, column, full, number, decimals, desk)
        least = LEAST.get(level_of(full.area or "")) if full.measure == "stock" and full.entity == "all" else None
        is_unsaid = full.unit is None and desk.context.meaning.unit is None
        if number is not None and least and is_unsaid and number.value < least:
            number = _ask_magnitude(row, column, full, number, decimals, desk)
        if number is not None and number.how:
            how = number.how if "读作" in number.how else f"{number.how}，读作 {number.value:.10g}"
            note.change(row, column.at, how)
    return number


def _ask_magnitude(row: int, column: Column, full: Meaning, number: Number, decimals: int, desk: Desk) -> Number | None:
    what = f"{desk.places.known[full.area or '']}{MEASURE_NAMES.get(full.measure or '', '')}"
    answer = desk.note.ask(
        desk.own(f"量级|{column.key}"),
        row,
        column.at,
        f"{what}为 {number.value:.10g} 户，{'大' if number.value > 1e5 else '小'}得不合常理。单位是否写错或漏写？",
        [("1", "单位应为户"), ("10000", "单位应为万户"), ("asis", "无误，照此入库")],
        is_lasting=False,
    )
    if answer in ("1", "10000"):
        again = read_number(desk.table.grid.cell(row, column.at), unit=int(answer), decimals=decimals)
        return again if isinstance(again, Number) else None
    return number if answer == "asis" else None


def _rate(cell: Cell) -> Number | None:
    """Read a growth rate in per cent; a bare number may be of several kinds, which the check allows for."""
    found = rate(cell)
    if found:
        return Number(found[0], found[1])
    try:
        return Number(float(str(cell).strip()), 0.0)
    except ValueError:
        return None


def _joined_axes(line: Line, top: Line, desk: Desk) -> Meaning | None:
    meaning = joined(line.meaning, top.meaning)
    if line.meaning.clashes:
        clashes = "、".join(dict.fromkeys(line.meaning.clashes))
        asked = f"行“{shown(line.text)}”自相矛盾（{clashes}）。这一行是什么？"
        desk.note.ask(line.key, *line.spot, asked, OPTIONS)
        return None
    fresh = [name for name in meaning.clashes if name not in top.meaning.clashes]
    if fresh and not meaning.special:
        clashes = "、".join(dict.fromkeys(fresh))
        asked = f"行“{shown(line.text)}”与列“{shown(top.text)}”所说的{clashes}不一致。请核对表格；这一格怎样处理？"
        desk.note.ask(f"{line.key}×{top.key}", *line.spot, asked, [(IGNORE, "不用")])
        return None
    return meaning
