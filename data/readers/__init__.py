"""The door for files: bytes in, a `Reading` out, whose observations are released only when nothing is open.

A file is what its content says, never what its name says. A table whose headers are the product's own columns is read
strictly, as `tidy` says; any other as offices send it, by `workbook`. To read another kind of content, add a module
with a function from bytes and name to grids, and one line to `READERS`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path

import pandas as pd

from data.readers import workbook
from data.readers.book_grid import read_book
from data.readers.columns import is_tidy
from data.readers.grid import Grid, shown
from data.readers.sniff import MAX_BYTES, bare_name, check_kind, check_size
from data.readers.text_grid import read_text
from data.readers.tidy import read_grid
from data.readers.workbook import Reading, SheetReading, read_grids
from forecasting.errors import FaultsError

__all__ = ["MAX_BYTES", "READERS", "Reading", "load_file", "read_workbook"]

#: Kind of content, as `sniff.kind_of` tells it -> its reader.
READERS: dict[str, Callable[[bytes, str], Sequence[Grid]]] = {
    "text": lambda content, name: [read_text(content, name)],
    **{kind: partial(read_book, kind=kind) for kind in ("xlsx", "xls", "ods")},
}


def read_workbook(
    content: bytes,
    name: str,
    mapping: workbook.Mapping | None = None,
    *,
    received_at: pd.Timestamp,
    known_areas: Mapping[str, str],
) -> Reading:
    """Read an uploaded file: what was understood, what is asked, what is wrong.

    Parameters
    ----------
    content : bytes
    name : str
        As its user knows it; the source of rows which state none.
    mapping : workbook.Mapping, optional
        The user's answers, to this file or to an earlier one of the same layout.
    received_at : pandas.Timestamp
        Without time zone; the vintage of rows which state none, and the bound of months and dates.
    known_areas : mapping of str to str
        Code -> name.

    Returns
    -------
    Reading

    Raises
    ------
    FaultsError
        If the file cannot be opened at all, or is a table of the product's own columns with faults.
    """
    if received_at.tzinfo is not None:
        raise TypeError("received_at must be naive")
    file_name = bare_name(name)
    check_size(len(content), file_name)
    grids = READERS[check_kind(content, file_name)](content, file_name)
    if len(grids) == 1 and is_tidy(grids[0]):
        table = read_grid(grids[0], file_name=file_name, received_at=received_at, known_areas=known_areas)
        number, title = grids[0].sheet or (0, "")
        cells = tuple(tuple(shown(cell) for cell in row) for row in grids[0].rows)
        return Reading(file_name, table, sheets=(SheetReading(number, title, grids[0].is_hidden, cells, ()),))
    return read_grids(grids, file_name, mapping or workbook.Mapping(), received_at=received_at, known_areas=known_areas)


def load_file(path: Path) -> bytes:
    """Return the content of a file on disk, whose size is checked before it is opened.

    Parameters
    ----------
    path : Path

    Returns
    -------
    bytes

    Raises
    ------
    FaultsError
        If there is no such file, or it is too large or empty.
    """
    if not path.is_file():
        raise FaultsError([f"找不到文件“{path}”。请核对路径。"])
    check_size(path.stat().st_size, bare_name(path.name))
    return path.read_bytes()
