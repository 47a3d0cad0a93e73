"""What stands beside a table and speaks of it: units elsewhere on the sheet, 累计 in a note, days, what it lacks."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from data.readers.grid import shown
from data.readers.workbook import lexicon
from data.readers.workbook.asking import Notebook, pattern_of
from data.readers.workbook.blocks import Table
from data.readers.workbook.mapping import IGNORE
from data.readers.workbook.numbers import unit_name
from data.readers.workbook.periods import Span, find_span
from data.readers.workbook.reading import Note
from data.readers.workbook.text import plain, words
from data.readers.workbook.title_lines import units_in
from data.readers.workbook.titles import SHORTEST_MONTH, dated, part_of_month

#: Why a line that is no part of a table is left out.
OUTSIDE, FILLED_IN = "表外的文字，未采用", "填报、发布信息，不用"
_YEAR_TO_DATE = re.compile(
    r"累计(?!实有|在册)|(?<!\d)[1一]月?[-至到][^日]*月|年初(?:至|以来|起)|年内|本年数|今年以来|自(?:\d{4}年)?1月|上半年|[前第][一二三四1-4]季|季度(?:合计|数)"
)
#: A sentence with figures tells of the whole county; a note tells of the table.
_FIGURE = re.compile(r"\d[\d.,]*[百千万亿]?(?:余|多)?(?:户|家|个)")
#: What makes the numbers of a table others than they seem, said of all of it.
_DOUBTS = re.compile(
    r"未(?:包[括含]|含|统计|报|填|计入)|[仅只](?:统计|含|包[括含]|计)|预计|预测|目标数|计划数|同期(?:数|数据)|作废|样表|填反|不全|为净增|扣[减除]当月|含(?:变更|吊销未注销|已注销)"
)
_OF_TABLE = re.compile(r"本表|此表|以上|上述|表中|数据|统计时间|统计期")
LAST_DAY = 31
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
        texts = [text for at, text in note.lines if at not in own or (at in table.body and "单位" in text)]
        said = next((unit for text in texts for unit in units_in(text) if unit > 1), None)
    if said in (None, 1):
        return None
    answer = note.ask(
        f"{key}|表|单位|{said}",
        first[0],
        first[1],
        "这张表上方没有写单位，而同一张工作表的别处写的是万户等单位。这张表以什么为单位？",
        [("1", "户"), (str(said), f"与别处相同（{unit_name(said)}）")],
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
    texts = [text for _, text in lines_beside(note) if not _FIGURE.search(text)]
    spans = [span, *(find_span(dated(text))[0] for text in texts)]
    return any(map(_YEAR_TO_DATE.search, [stem, *texts])) or any(one is not None and one.is_range for one in spans)


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
    year = next((span.year for span in (one, other) if span and span.year), None)
    both = [replace(span, year=span.year or year) for span in (one, other) if span]
    options = [(str(span), f"{span}") for span in both]
    answer = note.ask(
        f"{note.own(key)}|表|时间冲突|{what}",
        row,
        column,
        f"{what}所写的时间不一致（{one}、{other}）。以哪个为准？",
        options,
        is_lasting=False,
    )
    return next((span for span in both if str(span) == answer), None)


def held_against_notes(table: Table, key: str, note: Notebook, span: Span | None) -> tuple[Span | None, bool]:
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
    span : Span or None
        The period of the table.
    is_left_out : bool
        Whether the user does not want the table.
    """
    is_left_out = False
    said = lines_beside(note)
    for one, text in said:
        ends_early = span is not None and _without_rest(text, span)
        is_of_days = ends_early or bool(part_of_month(text))
        if ends_early if one.what == FILLED_IN else not _FIGURE.search(text) and (is_of_days or _is_doubt(text)):
            options = [("whole", "照读"), (IGNORE, "不读这张表")]
            asked = f"说明写着“{shown(text)}”。这张表的数照读吗？"
            own = f"{note.own(key)}|说明|{pattern_of(text)}"
            answer = note.ask(own, one.row, one.column, asked, options, is_lasting=not is_of_days)
            is_left_out = is_left_out or answer == IGNORE
    if span is None or span.year is None or span.last is None:
        return span, is_left_out
    said = [(one, text) for one, text in said if one.row > table.body[-1] and one.what == OUTSIDE]
    ends = [
        (one, find_span(dated(text))[0])
        for one, text in said
        if not _FIGURE.search(text) and (_CUT_OFF.search(text) or _OF_TABLE.search(text))
    ]
    # A day early in the next month is when the numbers were drawn.
    known = [(one, end) for one, end in ends if end and end.last and (end.day or LAST_DAY) >= SHORTEST_MONTH]
    others = [(one, replace(end, year=end.year or span.year)) for one, end in known]
    if not others or any((end.year, end.last) == (span.year, span.last) for _, end in others):
        return span, is_left_out
    at, end = others[0]
    return ask_span(key, note, at.row, at.column, "表下的说明与标题", end, span), is_left_out


def _is_doubt(text: str) -> bool:
    """Return whether a line says that the table lacks something, or is of something else."""
    return bool(lexicon.EXCEPT_WORDS.search(text) or _DOUBTS.search(text))


def lines_beside(note: Notebook) -> list[tuple[Note, str]]:
    """Return the lines of a sheet that are no part of a table, and what they say.

    Parameters
    ----------
    note : Notebook

    Returns
    -------
    list of (Note, str)
    """
    outside = [one for one in note.dropped if one.what in (OUTSIDE, FILLED_IN)]
    return [(one, plain(words(note.grid.cell(one.row, one.column)))) for one in outside]


def _without_rest(text: str, span: Span) -> bool:
    """Return whether a line says that the data end, or were drawn, within the month."""
    end = find_span(dated(text))[0]
    is_same = end is not None and (end.year or span.year, end.last) == (span.year, span.last)
    return end is not None and is_same and end.day is not None and end.day < SHORTEST_MONTH
