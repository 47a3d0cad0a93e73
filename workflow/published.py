"""Areas of which only a few counts are known, published or reported: what to project of them, and on what that rests.

When a figure of the catalogue was published is not known: it is taken to be known once its period has ended, and the
basis says so. What was reported of a count holds against the catalogue. An area with monthly flows is never planned
here. Fails for an area with fewer than two counts or without a stock.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache

import pandas as pd

from data.catalogue import area_name, counts_from_published
from forecasting.errors import FaultsError, ModelError
from forecasting.events import FLOWS, Event
from forecasting.panel import Panel
from forecasting.sparse import COUNT_COLUMNS, SparsePlan, panel_of_counts, plan_counts
from forecasting.sparse.counts import COUNT_MEASURES, Count, rows_of
from reports.wording import PUBLISHED, REPORTED

#: What makes two counts speak of the same.
ITEM = ["area", "entity_type", "measure", "start", "end"]


@dataclass(frozen=True, eq=False)
class PublishedArea:
    """One area, planned.

    Parameters
    ----------
    planned : SparsePlan
    panel : Panel
        The counts of single months on a calendar, NaN between.
    basis : str
        What a projection of it rests on, in Chinese; begins with `PUBLISHED` or `REPORTED`.
    """

    planned: SparsePlan
    panel: Panel
    basis: str


def areas_with_months(known: pd.DataFrame) -> set[str]:
    """Find the areas of which entries and exits of a month are reported: those that are projected by months.

    Parameters
    ----------
    known : pandas.DataFrame
        Observations, one row an item.

    Returns
    -------
    set of str
        Codes.
    """
    flows = known[(known["status"] != "published") & known["measure"].isin(FLOWS)]
    held = flows.groupby(["area", "entity_type", "month"])["measure"].nunique()
    return set(held.index[held == len(FLOWS)].get_level_values("area"))


def reported_counts(known: pd.DataFrame, counts: pd.DataFrame) -> pd.DataFrame:
    """Return what is known in the store as counts, those of a month and those of several.

    Parameters
    ----------
    known : pandas.DataFrame
        Observations, one row an item.
    counts : pandas.DataFrame
        Of several months, see `data.period_counts`.

    Returns
    -------
    pandas.DataFrame
        Columns `forecasting.sparse.COUNT_COLUMNS`, status and vintage.
    """
    months = known.assign(start=known["month"], end=known["month"])
    together = pd.concat([months, counts], ignore_index=True)
    is_count = together["measure"].isin(list(COUNT_MEASURES))
    return together.loc[is_count, [*COUNT_COLUMNS, "status", "vintage"]].reset_index(drop=True)


def plan_published(
    but: Collection[str],
    *,
    reported: pd.DataFrame | None = None,
    deadlines: Mapping[str, pd.Period],
    events: tuple[Event, ...],
    as_of: dt.date | None,
    beyond: int,
    seed: int,
    n_paths: int,
    code_version: str,
) -> tuple[dict[str, PublishedArea], dict[str, str]]:
    """Plan every area of which enough was published or reported.

    Parameters
    ----------
    but : collection of str
        Areas with monthly data.
    reported : pandas.DataFrame, optional
        From `reported_counts`; default none.
    deadlines : mapping of str to pandas.Period
        By area, the last deadline of a goal that counts can speak to.
    events : tuple of Event
    as_of : datetime.date or None
        Only figures of the catalogue of periods that had ended by then; None for all.
    beyond : int
        Months to project beyond the last deadline, or the origin where there is none.
    seed, n_paths : int
    code_version : str

    Returns
    -------
    planned : dict of str to PublishedArea
        By area.
    reasons : dict of str to str
        By area with goals or with something reported, why it cannot be projected, in Chinese.
    """
    until = None if as_of is None else pd.Timestamp(as_of + dt.timedelta(days=1)).to_period("M") - 1
    published = _counts(until)
    own = published.iloc[:0].assign(status="", vintage="") if reported is None else reported
    planned: dict[str, PublishedArea] = {}
    reasons: dict[str, str] = {}
    for area in sorted({*published["area"], *own["area"]} - set(but)):
        told, said = (table[table["area"] == area] for table in (published, own))
        # What was reported of a count holds against what was published of it.
        told = told[~pd.MultiIndex.from_frame(told[ITEM]).isin(pd.MultiIndex.from_frame(said[ITEM]))]
        made = _plan(
            tuple(rows_of(pd.concat([told, said[COUNT_COLUMNS]]) if len(said) else told)),
            deadlines.get(area),
            events,
            beyond,
            seed,
            n_paths,
            code_version,
            str(said["vintage"].max()) if len(said) else "",
        )
        if isinstance(made, str):
            if area in deadlines or len(said):
                reasons[area] = made
            continue
        basis = _basis(made, area, n_told=len(told), statuses=set(said["status"]))
        planned[area] = PublishedArea(planned=made, panel=panel_of_counts(made.counts), basis=basis)
    return planned, reasons


@cache
def _counts(until: pd.Period | None) -> pd.DataFrame:
    return counts_from_published(until=until)


@lru_cache(maxsize=512)
def _plan(
    counts: tuple[Count, ...],
    deadline: pd.Period | None,
    events: tuple[Event, ...],
    beyond: int,
    seed: int,
    n_paths: int,
    code_version: str,
    data_vintage: str,
) -> SparsePlan | str:
    """Plan an area, or say why it cannot be projected."""
    table = pd.DataFrame(list(counts), columns=COUNT_COLUMNS)
    origin = table["end"].max()
    ahead = 0 if deadline is None else max(0, deadline.ordinal - origin.ordinal)
    try:
        return plan_counts(
            table,
            ahead + beyond,
            seed=seed,
            n_paths=n_paths,
            events=events,
            code_version=code_version,
            data_vintage=data_vintage,
        )
    except ModelError as error:
        return str(error)
    except FaultsError as error:
        return f"{error.heading}：{' '.join(error.faults)}"


def _basis(made: SparsePlan, area: str, *, n_told: int, statuses: set[str]) -> str:
    """Say on what a projection rests: figures of the catalogue, reported ones, or both."""
    origin, n = made.run.origin, len(made.counts)
    until = f"依据截至{origin.year}年{origin.month}月的{n}个"
    if not statuses:
        rests = f"{area_name(area)}没有月度数据，{until}公布数（含由同比推算的）预测"
    else:
        mixed = "（含公开数据和由同比推算的）" if n_told else ""
        rests = f"{area_name(area)}没有按月的新设和注销吊销，{until}已录入的数{mixed}预测"
    late = "；公布日期不详，统计期结束即视为已知" if n_told else ""
    return f"{PUBLISHED if statuses <= {'published'} else REPORTED}：{rests}{late}。"
