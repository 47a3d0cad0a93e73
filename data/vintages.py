"""Comparing what was known at different times: differences between two vintages, and revisions of first releases.

    revision of a number = its latest value − its value as first known
                  by lag = its latest value − its value as known k months after its month

Croushore & Stark (2001), A real-time data set for macroeconomists; mean and mean absolute revision as in OECD's
revision analysis (Di Fonzo 2005). A number never said again has revision 0, which is right only once it had the time.
"""

from __future__ import annotations

import pandas as pd

from data.ledger import ITEM, SAID

CHANGES = {"new": "新增", "changed": "更正", "withdrawn": "撤回", "status": "仅状态变化"}
DIFFERENCE_COLUMNS = [*ITEM, "change", "before", "after", "status_before", "status_after", "source_after"]
REVISION_COLUMNS = [
    *ITEM, "first", "first_vintage", "lag_months", "latest", "latest_vintage", "n_versions", "revision",
]  # fmt: skip


def differences(before: pd.DataFrame, after: pd.DataFrame) -> pd.DataFrame:
    """Compare what was known at two times.

    Parameters
    ----------
    before, after : pandas.DataFrame
        Observations, one row an item.

    Returns
    -------
    pandas.DataFrame
        One row an item that differs, sorted: area, entity_type, month, measure, change (`new`, `changed`, `withdrawn`,
        or `status` where only the status, or the precision, is another), before, after (NaN where not known),
        status_before, status_after, source_after.
    """
    both = before[[*ITEM, *SAID]].merge(
        after[[*ITEM, *SAID, "source"]], on=ITEM, how="outer", suffixes=("_before", "_after"), indicator=True
    )
    side = both["_merge"].astype(str)
    is_held = side == "both"
    is_same_value = both["value_before"] == both["value_after"]
    agrees = is_same_value & (both["status_before"] == both["status_after"])
    agrees &= both["precision_before"] == both["precision_after"]
    change = side.map({"left_only": "withdrawn", "right_only": "new", "both": "changed"})
    both = both.assign(change=change.mask(is_held & is_same_value, "status"))
    both = both.rename(columns={"value_before": "before", "value_after": "after", "source": "source_after"})
    return both.loc[~(is_held & agrees), DIFFERENCE_COLUMNS].sort_values(ITEM).reset_index(drop=True)


def revisions(versions: pd.DataFrame) -> pd.DataFrame:
    """Compare the first release of every number with its latest.

    Parameters
    ----------
    versions : pandas.DataFrame
        Columns of `data.ledger.VERSION_COLUMNS`.

    Returns
    -------
    pandas.DataFrame
        One row an item that is known, sorted: area, entity_type, month, measure, first, first_vintage, lag_months
        (whole months from the month to its first release), latest, latest_vintage, n_versions and revision, which is
        latest − first.
    """
    standing = _standing(versions)
    grouped = standing.groupby(ITEM, as_index=False, sort=True)
    table = grouped.agg(
        first=("value", "first"),
        first_vintage=("vintage", "first"),
        latest=("value", "last"),
        latest_vintage=("vintage", "last"),
        n_versions=("value", "size"),
    )
    lag = _lag(table["first_vintage"], table["month"]) if len(table) else pd.Series(dtype=int)
    return table.assign(lag_months=lag, revision=table["latest"] - table["first"])[REVISION_COLUMNS]


def revision_table(versions: pd.DataFrame, *, furthest: int = 12) -> pd.DataFrame:
    """Say by measure and lag how far numbers still were from their latest value.

    Parameters
    ----------
    versions : pandas.DataFrame
        Columns of `data.ledger.VERSION_COLUMNS`.
    furthest : int
        Largest lag shown.

    Returns
    -------
    pandas.DataFrame
        One row a measure and lag: measure, lag_months, n (numbers known by then), share_revised (of those, still to
        change), mean_revision (latest − then), mean_absolute_revision, relative_absolute_revision (Σ|revision| ÷
        Σ|latest|; NaN where that is 0).
    """
    standing = _standing(versions)
    if standing.empty:
        columns = ["n", "share_revised", "mean_revision", "mean_absolute_revision", "relative_absolute_revision"]
        return pd.DataFrame(columns=["measure", "lag_months", *columns])
    standing = standing.assign(
        lag_months=_lag(standing["vintage"], standing["month"]),
        latest=standing.groupby(ITEM)["value"].transform("last"),
    )
    parts = []
    for lag in range(min(furthest, int(standing["lag_months"].max())) + 1):
        then = standing[standing["lag_months"] <= lag].drop_duplicates(ITEM, keep="last")
        gap = then["latest"] - then["value"]
        by = (
            then.assign(revision=gap, size=gap.abs(), is_revised=gap != 0, level=then["latest"].abs())
            .groupby("measure", as_index=False)
            .agg(
                n=("revision", "size"),
                share_revised=("is_revised", "mean"),
                mean_revision=("revision", "mean"),
                mean_absolute_revision=("size", "mean"),
                total=("size", "sum"),
                level=("level", "sum"),
            )
        )
        parts.append(
            by.assign(lag_months=lag, relative_absolute_revision=by["total"] / by["level"].where(by["level"] > 0))
        )
    table = pd.concat(parts, ignore_index=True).sort_values(["measure", "lag_months"], ignore_index=True)
    return table[
        ["measure", "lag_months", "n", "share_revised", "mean_revision", "mean_absolute_revision",
         "relative_absolute_revision"]
    ]  # fmt: skip


def _standing(versions: pd.DataFrame) -> pd.DataFrame:
    """Sort the versions of the items that are still known by vintage; no withdrawals, no superseded simulation."""
    real = set(versions.loc[versions["status"] != "simulated", "area"])
    shown = versions[(versions["status"] != "simulated") | ~versions["area"].isin(real)]
    ordered = shown.sort_values([*ITEM, "vintage", "batch"])
    is_gone = ordered.drop_duplicates(ITEM, keep="last").set_index(ITEM)["role"] == "withdrawn"
    gone = is_gone[is_gone].index
    ordered = ordered[ordered["role"] != "withdrawn"]
    return ordered[~pd.MultiIndex.from_frame(ordered[ITEM]).isin(gone)]


def _lag(vintages: pd.Series, months: pd.Series) -> pd.Series:
    """Whole months from a month to a moment."""
    lag: pd.Series = (vintages.dt.year - months.dt.year) * 12 + vintages.dt.month - months.dt.month
    return lag
