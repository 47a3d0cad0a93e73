"""A look through an xls (BIFF in a compound file) for cells calamine reads as blank: errors, formulas without result.

Five records matter: FORMULA with no stored result or an error, BOOLERR, and ROW and COLINFO where hidden; what the
looks of cells say is for `xls_looks`. A file written by a program that computes nothing (a script) stores no results.
Sources: [MS-CFB] 2.2-2.6, [MS-XLS] 2.4.53, 2.4.127, 2.4.221, 2.5.133.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

from data.readers.xls_looks import Looks
from data.readers.zip_check import DAMAGED, Lost
from forecasting.errors import FaultsError

_FREE = 0xFFFFFFF0  # sector numbers from here on end a chain or mean none
_ERRORS = {0x00: "#NULL!", 0x07: "#DIV/0!", 0x0F: "#VALUE!", 0x17: "#REF!", 0x1D: "#NAME?", 0x24: "#NUM!", 0x2A: "#N/A"}
_FORMULA, _STRING, _BOOLERR, _BOUNDSHEET, _BOF, _EOF, _FILEPASS = 0x06, 0x207, 0x205, 0x85, 0x809, 0x0A, 0x2F
_ROW, _COLINFO, _CONTINUE = 0x208, 0x7D, 0x3C
_BIFF8 = 0x600
_BETWEEN = {0x4BC, 0x221, 0x236}  # shared formula, array, table: may stand between a formula and its text


def scan(content: bytes, name: str) -> dict[str, Lost]:
    """Return what calamine would lose of an xls.

    Parameters
    ----------
    content : bytes
        A compound file.
    name : str
        Of the file, for messages.

    Returns
    -------
    dict of str to Lost
        By the number of the sheet from 1, as text.

    Raises
    ------
    FaultsError
        If it is damaged, protected, or no workbook.
    """
    try:
        streams = _streams(content)
        if "EncryptedPackage" in streams:
            raise FaultsError([f"文件“{name}”加了密码。请去掉密码后重新上传。"])
        book = next((streams[title] for title in ("Workbook", "WORKBOOK", "Book", "BOOK") if title in streams), None)
        if book is None:
            raise FaultsError(
                [f"文件“{name}”里没有工作簿，可能是 Word 等其他文件。请把数据另存为 .xlsx 或 .csv 后重新上传。"]
            )
        return _lost(book, name)
    except (struct.error, IndexError, ValueError) as error:
        if isinstance(error, FaultsError):
            raise
        raise FaultsError([f"文件“{name}”{DAMAGED}"]) from error


def _lost(book: bytes, name: str) -> dict[str, Lost]:
    starts, depth, before, looks = [], 0, 0, Looks()
    # What says how cells look is written otherwise before BIFF8.
    is_biff8 = struct.unpack_from("<H", book, 4)[0] == _BIFF8
    for at, kind, body in _records(book, 0):
        if kind == _FILEPASS:
            raise FaultsError([f"文件“{name}”加了密码。请去掉密码后重新上传。"])
        if is_biff8:
            looks.take(kind, body, before)
        before = kind if kind != _CONTINUE else before
        depth += (kind & 0xFF == 0x09 and at == 0) - (kind == _EOF)
        if kind == _BOUNDSHEET:
            starts.append(struct.unpack_from("<I", body)[0])
        if kind == _EOF:
            break
    looks.finish()
    return {str(number): _lost_of_sheet(book, start, looks) for number, start in enumerate(starts, start=1)}


def _lost_of_sheet(book: bytes, start: int, looks: Looks) -> Lost:
    lost, waiting, depth = Lost(is_from_1904=looks.is_from_1904), None, 0
    for _, kind, body in _records(book, start):
        if waiting and kind not in _BETWEEN:
            if kind != _STRING:
                lost.cells[waiting] = "=公式"
            waiting = None
        if depth == 1:
            looks.note(lost, kind, body)
        if kind == _BOF:
            depth += 1
        elif kind == _EOF:
            depth -= 1
            if depth <= 0:
                break
        elif kind == _FORMULA and depth <= 1:
            row, column = struct.unpack_from("<HH", body)
            if body[12:14] == b"\xff\xff":
                if body[6] == 2:
                    lost.cells[row, column] = _ERRORS.get(body[8], "#N/A")
                elif body[6] == 3:
                    lost.cells[row, column] = "=公式"
                elif body[6] == 0:
                    waiting = (row, column)
        elif kind == _ROW and depth <= 1 and struct.unpack_from("<I", body, 12)[0] & 0x20:
            row = struct.unpack_from("<H", body)[0]
            lost.hidden_rows.append((row, row))
        elif kind == _COLINFO and depth <= 1 and struct.unpack_from("<H", body, 8)[0] & 1:
            lost.hidden_columns.append(struct.unpack_from("<HH", body))
        elif kind == _BOOLERR and depth <= 1 and body[7]:
            row, column = struct.unpack_from("<HH", body)
            lost.cells[row, column] = _ERRORS.get(body[6], "#N/A")
    return lost


def _records(book: bytes, start: int) -> Iterator[tuple[int, int, bytes]]:
    at = start
    while at + 4 <= len(book):
        kind, size = struct.unpack_from("<HH", book, at)
        yield at, kind, book[at + 4 : at + 4 + size]
        at += 4 + size


def _streams(content: bytes) -> dict[str, bytes]:
    """Return the streams of a compound file by name; only those that are needed are put together."""
    size = 1 << struct.unpack_from("<H", content, 30)[0]
    if size not in (512, 4096):
        raise ValueError
    n_sectors = len(content) // size + 1
    difat = [sector for sector in struct.unpack_from("<109I", content, 76) if sector < _FREE]
    following = struct.unpack_from("<I", content, 68)[0]
    for _ in range(n_sectors):
        if following >= _FREE:
            break
        *more, following = struct.unpack_from(f"<{size // 4}I", content, (following + 1) * size)
        difat += [sector for sector in more if sector < _FREE]
    fat: list[int] = []
    for sector in difat[:n_sectors]:
        fat += struct.unpack_from(f"<{size // 4}I", content, (sector + 1) * size)

    def chain(start: int, table: list[int], most: int) -> list[int]:
        sectors = []
        while start < _FREE:
            sectors.append(start)
            if len(sectors) > most:
                raise ValueError
            start = table[start]
        return sectors

    def read(start: int) -> bytes:
        return b"".join(content[(sector + 1) * size : (sector + 2) * size] for sector in chain(start, fat, n_sectors))

    directory = read(struct.unpack_from("<I", content, 48)[0])
    cutoff, mini_start = struct.unpack_from("<I", content, 56)[0], struct.unpack_from("<I", content, 60)[0]
    mini_fat = [number for (number,) in struct.iter_unpack("<I", read(mini_start))] if mini_start < _FREE else []
    mini = read(struct.unpack_from("<I", directory, 116)[0]) if mini_fat else b""
    streams: dict[str, bytes] = {}
    for at in range(0, len(directory) - 127, 128):
        length = struct.unpack_from("<H", directory, at + 64)[0]
        title = directory[at : at + max(0, length - 2)].decode("utf-16-le", errors="replace")
        start, n_bytes = struct.unpack_from("<II", directory, at + 116)
        if title in ("Workbook", "WORKBOOK", "Book", "BOOK"):
            small = n_bytes < cutoff
            whole = (
                b"".join(mini[s * 64 : s * 64 + 64] for s in chain(start, mini_fat, len(mini_fat)))
                if small
                else read(start)
            )
            streams[title] = whole[:n_bytes]
        elif title:
            streams[title] = b""
    return streams
