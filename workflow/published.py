"""Areas of which only published counts are known: what to project of them, and on what that rests.

When a figure was published is not known: it is taken to be known once its period has ended, and the basis says so. An
area with monthly data is never planned here. Fails for an area with fewer than two counts or without a stock.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cache

import pandas as pd

from data.catalogue import area_name, counts_from_published
from forecasting.errors import ModelError
from forecasting.events import Event
from forecasting.panel import Panel
from forecasting.sparse import SparsePlan, panel_of_counts, plan_counts
from reports.wording import PUBLISHED


@dataclass(frozen=True, eq=False)
class PublishedArea:
    """One area, planned.

    Parameters
    ----------
    planned : SparsePlan
    panel : Panel
        The counts of single months on a calendar, NaN between.
    basis : str
        What a projection of it rests on, in Chinese.
    """

    planned: SparsePlan
    panel: Panel
    basis: str


def plan_published(
    but: Collection[str],
    *,
    deadlines: Mapping[str, pd.Period],
    events: tuple[Event, ...],
    as_of: dt.date | None,
    beyond: int,
    seed: int,
    n_paths: int,
    code_version: str,
) -> tuple[dict[str, PublishedArea], dict[str, str]]:
    """Plan every area of which enough was published.

    Parameters
    ----------
    but : collection of str
        Areas with monthly data.
    deadlines : mapping of str to pandas.Period
        By area, the last deadline of a goal that counts can speak to.
    events : tuple of Event
    as_of : datetime.date or None
        Only figures of periods that had ended by then; None for all.
    beyond : int
        Months to project beyond the last deadline, or the origin where there is none.
    seed, n_paths : int
    code_version : str

    Returns
    -------
    planned : dict of str to PublishedArea
        By area.
    reasons : dict of str to str
        By area with goals, why it cannot be projected, in Chinese.
    """
    until = None if as_of is None else pd.Timestamp(as_of + dt.timedelta(days=1)).to_period("M") - 1
    planned: dict[str, PublishedArea] = {}
    reasons: dict[str, str] = {}
    for area in sorted(set(_counts(until)["area"]) - set(but)):
        made = _plan(area, until, deadlines.get(area), events, beyond, seed, n_paths, code_version)
        if isinstance(made, PublishedArea):
            planned[area] = made
        elif area in deadlines:
            reasons[area] = made
    return planned, reasons


@cache
def _counts(until: pd.Period | None) -> pd.DataFrame:
    return counts_from_published(until=until)


@cache
def _plan(
    area: str,
    until: pd.Period | None,
    deadline: pd.Period | None,
    events: tuple[Event, ...],
    beyond: int,
    seed: int,
    n_paths: int,
    code_version: str,
) -> PublishedArea | str:
    """Plan an area, or say why it cannot be projected; the catalogue does not change while the program runs."""
    counts = _counts(until)
    counts = counts[counts["area"] == area]
    origin = counts["end"].max()
    ahead = 0 if deadline is None else max(0, deadline.ordinal - origin.ordinal)
    try:
        planned = plan_counts(
            counts, ahead + beyond, seed=seed, n_paths=n_paths, events=events, code_version=code_version
        )
    except ModelError as error:
        return str(error)
    basis = (
        f"{PUBLISHED}：{area_name(area)}没有月度数据，依据截至{origin.year}年{origin.month}月的{len(planned.counts)}个公布数"
        "（含由同比推算的）预测；公布日期不详，统计期结束即视为已知。"
    )
    return PublishedArea(planned=planned, panel=panel_of_counts(planned.counts), basis=basis)
