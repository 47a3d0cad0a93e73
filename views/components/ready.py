"""What every page needs before it can draw: the situation of the day asked for, computed beforehand by a worker.

Kept in memory by database, day and state of the data, so that what has just come in shows at once. Nothing is fitted
here: while projections are missing a worker makes them, and the page says so and looks again every second.
"""

from __future__ import annotations

import datetime as dt
import os
from typing import NoReturn

import streamlit as st

import workflow
from data.store import Store
from data.store.findings import HeldFinding
from forecasting.errors import BeizengError
from views.components import webfont
from views.components.sidebar import choose_purges, choose_version, show_mark
from views.components.words import plain
from views.components.worker import Worker
from workflow import Situation

STALE = "测算已完成，但结果与正在运行的程序版本不一致。请管理员重新启动本系统。"


class NotReadyError(Exception):
    """Projections that the situation needs are not in the store yet."""


def open_page(title: str) -> Situation:
    """Draw what every page begins with, and return what it is about.

    Parameters
    ----------
    title : str
        Chinese.

    Returns
    -------
    Situation
        Of the day chosen in the sidebar. Where it is not to be had yet the page says why and ends here.
    """
    as_of = begin(title)
    try:
        held = store()
        situation = _ready_or_wait(held.url, as_of, held.state(), choose_purges())
    except BeizengError as error:
        st.error(plain(str(error)))
        st.stop()
    show_mark(situation)
    return situation


def begin(title: str) -> dt.date | None:
    """Draw the title and the choice of the data's version, without waiting for anything to be computed.

    Parameters
    ----------
    title : str
        Chinese.

    Returns
    -------
    datetime.date or None
        The day chosen; None = all that is known.
    """
    _web_font()
    st.title(title, anchor=False)
    try:
        held = store()
        if held.vintages().empty:
            _load_demo(held.url)
        vintages = held.vintages()
    except BeizengError as error:
        st.error(plain(str(error)))
        st.stop()
    return choose_version(vintages)


def store() -> Store:
    """Return the database, opened once.

    Returns
    -------
    Store
    """
    return _store(os.environ.get(workflow.DATABASE_VARIABLE))


def start_computing() -> None:
    """Have the projections made that the newest data call for, without waiting for them."""
    held = store()
    if not workflow.is_ready(held):
        _worker(held.url, None, held.state(), has_purges=False)


@st.cache_resource(max_entries=4, show_spinner="正在检查数据……")
def quality_of(state: str) -> list[HeldFinding]:  # noqa: ARG001 - part of the key
    """Check all that is known, once a state of the data.

    Parameters
    ----------
    state : str
        Of the store.

    Returns
    -------
    list of HeldFinding
    """
    return workflow.watch_quality(store())


def forget_quality() -> None:
    """Have the findings read again: somebody wrote a conclusion."""
    quality_of.clear()


@st.cache_resource(max_entries=4, show_spinner=False)
def _store(url: str | None) -> Store:
    return workflow.open_store(url)


@st.cache_resource(max_entries=4, show_spinner="正在载入演示数据（模拟）……")
def _load_demo(url: str) -> None:
    # Once a process: readers who come at the same moment wait for the first.
    workflow.load_demo(_store(url))


@st.cache_resource(show_spinner=False)
def _web_font() -> object:
    return webfont.provide()


@st.cache_resource(max_entries=4, show_spinner=False)
def _situation(url: str, as_of: dt.date | None, state: str, has_purges: bool) -> Situation:  # noqa: ARG001 - state is part of the key
    held = _store(url)
    # An exception is not kept, so the question is asked anew until the answer is yes.
    if not workflow.is_ready(held, as_of, has_purges=has_purges):
        raise NotReadyError
    return workflow.situation(held, as_of, has_purges=has_purges)


@st.cache_resource(max_entries=16, show_spinner=False)
def _worker(url: str, as_of: dt.date | None, state: str, has_purges: bool) -> Worker:  # noqa: ARG001 - state is part of the key
    return Worker(url, as_of, has_purges=has_purges)


def _ready_or_wait(url: str, as_of: dt.date | None, state: str, has_purges: bool) -> Situation:
    try:
        return _situation(url, as_of, state, has_purges)
    except NotReadyError:
        worker = _worker(url, as_of, state, has_purges)
    if worker.is_running:
        _wait(worker)
        st.stop()
    if worker.error:
        return _give_up(worker.error, url, as_of, state, has_purges)
    try:
        # It may have finished between the two questions: ask once more.
        return _situation(url, as_of, state, has_purges)
    except NotReadyError:
        return _give_up(STALE, url, as_of, state, has_purges)


@st.fragment(run_every=1.0)
def _wait(worker: Worker) -> None:
    """Say that it is being computed; show the page by itself once it is."""
    if not worker.is_running:
        st.rerun()
    st.info(f"正在测算，请稍候，完成后自动显示。已用时{worker.seconds}秒。", icon=":material/hourglass_top:")
    if worker.progress:
        st.caption(worker.progress)


def _give_up(reason: str, url: str, as_of: dt.date | None, state: str, has_purges: bool) -> NoReturn:
    st.error(plain(f"未能完成测算：{reason}"))
    if st.button("重新测算", type="primary"):
        _worker.clear(url, as_of, state, has_purges)
        st.rerun()
    st.stop()
