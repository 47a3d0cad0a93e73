"""Where the tables of a sheet are, among titles, units and notes.

A row is blank, a note, a line of one cell, a header (texts and periods, no counts) or data. A header row opens a table;
a title or a header after data opens the next one; tables side by side are parted where a label column comes again.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from data.readers.grid import Grid, is_blank
from data.readers.workbook import lexicon
from data.readers.workbook.meaning import Meaning, meaning_of
from data.readers.workbook.periods import find_span
from data.readers.workbook.row_kinds import is_label_word, is_value, kind_of_row
from data.readers.workbook.sheet import Sheet, Spot
from data.readers.workbook.text import plain, words

#: Characters of a line that names what the rows below it are of.
LONGEST_SECTION = 20


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
    kinds = [kind_of_row(sheet, row) for row in range(len(grid.rows))]
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
            elif _is_section(sheet, row, current) and following != "blank":
                current.body.append(row)
            else:
                notes += sheet.spots(row)
        elif kind == "header" and _has_day_for_number(sheet, row, current, following):
            current.body.append(row)
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


def _is_section(sheet: Sheet, row: int, current: _Open) -> bool:
    """Return whether a line within a table names what the rows below it are of; a day is when the table was signed."""
    spot = sheet.spots(row)[0]
    text = words(sheet.grid.cell(*spot))
    span = find_span(text)[0] if not isinstance(sheet.grid.cell(*spot), date) else None
    is_day = isinstance(sheet.grid.cell(*spot), date) or (span is not None and span.day is not None)
    left = min(column for at in [*current.header, *current.body] for _, column in sheet.spots(at))
    return len(text) <= LONGEST_SECTION and not is_day and spot[1] == left


def _is_subheader(sheet: Sheet, row: int, current: _Open) -> bool:
    spot = sheet.spots(row)[0]
    left = min(at for header in current.header for _, at in sheet.spots(header))
    return bool(current.header) and spot[1] > left


def _has_strange_words(sheet: Sheet, row: int) -> bool:
    """Return whether a row holds what is no word of a header."""
    cells = [sheet.grid.cell(*spot) for spot in sheet.spots(row)]
    return any(
        isinstance(cell, date) or (bool(meaning_of(str(cell)).rest) and not is_label_word(words(cell)))
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
    labels = {column for at in data for _, column in sheet.spots(at) if not is_value(sheet.grid.cell(at, column))} - {
        column for at in data for _, column in sheet.spots(at) if is_value(sheet.grid.cell(at, column))
    }
    labels |= {column for column, text in _header_texts(sheet, current) if is_label_word(text)}
    return all(column in labels for _, column in sheet.spots(row))


def _is_first_body_row(sheet: Sheet, row: int, current: _Open) -> bool:
    """Return whether a row of words below a header is its first row of labels, with no value yet, and no header."""
    headed = _header_texts(sheet, current)
    texts = [words(sheet.grid.cell(*spot)) for spot in sheet.spots(row)]
    if not headed or any(is_label_word(text) for text in texts):
        return False
    spoken = {column for column, text in headed if not is_label_word(text)}
    return all(column not in spoken for _, column in sheet.spots(row))


def _has_day_for_number(sheet: Sheet, row: int, current: _Open, following: str) -> bool:
    """Return whether a row below a header begins with a label and goes on in days: numbers that Excel made days of."""
    ((_, left), *others), headed = sheet.spots(row), _header_texts(sheet, current)
    days = [column for _, column in others if isinstance(sheet.grid.cell(row, column), date)]
    label = sheet.grid.cell(row, left)
    if not (headed and days) or isinstance(label, date) or is_label_word(words(label)):
        return False
    # Days below months, between numbers, are rather the header of the next table.
    is_between = bool(current.body) and following == "data"
    is_next = is_between and any(column in days and meaning_of(text).span for column, text in headed)
    return not is_next and all(column != left or is_label_word(text) for column, text in headed)


def _header_texts(sheet: Sheet, current: _Open) -> list[tuple[int, str]]:
    """Return column and text of every header cell, merged ones over all their columns."""
    return [
        (column, words(sheet.filled(header, column)))
        for header in current.header
        for column in range(max(len(sheet.grid.rows[header]), 1))
        if not is_blank([sheet.filled(header, column)])
    ]


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
