"""Does what would be known close: the identity at every vintage, no hole between months, parts that make their total.

A batch is refused if, with it, at one of its vintages or later the known figures could not be made a panel of.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from data.ledger import MONTHS_A_YEAR, newest_of
from data.observations import KEY, check_months_contiguous, check_parts_sum_to_total, is_covered
from forecasting.errors import FaultsError
from forecasting.panel import ENTITY_TYPES, MEASURES, identity_fault

#: Years by which a new series may end before its data date; beyond, its months are taken for misdated.
FURTHEST_YEARS = 30


def check_closes(held: pd.DataFrame, fresh: pd.DataFrame, counts: pd.DataFrame) -> None:
    """Refuse a batch after which, at one of its vintages or later, the known figures break the identity or have a hole.

    Months of which a count of several is held are no hole: January and February are often reported as one.

    Parameters
    ----------
    held : pandas.DataFrame
        All versions held of the batch's areas.
    fresh : pandas.DataFrame
        What the batch adds, as versions.
    counts : pandas.DataFrame
        Counts of several months, columns `data.period_counts.COUNT_COLUMNS`, that are known with the batch.

    Raises
    ------
    FaultsError
        Naming series and months.
    """
    if fresh.empty:
        return
    versions = _without_superseded(pd.concat([held, fresh], ignore_index=True))
    faults = [
        *_misdated(held, fresh),
        *_identity_faults(versions, fresh["vintage"].to_numpy().min()),
        *_table_faults(versions, counts),
    ]
    if faults:
        raise FaultsError(list(dict.fromkeys(faults)), "与已有数据合在一起后有误")


def _misdated(held: pd.DataFrame, fresh: pd.DataFrame) -> Iterator[str]:
    """Find new series that end so long before their data date that a month must be mistyped.

    Their hole would block all later files.
    """
    series = ["area", "entity_type"]
    monthly = fresh[~fresh["status"].isin(["published", "simulated"]) & (fresh["role"] == "stated")]
    known = pd.MultiIndex.from_frame(held.loc[held["status"] != "simulated", series])
    last = monthly.groupby(series, as_index=False).agg(month=("month", "max"), vintage=("vintage", "max"))
    for row in last[~pd.MultiIndex.from_frame(last[series]).isin(known)].to_dict("records"):
        month, vintage = row["month"], row["vintage"]
        years = ((vintage.year - month.year) * MONTHS_A_YEAR + vintage.month - month.month) / MONTHS_A_YEAR
        if years > FURTHEST_YEARS:
            yield (
                f"{row['area']} {ENTITY_TYPES[row['entity_type']]}：首次录入，最晚的月份是 {month}，"
                f"比数据日期 {vintage:%Y-%m-%d} 早{years:.0f}年，月份疑似写错。请核对月份；"
                "若确为历史数据，请注明当时的数据日期（数据日期列或 --as-of）。"
            )


def _table_faults(versions: pd.DataFrame, counts: pd.DataFrame) -> Iterator[str]:
    """Check what is known at last as one table: holes between months, parts that do not add up to their total."""
    newest = newest_of(versions)
    newest = newest[newest["role"] != "withdrawn"].sort_values(KEY)
    if newest.empty:
        return
    newest = newest.assign(vintage=newest["vintage"].max()).reset_index(drop=True)
    for fault in check_months_contiguous(newest, lambda row, _: f"第{row + 1}行"):
        if not is_covered(fault, newest, counts):
            yield fault.message + _way_out(newest, fault.row, fault.missing)
    for fault in check_parts_sum_to_total(newest, lambda row, _: f"第{row + 1}行"):
        yield fault.message


def _way_out(newest: pd.DataFrame, row: int, missing: tuple[pd.Period, ...]) -> str:
    """Name the batch that brought the month before a hole, in case it is that month which is wrong."""
    after = newest.iloc[row]
    before = newest[
        (newest["area"] == after["area"])
        & (newest["entity_type"] == after["entity_type"])
        & (newest["month"] == missing[0] - 1)
    ]
    numbers = sorted({int(number) for number in before["batch"] if number})
    if not numbers:
        return ""
    return (
        f"若误录的是 {missing[0] - 1}，它来自第{'、'.join(map(str, numbers))}批，可先撤销该批："
        f"python cli.py undo {numbers[0]} --reason 月份误录。"
    )


def _identity_faults(versions: pd.DataFrame, first: np.datetime64) -> Iterator[str]:
    """Replay the versions vintage by vintage; only months touched, and the next, can break."""
    known: dict[tuple[str, str, int, str], float] = {}
    touched: dict[tuple[str, str, int], None] = {}
    ordered = versions.sort_values(["vintage", "batch"], kind="stable")
    vintages = ordered["vintage"].to_numpy()
    is_last = np.append(vintages[1:] != vintages[:-1], True) if len(ordered) else np.array([], dtype=bool)
    # A withdrawn number is not known any more.
    values = ordered["value"].where(ordered["role"] != "withdrawn", np.nan)
    columns = (ordered[name] for name in ("area", "entity_type", "measure"))
    ordinals = ordered["month"].dt.year * MONTHS_A_YEAR + ordered["month"].dt.month
    for vintage, at, last, value, area, kind, measure in zip(
        vintages, ordinals, is_last, values, *columns, strict=True
    ):
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
    """Leave out simulated rows of areas of which real ones were ever known."""
    real = set(versions.loc[versions["status"] != "simulated", "area"])
    return versions[(versions["status"] != "simulated") | ~versions["area"].isin(real)]
