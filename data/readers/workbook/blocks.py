"""Where the tables of a sheet are, among titles, units and notes.

A row is blank, a note, a line of one cell, a header (texts and periods, no counts) or data. A header row opens a table;
a title or a header after data opens the next one; tables side by side are parted where a label column comes again.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from itertools import pairwise

from data.readers.grid import Cell, Grid, is_blank
from data.readers.workbook import lexicon
from data.readers.workbook.meaning import Meaning, meaning_of
from data.readers.workbook.numbers import is_mark, is_numeric
from data.readers.workbook.periods import Span, span_of
from data.readers.workbook.text import plain, words

Spot = tuple[int, int]


#: What stands for a number without being one: 23①, 约1600, 6000余户, (15), 无.
_LIKE_NUMBER = re.compile(
    r"[约近超逾达△▲(-]*\d[\d,.]*[十百千万亿]*[余多]?\d?[户家个]?[余多]?\)?(?:[①-⑳*★†‡#?]|\((?:注?\d*|[^)]{1,6})\))*|[无零/×xX√?]"
)


#: 202206 and 2022.06 over columns are months, however often they come; bare years and small numbers must rise.
_YEAR_MONTH = re.compile(r"20\d{2}\.?(?:0[1-9]|1[0-2])")


@dataclass(frozen=True)
class Table:
    """One table of a sheet.

    Parameters
    ----------
    grid : Grid
    number : int
        From 1, within the sheet.
    header, body : tuple of int
        Rows.
    columns : tuple of int
    context : tuple of (int, int)
        Cells above it that speak of all of it: titles and units.
    """

    grid: Grid
    number: int
    header: tuple[int, ...]
    body: tuple[int, ...]
    columns: tuple[int, ...]
    context: tuple[Spot, ...]


@dataclass(frozen=True)
class Found:
    """What a sheet is made of.

    Parameters
    ----------
    tables : tuple of Table
    notes : tuple of (int, int)
        Lines below or between tables that are no part of one.
    """

    tables: tuple[Table, ...]
    notes: tuple[Spot, ...]


@dataclass
class _Open:
    """A table while it is being found."""

    context: list[Spot]
    header: list[int] = field(default_factory=list)
    body: list[int] = field(default_factory=list)


class Sheet:
    """A grid with its merged cells filled.

    Parameters
    ----------
    grid : Grid
    """

    def __init__(self, grid: Grid) -> None:
        self.grid = grid

    @cached_property
    def _origins(self) -> dict[Spot, Spot]:
        found = {}
        height = len(self.grid.rows)
        for top, left, bottom, right in self.grid.merged:
            if (min(bottom, height) - top + 1) * (right - left + 1) <= 20_000:
                for row in range(top, min(bottom, height) + 1):
                    for column in range(left, right + 1):
                        found[row, column] = (top, left)
        return found

    def origin(self, row: int, column: int) -> Spot:
        """Return where the content of a cell stands: the first cell of a merged one."""
        return self._origins.get((row, column), (row, column))

    def filled(self, row: int, column: int) -> Cell:
        """Return what is shown at a cell."""
        return self.grid.cell(*self.origin(row, column))

    def spots(self, row: int) -> list[Spot]:
        """Return the cells of a row in which something is written."""
        return [(row, at) for at, cell in enumerate(self.grid.rows[row]) if not is_blank([cell])]

    def box_width(self, row: int, column: int) -> int:
        """Return over how many columns a cell is merged."""
        return self._widths.get((row, column), 1)

    @cached_property
    def _widths(self) -> dict[Spot, int]:
        return {(top, left): right - left + 1 for top, left, _, right in self.grid.merged}


def find_tables(grid: Grid) -> Found:
    """Find the tables of a sheet.

    Parameters
    ----------
    grid : Grid

    Returns
    -------
    Found
    """
    sheet = Sheet(grid)
    finished: list[_Open] = []
    notes: list[Spot] = []
    current = _Open(context=[])
    kinds = [_kind(sheet, row) for row in range(len(grid.rows))]
    for row, kind in enumerate(kinds):
        following = next((k for k in kinds[row + 1 :] if k != "blank"), "blank")
        if kind == "blank":
            continue
        if kind == "note":
            notes += sheet.spots(row)
        elif kind in ("line", "context"):
            if not current.header and not current.body:
                current.context += sheet.spots(row)
            elif kind == "line" and not current.body and _is_subheader(sheet, row, current):
                current.header.append(row)
            elif following == "header" or kind == "context":
                # A title: of the next table.
                finished.append(current)
                current = _Open(context=sheet.spots(row))
            elif _is_section(sheet, row):
                current.body.append(row)
            else:
                notes += sheet.spots(row)
        elif kind == "header" and current.body and _speaks(sheet, row) and not _is_bare_label_row(sheet, row, current):
            finished.append(current)
            current = _Open(context=[], header=[row])
        elif kind == "header" and not current.body and not _is_first_body_row(sheet, row, current):
            if not current.header:
                current.header += _group_rows(sheet, row, current)
            current.header.append(row)
        else:
            current.body.append(row)
    finished.append(current)
    return _made(sheet, finished, notes)


def _made(sheet: Sheet, opened: list[_Open], notes: list[Spot]) -> Found:
    tables: list[Table] = []
    context: list[Spot] = []
    for one in opened:
        if not one.body and len(one.header) > 1:
            # Words where the numbers should be: 企业 1O1. Read as a row, so that its cells are named.
            at = next((at for at, row in enumerate(one.header) if at and _has_strange_words(sheet, row)), None)
            one.header, one.body = one.header[:at], one.header[at:] if at else []
        if not one.body:
            # A title above a title; or a table of headers alone, which is none.
            notes += [spot for row in one.header for spot in sheet.spots(row)]
            context += one.context
            continue
        own = [*context, *one.context]
        says = [meaning_of(words(sheet.grid.cell(*spot))) for spot in own]
        # 续表 says nothing itself: what stood above the table before holds on.
        is_continued = bool(tables) and not any(m.span or m.measure or m.rest.replace("续", "") for m in says)
        inherited = list(tables[-1].context) if is_continued else []
        if tables and not is_continued and not any(m.span for m in says):
            # 二、实有 below 蒲县2022年6月: of what stands above all, that which says nothing of one table alone.
            inherited = [spot for spot in tables[-1].context if _is_general(meaning_of(words(sheet.grid.cell(*spot))))]
        for columns in _column_groups(sheet, one):
            tables.append(
                Table(sheet.grid, len(tables) + 1, tuple(one.header), tuple(one.body), columns, (*inherited, *own))
            )
        context = []
    return Found(tuple(tables), tuple(notes + context))


def _is_general(meaning: Meaning) -> bool:
    is_of_all = meaning.entity in (None, "any") and not meaning.special and not meaning.clashes
    return is_of_all and not (meaning.measure or meaning.kind or meaning.unit)


def _kind(sheet: Sheet, row: int) -> str:
    """Tell what a row looks like by itself."""
    if row in sheet.grid.broken:
        return "data"
    spots = sheet.spots(row)
    if not spots:
        return "blank"
    cells = [sheet.grid.cell(*spot) for spot in spots]
    texts = [words(cell) for cell in cells]
    if lexicon.NOTE.search(texts[0]) and (len(cells) == 1 or ":" in texts[0] or not any(map(_is_value, cells))):
        return "note"
    if any(map(_is_value, cells)):
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
        and all(span_of(cell, is_period_column=False) or lexicon.CONTEXT.search(words(cell)) for cell in others)
    )


def _has_labels(texts: Sequence[str]) -> bool:
    return sum(bool(meaning_of(text).measure or meaning_of(text).entity) for text in texts) >= 2


def _is_value(cell: Cell) -> bool:
    """Return whether a cell is a number, a mark for none, or an error where a number should be."""
    if isinstance(cell, date):
        return False
    text = words(cell)
    return is_numeric(cell) or is_mark(cell) or bool(_LIKE_NUMBER.fullmatch(text)) or text.startswith(("=", "#"))


def _is_period_header(cells: Sequence[Cell]) -> bool:
    """Return whether the numbers of a row are periods that follow one another, over labels and no counts."""
    numbers = [cell for cell in cells if _is_value(cell)]
    spans = [span_of(cell, is_period_column=True) for cell in numbers]
    texts = [words(cell) for cell in cells if not _is_value(cell)]
    if any(span is None for span in spans):
        return False
    for text in texts:
        meaning = meaning_of(text)
        is_label = any(pattern.fullmatch(text) for pattern in lexicon.LABEL_WORDS.values())
        if not is_label and not (meaning.special or meaning.total or (meaning.span and not meaning.rest)):
            return False
    if all(_YEAR_MONTH.fullmatch(words(cell)) for cell in numbers):
        return True
    keys = [(span.year or 0, span.last or 0) for span in spans if span]
    is_rising = all(later > earlier for earlier, later in pairwise(keys))
    if len(numbers) == 1:
        return len(texts) >= 1 and keys[0][0] > 0 and keys[0][1] > 0
    return is_rising and _is_step(spans)


def _is_step(spans: Sequence[Span | None]) -> bool:
    at = [(span.year or 0) * 12 + (span.last or 0) for span in spans if span]
    steps = {later - earlier for earlier, later in pairwise(at)}
    return len(steps) == 1 and steps <= {1, 3, 12}


def _is_section(sheet: Sheet, row: int) -> bool:
    """Return whether a line within a table names what the rows below it are of."""
    return len(words(sheet.grid.cell(*sheet.spots(row)[0]))) <= 20


def _is_subheader(sheet: Sheet, row: int, current: _Open) -> bool:
    spot = sheet.spots(row)[0]
    left = min(at for header in current.header for _, at in sheet.spots(header))
    return bool(current.header) and spot[1] > left


def _has_strange_words(sheet: Sheet, row: int) -> bool:
    """Return whether a row holds what is no word of a header."""
    cells = [sheet.grid.cell(*spot) for spot in sheet.spots(row)]
    return any(
        isinstance(cell, date) or (bool(meaning_of(str(cell)).rest) and not _is_label_word(words(cell)))
        for cell in cells
    )


def _speaks(sheet: Sheet, row: int) -> bool:
    """Return whether a row within a table has the words of a header, rather than words where numbers should be."""
    texts = [words(sheet.grid.cell(*spot)) for spot in sheet.spots(row)]
    labels = sum(any(pattern.fullmatch(text) for pattern in lexicon.LABEL_WORDS.values()) for text in texts)
    return labels > 0 or sum(meaning_of(text).says_something for text in texts) >= 2


def _is_bare_label_row(sheet: Sheet, row: int, current: _Open) -> bool:
    """Return whether a row within a table has only labels, in columns in which the rows above have labels too."""
    data = [at for at in current.body if at not in sheet.grid.broken]
    labels = {column for at in data for _, column in sheet.spots(at) if not _is_value(sheet.grid.cell(at, column))} - {
        column for at in data for _, column in sheet.spots(at) if _is_value(sheet.grid.cell(at, column))
    }
    labels |= {column for column, text in _header_texts(sheet, current) if _is_label_word(text)}
    return all(column in labels for _, column in sheet.spots(row))


def _is_first_body_row(sheet: Sheet, row: int, current: _Open) -> bool:
    """Return whether a row of words below a header is its first row of labels, with no value yet, and no header."""
    headed = _header_texts(sheet, current)
    texts = [words(sheet.grid.cell(*spot)) for spot in sheet.spots(row)]
    if not headed or any(_is_label_word(text) for text in texts):
        return False
    spoken = {column for column, text in headed if not _is_label_word(text)}
    return all(column not in spoken for _, column in sheet.spots(row))


def _header_texts(sheet: Sheet, current: _Open) -> list[tuple[int, str]]:
    """Return column and text of every header cell, merged ones over all their columns."""
    return [
        (column, words(sheet.filled(header, column)))
        for header in current.header
        for column in range(max(len(sheet.grid.rows[header]), 1))
        if not is_blank([sheet.filled(header, column)])
    ]


def _is_label_word(text: str) -> bool:
    return any(name != "value" and pattern.fullmatch(text) for name, pattern in lexicon.LABEL_WORDS.items())


def _group_rows(sheet: Sheet, row: int, current: _Open) -> list[int]:
    """Return the lines just above a header that are part of it: a group over some of its columns."""
    left = sheet.spots(row)[0][1]
    right = sheet.spots(row)[-1][1]
    found: list[int] = []
    above = row - 1
    while above >= 0 and (above, 0) <= (row, 0):
        spots = [spot for spot in current.context if spot[0] == above]
        if len(spots) != 1:
            break
        column = spots[0][1]
        width = sheet.box_width(*spots[0])
        meaning = meaning_of(words(sheet.grid.cell(*spots[0])))
        is_group = column > left and (column + width - 1 <= right or width == 1) and meaning.says_something
        if not is_group or lexicon.CONTEXT.search(words(sheet.grid.cell(*spots[0]))):
            break
        found.insert(0, above)
        current.context.remove(spots[0])
        above -= 1
    return found


def _column_groups(sheet: Sheet, one: _Open) -> list[tuple[int, ...]]:
    """Part tables that stand side by side: where the same kind of label column comes again after columns of numbers."""
    rows = [*one.header, *one.body]
    used = sorted(
        {column for row in rows for _, column in sheet.spots(row)}
        | {
            column
            for row in one.header
            for column in range(len(sheet.grid.rows[row]))
            if not is_blank([sheet.filled(row, column)])
        }
    )
    groups: list[list[int]] = [[]]
    seen: set[str] = set()
    has_numbers = False
    for column in used:
        header = [plain(str(sheet.filled(row, column))) for row in one.header]
        label = next(
            (
                name
                for text in header
                for name in ("period", "area", "item", "entity")
                if lexicon.LABEL_WORDS[name].fullmatch(text)
            ),
            None,
        )
        if label in seen and has_numbers:
            groups.append([])
            seen, has_numbers = set(), False
        if label:
            seen.add(label)
        else:
            has_numbers = True
        groups[-1].append(column)
    return [tuple(group) for group in groups]
