"""What stands beside every page: which version of the data is shown, and the mark on simulated data."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

import pandas as pd
import streamlit as st

from forecasting.events import Event
from reports.wording import PUBLISHED, REPORTED, SIMULATED, few_counts_mark
from views.components.words import day
from workflow import Situation

FEW_COUNTS = {
    PUBLISHED: "没有月度数据，依据公开发布的少数数字预测。",
    REPORTED: "没有按月的新设和注销吊销，依据已录入的少数数字预测。",
}


def choose_version(vintages: pd.DatetimeIndex) -> dt.date | None:
    """Let the reader choose the day whose knowledge is shown.

    Parameters
    ----------
    vintages : pandas.DatetimeIndex
        Moments at which something became known; at least one.

    Returns
    -------
    datetime.date or None
        None for all that is known, so that what comes in later shows by itself.
    """
    days = sorted({moment.date() for moment in vintages}, reverse=True)

    def label(choice: dt.date | None) -> str:
        return f"最新（{day(days[0])}）" if choice is None else day(choice)

    with st.sidebar:
        return st.selectbox(
            "数据版本",
            [None, *days[1:]],
            format_func=label,
            # What stands there once nothing is chosen any more, as after new data: that is the newest, too.
            placeholder=label(None),
            key="as_of",
            persist_state="session",
            help="选择以往的日期，可查看当时已掌握的数据和据此作出的预测。",
        )


def choose_purges() -> bool:
    """Let the reader choose whether future purges are drawn.

    Returns
    -------
    bool
    """
    with st.sidebar:
        return st.toggle(
            "计入可能的集中清理",
            key="has_purges",
            persist_state="session",
            help="打开后，预测按以往已登记的集中清理的频率和规模，计入今后可能再有的清理；关闭时只看平常的注销吊销。"
            "只用于有月度数据的地区。",
        )


def show_mark(situation: Situation) -> None:
    """Say in the sidebar that there are simulated data, and which version of the data is shown if it is a past one.

    Parameters
    ----------
    situation : Situation
    """
    with st.sidebar:
        if situation.simulated:
            st.badge(SIMULATED, color="orange", help="本系统所带月度数据为模拟，不是实际统计数据。")
        if past_day() is not None:
            st.warning(f"正在查看{day(situation.as_of)}的历史版本。", icon=":material/history:")


def past_day() -> dt.date | None:
    """Return the past day whose knowledge is shown.

    Returns
    -------
    datetime.date or None
        None where all that is known is shown.
    """
    day_chosen: dt.date | None = st.session_state.get("as_of")
    return day_chosen


def known_events(situation: Situation) -> tuple[Event, ...]:
    """Events that had begun on the day shown; what came later was not known then.

    Parameters
    ----------
    situation : Situation

    Returns
    -------
    tuple of Event
    """
    until = past_day()
    return tuple(one for one in situation.events if until is None or one.start.start_time.date() <= until)


def mark(situation: Situation, areas: Iterable[str]) -> None:
    """Mark a page that shows simulated data, or what rests on few counts.

    Parameters
    ----------
    situation : Situation
    areas : iterable of str
        Codes of the areas it shows.
    """
    if situation.simulated.intersection(areas):
        st.badge(SIMULATED, color="orange", help="月度数据为模拟，不是实际统计数据。")
    few = (situation.published[code].basis for code in areas if code in situation.published)
    for name in dict.fromkeys(map(few_counts_mark, few)):
        st.badge(name, color="blue", help=FEW_COUNTS[name])
