"""What the labels along the rows of a table mean: one `Line` a row.

A blank label below another takes it over, a heading within the table holds for what stands below it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from data.readers.grid import Cell, is_blank, shown
from data.readers.places import Places
from data.readers.workbook.asking import Notebook
from data.readers.workbook.axes import ASIDE, Column
from data.readers.workbook.blocks import Table
from data.readers.workbook.labels import Line, corrected, label_meaning, level_hint, usable_answer
from data.readers.workbook.lexicon import TOTAL_WORDS
from data.readers.workbook.mapping import IGNORE
from data.readers.workbook.meaning import Meaning, joined
from data.readers.workbook.row_sums import sum_of_rows
from data.readers.workbook.sheet import Sheet
from data.readers.workbook.text import words


def rows_of(
    table: Table, sheet: Sheet, columns: Sequence[Column], key: str, note: Notebook, places: Places, within: str | None
) -> dict[int, Line]:
    """Read the labels of the rows.

    Parameters
    ----------
    table : Table
    sheet : Sheet
    columns : sequence of Column
    key : str
    note : Notebook
    places : Places
    within : str or None
        The area of the table.

    Returns
    -------
    dict of int to Line
        By row; headings within the table are not among them.
    """
    labels = [column for column in columns if column.label and column.label not in ASIDE]
    numbers = [column.at for column in columns if column.label == "index"]
    values = [column for column in columns if column.label is None]
    levels = {column.at: level_hint([sheet.filled(row, column.at) for row in table.body], places) for column in labels}
    lines: dict[int, Line] = {}
    headings: list[Meaning] = []
    group = 0
    per_column: dict[int, dict[int, Meaning]] = {column.at: {} for column in labels}
    taken_over: dict[int, Meaning] = {}
    last: dict[int, Cell] = {}
    for row in table.body:
        for column in labels:
            cell = _label_cell(sheet, row, column, labels, last, note)
            total = _total_beside(sheet, row, column, labels, numbers)
            if total is not None:
                cell = sheet.grid.cell(*total)
            if not is_blank([cell]) and (total is not None or sheet.origin(row, column.at)[1] == column.at):
                hint = (within, levels[column.at])
                spot = total or sheet.origin(row, column.at)
                assert column.label is not None
                per_column[column.at][row] = label_meaning(cell, column.label, spot, key, note, places, hint)
                if is_blank([sheet.filled(row, column.at)]):
                    taken_over[row] = per_column[column.at][row]
    for row in table.body:
        parts = [(column, per_column[column.at][row]) for column in labels if row in per_column[column.at]]
        has_values = any(not is_blank([table.grid.cell(row, column.at)]) for column in values)
        text = "／".join(words(sheet.filled(row, column.at)) for column, _ in parts)
        spot = (row, parts[0][0].at) if parts else (row, table.columns[0])
        meaning = Meaning()
        sums: set[str] = set()
        is_partial = False
        for column, part in parts:
            if part.total and not part.says_more:
                part, found, is_partial = sum_of_rows(part, row, column, per_column[column.at], lines, group, key, note)
                sums |= found
            meaning = joined(meaning, part)
        # A row of all its labels and no value is one in which nothing was observed; with fewer it is a heading.
        if not has_values and (len(labels) == 1 or len(parts) < len(labels)):
            headings, group = _under(headings, meaning), group + 1
            if meaning.rest or not meaning.says_something:
                note.drop(*spot, "表内的文字，未采用")
        for heading in headings if has_values else ():
            meaning = _filled_in(meaning, heading)
        name = f"{key}|行|{text}" if text else f"!{key}|行|{row}"
        answer = usable_answer(note.answer(name), places)
        if answer == IGNORE:
            meaning = replace(meaning, special="ignored")
        elif answer:
            meaning = corrected(meaning, answer)
        is_sum = any(part.total for _, part in parts)
        if has_values and not is_sum and _lacks_type(row, labels, per_column, sheet):
            taken_over.setdefault(row, Meaning())
            is_sum = True
        is_named = bool(parts) or any(words(sheet.filled(row, column.at)) for column in labels)
        is_unnamed = bool(labels) and not is_named and not answer
        lines[row] = Line(
            row,
            meaning,
            frozenset(sums),
            is_partial,
            text,
            name,
            spot,
            group,
            is_blank=is_unnamed,
            is_heading_only=not has_values,
            carried=taken_over.get(row) if is_sum else None,
        )
    return lines


def _total_beside(
    sheet: Sheet, row: int, column: Column, labels: Sequence[Column], numbers: Sequence[int]
) -> tuple[int, int] | None:
    """Return the cell of a 合计 that stands in the column of numbers, beside or merged with the first of labels."""
    if column is not labels[0] or not is_blank([sheet.grid.cell(row, column.at)]):
        return None
    return next(
        ((row, at) for at in numbers if TOTAL_WORDS.fullmatch(words(sheet.grid.cell(row, at)).replace(" ", ""))), None
    )


def _lacks_type(row: int, labels: Sequence[Column], per_column: dict[int, dict[int, Meaning]], sheet: Sheet) -> bool:
    """Return whether a row names no type in a column in which others do, and no merged cell stands there instead."""
    for column in labels:
        others = per_column[column.at]
        if row in others or sheet.origin(row, column.at) != (row, column.at):
            continue
        if any(one.entity in ("enterprise", "individual", "cooperative") for one in others.values()):
            return True
    return False


def _label_cell(
    sheet: Sheet, row: int, column: Column, labels: Sequence[Column], last: dict[int, Cell], note: Notebook
) -> Cell:
    """Return a label; a blank one below a label of the same group takes it over, and that is noted."""
    cell = sheet.filled(row, column.at)
    if not is_blank([cell]):
        last[column.at] = cell
        return cell
    over = last.get(column.at, "")
    is_inner = any(other.at > column.at and not is_blank([sheet.filled(row, other.at)]) for other in labels)
    if not is_inner or is_blank([over]):
        return cell
    note.change(row, column.at, f"空格沿用上方的“{shown(over)}”")
    return over


def _under(headings: list[Meaning], new: Meaning) -> list[Meaning]:
    """Put a heading under those above it, in the place of one that says the same kind of thing."""
    said = {name for name in ("area", "entity", "measure", "kind", "span") if getattr(new, name)}
    if new.special or new.rest or not said:
        # A heading that is not understood ends those above it: nothing below may be taken for theirs.
        return [replace(new, rest=new.rest or "?")] if new.special or new.rest else headings
    kept = []
    for one in headings:
        if one.special or one.rest or any(getattr(one, name) for name in said):
            break
        kept.append(one)
    return [*kept, new]


def _filled_in(meaning: Meaning, heading: Meaning) -> Meaning:
    if heading.special or heading.rest:
        # 市场主体（不含个体） is of the rows below it, whatever they name.
        complete = (meaning.area or meaning.entity or meaning.span) and not (heading.entity or heading.measure)
        return (
            meaning
            if complete and not heading.special
            else replace(meaning, special=meaning.special or heading.special, rest=meaning.rest or heading.rest)
        )
    return replace(
        meaning,
        area=meaning.area or heading.area,
        entity=meaning.entity or heading.entity,
        measure=meaning.measure or heading.measure,
        kind=meaning.kind or heading.kind,
        span=meaning.span or heading.span,
        unit=meaning.unit or heading.unit,
    )
