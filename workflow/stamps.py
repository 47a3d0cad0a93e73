"""When it is, who is at work, and the moment at which something known on a day became known.

Jobs read the clock here only. Moments of files are the office's local time, those of batches UTC.
"""

from __future__ import annotations

import datetime as dt
import getpass
import os

import pandas as pd

from forecasting.errors import SchemaError

#: Names who is at work; else the user of the system.
OPERATOR_VARIABLE = "BEIZENG_USER"
#: After every vintage.
LAST_DAY = dt.date.max - dt.timedelta(days=1)


def now() -> dt.datetime:
    """Return the present moment, local and without zone, as the store keeps it.

    Returns
    -------
    datetime.datetime
    """
    return dt.datetime.now()  # noqa: DTZ005 - the store keeps the office's local time


def utc_now() -> dt.datetime:
    """Return the present moment in UTC, as batches and decisions are stamped.

    Returns
    -------
    datetime.datetime
    """
    return dt.datetime.now(dt.UTC)


def operator() -> str:
    """Return who is at work: the environment variable `BEIZENG_USER`, else the user of the system.

    Returns
    -------
    str
    """
    return os.environ.get(OPERATOR_VARIABLE) or getpass.getuser()


def as_vintage(day: dt.date | None) -> pd.Timestamp:
    """Return the moment at which something known on a day became known.

    Parameters
    ----------
    day : datetime.date or None
        None: now.

    Returns
    -------
    pandas.Timestamp
        Local, without zone; now for today, else the first moment of the day.

    Raises
    ------
    SchemaError
        If the day lies in the future.
    """
    moment = pd.Timestamp(now())
    if day is None or day == moment.date():
        return moment
    if day > moment.date():
        raise SchemaError(f"日期 {day} 晚于今天 {moment.date()}。数据为人所知的日期不能在今天之后，请更正。")
    return pd.Timestamp(day)
