"""The rows of a grid to records: each cell read, each fault kept with the cell it stands in."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

import numpy as np
import pandas as pd

from data.readers.cells import CellFault, parse_count, parse_text
from data.readers.columns import Located
from data.readers.grid import Cell, Grid, is_blank, shown
from data.readers.months import parse_month, parse_vintage
from data.readers.words import ENTITY_TYPE_WORDS, MEASURE_WORDS, STATUS_WORDS, parse_area, parse_word
from forecasting.panel import MEASURES

T = TypeVar("T")

#: A row of Observations, in the order of their columns.
Record = tuple[str, str, pd.Period, str, float, float, str, str, pd.Timestamp]


@dataclass
class RowReader:
    """Reads the rows of a grid and keeps what it found.

    Parameters
    ----------
    grid : Grid
    fields : mapping of str to int
        Field -> column.
    file_name : str
        The source of rows which state none.
    received_at : pandas.Timestamp
        The vintage of rows which state none.
    known_areas : mapping of str to str
        Code -> name.

    Attributes
    ----------
    faults : list of Located
    records : list of Record
        The value is NaN where its cell is at fault: the cell still stands for its month.
    origins : list of tuple of int and int
        Row and column of each record's value.
    half_read : list of tuple
        Area, type and month of rows that gave no record because their key is at fault; None where not readable.
    """

    grid: Grid
    fields: Mapping[str, int]
    file_name: str
    received_at: pd.Timestamp
    known_areas: Mapping[str, str]
    faults: list[Located] = field(default_factory=list)
    records: list[Record] = field(default_factory=list)
    origins: list[tuple[int, int]] = field(default_factory=list)
    half_read: list[tuple[str | None, str | None, pd.Period | None]] = field(default_factory=list)
    _areas: dict[tuple[Cell | None, Cell | None], str] = field(default_factory=dict)

    def read_row(self, row: int) -> None:
        """Add the records of a row, and its faults.

        Parameters
        ----------
        row : int
            Position in the grid.
        """
        if row in self.grid.broken:
            self.faults.append(Located(row, 0, self.grid.broken[row]))
            self.half_read.append((None, None, None))
            return
        area, kind, month, vintage = self._key(row)
        columns: dict[str | None, int] = {name: self.fields[name] for name in MEASURES if name in self.fields}
        if "measure" in self.fields:
            measure = self._take(row, "measure", lambda cell: parse_word(cell, MEASURE_WORDS, "指标"))
            columns = {measure: self.fields["value"]}
        source = self._optional(row, "source", parse_text) or self.file_name
        status = self._optional(row, "status", lambda cell: parse_word(cell, STATUS_WORDS, "状态")) or "final"
        precision = self._optional(row, "precision", lambda cell: parse_count(cell, "精度", is_whole=False)) or 0.0
        values = {name: self._value(row, name) for name in columns}
        note = self._note(row, values)
        if area is None or kind is None or month is None or vintage is None or None in columns:
            self.half_read.append((area, kind, month))
            return
        for name, value in values.items():
            if name is not None and value is not None:
                said = f"{source}；调整原因：{note}" if note and name == "adjustment" else source
                self.records.append((area, kind, month, name, value, precision, status, said, vintage))
                self.origins.append((row, columns[name]))

    def _key(self, row: int) -> tuple[str | None, str | None, pd.Period | None, pd.Timestamp | None]:
        area = self._take(row, "area_code" if "area_code" in self.fields else "area_name", lambda _: self._area(row))
        kind: str | None = "all"
        if "entity_type" in self.fields:
            kind = self._take(row, "entity_type", lambda cell: parse_word(cell, ENTITY_TYPE_WORDS, "主体类型"))
        last = self.received_at.to_period("M")
        month = self._take(row, "month", lambda cell: parse_month(cell, last=last))
        vintage: pd.Timestamp | None = self.received_at
        if "vintage" in self.fields:
            vintage = self._take(row, "vintage", lambda cell: parse_vintage(cell, received_at=self.received_at))
        return area, kind, month, vintage

    def _area(self, row: int) -> str:
        code, name = (
            self.grid.cell(row, self.fields[column]) if column in self.fields else None
            for column in ("area_code", "area_name")
        )
        if (code, name) not in self._areas:
            self._areas[code, name] = parse_area(code, name, self.known_areas)
        return self._areas[code, name]

    def _value(self, row: int, measure: str | None) -> float | None:
        """Return the number of a measure; None where not observed, NaN where its cell is at fault."""
        column = measure if measure is not None and measure in self.fields else "value"
        title = MEASURES.get(measure or "", "数值")
        n_before = len(self.faults)
        value = self._take(row, column, lambda cell: parse_count(cell, title))
        return np.nan if len(self.faults) > n_before else value

    def _note(self, row: int, values: Mapping[str | None, float | None]) -> str | None:
        """Return why there is an adjustment: required where it is not 0, and out of place where there is none."""
        note = self._optional(row, "note", parse_text)
        value = values.get("adjustment")
        column = "note" if "note" in self.fields else "adjustment" if "adjustment" in self.fields else "value"
        if value and not np.isnan(value) and not note:
            self._blame(row, column, f"调整为 {value:.10g}，须在“调整原因”列注明原因。请补填。")
        if note and value is None and None not in values:
            self._blame(row, column, f"填写了调整原因“{note}”，但没有调整数。请补填调整数，或删去原因。")
        return note

    def _optional(self, row: int, name: str, parse: Callable[[Cell], T]) -> T | None:
        if name not in self.fields or is_blank([self.grid.cell(row, self.fields[name])]):
            return None
        return self._take(row, name, parse)

    def _take(self, row: int, name: str, parse: Callable[[Cell], T]) -> T | None:
        at = (row, self.fields[name])
        if at in self.grid.marked:
            self._blame(row, name, self.grid.marked[at])
            return None
        if at in self.grid.raised:
            self._blame(
                row, name, f"格内的“{shown(self.grid.raised[at])}”是上标或下标，看不出算不算。请删去后重新上传。"
            )
            return None
        try:
            return parse(self.grid.cell(row, self.fields[name]))
        except CellFault as fault:
            self._blame(row, name, str(fault))
            return None

    def _blame(self, row: int, name: str, message: str) -> None:
        column = self.fields[name]
        self.faults.append(Located(row, column, f"{self.grid.place(row, column)}：{message}"))
