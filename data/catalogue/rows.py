"""Reading the cells of a table one by one, so that every fault is found in one pass.

A cell is a month, a number or a flag exactly as written, or it is a fault that names file, row and column. Rows are
numbered as a spreadsheet numbers them, the header being row 1.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import pandas as pd

from forecasting.errors import FaultsError

FIRST_DATA_ROW = 2
FLAGS = {"true": True, "false": False}


@dataclass(frozen=True)
class Row:
    """One row of a file; reading a bad cell adds to `faults` and gives None.

    Parameters
    ----------
    place : str
        File and row, as shown to users.
    cells : mapping of str to str
        Text a column.
    faults : list of str
        Chinese sentences, in reading order.
    """

    place: str
    cells: Mapping[str, str]
    faults: list[str] = field(default_factory=list)

    def fault(self, column: str, what: str) -> None:
        """Record that the cell of `column` is wrong."""
        self.faults.append(f"{self.place} {column} 列：{what}")

    def require(self, columns: Sequence[str]) -> None:
        """Record every empty cell among `columns`."""
        for column in columns:
            if not self.cells[column]:
                self.fault(column, "为空，请填写。")

    def month(self, column: str) -> pd.Period | None:
        """Return the month of a cell; None if empty or, with a fault, unparsable."""
        return self._month(column, self.cells[column]) if self.cells[column] else None

    def number(self, column: str) -> float | None:
        """Return the number of a cell; None if empty or, with a fault, unparsable."""
        return self._number(column, self.cells[column]) if self.cells[column] else None

    def flag(self, column: str) -> bool | None:
        """Return true or false, in either case; None with a fault for anything else, an empty cell too."""
        text = self.cells[column]
        if text.lower() not in FLAGS:
            self.fault(column, f"“{text}”应为 true 或 false。")
        return FLAGS.get(text.lower())

    def steps(self, column: str) -> tuple[tuple[pd.Period, float], ...]:
        """Return the dated values of a cell such as `2022-12:7961;2023-12:9000`; those unparsable are faults."""
        steps = []
        for part in self.cells[column].split(";") if self.cells[column] else []:
            month_text, colon, value_text = part.partition(":")
            if not colon:
                self.fault(column, f"“{part}”应写作 2022-12:7961，多个以分号隔开。")
                continue
            month, value = self._month(column, month_text), self._number(column, value_text)
            if month is not None and value is not None:
                steps.append((month, value))
        return tuple(steps)

    def _month(self, column: str, text: str) -> pd.Period | None:
        if re.fullmatch(r"[0-9]{4}-(0[1-9]|1[0-2])", text):
            return pd.Period(text, freq="M")
        self.fault(column, f"“{text}”不是月份，应写作 2025-12。")
        return None

    def _number(self, column: str, text: str) -> float | None:
        if re.fullmatch(r"-?[0-9]+(\.[0-9]+)?", text):
            return float(text)
        self.fault(column, f"“{text}”不是数，应写作 11236 或 0.15，不带逗号、单位和百分号。")
        return None


def rows_of(table: pd.DataFrame, name: str) -> Iterator[Row]:
    """Give the rows of a table in order.

    Parameters
    ----------
    table : pandas.DataFrame
        As `read_table` returns it.
    name : str
        File name shown in faults.

    Yields
    ------
    Row
    """
    for position, cells in zip(table.index, table.to_dict("records"), strict=True):
        number = int(position) + FIRST_DATA_ROW
        yield Row(f"{name} 第{number}行", {str(column): str(text) for column, text in cells.items()})


def check_keys_unique(rows: Sequence[Row], key: Sequence[str]) -> None:
    """Record a fault in every row whose key an earlier row holds.

    Parameters
    ----------
    rows : sequence of Row
    key : sequence of str
        Key columns; keys with an empty first cell are not compared.
    """
    seen: dict[tuple[str, ...], str] = {}
    for row in rows:
        texts = tuple(row.cells[column] for column in key)
        if texts[0] and texts in seen:
            row.fault(key[0], f"“{' '.join(texts)}”与 {seen[texts]} 重复。")
        seen.setdefault(texts, row.place)


def raise_faults(rows: Sequence[Row], name: str) -> None:
    """Raise all faults of all rows at once.

    Parameters
    ----------
    rows : sequence of Row
    name : str
        File name shown in the heading.

    Raises
    ------
    FaultsError
        If any row has a fault.
    """
    faults = [fault for row in rows for fault in row.faults]
    if faults:
        raise FaultsError(faults, f"{name} 有误")
