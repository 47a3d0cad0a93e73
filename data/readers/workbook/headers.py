"""What the headers over each column of values mean."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from data.readers.places import Places
from data.readers.workbook.asking import Notebook
from data.readers.workbook.axes import Column
from data.readers.workbook.blocks import Table
from data.readers.workbook.labels import Line, corrected, label_meaning, level_hint, usable_answer
from data.readers.workbook.lexicon import LABEL_WORDS
from data.readers.workbook.mapping import IGNORE
from data.readers.workbook.meaning import Meaning, joined
from data.readers.workbook.periods import span_of
from data.readers.workbook.sheet import Sheet
from data.readers.workbook.text import plain


def lines_of(
    table: Table, sheet: Sheet, columns: Sequence[Column], key: str, note: Notebook, places: Places, within: str | None
) -> dict[int, Line]:
    """Read the headers over the columns of values.

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
        By column.
    """
    values = [column for column in columns if column.label is None]
    are_months = any("月" in text for column in columns if column.label for text in column.texts)
    level = level_hint([text for column in values for text in column.texts], places)
    parts = {column.at: _parts(column, sheet, key, note, places, (within, level), are_months) for column in values}
    lines: dict[int, Line] = {}
    for column in values:
        meaning, sums, is_partial = Meaning(), set[str](), False
        for depth, part in enumerate(parts[column.at]):
            if part == Meaning(kind="ytd") and _is_beside_months(depth, column, values, parts):
                part = Meaning(total="累计")
            if part.total and not part.says_more:
                part, found, is_partial = _sum_of_columns(part, depth, column, values, parts)
                sums |= found
            meaning = joined(meaning, part)
        name = f"{key}|列|{column.key}"
        answer = usable_answer(note.answer(name), places)
        if answer == IGNORE:
            meaning = replace(meaning, special="ignored")
        elif answer:
            meaning = corrected(meaning, answer)
        spot = column.path[-1] if column.path else (table.body[0], column.at)
        is_unnamed = not column.path and not answer and (len(values) > 1 or bool(table.header))
        lines[column.at] = Line(
            column.at, meaning, frozenset(sums), is_partial, column.header, name, spot, is_blank=is_unnamed
        )
    return lines


def _parts(
    column: Column,
    sheet: Sheet,
    key: str,
    note: Notebook,
    places: Places,
    hint: tuple[str | None, str | None],
    are_months: bool,
) -> list[Meaning]:
    found = []
    for spot, text in zip(column.path, column.texts, strict=True):
        cell = sheet.grid.cell(*spot)
        if any(
            pattern.fullmatch(plain(text))
            for name, pattern in LABEL_WORDS.items()
            if name in ("value", "item", "period")
        ):
            found.append(Meaning())
            continue
        span = span_of(cell, is_period_column=True)
        is_below = are_months or any(
            LABEL_WORDS["period"].fullmatch(plain(above)) for above in column.texts[: len(found)]
        )
        if span and (span.year or is_below or not isinstance(cell, float)):
            found.append(Meaning(span=span))
            continue
        found.append(label_meaning(str(text), "any", spot, key, note, places, hint))
    return found


def _is_beside_months(depth: int, column: Column, values: Sequence[Column], parts: dict[int, list[Meaning]]) -> bool:
    """Return whether 累计 stands beside months: then it is their sum."""
    family = [other for other in values if other.path[:depth] == column.path[:depth] and other.at != column.at]
    beside = [parts[other.at][depth] for other in family if depth < len(parts[other.at])]
    return bool(beside) and all(one.span is not None and one.span.is_month and not one.kind for one in beside)


def _sum_of_columns(
    part: Meaning, depth: int, column: Column, values: Sequence[Column], parts: dict[int, list[Meaning]]
) -> tuple[Meaning, set[str], bool]:
    """Tell what a 合计 column adds up: what varies among the headers beside it, under the same header first."""
    family = [other for other in values if other.path[:depth] == column.path[:depth] and other.at != column.at]
    cousins = [other for other in values if other.at != column.at]
    for group in (family, cousins):
        beside = [parts[other.at][depth] for other in group if depth < len(parts[other.at])]
        is_partial = part.total == "小计" and any(one.total and one.total != "小计" for one in beside)
        if any(one.entity not in (None, "any", "all") for one in beside):
            return replace(part, entity="all", total=None), set(), is_partial
        if any(one.area for one in beside):
            return replace(part, total=None), {"area"}, is_partial
        if any(one.span and one.span.last for one in beside):
            return replace(part, total=None), {"span"}, is_partial
        if any(one.special == "subtype" for one in beside):
            # 企业: 合计, 内资, 外资. The sum is of the type above, which says itself what it is.
            return replace(part, total=None), set(), is_partial
    return replace(part, entity=part.entity or "any", total=None), set(), False
