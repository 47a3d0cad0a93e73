"""What a set of versioned observations says: what was known when, what a batch adds, and whether all of it closes.

Pure functions on Observations tables. An area whose real figures are known no longer shows its simulated ones: the
two never mix.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from data.observations import KEY, check_months_contiguous, check_parts_sum_to_total
from forecasting.errors import FaultsError
from forecasting.panel import ENTITY_TYPES, MEASURES, identity_fault

MONTHS_A_YEAR = 12
ITEM = ["area", "entity_type", "month", "measure"]


def known_at(versions: pd.DataFrame, moment: pd.Timestamp) -> pd.DataFrame:
    """Return what was known before a moment.

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
                f"数据日期 {row.vintage:%Y-%m-%d %H:%M} 已有另一个数，"
                f"本次为 {row.value:.10g}。若为更正，请用更晚的数据日期。"
                for row in clash.itertuples()
            ],
            "与已有数据冲突",
        )
    return both[both["is_new"] & ~same_value].drop(columns="is_new").reset_index(drop=True)


def check_closes(held: pd.DataFrame, fresh: pd.DataFrame) -> None:
    """Refuse a batch after which, at one of its vintages or later, the known figures break the identity or have a hole.

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
    versions = _without_superseded(pd.concat([held, fresh], ignore_index=True))
    faults = list(
        dict.fromkeys([*_identity_faults(versions, fresh["vintage"].to_numpy().min()), *_table_faults(versions)])
    )
    if faults:
        raise FaultsError(faults, "与已有数据合在一起后有误")


def _table_faults(versions: pd.DataFrame) -> Iterator[str]:
    """Check what is known at last as one table: holes between months, parts that do not add up to their total."""
    newest = versions.sort_values(KEY).drop_duplicates(ITEM, keep="last")
    newest = newest.assign(vintage=newest["vintage"].max()).reset_index(drop=True)
    for check in (check_months_contiguous, check_parts_sum_to_total):
        for fault in check(newest, lambda row, _: f"第{row + 1}行"):
            yield fault.message


def _identity_faults(versions: pd.DataFrame, first: np.datetime64) -> Iterator[str]:
    """Replay the versions vintage by vintage; only months touched, and the next, can break."""
    known: dict[tuple[str, str, int, str], float] = {}
    touched: dict[tuple[str, str, int], None] = {}
    ordered = versions.sort_values("vintage", kind="stable")
    vintages = ordered["vintage"].to_numpy()
    is_last = np.append(vintages[1:] != vintages[:-1], True) if len(ordered) else np.array([], dtype=bool)
    columns = (ordered[name] for name in ("area", "entity_type", "measure", "value"))
    ordinals = ordered["month"].dt.year * MONTHS_A_YEAR + ordered["month"].dt.month
    for vintage, at, last, area, kind, measure, value in zip(vintages, ordinals, is_last, *columns, strict=True):
        known[area, kind, at, measure] = value
        touched[area, kind, at] = None
        touched[area, kind, at + 1] = None
        if not last:
            continue
        if vintage >= first:
            yield from (fault for item in touched if (fault := _identity_fault(known, *item)))
        touched = {}


def _identity_fault(known: dict[tuple[str, str, int, str], float], area: str, kind: str, at: int) -> str:
    terms = {measure: known.get((area, kind, at, measure), np.nan) for measure in MEASURES}
    return identity_fault(
        f"{area} {ENTITY_TYPES[kind]}",
        pd.Period(year=(at - 1) // MONTHS_A_YEAR, month=(at - 1) % MONTHS_A_YEAR + 1, freq="M"),
        opening=known.get((area, kind, at - 1, "stock"), np.nan),
        entries=terms["entries"],
        exits=terms["exits"],
        adjustment=0.0 if np.isnan(terms["adjustment"]) else terms["adjustment"],
        stock=terms["stock"],
    )


def _without_superseded(versions: pd.DataFrame) -> pd.DataFrame:
    """Leave out simulated rows of areas of which real ones are known."""
    real = set(versions.loc[versions["status"] != "simulated", "area"])
    return versions[(versions["status"] != "simulated") | ~versions["area"].isin(real)]
