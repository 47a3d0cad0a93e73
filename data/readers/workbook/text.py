"""Text of a cell in the one form in which words are looked up: narrow letters, no blanks, one kind of dash."""

from __future__ import annotations

import re
from datetime import date
from functools import lru_cache

from data.readers.grid import Cell

_WIDE = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_DASHES = dict.fromkeys(map(ord, "－–—―─━−‐‑‒～~〜"), "-")
_MARKS = str.maketrans(
    {
        "，": ",",
        "：": ":",
        "（": "(",
        "）": ")",
        "［": "(",
        "］": ")",
        "【": "(",
        "】": ")",
        "﹪": "%",
        "％": "%",
        "〔": "(",
        "〕": ")",
        "[": "(",
        "]": ")",
    }
)
_INVISIBLE = re.compile(r"[\s\u200b-\u200f\u2060\ufeff\u00ad\u3000]+")


@lru_cache(maxsize=65536)
def plain(text: str) -> str:
    r"""Return a text in the form in which words are looked up.

    Parameters
    ----------
    text : str

    Returns
    -------
    str

    Examples
    --------
    >>> plain(" 新 设\n（户） １—６月")
    '新设(户)1-6月'
    """
    narrow = text.translate(_MARKS).translate(_WIDE).translate(_DASHES)
    return re.sub(r"-{2,}", "-", _INVISIBLE.sub("", narrow))


def words(cell: Cell) -> str:
    """Return what a cell says, in the form in which words are looked up.

    Parameters
    ----------
    cell : Cell

    Returns
    -------
    str
    """
    if isinstance(cell, float):
        return f"{cell:.15g}"
    return cell.isoformat() if isinstance(cell, date) else plain(cell)
