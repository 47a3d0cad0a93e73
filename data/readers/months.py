"""One cell to a month, or to the day the data are of.

A month may be written as itself or as its first or last day. 2022.1 is refused: as a number, October and January look
alike.
"""

from __future__ import annotations

import calendar
import re
from datetime import date

import pandas as pd

from data.readers.cells import NARROW, CellFault, parse_text
from data.readers.grid import Cell, shown

FIRST_YEAR = 1900

_MONTHS = [
    re.compile(r"([0-9]{4})[-/]([0-9]{1,2})"),
    re.compile(r"([0-9]{4})年([0-9]{1,2})月"),
    re.compile(r"([0-9]{4})([0-9]{2})"),
]
_DAYS = [
    re.compile(r"([0-9]{4})([-/])([0-9]{1,2})\2([0-9]{1,2})(?: 00:00:00)?"),
    re.compile(r"([0-9]{4})(年)([0-9]{1,2})月([0-9]{1,2})日"),
]


def parse_month(cell: Cell, *, last: pd.Period) -> pd.Period:
    """Return the month a cell names, as a month or as its first or last day.

    Parameters
    ----------
    cell : Cell
    last : pandas.Period
        The month in which the file was received; none after it can be known.

    Returns
    -------
    pandas.Period
        Frequency M.

    Raises
    ------
    CellFault
        If the cell is blank, not a month, a day in mid-month, before 1900 or after `last`.
    """
    text = parse_text(cell).translate(NARROW)
    if not text:
        raise CellFault("月份为空。请填写，如 2022-06。")
    if re.fullmatch(r"[0-9]{4}\.[0-9]{1,2}", text):
        raise CellFault(f"月份“{text}”是小数，分不清 2022.1 是 1 月还是 10 月。请改为文本，如 2022-01 或 2022年10月。")
    day = _day(text)
    if day and day.day not in (1, calendar.monthrange(day.year, day.month)[1]):
        raise CellFault(f"月份“{text}”是月中的一天。请填月份，如 {day:%Y-%m}；当月未结束的请待月末再报。")
    found = None if day else next((m for m in (p.fullmatch(text) for p in _MONTHS) if m), None)
    year, month = (day.year, day.month) if day else (int(found[1]), int(found[2])) if found else (0, 0)
    if not 1 <= month <= 12 or not year:
        raise CellFault(f"“{shown(cell)}”不是月份。请写作 2022-06、2022年6月、202206 或 2022/6。")
    if year < FIRST_YEAR:
        raise CellFault(f"月份“{shown(cell)}”早于 {FIRST_YEAR} 年。请核对年份。")
    period = pd.Period(year=year, month=month, freq="M")
    if period > last:
        raise CellFault(f"月份 {period} 晚于收到文件的月份 {last}。请核对年份；尚未发生的月份请删去该行。")
    return period


def parse_vintage(cell: Cell, *, received_at: pd.Timestamp) -> pd.Timestamp:
    """Return the day the data are of; a blank cell means the time of receipt.

    Parameters
    ----------
    cell : Cell
    received_at : pandas.Timestamp

    Returns
    -------
    pandas.Timestamp

    Raises
    ------
    CellFault
        If the cell is not a day, or one after `received_at`.
    """
    text = parse_text(cell).translate(NARROW)
    if not text:
        return received_at
    day = _day(text)
    if day is None or day.year < FIRST_YEAR:
        raise CellFault(f"“{shown(cell)}”不是日期。请写作 2022-07-05 或 2022年7月5日。")
    if day > received_at.date():
        raise CellFault(f"数据日期 {day} 晚于收到文件的日期 {received_at:%Y-%m-%d}。请核对。")
    return pd.Timestamp(day)


def _day(text: str) -> date | None:
    found = next((match for match in (pattern.fullmatch(text) for pattern in _DAYS) if match), None)
    if found is None:
        return None
    try:
        return date(int(found[1]), int(found[3]), int(found[4]))
    except ValueError:
        return None
