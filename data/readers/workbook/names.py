"""What the names of sheet and file say, and what contradicts the titles: areas, periods, types, measures."""

from __future__ import annotations

import re
from collections.abc import Mapping as Pairs
from collections.abc import Sequence

from data.readers.area_codes import is_within
from data.readers.grid import shown
from data.readers.places import Places
from data.readers.workbook.asking import Notebook
from data.readers.workbook.mapping import IGNORE
from data.readers.workbook.meaning import Meaning, meaning_of
from data.readers.workbook.periods import Span, find_span, span_of
from data.readers.workbook.titles import PART_OPTIONS, SHORTEST_MONTH, dated

_YEAR = re.compile(r"(?:19|20)\d{2}")


def is_longer(one: Span | None, title: Span | None) -> bool:
    """Return whether a period is of several months that end in the one month of a title.

    Parameters
    ----------
    one, title : Span or None

    Returns
    -------
    bool
    """
    return one is not None and title is not None and one.is_range and title.is_month


def ask_if_days(
    key: str, note: Notebook, first: tuple[int, int], span: Span | None, names: Sequence[Span | None]
) -> bool:
    """Ask where the name of the sheet or of the file is of a day within the month of the table.

    Parameters
    ----------
    key : str
        Of the table.
    note : Notebook
    first : tuple of (int, int)
        A cell that stands for the table.
    span : Span or None
        The period of the table.
    names : sequence of Span or None
        Those of the names.

    Returns
    -------
    bool
        Whether the user does not want the table.
    """
    for one in names:
        if one is None or span is None or one.day is None or one.day >= SHORTEST_MONTH:
            continue
        if one.last == span.last and one.year in (None, span.year):
            asked = f"表名或文件名写的是{one.last}月{one.day}日，像是不足一个月的数。这张表怎样处理？"
            day_key = f"{note.own(key)}|不足月|日"
            return note.ask(day_key, *first, asked, PART_OPTIONS, is_lasting=False) == IGNORE
    return False


def differ(file: Span, span: Span) -> bool:
    """Return whether the name of a file says another month, or another year, than its table.

    Parameters
    ----------
    file, span : Span

    Returns
    -------
    bool
    """
    if file.year and span.year and file.year not in (span.year, span.first_year):
        return True
    return bool(file.last and span.last) and file.last != span.last


def sheet_name(note: Notebook, places: Places) -> tuple[str | None, Span | None, Meaning]:
    """Read the name of a sheet.

    Parameters
    ----------
    note : Notebook
    places : Places

    Returns
    -------
    area : str or None
    span : Span or None
    meaning : Meaning
    """
    title = note.title
    if not title:
        return None, None, Meaning()
    meaning = meaning_of(title)
    # 2021 alone is a year.
    name = dated(title)
    span = span_of(name, is_period_column=bool(_YEAR.fullmatch(name))) or find_span(name)[0] or meaning.span
    codes = places.candidates(title) or places.mentioned(title) or places.candidates(meaning.rest)
    return (codes[0] if len(codes) == 1 else None), span, meaning


def nearer(
    key: str,
    note: Notebook,
    first: tuple[int, int],
    title: str | None,
    sheet: str | None,
    places: Places,
    what: str,
) -> str | None:
    """Return the area of two that are said, as of title and sheet name: the smaller where one lies in the other.

    Parameters
    ----------
    key : str
        Of the table.
    note : Notebook
    first : tuple of (int, int)
    title, sheet : str or None
        Codes.
    places : Places
    what : str
        What says them, in Chinese.

    Returns
    -------
    str or None
        None where it is asked and not answered.
    """
    if title is None or sheet is None or title == sheet:
        return title or sheet
    if is_within(sheet, title):
        return sheet
    if is_within(title, sheet):
        return title
    return ask_area(key, note, *first, what, (sheet, title), places)


def ask_area(
    key: str, note: Notebook, row: int, column: int, text: str, codes: Sequence[str], places: Places
) -> str | None:
    """Ask which of several areas a table is of.

    Parameters
    ----------
    key : str
        Of the table.
    note : Notebook
    row, column : int
    text : str
        What names them.
    codes : sequence of str
    places : Places

    Returns
    -------
    str or None
        None until it is answered.
    """
    options = [(code, places.name(code)) for code in codes]
    answer = note.ask(
        f"{note.own(key)}|表|地区冲突",
        row,
        column,
        f"“{shown(text)}”说到不止一个地区。这张表是哪个地区的？",
        options,
        takes_text="area",
    )
    return answer if answer in places.known else None


def agreed(
    what: str,
    title: str | None,
    sheet: str | None,
    names: Pairs[str, str],
    key: str,
    note: Notebook,
    first: tuple[int, int],
) -> str | None:
    """Return what title and name of the sheet say, the narrower; ask where they contradict each other.

    Parameters
    ----------
    what : str
        类型 or 指标.
    title, sheet : str or None
    names : mapping of str to str
        In Chinese.
    key : str
        Of the table.
    note : Notebook
    first : tuple of (int, int)

    Returns
    -------
    str or None
        None where it is asked and not answered.
    """
    if title in (None, "any") or sheet in (None, "any") or title == sheet:
        return title if sheet in (None, "any") else sheet
    asked = f"表名“{note.title}”与标题所写的{what}不一致（{names[sheet]}、{names[title]}）。以哪个为准？"
    options = [(sheet, names[sheet]), (title, names[title])]
    return note.ask(f"{note.own(key)}|表|{what}冲突", *first, asked, options, is_lasting=False)
