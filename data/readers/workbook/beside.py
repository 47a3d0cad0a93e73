"""What stands beside a table and speaks of it: units elsewhere on the sheet, 累计 in a note, days, what it lacks."""

from __future__ import annotations

import re
from collections.abc import Sequence

from data.readers.grid import shown
from data.readers.workbook import lexicon
from data.readers.workbook.asking import Notebook
from data.readers.workbook.blocks import Table
from data.readers.workbook.mapping import IGNORE
from data.readers.workbook.periods import Span, find_span
from data.readers.workbook.reading import Note
from data.readers.workbook.text import plain, words
from data.readers.workbook.titles import SHORTEST_MONTH, units_in

#: Why a line that is no part of a table is left out.
OUTSIDE, FILLED_IN = "表外的文字，未采用", "填报、发布信息，不用"
_YEAR_TO_DATE = re.compile(r"累计(?!实有|在册)|[1一][-至][^日]*月|年初至")
_CUT_OFF = re.compile(r"截[至止]")


def unit_of(
    table: Table, key: str, note: Notebook, units: Sequence[tuple[int, int, int]], first: tuple[int, int]
) -> int | None:
    """Return the unit of a table; ask where the titles say two, or only another line of the sheet says one.

    Parameters
    ----------
    table : Table
    key : str
        Of the table.
    note : Notebook
    units : sequence of (int, int, int)
        Row, column and unit of the titles that say one.
    first : tuple of (int, int)
        A cell that stands for the table.

    Returns
    -------
    int or None
    """
    if len({unit for _, _, unit in units}) > 1:
        row, column, _ = units[-1]
        answer = note.ask(
            f"{note.own(key)}|表|单位",
            row,
            column,
            "表上方写了两种单位。各数以哪种为单位？",
            [("1", "户"), ("10000", "万户")],
        )
        return int(answer) if answer and answer.isdecimal() else None
    return units[0][2] if units else _unit_elsewhere(key, note, first, table)


def _unit_elsewhere(key: str, note: Notebook, first: tuple[int, int], table: Table) -> int | None:
    """Ask where only another line of the sheet, or the table above, says that its numbers are in 万户."""
    said = note.last_unit
    if said in (None, 1):
        own = {*table.header, *table.body}
        texts = [
            words(cell)
            for at, row in enumerate(note.grid.rows)
            for cell in row
            if isinstance(cell, str) and (at not in own or (at in table.body and "单位" in cell))
        ]
        said = next((unit for text in texts for unit in units_in(text) if unit > 1), None)
    if said in (None, 1):
        return None
    answer = note.ask(
        f"{key}|表|单位",
        first[0],
        first[1],
        "这张表上方没有写单位，而同一张工作表的别处写的是万户等单位。这张表以什么为单位？",
        [("1", "户"), (str(said), f"与别处相同（{said}户）")],
    )
    return int(answer) if answer and answer.isdecimal() else None


def says_year_to_date(stem: str, span: Span | None, note: Notebook) -> bool:
    """Return whether the name of the file, or a line beside the table, says 累计.

    Parameters
    ----------
    stem : str
        Of the name of the file.
    span : Span or None
        Its period.
    note : Notebook

    Returns
    -------
    bool
    """
    texts = [stem, *(text for _, text in _asides(note))]
    return any(map(_YEAR_TO_DATE.search, texts)) or (span is not None and span.is_range)


def ask_span(
    key: str, note: Notebook, row: int, column: int, what: str, one: Span | None, other: Span | None
) -> Span | None:
    """Ask which of two periods holds.

    Parameters
    ----------
    key : str
        Of the table.
    note : Notebook
    row, column : int
    what : str
        What says them, in Chinese.
    one, other : Span or None

    Returns
    -------
    Span or None
        None until it is answered.
    """
    options = [(str(span), f"{span}") for span in (one, other) if span]
    answer = note.ask(
        f"{note.own(key)}|表|时间冲突",
        row,
        column,
        f"{what}所写的时间不一致（{one}、{other}）。以哪个为准？",
        options,
        is_lasting=False,
    )
    return next((span for span in (one, other) if span and str(span) == answer), None)


def held_against_notes(table: Table, key: str, note: Notebook, span: Span | None) -> Span | None:
    """Ask where a line beside the table says that its data end in another month, within it, or lack some.

    Parameters
    ----------
    table : Table
    key : str
        Of the table.
    note : Notebook
    span : Span or None
        The period of the table.

    Returns
    -------
    Span or None
    """
    if span is None or span.year is None or span.last is None:
        return span
    said = _asides(note)
    for one, text in said:
        if lexicon.EXCEPT_WORDS.search(text) or _without_rest(text, span):
            options = [("whole", "照读"), (IGNORE, "不读这张表")]
            note.ask(f"{key}|表|说明", one.row, one.column, f"说明写着“{shown(text)}”。这张表的数照读吗？", options)
            break
    said = [(one, text) for one, text in said if one.row > table.body[-1]]
    ends = [(one, find_span(text)[0]) for one, text in said if _CUT_OFF.search(text)]
    # A day early in the next month is when the numbers were drawn.
    dated = [(one, end) for one, end in ends if end and end.year and end.last and (end.day or 31) >= SHORTEST_MONTH]
    if not dated or any((end.year, end.last) == (span.year, span.last) for _, end in dated):
        return span
    at, end = dated[0]
    return ask_span(key, note, at.row, at.column, "表下的说明与标题", end, span)


def _asides(note: Notebook) -> list[tuple[Note, str]]:
    """Return the lines of a sheet that are no part of a table, and what they say."""
    outside = [one for one in note.dropped if one.what in (OUTSIDE, FILLED_IN)]
    return [(one, plain(words(note.grid.cell(one.row, one.column)))) for one in outside]


def _without_rest(text: str, span: Span) -> bool:
    """Return whether a line says that the data end within the month."""
    end = find_span(text)[0] if _CUT_OFF.search(text) else None
    is_same = end is not None and (end.year or span.year, end.last) == (span.year, span.last)
    return end is not None and is_same and end.day is not None and end.day < SHORTEST_MONTH
