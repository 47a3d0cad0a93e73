"""One cell to a text or a count, and what is wrong where it is neither.

Each function takes what stands in the cell and returns its meaning or raises `CellFault` with what is wrong, what is
there and what to do; where the cell stands is added by the caller. Digits and signs may be full-width; nothing else is
forgiven, since a footnote mark (12①) or a unit (1.6万) read as digits would be a wrong number nobody sees.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date

from data.readers.grid import Cell, shown
from forecasting.errors import BeizengError

#: More entities than any area can have; a larger number is a telephone, a code or two cells run together.
MAX_COUNT = 1_000_000_000

#: Full-width digits and signs -> the narrow ones.
NARROW = str.maketrans("０１２３４５６７８９，．－−／", "0123456789,.--/")
_NUMBER = re.compile(r"-?([0-9]+|[0-9]{1,3}(,[0-9]{3})+)(\.[0-9]+)?")


class CellFault(BeizengError):
    """What is wrong with one cell, without its place."""


def parse_text(cell: Cell) -> str:
    """Return the text of a cell on one line, without blanks around it.

    Parameters
    ----------
    cell : Cell

    Returns
    -------
    str
        Empty for a blank cell.

    Raises
    ------
    CellFault
        If it holds control or other invisible characters.
    """
    text = f"{cell:.15g}" if isinstance(cell, float) else str(cell)
    text = " ".join(text.split())
    for letter in text:
        if unicodedata.category(letter) in ("Cc", "Cf", "Cs"):
            raise CellFault(f"“{shown(text)}”含有看不见的控制字符（U+{ord(letter):04X}）。请删去后重新录入该格。")
    return text


def parse_count(cell: Cell, title: str, *, is_whole: bool = True) -> float | None:
    """Return a number; None for a blank cell, which is a value not observed.

    Parameters
    ----------
    cell : Cell
    title : str
        What the number is, for messages.
    is_whole : bool
        Whether a fraction is a fault.

    Returns
    -------
    float or None

    Raises
    ------
    CellFault
        For anything but digits, with thousands commas in their place.
    """
    if isinstance(cell, float):
        value = cell
    else:
        text = parse_text(cell)
        if not text:
            return None
        if text.startswith(("=", "＝")):
            raise CellFault(f"{title}应为数字，现为公式文字“{shown(text)}”。请改为数值（复制后选“粘贴为数值”）。")
        if isinstance(cell, date) or not _NUMBER.fullmatch(text.translate(NARROW)):
            advice = "请以户为单位填阿拉伯数字（如 16000）；没有数据请留空。"
            raise CellFault(f"{title}应为数字，现为“{shown(text)}”。{advice}")
        value = float(text.translate(NARROW).replace(",", ""))
    if not abs(value) < MAX_COUNT:
        raise CellFault(f"{title}为 {shown(cell)}，超过十亿，不合常理。请核对是否填错列或连写。")
    if is_whole and value != round(value):
        raise CellFault(f"{title}应为整数，现为 {shown(cell)}。请核对，并以户为单位填写。")
    return value
