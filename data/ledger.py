"""What a set of versioned observations says: what was known when, and what a batch adds.

Pure functions on tables of versions: Observations with the batch that brought each row and the role it plays. An area
whose real figures are known no longer shows its simulated ones: the two never mix.

    known at a moment = the newest version before it, unless that is a withdrawal
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from typing import Any

import numpy as np
import pandas as pd

from data.observations import COLUMNS, KEY, STATUSES
from data.period_counts import COUNT_MEASURES
from forecasting.errors import FaultsError
from forecasting.panel import ENTITY_TYPES, MEASURES

MONTHS_A_YEAR = 12
MEASURE_NAMES = {**MEASURES, **COUNT_MEASURES}
ITEM = ["area", "entity_type", "month", "measure"]
#: What a version says; where two agree in all of it the later one is no news.
SAID = ["value", "precision", "status"]
#: stated: by a file. restated: said by an earlier batch, and written out because an older-dated number came between.
#: restored, withdrawn: by the undoing of a batch; a withdrawn row repeats the value that no longer holds.
ROLES = ("stated", "restated", "restored", "withdrawn")
VERSION_COLUMNS = [*COLUMNS, "batch", "role"]


def known_at(versions: pd.DataFrame, moment: pd.Timestamp | None = None) -> pd.DataFrame:
    """Return what was known before a moment.

    Parameters
    ----------
    versions : pandas.DataFrame
        Columns `VERSION_COLUMNS`, any number of vintages a key.
    moment : pandas.Timestamp, optional
        Vintages from this moment on are not known yet; default: all are.

    Returns
    -------
    pandas.DataFrame
        Observations, the newest version of each, sorted by key.
    """
    past = versions if moment is None else versions[versions["vintage"] < moment]
    newest = newest_of(past)
    standing = newest[newest["role"] != "withdrawn"]
    real = set(standing.loc[standing["status"] != "simulated", "area"])
    shown = standing[(standing["status"] != "simulated") | ~standing["area"].isin(real)]
    return shown.sort_values(KEY)[COLUMNS].reset_index(drop=True)


def newest_of(versions: pd.DataFrame) -> pd.DataFrame:
    """Return the newest version of each item, real and simulated apart, withdrawals included.

    Parameters
    ----------
    versions : pandas.DataFrame
        Columns `VERSION_COLUMNS`.

    Returns
    -------
    pandas.DataFrame
        Rows of `versions`. Of two of one vintage the one of the later batch holds.
    """
    ordered = versions.assign(is_simulated=versions["status"] == "simulated").sort_values([*KEY, "batch"])
    return ordered.drop_duplicates([*ITEM, "is_simulated"], keep="last").drop(columns="is_simulated")


def as_versions(table: pd.DataFrame, batch: int = 0, role: str = "stated") -> pd.DataFrame:
    """Return observations as versions.

    Parameters
    ----------
    table : pandas.DataFrame
        Observations.
    batch : int
        Zero: not stored yet.
    role : str
        One of `ROLES`.

    Returns
    -------
    pandas.DataFrame
    """
    return table.assign(batch=batch, role=role)[VERSION_COLUMNS].reset_index(drop=True)


def news(table: pd.DataFrame, held: pd.DataFrame) -> pd.DataFrame:
    """Rows of a batch that say something that was not known at their vintage: a number, or that it is final now.

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
        If a row contradicts one held with the same key and vintage, or is dated before an undoing of what it speaks of.
    """
    faults = [*_clashes(table, held), *_behind_an_undoing(table, held)]
    if faults:
        raise FaultsError(faults, "与已有数据冲突")
    return table[is_news(table, held)].reset_index(drop=True)


def is_news(table: pd.DataFrame, held: pd.DataFrame) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Tell, row by row, whether a table says something that was not known at its vintage.

    Parameters
    ----------
    table, held : pandas.DataFrame
        As of `news`.

    Returns
    -------
    ndarray of bool, shape (len(table),)
    """
    both = pd.concat([held.assign(at=-1), as_versions(table).assign(at=np.arange(len(table)))], ignore_index=True)
    both = both.assign(is_simulated=both["status"] == "simulated")
    item = [*ITEM, "is_simulated"]
    # A number held stands before a new one of the same vintage.
    both = both.sort_values([*item, "vintage", "at"], kind="stable").reset_index(drop=True)
    before = both.shift()
    repeats = (both[[*item, *SAID]] == before[[*item, *SAID]]).all(axis=1) & (before["role"] != "withdrawn")
    said = np.ones(len(table), dtype=bool)
    is_new = both["at"] >= 0
    said[both.loc[is_new, "at"].to_numpy(dtype=int)] = ~repeats[is_new].to_numpy()
    return said


