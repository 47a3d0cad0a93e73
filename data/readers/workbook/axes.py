"""The two axes of a table: the headers over each column, and which columns hold the labels of the rows.

A column is of labels when its header says so (地区, 月份, 指标 …) or when it holds words; a column of numbers is of
labels only when its header, or its dates, say that they are periods or codes.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from data.readers.grid import Cell, is_blank
from data.readers.places import Places
from data.readers.workbook import lexicon
from data.readers.workbook.asking import pattern_of
from data.readers.workbook.blocks import Table
from data.readers.workbook.meaning import Meaning, meaning_of
from data.readers.workbook.numbers import Number, is_mark, is_numeric, read_number
from data.readers.workbook.periods import span_of
from data.readers.workbook.sheet import Sheet, Spot
from data.readers.workbook.text import plain, words

#: Kinds of label columns, in Chinese.
KIND_NAMES = {
    "area": "地区",
    "code": "地区代码",
    "period": "时间",
    "year": "年份",
    "entity": "主体类型",
    "item": "指标",
    "any": "行名",
    "day": "日期",
    "index": "序号（不用）",
    "note": "备注（不用）",
    "text": "文字（不用）",
}
LONGEST_MONTH = 31
ASIDE = ("index", "note", "text")


@dataclass(frozen=True)
class Column:
    """One column of a table.

    Parameters
    ----------
    at : int
    path : tuple of (int, int)
        Header cells over it, from the top.
    texts : tuple of str
        What they say.
    label : str or None
        Kind of labels, a key of `KIND_NAMES`; None for a column of values.
    key : str
        Its pattern, the same next month.
    """

    at: int
    path: tuple[Spot, ...]
    texts: tuple[str, ...]
    label: str | None
    key: str

    @property
    def header(self) -> str:
        """What stands over it, in one line."""
        return "／".join(self.texts)


def columns_of(table: Table, sheet: Sheet, places: Places) -> tuple[Column, ...]:
    """Tell for each column of a table what stands over it and whether it holds labels.

    Parameters
    ----------
    table : Table
    sheet : Sheet
    places : Places

    Returns
    -------
    tuple of Column
        Columns in which nothing at all is written are left out.
    """
    paths = _paths(table, sheet)
    found: list[Column] = []
    counts: dict[str, int] = {}
    for at in table.columns:
        spots = paths.get(at, ())
        texts = tuple(words(sheet.grid.cell(*spot)) for spot in spots)
        cells = [sheet.filled(row, at) for row in table.body]
        if not texts and all(is_blank([cell]) for cell in cells):
            continue
        label = _label(texts, cells, places, is_first=not found)
        raw = "/".join(plain(text) for text in texts)
        counts[raw] = counts.get(raw, 0) + 1
        key = "/".join(pattern_of(text) for text in texts) + (f"({counts[raw]})" if counts[raw] > 1 else "")
        found.append(Column(at, spots, texts, label, key))
    return tuple(found)


def _paths(table: Table, sheet: Sheet) -> dict[int, tuple[Spot, ...]]:
    """Find the header cells over each column; a group header not merged reaches to the next one."""
    paths: dict[int, list[Spot]] = {}
    last = len(table.header) - 1
    for level, row in enumerate(table.header):
        reach: Spot | None = None
        for at in table.columns:
            spot = sheet.origin(row, at)
            if is_blank([sheet.grid.cell(*spot)]):
                below = [r for r in table.header[level + 1 :] if not is_blank([sheet.filled(r, at)])]
                if reach is None or level == last or not below or sheet.origin(below[0], at) == reach:
                    continue
                spot = reach
                if sheet.box_width(*reach) > 1:
                    # A merged header ends where its cells end.
                    continue
            else:
                has_below = any(
                    not is_blank([sheet.filled(r, at)]) and sheet.origin(r, at) != spot
                    for r in table.header[level + 1 :]
                )
                reach = spot if has_below else None
            if spot not in paths.setdefault(at, []):
                paths[at].append(spot)
    return {at: tuple(spots) for at, spots in paths.items()}


def _label(texts: tuple[str, ...], cells: list[Cell], places: Places, *, is_first: bool) -> str | None:
    filled = [cell for cell in cells if not is_blank([cell])]
    numeric = sum(is_numeric(cell) or is_mark(cell) for cell in filled)
    is_numbers = numeric * 2 > len(filled) if filled else False
    joined = "".join(texts)
    meaning = meaning_of(joined) if joined else Meaning()
    if meaning.special in ("index", "note"):
        return meaning.special
    said = next(
        (name for text in texts[-1:] for name, pattern in lexicon.LABEL_WORDS.items() if pattern.fullmatch(text)), None
    )
    if said == "code" and not any(places.candidates(words(cell)) for cell in filled) and "区" not in joined:
        return "index"
    if said == "period" and texts[-1] in ("日期", "日") and is_numbers and all(_is_day(cell) for cell in filled):
        # 1, 2, 3 under 日期 are days.
        return "day"
    if said in ("period", "year", "code") and not (said == "year" and meaning.measure):
        return said
    if said == "area" and is_numbers and any(places.candidates(words(cell)) for cell in filled):
        return "code"
    if said in ("area", "entity", "item") and not is_numbers:
        return said
    if not filled:
        return None
    if (meaning.measure or meaning.entity) and not meaning.rest and any(isinstance(cell, date) for cell in filled):
        # Under 新设 a day is a number that Excel made one.
        return None
    if all(isinstance(cell, date) for cell in filled):
        return "period"
    if not joined and is_first and is_numbers and _are_periods(filled):
        return "period"
    if is_numbers or said == "value":
        return None
    spoken = [str(cell) for cell in filled if not is_numeric(cell) and not is_mark(cell)]
    known = sum(meaning_of(text).says_something or bool(places.candidates(text)) for text in spoken)
    has_numbers = any(isinstance(read_number(cell), Number) for cell in filled)
    if known or is_first:
        return "any"
    return None if has_numbers or meaning.says_something else "text"


def _is_day(cell: Cell) -> bool:
    return words(cell).isdecimal() and int(words(cell)) <= LONGEST_MONTH


def _are_periods(cells: list[Cell]) -> bool:
    """Return whether numbers without a header can be nothing but months, written 202206."""
    spans = [
        span_of(cell, is_period_column=False)
        or (span_of(cell, is_period_column=True) if len(words(cell)) == 6 else None)
        for cell in cells
    ]
    return all(span is not None and span.year is not None and span.last is not None for span in spans)
