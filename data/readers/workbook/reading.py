"""What came of reading a file: observations, and for every sheet what was taken for what, changed, left out and asked.

Nothing here decides; these are the words in which a reader answers, in Chinese where a user sees them.
"""

from __future__ import annotations

from collections.abc import Mapping as Pairs
from dataclasses import dataclass, field

import pandas as pd

from data.period_counts import make_counts
from data.readers.grid import column_letters
from forecasting.errors import FaultsError

#: Cells named under one reason.
SHOWN_CELLS = 6


@dataclass(frozen=True)
class Option:
    """One answer to a question.

    Parameters
    ----------
    value : str
        What a `Mapping` holds.
    label : str
        Chinese.
    """

    value: str
    label: str


@dataclass(frozen=True)
class Question:
    """Something the file does not settle.

    Parameters
    ----------
    key : str
        Under which a `Mapping` answers it.
    sheet : int
        Number of the sheet from 1; 0 for a text file.
    row, column : int
        Cell from 0; the first where several are concerned.
    text : str
        Chinese, beginning with the cell.
    options : tuple of Option
        The answers; with `takes_text` also any text of that kind.
    takes_text : str
        What may be typed in: `area` code, `month` 2022-06, `year` 2022, `count`, `reason`; empty for nothing.
    is_lasting : bool
        Whether the answer holds for next month's file too; one about a date or a number does not.
    """

    key: str
    sheet: int
    row: int
    column: int
    text: str
    options: tuple[Option, ...]
    takes_text: str = ""
    is_lasting: bool = True


@dataclass(frozen=True)
class Role:
    """What a column, a row label or a title was taken for.

    Parameters
    ----------
    key : str
        Under which a `Mapping` corrects it; empty where it cannot.
    part : str
        列, 行, 标题, 表名 or 文件名.
    row, column : int
        Its first cell, from 0.
    text : str
        As written.
    role : str
        Chinese.
    confidence : float
        0 to 1: 1 said in so many words, 0.9 by a known habit, 0.7 by its neighbours, 0 not understood.
    why : str
        Chinese.
    """

    key: str
    part: str
    row: int
    column: int
    text: str
    role: str
    confidence: float
    why: str


@dataclass(frozen=True)
class Note:
    """A cell that was changed or left out, or a check that was made.

    Parameters
    ----------
    row, column : int
        From 0.
    original : str
        As written.
    what : str
        Chinese: what it became, why it was left out, or what the check found.
    is_good : bool
        False for a check that does not fit.
    """

    row: int
    column: int
    original: str
    what: str
    is_good: bool = True


@dataclass(frozen=True)
class CellReading:
    """One cell that gave a number.

    Parameters
    ----------
    row, column : int
        From 0.
    original : str
    area, entity_type, measure : str
    period : str
        Chinese, as 2022年6月 or 2022年1-6月.
    value, precision : float
    """

    row: int
    column: int
    original: str
    area: str
    entity_type: str
    measure: str
    period: str
    value: float
    precision: float


@dataclass(frozen=True)
class SheetReading:
    """What was made of one sheet.

    Parameters
    ----------
    number : int
        From 1; 0 for a text file.
    title : str
    is_hidden : bool
    cells : tuple of tuple of str
        The grid as its user sees it.
    merged : tuple of tuple of int
        First row, first column, last row, last column.
    roles : tuple of Role
    readings : tuple of CellReading
    changes, dropped, checks : tuple of Note
    """

    number: int
    title: str
    is_hidden: bool
    cells: tuple[tuple[str, ...], ...]
    merged: tuple[tuple[int, int, int, int], ...]
    roles: tuple[Role, ...] = ()
    readings: tuple[CellReading, ...] = ()
    changes: tuple[Note, ...] = ()
    dropped: tuple[Note, ...] = ()
    checks: tuple[Note, ...] = ()

    def place(self, row: int, column: int) -> str:
        """Name a cell as its user sees it.

        Parameters
        ----------
        row, column : int
            From 0.

        Returns
        -------
        str
        """
        return place_name(self.number, self.title, row, column)


@dataclass(frozen=True, eq=False)
class Reading:
    """What came of reading a file.

    Parameters
    ----------
    file_name : str
    observations : pandas.DataFrame
        Columns `data.observations.COLUMNS`: a preview while anything is open.
    counts : pandas.DataFrame
        Columns `data.period_counts.COUNT_COLUMNS`: what is of several months and nothing parts.
    sheets : tuple of SheetReading
    questions : tuple of Question
    faults : tuple of str
        Chinese, each with its cell.
    fingerprint : str
        Of the layout: the same for next month's file of the same form.
    answers : mapping of str to str
        The answers that were used.
    remarks : tuple of str
        Chinese: what its counts of several months say beside what is held.
    """

    file_name: str
    observations: pd.DataFrame
    counts: pd.DataFrame = field(default_factory=make_counts)
    sheets: tuple[SheetReading, ...] = ()
    questions: tuple[Question, ...] = ()
    faults: tuple[str, ...] = ()
    fingerprint: str = ""
    answers: Pairs[str, str] = field(default_factory=dict)
    remarks: tuple[str, ...] = ()

    @property
    def is_complete(self) -> bool:
        """Whether nothing is open: no question, no fault, and something was read."""
        return not (self.questions or self.faults or (self.observations.empty and self.counts.empty))

    def left_out(self) -> tuple[str, ...]:
        """Tell what of the file gave no number and why, its cells under one reason together.

        Returns
        -------
        tuple of str
            Chinese, a line a sheet and reason.
        """
        lines = []
        for sheet in self.sheets:
            reasons: dict[str, list[str]] = {}
            for one in sheet.dropped:
                reasons.setdefault(one.what, []).append(f"{column_letters(one.column)}{one.row + 1}")
            name = f"“{sheet.title}”" if sheet.number else ""
            for reason, cells in reasons.items():
                more = f" 等{len(cells)}格" if len(cells) > SHOWN_CELLS else ""
                lines.append(f"未采用　{name}{'、'.join(cells[:SHOWN_CELLS])}{more}：{reason.removesuffix('，未采用')}")
        return tuple(lines)

    def released(self) -> tuple[pd.DataFrame, pd.DataFrame]:
        """Return the observations and the counts for storing.

        Returns
        -------
        tuple of pandas.DataFrame

        Raises
        ------
        FaultsError
            With every fault and every open question.
        """
        if not self.is_complete:
            asked = [
                f"{one.text}（可选：{'；'.join(o.label for o in one.options)}）" if one.options else one.text
                for one in self.questions
            ]
            texts = [*self.faults, *asked] or [f"文件“{self.file_name}”里没有可以入库的数。请核对后重新上传。"]
            raise FaultsError(texts, f"文件“{self.file_name}”有误，未存入任何数据")
        return self.observations, self.counts


def place_name(number: int, title: str, row: int, column: int) -> str:
    """Name a cell as its user sees it.

    Parameters
    ----------
    number : int
        Of the sheet, from 1; 0 for a text file.
    title : str
    row, column : int
        From 0.

    Returns
    -------
    str

    Examples
    --------
    >>> place_name(3, "6月", 11, 1)
    '表格第 3 张“6月”B12'
    """
    cell = f"{column_letters(column)}{row + 1}"
    return f"表格第 {number} 张“{title}”{cell}" if number else f"第{row + 1}行（{cell}）"
