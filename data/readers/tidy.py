"""A grid to observations: every row read, every fault kept, all of them raised at once in reading order.

Whether stock and flows close is not asked here, since the terms may come from several files; `forecasting.panel.Panel`
asks it when the caller puts them together. A mistake is reported once: a month whose row could not be read is not also
missing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import pandas as pd

from data.observations import COLUMNS, Fault, find_faults
from data.readers.columns import Located, match_columns
from data.readers.grid import Grid, column_letters, is_blank
from data.readers.rows import RowReader
from forecasting.errors import FaultsError


def read_grid(grid: Grid, *, file_name: str, received_at: pd.Timestamp, known_areas: Mapping[str, str]) -> pd.DataFrame:
    """Read a table in long or wide form.

    Parameters
    ----------
    grid : Grid
        With at least one row that is not blank.
    file_name : str
        The source of rows which state none.
    received_at : pandas.Timestamp
        The vintage of rows which state none.
    known_areas : mapping of str to str
        Code -> name.

    Returns
    -------
    pandas.DataFrame
        Observations in reading order.

    Raises
    ------
    FaultsError
        With all faults of the file.
    """
    fields, faults, is_readable = match_columns(grid)
    heads = [(grid.header, column) for column in fields.values() if (grid.header, column) in grid.marked]
    faults += [Located(*at, f"{grid.place(*at)}：{grid.marked[at]}") for at in heads]
    faults += _hidden(grid, list(fields.values()))
    table = pd.DataFrame()
    if is_readable:
        reader = RowReader(grid, fields, file_name, received_at, known_areas)
        for row in range(grid.header + 1, len(grid.rows)):
            if not is_blank(grid.rows[row]):
                reader.read_row(row)
        table = _table(reader)
        faults += [*reader.faults, *_table_faults(reader, table)]
        if table.empty and not faults:
            faults.append(Located(grid.header, 0, "表头下没有任何数值。请填写数据后重新上传。"))
    if faults:
        texts = dict.fromkeys(fault.text for fault in sorted(faults))
        raise FaultsError(list(texts), f"文件“{file_name}”有误，未存入任何数据")
    return table


def _hidden(grid: Grid, columns: Sequence[int]) -> Iterator[Located]:
    """Yield a fault for each hidden row or column that would be read: whoever sent the file may not see it."""
    for row in sorted(grid.hidden_rows):
        if row > grid.header and not is_blank(grid.rows[row]):
            yield Located(row, 0, f"第{row + 1}行在表中是隐藏的。请取消隐藏，核对后重新上传；不要的行请删去。")
    for column in sorted(grid.hidden_columns & set(columns)):
        said = f"{column_letters(column)}列在表中是隐藏的。请取消隐藏，核对后重新上传；不要的列请删去。"
        yield Located(grid.header, column, said)


def _table(reader: RowReader) -> pd.DataFrame:
    return pd.DataFrame(reader.records, columns=COLUMNS).astype(
        {"month": "period[M]", "value": float, "precision": float, "vintage": "datetime64[us]"}
    )


def _table_faults(reader: RowReader, table: pd.DataFrame) -> Iterator[Located]:
    """Yield what the checks of a table find, with the cells they find it in, unless a cell's fault explains it."""

    def cell(row: int, column: str) -> tuple[int, int]:
        at, value_column = reader.origins[row]
        return at, reader.fields.get(column, value_column) if column != "value" else value_column

    def place(row: int, column: str) -> str:
        return reader.grid.place(*cell(row, column))

    is_unread = table["value"].isna().to_numpy()
    for fault in find_faults(table, place):
        if not (fault.column == "value" and is_unread[fault.row]) and not _is_explained(fault, reader):
            yield Located(*cell(fault.row, fault.column), f"{place(fault.row, fault.column)}：{fault.message}")


def _is_explained(fault: Fault, reader: RowReader) -> bool:
    """Return whether a row that could not be read may be the month that is missing."""
    if not fault.missing:
        return False
    area, kind, *_ = reader.records[fault.row]
    return any(
        read_area in (None, area) and read_kind in (None, kind) and (month is None or month in fault.missing)
        for read_area, read_kind, month in reader.half_read
    )
