"""Text in columns for the terminal: right-aligned, a Chinese character being two wide."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence


def in_columns(rows: Sequence[Sequence[str]]) -> list[str]:
    """Lay rows out in columns.

    Parameters
    ----------
    rows : sequence of sequence of str
        All of one length, the heading first.

    Returns
    -------
    list of str
        A line a row.
    """
    widths = [max(map(_width, column)) for column in zip(*rows, strict=True)]
    return [
        "  ".join(" " * (width - _width(text)) + text for text, width in zip(row, widths, strict=True)) for row in rows
    ]


def told(value: float | None, digits: int) -> str:
    """Return a number with so many digits after the point; a dash for one that cannot be told."""
    return "-" if value is None else f"{value:.{digits}f}"


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)
