"""What a projection from few counts would see, and whether it can be made: year ends, quarters, figures in the news.

    a series is projected with a stock and another count; an area whose three types all have a stock type by type,
    its counts of all types being counts of their sum

Counts of periods that end after the origin are not looked at, not even for their faults. Fails where no series is left.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import pandas as pd

from forecasting.errors import ModelError
from forecasting.events import Event
from forecasting.panel import ENTITY_TYPES, KEY
from forecasting.runs import Run
from forecasting.sparse.counts import check_counts
from forecasting.sparse.season import Season, season_of_counts

#: Counts of a series below which nothing is projected: a stock alone says nothing of growth.
FEWEST = 2


@dataclass(frozen=True, eq=False)
class SparsePlan:
    """A projection from counts that has not been computed yet: what it would see and how, hence its run id.

    Parameters
    ----------
    counts : pandas.DataFrame
        As `check_counts` returns them; of the series to project only, as far as the origin.
    season : Season
    masked : tuple of Event
        Events whose months are no evidence of the ordinary rates.
    run : Run
        Its failures name the series that are left out.
    """

    counts: pd.DataFrame
    season: Season
    masked: tuple[Event, ...]
    run: Run


def plan_counts(
    counts: pd.DataFrame,
    horizon: int,
    *,
    seed: int,
    n_paths: int = 1000,
    origin: pd.Period | None = None,
    events: Iterable[Event] = (),
    season: Season | None = None,
    code_version: str = "",
    data_vintage: str = "",
) -> SparsePlan:
    """Decide everything that determines a projection from counts, and check that it can be made.

    Parameters
    ----------
    counts : pandas.DataFrame
        Columns of `counts.COUNT_COLUMNS`, of any number of areas; see `check_counts`. Series that are to be projected
        jointly with monthly ones come from `counts_of_panel`.
    horizon : int
        Months after the origin, at least 1.
    seed : int
    n_paths : int
    origin : pandas.Period, optional
        Last month to use; counts of periods that end later are not seen. Default the last month of any count.
    events : iterable of Event
        Known events; months that one masks are no evidence of the ordinary rates of entries or exits.
    season : Season, optional
        Of the panel the series belong to. Default what the counts themselves say; rehearsals always take that, as known
        by then, for what a given season rests on is not told.
    code_version, data_vintage : str
        Kept in the run.

    Returns
    -------
    SparsePlan

    Raises
    ------
    FaultsError
        As `check_counts`.
    ModelError
        If no series has a stock and another count by then, saying which has what.
    """
    if counts.empty:
        raise ModelError("没有任何数，无法预测。请至少录入两个数，其中一个为实有数。")
    last = counts["end"].max() if origin is None else origin
    # Before anything is checked: what is said later may not even raise an error.
    seen = check_counts(counts[counts["end"] <= last])
    kept = pd.concat([seen.iloc[:0], *(own for _, _, own in groups(seen))], ignore_index=True)
    left_out = _left_out(seen, kept)
    if kept.empty:
        reasons = "；".join(f"{row['area']} {ENTITY_TYPES[row['entity_type']]}{row['reason']}" for row in left_out)
        raise ModelError(f"截至 {last} 的数不足以预测：{reasons or '一个也没有'}。请补录。")
    masked = tuple(
        event
        for event in events
        if event.masks
        and event.start <= last
        and any(
            event.covers(str(area), str(kind)) for area, kind in kept[KEY].drop_duplicates().itertuples(index=False)
        )
    )
    season = season_of_counts(kept) if season is None else season
    run = Run(
        data_digest=hashlib.sha256(kept.to_csv(index=False).encode()).hexdigest(),
        data_vintage=data_vintage,
        origin=last,
        horizon=horizon,
        n_paths=n_paths,
        seed=seed,
        code_version=code_version,
        configuration={
            "members": ["sparse"],
            "season": [season.entries.tolist(), season.exits.tolist()],
            "masked": sorted(
                f"{event.id} {event.area} {event.entity_type} {'+'.join(sorted(event.masks))} "
                f"{event.start}/{min(event.end, last)}"
                for event in masked
            ),
        },
        failures=left_out,
    )
    return SparsePlan(counts=kept, season=season, masked=masked, run=run)


def groups(counts: pd.DataFrame) -> Iterator[tuple[str, tuple[str, ...], pd.DataFrame]]:
    """Give the series that are estimated together, and their counts.

    Parameters
    ----------
    counts : pandas.DataFrame
        As `check_counts` returns them.

    Yields
    ------
    area : str
    entity_types : tuple of str
        The three types where each has a stock; otherwise one series with a stock and another count.
    counts : pandas.DataFrame
        Those of the area, or of its one series.
    """
    types = tuple(kind for kind in ENTITY_TYPES if kind != "all")
    for area, group in counts.groupby("area"):
        counted = set(group.loc[group["measure"] == "stock", "entity_type"])
        if counted >= set(types):
            yield str(area), types, group.reset_index(drop=True)
            continue
        for kind in ENTITY_TYPES:
            own = group[group["entity_type"] == kind]
            if kind in counted and len(own) >= FEWEST:
                yield str(area), (kind,), own.reset_index(drop=True)


def _left_out(seen: pd.DataFrame, kept: pd.DataFrame) -> tuple[dict[str, str], ...]:
    """Rows of the series of which too little is known, as a run keeps them."""
    held = set(kept[KEY].itertuples(index=False, name=None))
    rows = []
    for (area, kind), group in seen.groupby(KEY):
        if (area, kind) not in held:
            has_stock = (group["measure"] == "stock").any()
            reason = f"只有{len(group)}个数" if has_stock else "没有实有数"
            rows.append({"model": "sparse", "area": str(area), "entity_type": str(kind), "flow": "", "reason": reason})
    return tuple(rows)
