"""Origins, horizons and spells of months as written in a command. What is not written so is refused, never guessed."""

from __future__ import annotations

import re

import pandas as pd

from forecasting.errors import SchemaError


def read_origins(text: str) -> list[pd.Period]:
    """Read the months that `START:END:STEP_MONTHS` or a list with commas names.

    Parameters
    ----------
    text : str

    Returns
    -------
    list of pandas.Period

    Raises
    ------
    SchemaError
        If it is written otherwise.

    Examples
    --------
    >>> [str(month) for month in read_origins("2009-12:2012-01:12")]
    ['2009-12', '2010-12', '2011-12']
    """
    if ":" not in text:
        return [read_month(part) for part in text.split(",")]
    spell, _, step = text.rpartition(":")
    if text.count(":") != 2 or not re.fullmatch(r"[1-9][0-9]*", step):
        raise SchemaError(f"起点“{text}”应写作 首:末:间隔月数，如 2009-12:2021-12:12，或以逗号分隔。")
    return list(pd.period_range(*read_spell(spell), freq="M")[:: int(step)])


def read_spell(text: str) -> tuple[pd.Period, pd.Period]:
    """Read the first and last month of `START:END`.

    Parameters
    ----------
    text : str

    Returns
    -------
    tuple of pandas.Period

    Raises
    ------
    SchemaError
        If it is written otherwise, or the last month precedes the first.
    """
    parts = text.split(":")
    if len(parts) != 2:
        raise SchemaError(f"“{text}”应写作 首月:末月，如 2020-03:2020-08。")
    first, last = map(read_month, parts)
    if first > last:
        raise SchemaError(f"“{text}”的首月晚于末月。请核对。")
    return first, last


def read_horizons(text: str) -> list[int]:
    """Read months ahead, parted by commas.

    Parameters
    ----------
    text : str

    Returns
    -------
    list of int
        Rising, each once.

    Raises
    ------
    SchemaError
        If a part is not a whole number from 1 to 999.
    """
    parts = [part.strip() for part in text.split(",")]
    if not all(re.fullmatch(r"[1-9][0-9]{0,2}", part) for part in parts):
        raise SchemaError(f"预测期“{text}”应为以逗号分隔的正整数，如 12,24,36。")
    return sorted({int(part) for part in parts})


def read_month(text: str) -> pd.Period:
    """Read a month.

    Parameters
    ----------
    text : str

    Returns
    -------
    pandas.Period

    Raises
    ------
    SchemaError
        If it is not written as 2023-06.
    """
    if not re.fullmatch(r"[0-9]{4}-(0[1-9]|1[0-2])", text.strip()):
        raise SchemaError(f"月份“{text}”应写作 2023-06。")
    return pd.Period(text.strip(), freq="M")
