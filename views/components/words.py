"""How the pages write lamps, days and numbers, beside what `reports.wording` writes for page and slide alike."""

from __future__ import annotations

import datetime as dt
import math
import re

import pandas as pd

from reports import wording
from targets.assessment import Assessment
from targets.lamps import Lamp

#: Lamp -> Streamlit's name of a colour; .streamlit/config.toml makes its violet our light green.
COLOURS = {
    "green": "green",
    "lightgreen": "violet",
    "yellow": "yellow",
    "orange": "orange",
    "red": "red",
    "grey": "gray",
}


def day(date: dt.date) -> str:
    """Write a day as 2023年8月10日.

    Parameters
    ----------
    date : datetime.date

    Returns
    -------
    str
    """
    return f"{date.year}年{date.month}月{date.day}日"


def plain(text: str) -> str:
    r"""Return Markdown that shows a text as it is: what users wrote must not become pictures, links or colours.

    Parameters
    ----------
    text : str

    Returns
    -------
    str

    Examples
    --------
    >>> plain("A*B")
    'A\\\\*B'
    """
    return re.sub(r"([\\`*_{}\[\]()#+\-.!|~:$<>&])", r"\\\1", text).replace("\n", "\n\n")


def lamp_text(lamp: Lamp) -> str:
    """Write a lamp as coloured text: shape and word.

    Parameters
    ----------
    lamp : Lamp

    Returns
    -------
    str
        Markdown.
    """
    return f":{COLOURS[lamp.colour]}[{lamp.shape} {lamp.word}]"


def counted(value: float, unit: str) -> str:
    """Write a number with its unit; a dash where there is none.

    Parameters
    ----------
    value : float
    unit : str

    Returns
    -------
    str
    """
    return wording.ABSENT if math.isnan(value) else f"{wording.count(value)}{unit}"


def signed(value: float, unit: str) -> str:
    """Write a difference with its sign and unit.

    Parameters
    ----------
    value : float
    unit : str

    Returns
    -------
    str

    Examples
    --------
    >>> signed(-12.4, "户"), signed(0.2, "户")
    ('−12户', '0户')
    """
    if math.isnan(value):
        return wording.ABSENT
    whole = round(value)
    return f"{'+' if whole > 0 else '−' if whole < 0 else ''}{abs(whole)}{unit}"


def signed_percent(value: float) -> str:
    """Write a rate of change with its sign.

    Parameters
    ----------
    value : float
        A fraction.

    Returns
    -------
    str
    """
    points = wording.points(value)
    return points if points == wording.ABSENT else f"{points}%"


def needed_net(one: Assessment) -> str:
    """Write what a month still has to bring on balance, rounded up, with its unit.

    Parameters
    ----------
    one : Assessment

    Returns
    -------
    str
        A dash where nothing more is asked for.
    """
    text = wording.needed(one)
    if text == wording.ABSENT:
        return text
    return text if one.style == "share" else f"{text}{wording.unit(one)}"


def needed_gross(one: Assessment) -> str:
    """Write the entries a month still has to bring, rounded up, with their unit.

    Parameters
    ----------
    one : Assessment

    Returns
    -------
    str
        A dash where nothing more is asked for, or what is counted is no stock.
    """
    if one.style != "stock" or wording.needed(one) == wording.ABSENT or math.isnan(one.required_gross):
        return wording.ABSENT
    return f"{math.ceil(round(one.required_gross, 6))}{wording.unit(one)}"


def published_number(value: float, precision: float, unit: str) -> str:
    """Write a published figure as it was printed: to twice its precision, in 万 or 亿 where it was so rounded.

    Parameters
    ----------
    value, precision : float
    unit : str
        `%` for fractions.

    Returns
    -------
    str

    Examples
    --------
    >>> published_number(9983000.0, 500.0, "户"), published_number(134000000.0, 500000.0, "户")
    ('998.3万户', '1.34亿户')
    """
    step = 2 * precision
    if unit == "%":
        return f"{value:.{max(0, round(-math.log10(step * 100)))}%}"
    if value >= 1e8 and step >= 1e6:
        return f"{value / 1e8:.{max(0, round(8 - math.log10(step)))}f}亿{unit}"
    if value >= 1e4 and step >= 1e2:
        return f"{value / 1e4:.{max(0, round(4 - math.log10(step)))}f}万{unit}"
    return f"{value:.0f}{unit}"


def span(start: pd.Period, end: pd.Period) -> str:
    """Write months from one to another: 2022年4月, 2022年1—4月, 2022年4月—2024年2月.

    Parameters
    ----------
    start, end : pandas.Period

    Returns
    -------
    str
    """
    if start == end:
        return wording.month(start)
    if start.year == end.year:
        return (
            f"{start.year}年全年"
            if (start.month, end.month) == (1, 12)
            else f"{start.year}年{start.month}—{end.month}月"
        )
    return f"{wording.month(start)}—{wording.month(end)}"
