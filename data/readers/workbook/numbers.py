"""One cell to a number of entities and how finely it was written; nothing is rounded and nothing unread is dropped.

A number in 万户 is known to half a unit of its last digit. A mark for "no figure" (—, …, blank) is not a zero.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache

from data.readers.cells import MAX_COUNT
from data.readers.grid import Cell, shown
from data.readers.workbook.text import plain

#: What offices write where there is no figure. 无 and / are not among them: they may mean none, and are asked about.
ABSENT = frozenset(
    [
        "",
        "-",
        "…",
        "……",
        "...",
        "....",
        "......",
        "‥",
        "·",
        "..",
        "暂无",
        "缺",
        "暂缺",
        "N/A",
        "n/a",
        "NA",
        "未统计",
        "未报",
        "暂无数据",
    ]
)
UNITS = {"": 1, "百": 100, "千": 1000, "万": 10_000, "十万": 100_000, "百万": 1_000_000, "亿": 100_000_000}
_PLAIN = r"(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?"
_NUMBER = re.compile(rf"(?P<sign>[+-]?)(?P<digits>{_PLAIN})(?P<unit>百万|十万|[百千万亿]?)(?P<house>户|家|个|户数)?")
#: What Excel shows of a number in a narrow column, and a text export keeps: 1.7E+03 is 1700 give or take 50.
_SCIENTIFIC = re.compile(r"(?P<digits>\d(?:\.\d+)?)[Ee]\+?(?P<power>\d{1,2})")
_MIXED = re.compile(r"(?P<wan>\d+)万(?P<qian>\d)千(?:(?P<bai>\d)百)?(?:户|家|个)?")
_SPACED = re.compile(r"[+-]?[0-9０-９]{1,3}(?:[ \u00a0\u2009\u202f][0-9０-９]{3})+")
_ERRORS = re.compile(r"#[A-Z0-9/!?]+[!?]?|Err:\d+|#NAME\?|#N/A")


@dataclass(frozen=True)
class Number:
    """A number read.

    Parameters
    ----------
    value : float
        In entities.
    precision : float
        Half a unit of the last digit where that is more than one entity, else 0.
    how : str
        What was done to read it, in Chinese; empty where it stood as a plain number.
    """

    value: float
    precision: float
    how: str = ""


@dataclass(frozen=True)
class Unread:
    """A cell that is neither a number nor a mark for none.

    Parameters
    ----------
    why : str
        Chinese, without the place.
    """

    why: str


@lru_cache(maxsize=65536)
def read_number(cell: Cell, *, unit: int = 1, decimals: int | None = None) -> Number | Unread | None:
    """Read a count.

    Parameters
    ----------
    cell : Cell
    unit : int
        Entities to one, by header or title: 10 000 for 万户. A unit in the cell itself goes before it.
    decimals : int, optional
        Digits after the point that the column is written with; a numeric cell may have lost closing zeros.

    Returns
    -------
    Number, Unread or None
        None where no figure is given.
    """
    if isinstance(cell, date):
        return Unread(f"应为数字，现为日期“{cell}”（可能是 Excel 自动转换）。请改回数字后重新上传。")
    if isinstance(cell, float):
        text = _decimal_text(cell)
        written = max(_decimals(text), decimals or 0)
        return _checked(Decimal(text) * unit, unit, written, "" if unit == 1 else f"按{unit_name(unit)}换算", cell)
    text = plain(cell)
    if text in ABSENT:
        return None
    if _ERRORS.fullmatch(text):
        return Unread(f"是 Excel 的错误值“{text}”。请更正公式后重新上传。")
    if text.startswith("="):
        return Unread(f"是没有算出结果的公式“{shown(cell)}”。请在 Excel 中打开、保存后重新上传，或粘贴为数值。")
    mixed = _MIXED.fullmatch(text)
    if mixed:
        whole = int(mixed["wan"]) * 10_000 + int(mixed["qian"]) * 1000 + int(mixed["bai"] or 0) * 100
        last = 50.0 if mixed["bai"] else 500.0
        return Number(float(whole), last, f"“{shown(cell)}”读作 {whole}")
    scientific = _SCIENTIFIC.fullmatch(text)
    if scientific:
        scale = unit * 10 ** int(scientific["power"])
        value = Decimal(scientific["digits"]) * scale
        return _checked(value, scale, _decimals(scientific["digits"]), f"“{shown(cell)}”读作 {float(value):.10g}", cell)
    found = _NUMBER.fullmatch(text)
    if found is None or (re.search(r"\s", cell.strip()) and not _is_one_number(cell)):
        return Unread(f"应为数字，现为“{shown(cell)}”。请填阿拉伯数字；没有数据请留空或填“—”。")
    # 16,000户 in a column of 万户 says what it is itself.
    own = UNITS[found["unit"]] if found["unit"] else 1 if found["house"] else unit
    digits = found["digits"].replace(",", "")
    value = Decimal(found["sign"] + digits) * own
    is_bare = cell == digits and own == 1
    how = "" if is_bare else f"“{shown(cell)}”读作 {value.normalize():f}"
    return _checked(value, own, _decimals(digits), how, cell)


@lru_cache(maxsize=65536)
def is_numeric(cell: Cell) -> bool:
    """Return whether a cell holds a number, a number as text, or a rate.

    Parameters
    ----------
    cell : Cell

    Returns
    -------
    bool
    """
    if isinstance(cell, float):
        return True
    if isinstance(cell, date):
        return False
    text = plain(cell)
    return bool(re.match(r"[+-]?\d", text) and isinstance(read_number(text), Number)) or rate(cell) is not None


def rate(cell: Cell) -> tuple[float, float] | None:
    """Return a rate in per cent and half a unit of its last digit, of a text such as 15.3%.

    Parameters
    ----------
    cell : Cell

    Returns
    -------
    tuple of float or None
    """
    if not isinstance(cell, str):
        return None
    found = re.fullmatch(r"([+-]?\d+(?:\.(\d+))?)(%|个?百分点)", plain(cell))
    return (float(found[1]), 0.5 * 10.0 ** -len(found[2] or "")) if found else None


def is_mark(cell: Cell) -> bool:
    """Return whether a cell holds a mark for "no figure", which a blank is not.

    Parameters
    ----------
    cell : Cell

    Returns
    -------
    bool
    """
    return isinstance(cell, str) and bool(cell.strip()) and plain(cell) in ABSENT


def decimals_of(cell: Cell) -> int:
    """Return the digits behind the point of a numeric cell.

    Parameters
    ----------
    cell : Cell

    Returns
    -------
    int
        0 for any other.
    """
    return _decimals(_decimal_text(cell)) if isinstance(cell, float) else 0


def _checked(value: Decimal, unit: int, decimals: int, how: str, cell: Cell) -> Number | Unread:
    if abs(value) >= MAX_COUNT * 10:
        return Unread(f"为 {shown(cell)}，大得不合常理。请核对是否填错列、连写或单位有误。")
    if value != value.to_integral_value():
        return Unread(f"应为整数，现为 {shown(cell)}。请核对；若单位是万户，请在表头写明“单位：万户”。")
    step = Decimal(unit).scaleb(-decimals)
    return Number(float(value), float(step / 2) if step > 1 else 0.0, how)


def _is_one_number(cell: str) -> bool:
    """Return whether the blanks in a number part its thousands, or stand before its unit."""
    inner = cell.strip()
    return bool(_SPACED.fullmatch(inner)) or not re.search(r"[\d０-９.,，]\s+[\d０-９]", inner)


def _decimal_text(value: float) -> str:
    """Write a stored number without the noise of binary fractions."""
    text = f"{value:.10f}".rstrip("0").rstrip(".")
    short = f"{value:.9g}"
    if "e" not in short and abs(float(short) - value) < 1e-9 * max(1.0, abs(value)) and len(short) < len(text):
        text = short
    return "0" if text in ("-0", "") else text


def _decimals(text: str) -> int:
    return len(text.partition(".")[2])


def unit_name(unit: int) -> str:
    """Name a unit in Chinese.

    Parameters
    ----------
    unit : int
        Entities to one.

    Returns
    -------
    str

    Examples
    --------
    >>> unit_name(10_000)
    '万户'
    """
    return {value: name for name, value in UNITS.items()}.get(unit, str(unit)) + "户"