def restated(fresh: pd.DataFrame, held: pd.DataFrame, repeated: pd.DataFrame) -> pd.DataFrame:
    """Find what earlier batches said after the date of a number that comes in late, and which is hidden by it.

    A file of June says 8 412, one of August says so again, which is not stored. Now 8 400 comes in, dated July: what
    the file of August said is news after all.

    Parameters
    ----------
    fresh : pandas.DataFrame
        What a batch adds.
    held : pandas.DataFrame
        All versions held of the same areas.
    repeated : pandas.DataFrame
        Versions that earlier batches repeated, of the batches that stand.

    Returns
    -------
    pandas.DataFrame
        Observations to be stored with the batch.
    """
    items = pd.MultiIndex.from_frame(fresh[ITEM])
    hidden = repeated[pd.MultiIndex.from_frame(repeated[ITEM]).isin(items)].drop_duplicates(KEY)
    if hidden.empty:
        return fresh.iloc[:0]
    together = pd.concat([held, as_versions(fresh)], ignore_index=True)
    candidates = hidden[~pd.MultiIndex.from_frame(hidden[KEY]).isin(pd.MultiIndex.from_frame(together[KEY]))]
    return candidates.loc[is_news(candidates, together), COLUMNS].reset_index(drop=True)


def _clashes(table: pd.DataFrame, held: pd.DataFrame) -> Iterator[str]:
    """Two statements of one vintage that do not agree."""
    stated = held[held["role"].isin(["stated", "restated"]) & held["vintage"].isin(table["vintage"])]
    if stated.empty:
        return
    both = table[[*KEY, *SAID]].merge(stated[[*KEY, *SAID]], on=KEY, suffixes=("", "_held"))
    differs = pd.concat([both[name] != both[f"{name}_held"] for name in SAID], axis=1).any(axis=1)
    for row in both[differs].to_dict("records"):
        what = f"另一个数，本次为 {row['value']:.10g}"
        if row["value"] == row["value_held"]:
            what = f"同一个数（{row['value']:.10g}），但精度不同"
            if row["status"] != row["status_held"]:
                what = f"同一个数，状态为“{STATUSES[row['status_held']]}”，本次为“{STATUSES[row['status']]}”"
        yield f"{_item_name(row)}：数据日期 {row['vintage']:%Y-%m-%d %H:%M} 已有{what}。若为更正，请用更晚的数据日期。"


def _behind_an_undoing(table: pd.DataFrame, held: pd.DataFrame) -> Iterator[str]:
    """Numbers dated before an undoing that spoke of the same item: they would be hidden by it, and lost unseen."""
    undone = held[held["role"].isin(["restored", "withdrawn"])]
    if undone.empty:
        return
    last = undone.groupby(ITEM, as_index=False).agg(undone_at=("vintage", "max"))
    both = table.merge(last, on=ITEM)
    for row in both[both["vintage"] <= both["undone_at"]].to_dict("records"):
        yield (
            f"{_item_name(row)}：该数曾于 {row['undone_at']:%Y-%m-%d %H:%M} 撤销，本次的数据日期 "
            f"{row['vintage']:%Y-%m-%d %H:%M} 在此之前。请用撤销之后的数据日期。"
        )


def _item_name(row: Mapping[Hashable, Any]) -> str:
    """Name an item: 141033 全部市场主体 2023-05 实有."""
    return f"{row['area']} {ENTITY_TYPES[row['entity_type']]} {row['month']} {MEASURE_NAMES[row['measure']]}"
