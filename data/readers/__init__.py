"""The door for files: bytes in, checked observations out, or every fault of the file at once and nothing else.

A file is what its content says, never what its name says. To read another kind, add a module with a function from bytes
and name to `Grid`, and one line to `READERS`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pandas as pd

from data.readers.grid import Grid
from data.readers.sniff import MAX_BYTES, bare_name, check_kind, check_size
from data.readers.text_grid import read_text
from data.readers.tidy import read_grid
from data.readers.xlsx_grid import read_xlsx
from forecasting.errors import FaultsError

__all__ = ["MAX_BYTES", "READERS", "read", "read_file"]

#: Kind of content, as `sniff.kind_of` tells it -> its reader.
READERS: dict[str, Callable[[bytes, str], Grid]] = {"text": read_text, "xlsx": read_xlsx}


def read(content: bytes, file_name: str, *, received_at: pd.Timestamp, known_areas: Mapping[str, str]) -> pd.DataFrame:
    """Read an uploaded file of monthly counts, in long or wide form.

    Parameters
    ----------
    content : bytes
    file_name : str
        As its user knows it; the source of rows which state none.
    received_at : pandas.Timestamp
        Without time zone; the vintage of rows which state none, and the bound of months and dates.
    known_areas : mapping of str to str
        Code -> name.

    Returns
    -------
    pandas.DataFrame
        Columns `data.observations.COLUMNS`, in reading order, checked. Whether stock and flows close is left to the
        caller, who holds the earlier months.

    Raises
    ------
    FaultsError
        Naming every cell at fault.
    """
    if received_at.tzinfo is not None:
        raise TypeError("received_at must be naive")
    name = bare_name(file_name)
    check_size(len(content), name)
    grid = READERS[check_kind(content, name)](content, name)
    return read_grid(grid, file_name=name, received_at=received_at, known_areas=known_areas)


def read_file(path: Path, *, received_at: pd.Timestamp, known_areas: Mapping[str, str]) -> pd.DataFrame:
    """Read a file on disk as `read` does; its size is checked before it is opened.

    Parameters
    ----------
    path : Path
    received_at : pandas.Timestamp
    known_areas : mapping of str to str
        Code -> name.

    Returns
    -------
    pandas.DataFrame
        As of `read`.

    Raises
    ------
    FaultsError
        If there is no such file, and as `read`.
    """
    if not path.is_file():
        raise FaultsError([f"找不到文件“{path}”。请核对路径。"])
    check_size(path.stat().st_size, bare_name(path.name))
    return read(path.read_bytes(), path.name, received_at=received_at, known_areas=known_areas)
