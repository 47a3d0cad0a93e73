"""Where a reader notes what it found on one sheet, and asks what it cannot know; a mapping may have the answer."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

from data.readers.grid import Grid, shown
from data.readers.number_formats import UNIT_LETTERS
from data.readers.workbook.mapping import Mapping, parse_role_answer
from data.readers.workbook.reading import CellReading, Note, Option, Question, Role, place_name
from data.readers.workbook.text import plain

#: What may be typed in as an answer, but for areas.
_TEXTS = {
    "month": re.compile(r"\d{4}-(?:0[1-9]|1[0-2])"),
    "year": re.compile(r"(?:19|20)\d{2}"),
    "count": re.compile(r"\d{1,9}"),
    "reason": re.compile(r"\S.{0,99}"),
}


@dataclass
class Notebook:
    """Everything said of one sheet, in reading order.

    Parameters
    ----------
    grid : Grid
    mapping : Mapping
    areas : frozenset of str
        Codes that may be answered.
    is_one_of_many : bool
        Whether other sheets of the file have the same layout.
    last_unit : int or None
        Of the table above on the same sheet, as it says or as it was answered.
    last_year : int
        The last that is over when the file is received.
    """

    grid: Grid
    mapping: Mapping
    areas: frozenset[str] = frozenset()
    roles: list[Role] = field(default_factory=list)
    readings: list[CellReading] = field(default_factory=list)
    changes: list[Note] = field(default_factory=list)
    dropped: list[Note] = field(default_factory=list)
    checks: list[Note] = field(default_factory=list)
    questions: dict[str, Question] = field(default_factory=dict)
    faults: dict[tuple[int, int, str], None] = field(default_factory=dict)
    used: dict[str, str] = field(default_factory=dict)
    is_one_of_many: bool = False
    last_unit: int | None = None
    last_year: int = 9999

    @cached_property
    def lines(self) -> tuple[tuple[int, str], ...]:
        """Rows and texts of all words of the sheet that may name a unit."""
        return tuple(
            (at, plain(cell))
            for at, row in enumerate(self.grid.rows)
            for cell in row
            if isinstance(cell, str) and UNIT_LETTERS & set(cell)
        )

    def own(self, key: str) -> str:
        """Return the key for what differs from sheet to sheet, area and time, where several have one layout."""
        return f"{key}@{self.title}" if self.is_one_of_many else key

    @property
    def number(self) -> int:
        """Number of the sheet; 0 for a text file."""
        return self.grid.sheet[0] if self.grid.sheet else 0

    @property
    def title(self) -> str:
        """Name of the sheet."""
        return self.grid.sheet[1] if self.grid.sheet else ""

    def place(self, row: int, column: int) -> str:
        """Name a cell."""
        return place_name(self.number, self.title, row, column)

    def said(self, row: int, column: int) -> str:
        """Show a cell."""
        return shown(self.grid.cell(row, column)) if row < len(self.grid.rows) else ""

    def grid_box(self, row: int, column: int) -> int:
        """Return of how many cells a cell is made: more than one where cells were merged."""
        box = self._boxes.get((row, column))
        return (box[0] - row + 1) * (box[1] - column + 1) if box else 1

    @cached_property
    def _boxes(self) -> dict[tuple[int, int], tuple[int, int]]:
        return {(top, left): (bottom, right) for top, left, bottom, right in self.grid.merged}

    def answer(self, key: str) -> str | None:
        """Return the mapping's answer to a key, and note that it was used."""
        held = self.mapping.get(key)
        if held is not None:
            self.used[key] = held
        return held

    def ask(
        self,
        key: str,
        row: int,
        column: int,
        text: str,
        options: Sequence[tuple[str, str]],
        *,
        takes_text: str = "",
        is_lasting: bool = True,
    ) -> str | None:
        """Return the mapping's answer; without one, ask and return None.

        A key that begins with "!" is of this file alone.
        """
        if not is_lasting and not key.startswith("!"):
            key = f"!{key}"
        held = self.answer(key)
        if held is not None and not self._fits(held, options, takes_text):
            # An answer that is none of those offered is none: taken for one, it would drop a number without a word.
            held = None
        if held is None and key not in self.questions:
            self.questions[key] = Question(
                key=key,
                sheet=self.number,
                row=row,
                column=column,
                text=f"{self.place(row, column)}：{text}",
                options=tuple(Option(*pair) for pair in options),
                takes_text=takes_text,
                is_lasting=is_lasting,
            )
        return held

    def _fits(self, answer: str, options: Sequence[tuple[str, str]], takes_text: str) -> bool:
        if any(answer == value for value, _ in options):
            return True
        facets = parse_role_answer(answer)
        if facets and any("=" in value for value, _ in options):
            return facets.get("area") in (None, *self.areas)
        if takes_text == "area":
            return answer in self.areas or facets.get("area") in self.areas
        return bool(takes_text and _TEXTS[takes_text].fullmatch(answer))

    def fault(self, row: int, column: int, text: str) -> None:
        """Note what is wrong with a cell."""
        self.faults[row, column, f"{self.place(row, column)}：{text}"] = None

    def change(self, row: int, column: int, what: str) -> None:
        """Note how a cell was read otherwise than it stands."""
        self.changes.append(Note(row, column, self.said(row, column), what))

    def drop(self, row: int, column: int, why: str) -> None:
        """Note why a cell was left out."""
        self.dropped.append(Note(row, column, self.said(row, column), why))

    def check(self, row: int, column: int, what: str, *, is_good: bool = True) -> None:
        """Note what a check found."""
        self.checks.append(Note(row, column, self.said(row, column), what, is_good))


def pattern_of(text: str) -> str:
    """Return a header without what changes from month to month.

    Parameters
    ----------
    text : str

    Returns
    -------
    str

    Examples
    --------
    >>> pattern_of("2022年 6月 新设")
    '#年#月新设'
    """
    return re.sub(r"\d+", "#", re.sub(r"(?:十[一二]?|[一二三四五六七八九])(?=月|季)", "#", plain(text)))
