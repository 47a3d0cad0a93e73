"""The fonts, number formats and strings of an xls (BIFF8) that change what its cells say; all others are passed over.

A string too long for its record goes on in CONTINUE records, each of which begins with a byte that says anew how wide
its characters are. Sources: [MS-XLS] 2.4.122 (Font), 2.4.126 (Format), 2.4.265 (SST), 2.4.353 (XF), 2.5.217, 2.5.293.
"""

from __future__ import annotations

import struct
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import accumulate, pairwise

from data.readers.cell_fonts import STRUCK, Run, is_telling, note_runs
from data.readers.number_formats import UNIT_LETTERS, note_format
from data.readers.zip_check import Lost

_FONT, _FORMAT, _XF, _SST, _CONTINUE, _DATEMODE = 0x31, 0x41E, 0xE0, 0xFC, 0x3C, 0x22
_LABELSST, _LABEL, _NUMBER, _RK, _MULRK, _FORMULA = 0xFD, 0x204, 0x203, 0x27E, 0xBD, 0x06


@dataclass
class Looks:
    """What the first part of an xls says of the looks of its cells.

    Parameters
    ----------
    fonts : list of tuple of bool
        Whether struck out, whether raised.
    styles : list of tuple of int
        Font and number format of every cell style.
    formats : dict of int to str
        Number formats that show a unit.
    sst : list of bytes
        The record of strings and those that continue it.
    rich : dict of int to list of Run
        Shared string -> its parts, where one is struck out or raised.
    is_from_1904 : bool
    """

    fonts: list[tuple[bool, bool]] = field(default_factory=list)
    styles: list[tuple[int, int]] = field(default_factory=list)
    formats: dict[int, str] = field(default_factory=dict)
    sst: list[bytes] = field(default_factory=list)
    rich: dict[int, list[Run]] = field(default_factory=dict)
    is_from_1904: bool = False

    def take(self, kind: int, body: bytes, before: int) -> None:
        """Take what a record says.

        Parameters
        ----------
        kind : int
        body : bytes
        before : int
            Kind of the record before, other than CONTINUE.
        """
        if kind == _FONT:
            flags, raised = struct.unpack_from("<2xH4xH", body)
            self.fonts.append((bool(flags & 8), raised != 0))
            if len(self.fonts) == 4:
                # No font has the number 4.
                self.fonts.append((False, False))
        elif kind == _XF:
            self.styles.append(struct.unpack_from("<HH", body))
        elif kind == _FORMAT:
            number, length, flags = struct.unpack_from("<HHB", body)
            code = body[5:].decode("utf-16-le", "replace")[:length] if flags & 1 else ""
            if UNIT_LETTERS & set(code):
                self.formats[number] = code
        elif kind == _SST or (kind == _CONTINUE and before == _SST):
            self.sst.append(body)
        elif kind == _DATEMODE:
            self.is_from_1904 = bool(struct.unpack_from("<H", body)[0])

    def finish(self) -> None:
        """Read the strings, when all fonts are known."""
        for number, (text, starts) in enumerate(_strings(self.sst)):
            fonts = [self.fonts[font] if font < len(self.fonts) else (False, False) for _, font in starts]
            if any(any(font) for font in fonts):
                ends = pairwise([0, *(at for at, _ in starts), len(text)])
                looks = zip(ends, [(False, False), *fonts], strict=True)
                runs = [Run(text[first:last], *font) for (first, last), font in looks]
                if is_telling(runs):
                    self.rich[number] = runs
        self.sst = []

    def note(self, lost: Lost, kind: int, body: bytes) -> None:
        """Note of the cells of a record what their looks say.

        Parameters
        ----------
        lost : Lost
            Of the sheet; added to.
        kind : int
        body : bytes
        """
        if kind == _MULRK:
            row, first = struct.unpack_from("<HH", body)
            for step, (style, rk) in enumerate(struct.iter_unpack("<HI", body[4:-2])):
                self._note(lost, (row, first + step), style, _of_rk(rk))
        elif kind in (_LABELSST, _LABEL, _NUMBER, _RK, _FORMULA):
            row, column, style = struct.unpack_from("<HHH", body)
            value = None
            if kind == _NUMBER or (kind == _FORMULA and body[12:14] != b"\xff\xff"):
                (value,) = struct.unpack_from("<d", body, 6)
            elif kind == _RK:
                value = _of_rk(*struct.unpack_from("<I", body, 6))
            elif kind == _LABELSST:
                (string,) = struct.unpack_from("<I", body, 6)
                note_runs(lost, (row, column), self.rich.get(string, ()))
            self._note(lost, (row, column), style, value)

    def _note(self, lost: Lost, at: tuple[int, int], style: int, value: float | None) -> None:
        font, number_format = self.styles[style] if style < len(self.styles) else (0, 0)
        if value is not None and number_format in self.formats:
            note_format(lost, at, value, self.formats[number_format])
        if font < len(self.fonts) and self.fonts[font][0]:
            lost.mark(at, STRUCK)


def _of_rk(rk: int) -> float:
    """Return the number in 30 bits: an integer or the head of a double, either perhaps a hundred times too large."""
    value = float(struct.unpack("<i", struct.pack("<I", rk))[0] >> 2) if rk & 2 else 0.0
    if not rk & 2:
        (value,) = struct.unpack("<d", struct.pack("<Q", (rk & 0xFFFFFFFC) << 32))
    return value / 100 if rk & 1 else value


def _strings(records: Sequence[bytes]) -> list[tuple[str, list[tuple[int, int]]]]:
    """Return every shared string and where in it which font begins; a string in one font without its text."""
    data = b"".join(records)
    cuts = list(accumulate(map(len, records)))
    found: list[tuple[str, list[tuple[int, int]]]] = []
    at, n = 8, struct.unpack_from("<I", data, 4)[0] if records else 0
    while len(found) < n:
        length, flags = struct.unpack_from("<HB", data, at)
        at += 3
        n_runs = n_extra = 0
        if flags & 8:
            (n_runs,) = struct.unpack_from("<H", data, at)
            at += 2
        if flags & 4:
            (n_extra,) = struct.unpack_from("<I", data, at)
            at += 4
        chunks = []
        while length:
            width = 1 + (flags & 1)
            cut = cuts[bisect_left(cuts, at)]
            here = min(length, (cut - at) // width)
            if n_runs:
                part = data[at : at + here * width]
                chunks.append(part.decode("utf-16-le" if width == 2 else "latin-1", "replace"))
            at, length = at + here * width, length - here
            if length:
                flags = data[cut]
                at = cut + 1
        runs = [struct.unpack_from("<HH", data, at + 4 * step) for step in range(n_runs)]
        found.append(("".join(chunks), runs))
        at += 4 * n_runs + n_extra
    return found
