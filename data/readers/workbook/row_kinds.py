"""What a row of a sheet looks like by itself: blank, a note, a unit, a line of one cell, a header, data."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from itertools import pairwise

from data.readers.grid import Cell
from data.readers.workbook import lexicon
from data.readers.workbook.meaning import meaning_of
from data.readers.workbook.numbers import is_mark, is_numeric
from data.readers.workbook.periods import Span, span_of
from data.readers.workbook.sheet import Sheet
from data.readers.workbook.text import words

#: What stands for a number without being one: 23①, 约1600, 6000余户, (15), 无.
_LIKE_NUMBER = re.compile(
    r"[约近超逾达△▲(-]*\d[\d,.]*(?:[/→>-]+\d+)?[十百千万亿]*[余多]?\d?[户家个]?次?[余多]?(?:\+|左右|上下|以上)?\)?(?:[①-⑳*★†‡#?]|\((?:注?\d*|[^)]{1,6})\))*|[无零/×xX√?]"
)


#: 202206 and 2022.06 over columns are months, however often they come; bare years and small numbers must rise.
_YEAR_MONTH = re.compile(r"20\d{2}\.?(?:0[1-9]|1[0-2])")


def kind_of_row(sheet: Sheet, row: int) -> str:
    """Tell what a row looks like by itself.

    Parameters
    ----------
    sheet : Sheet
    row : int

    Returns
    -------
    str
        `blank`, `note`, `context` (a unit, a date, an office), `line` (one cell), `header` or `data`.
    """
    if row in sheet.grid.broken:
        return "data"
    spots = sheet.spots(row)
    if not spots:
        return "blank"
    cells = [sheet.grid.cell(*spot) for spot in spots]
    texts = [words(cell) for cell in cells]
    if lexicon.NOTE.search(texts[0]) and (len(cells) == 1 or ":" in texts[0] or not any(map(is_value, cells))):
        return "note"
    if any(map(is_value, cells)):
        return "header" if _is_period_header(cells) else "data"
    if any(lexicon.CONTEXT.search(text) for text in texts) and len(cells) <= 6 and not _has_labels(texts):
        return "context"
    if len(cells) <= 4 and _is_title_row(cells, texts):
        return "context"
    if len(cells) == 1 or len({sheet.origin(*spot) for spot in spots}) == 1:
        return "line"
    return "header"


def _is_title_row(cells: Sequence[Cell], texts: Sequence[str]) -> bool:
    """Return whether a title shares its row with a period, a date or a unit."""
    titles = [text for text in texts if re.search(r"情况|统计|报表|月报|一览|汇总|表$", text) and len(text) >= 6]
    others = [cell for cell, text in zip(cells, texts, strict=True) if text not in titles]
    return (
        len(titles) == 1
        and bool(others)
        and all(
            span_of(cell, is_period_column=False) or lexicon.CONTEXT.search(words(cell)) or _is_of_all(words(cell))
            for cell in others
        )
    )


def _is_of_all(text: str) -> bool:
    """Return whether a text says a unit, a kind of period or what all numbers are (上年同期数), and of no column."""
    meaning = meaning_of(text)
    is_said = meaning.unit or meaning.kind or meaning.span or meaning.special not in (None, "index", "note")
    rest = (
        dict(lexicon.SPECIAL_WORDS).get(meaning.special or "", lexicon.TOTAL_WORDS).sub("", meaning.rest).strip("数据")
    )
    return bool(is_said) and not (meaning.measure or meaning.entity or meaning.total or rest)


def _has_labels(texts: Sequence[str]) -> bool:
    return sum(bool(meaning_of(text).measure or meaning_of(text).entity) for text in texts) >= 2


def is_value(cell: Cell) -> bool:
    """Return whether a cell is a number, a mark for none, or an error where a number should be.

    Parameters
    ----------
    cell : Cell

    Returns
    -------
    bool
    """
    if isinstance(cell, date):
        return False
    text = words(cell)
    return is_numeric(cell) or is_mark(cell) or bool(_LIKE_NUMBER.fullmatch(text)) or text.startswith(("=", "#"))


def _is_period_header(cells: Sequence[Cell]) -> bool:
    """Return whether the numbers of a row are periods that follow one another, over labels and no counts."""
    numbers = [cell for cell in cells if is_value(cell)]
    spans = [span_of(cell, is_period_column=True) for cell in numbers]
    texts = [words(cell) for cell in cells if not is_value(cell)]
    if any(span is None for span in spans):
        return False
    for text in texts:
        meaning = meaning_of(text)
        parts = re.split(r"[/\\、|]", text)
        is_label = all(any(pattern.fullmatch(part) for pattern in lexicon.LABEL_WORDS.values()) for part in parts)
        if not is_label and not (meaning.special or meaning.total or (meaning.span and not meaning.rest)):
            return False
    if all(_YEAR_MONTH.fullmatch(words(cell)) for cell in numbers):
        return True
    if not texts and not any(span.year for span in spans if span):
        # 1, 4 below 月份, 新设 are a row of them.
        return False
    keys = [(span.year or 0, span.last or 0) for span in spans if span]
    is_rising = all(later > earlier for earlier, later in pairwise(keys))
    if len(numbers) == 1:
        return len(texts) >= 1 and keys[0][0] > 0 and keys[0][1] > 0
    return is_rising and _is_step(spans)


def _is_step(spans: Sequence[Span | None]) -> bool:
    at = [(span.year or 0) * 12 + (span.last or 0) for span in spans if span]
    steps = {later - earlier for earlier, later in pairwise(at)}
    return len(steps) == 1 and steps <= {1, 3, 12}


def is_label_word(text: str) -> bool:
    """Return whether a text is the header of a column of labels.

    Parameters
    ----------
    text : str

    Returns
    -------
    bool
    """
    return any(name != "value" and pattern.fullmatch(text) for name, pattern in lexicon.LABEL_WORDS.items())
