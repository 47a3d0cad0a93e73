"""What a set of versioned observations says: what was known when, what a batch adds, and whether all of it closes.

Pure functions on Observations tables. An area whose real figures are known no longer shows its simulated ones: the two never mix.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from data.observations import KEY, find_faults
from forecasting.errors import FaultsError
from forecasting.panel import ENTITY_TYPES, MEASURES, identity_fault

ITEM = ["area", "entity_type", "month", "measure"]


def known_at(versions: pd.DataFrame, moment: pd.Timestamp) -> pd.DataFrame:
    """What was known before a moment.

    Parameters
    ----------
    versions : pandas.DataFrame
        Observations, any number of vintages a key.
    moment : pandas.Timestamp
        Vintages from this moment on are not known yet.

    Returns
    -------
    pandas.DataFrame
        Observations, the newest version of each, sorted by key.
    """
    past = _without_superseded(versions[versions["vintage"] < moment])
    newest = past.sort_values(KEY).drop_duplicates(ITEM, keep="last")
    return newest.reset_index(drop=True)


def news(table: pd.DataFrame, held: pd.DataFrame) -> pd.DataFrame:
    """Rows of a batch that say something that was not known at their vintage.

    Parameters
    ----------
    table : pandas.DataFrame
        Observations of the batch.
    held : pandas.DataFrame
        All versions held of the same areas.

    Returns
    -------
    pandas.DataFrame
        Subset of `table`.

    Raises
    ------
    FaultsError
        If a row contradicts one held with the same key and vintage.
    """
    both = pd.concat([held.assign(is_new=False), table.assign(is_new=True)], ignore_index=True)
    both = both.sort_values([*KEY, "is_new"], kind="stable").reset_index(drop=True)
    same_item = (both[ITEM] == both[ITEM].shift()).all(axis=1)
    same_value = same_item & (both[["value", "precision"]] == both[["value", "precision"]].shift()).all(axis=1)
    # A simulated figure is never a real one, even where the two agree.
    same_value &= (both["status"] == "simulated") == (both["status"].shift() == "simulated")
    clash = both[both["is_new"] & same_item & ~same_value & (both["vintage"] == both["vintage"].shift())]
    if len(clash):
        raise FaultsError(
            [
                f"{row.area} {ENTITY_TYPES[str(row.entity_type)]} {row.month} {MEASURES[str(row.measure)]}："
                f"数据日期 {row.vintage:%Y-%m-%d %H:%M} 已有另一个数，本次为 {row.value:.10g}。若为更正，请用更晚的数据日期。"
                for row in clash.itertuples()
            ],
            "与已有数据冲突",
        )
    return both[both["is_new"] & ~same_value].drop(columns="is_new").reset_index(drop=True)


def check_closes(held: pd.DataFrame, fresh: pd.DataFrame) -> None:
    """Refuse a batch after which, at any of its vintages or later, what is known would have a hole or break the identity.

    Parameters
    ----------
    held : pandas.DataFrame
        All versions held of the batch's areas.
    fresh : pandas.DataFrame
        What the batch adds.

    Raises
    ------
    FaultsError
        Naming series and months.
    """
    if fresh.empty:
        return
    versions = _without_superseded(pd.concat([held, fresh], ignore_index=True)).sort_values("vintage", kind="stable")
    faults = list(dict.fromkeys([*_identity_faults(versions, fresh["vintage"].min()), *_gap_faults(versions)]))
    if faults:
        raise FaultsError(faults, "与已有数据合在一起后有误")


def _gap_faults(versions: pd.DataFrame) -> Iterator[str]:
    newest = versions.sort_values(KEY).drop_duplicates(ITEM, keep="last").reset_index(drop=True)
    for fault in find_faults(newest, lambda row, _: f"第{row + 1}行"):
        if fault.missing:
            yield fault.message


def _identity_faults(versions: pd.DataFrame, first: pd.Timestamp) -> Iterator[str]:
    """Replay the versions vintage by vintage; only months touched, and the next, can break."""
    known: dict[tuple[str, str, int, str], float] = {}
    for vintage, group in versions.groupby("vintage", sort=True):
        touched: dict[tuple[str, str, int], None] = {}
        for row in group.itertuples():
            area, kind, at = str(row.area), str(row.entity_type), row.month.ordinal
            known[area, kind, at, str(row.measure)] = float(row.value)
            touched[area, kind, at] = None
            touched[area, kind, at + 1] = None
        if vintage < first:
            continue
        for area, kind, at in touched:
            terms = {measure: known.get((area, kind, at, measure), np.nan) for measure in MEASURES}
            adjustment = 0.0 if np.isnan(terms["adjustment"]) else terms["adjustment"]
            fault = identity_fault(
                f"{area} {ENTITY_TYPES[kind]}",
                pd.Period(ordinal=at, freq="M"),
                opening=known.get((area, kind, at - 1, "stock"), np.nan),
                entries=terms["entries"],
                exits=terms["exits"],
                adjustment=adjustment,
                stock=terms["stock"],
            )
            if fault:
                yield fault


def _without_superseded(versions: pd.DataFrame) -> pd.DataFrame:
    """Leave out simulated rows of areas of which real ones are known."""
    real = set(versions.loc[versions["status"] != "simulated", "area"])
    return versions[(versions["status"] != "simulated") | ~versions["area"].isin(real)]
