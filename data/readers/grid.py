"""A grid of cells that remember where they stood, so that every message can name the cell to mend."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

#: What a reader may put in a cell: text as written, a number, or a day. A blank cell is the empty text.
Cell = str | float | date

MAX_ROWS = 200_000
SHOWN_CHARACTERS = 30


@dataclass(frozen=True)
class Grid:
    """The cells of one table as they stand in the file, blank rows included.

    Parameters
    ----------
    rows : sequence of sequence of Cell
        Row by row from the first of the file; rows may differ in length.
    sheet : tuple of int and str, optional
        Number (from 1) and name of the sheet; None for a text file.
    broken : mapping of int to str
        Rows whose cells cannot be told apart, and why.
    merged : tuple of tuple of int
        Merged cells: first row, first column, last row, last column, from 0.
    is_hidden : bool
        Whether the sheet is hidden.
    hidden_rows, hidden_columns : frozenset of int
        Rows and columns hidden in it.
    marked : mapping of (int, int) to str
        Row and column -> why what stands there cannot be taken as it stands, in Chinese, without the place.
    raised : mapping of (int, int) to str
        Row and column -> the superscript or subscript, a footnote mark, left out of the text.
    is_from_1904 : bool
        Whether its days are counted from 1904, so that a bare serial is another day than usual.
    """

    rows: Sequence[Sequence[Cell]]
    sheet: tuple[int, str] | None = None
    broken: Mapping[int, str] = field(default_factory=dict)
    merged: tuple[tuple[int, int, int, int], ...] = ()
    is_hidden: bool = False
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()
    marked: Mapping[tuple[int, int], str] = field(default_factory=dict)
    raised: Mapping[tuple[int, int], str] = field(default_factory=dict)
    is_from_1904: bool = False

    @property
    def header(self) -> int:
        """Position of the first row that is not blank; the number of rows if there is none."""
        return next((at for at, row in enumerate(self.rows) if not is_blank(row)), len(self.rows))

    def cell(self, row: int, column: int) -> Cell:
        """Return a cell; blank where the row is too short.

        Parameters
        ----------
        row, column : int
            From 0.

        Returns
        -------
        Cell
        """
        cells = self.rows[row]
        return cells[column] if column < len(cells) else ""

    def place(self, row: int, column: int) -> str:
        """Name a cell as its user sees it.

        Parameters
        ----------
        row, column : int
            From 0.

        Returns
        -------
        str
            `表格第 3 张“6月”B12` in a workbook, `第12行“新设”列（B12）` in a text file.
        """
        name = f"{column_letters(column)}{row + 1}"
        if self.sheet:
            return f"表格第 {self.sheet[0]} 张“{self.sheet[1]}”{name}"
        title = shown(self.cell(self.header, column)) if self.header < len(self.rows) else ""
        return f"第{row + 1}行“{title}”列（{name}）" if title else f"第{row + 1}行（{name}）"


def column_letters(column: int) -> str:
    """Return the spreadsheet name of a column: 0 is A, 26 is AA.

    Parameters
    ----------
    column : int

    Returns
    -------
    str

    Examples
    --------
    >>> [column_letters(column) for column in (0, 25, 26, 701, 702)]
    ['A', 'Z', 'AA', 'ZZ', 'AAA']
    """
    letters, left = "", column + 1
    while left:
        left, digit = divmod(left - 1, 26)
        letters = chr(ord("A") + digit) + letters
    return letters


def is_blank(row: Sequence[Cell]) -> bool:
    """Return whether nothing is written in a row.

    Parameters
    ----------
    row : sequence of Cell

    Returns
    -------
    bool
    """
    return all(isinstance(cell, str) and not cell.strip() for cell in row)


def shown(cell: Cell) -> str:
    """Return what a message shows of a cell: on one line, cut short, nothing unprintable.

    Parameters
    ----------
    cell : Cell

    Returns
    -------
    str
    """
    text = f"{cell:.15g}" if isinstance(cell, float) else str(cell).strip()
    text = "".join(letter if letter.isprintable() else "�" for letter in " ".join(text.split()))
    return text if len(text) <= SHOWN_CHARACTERS else f"{text[:SHOWN_CHARACTERS]}……"
