"""Demonstration data: simulated monthly registrations of three counties, tied to the facts their documents state.

    entries ~ NegBin(level_t x season x Spring Festival x lockdown x campaign),   exits ~ Binomial(opening stock,
    hazard_t)

Only the tie is fact (蒲县 6 472 at end 2021; 万柏林区 82 844, the end-2021 stock from which 16 % a year leads to 150
000; 左权县 8 000 at end 2020, half of its goal). Everything else is invented, from a fixed seed, and marked
演示数据（模拟） wherever it shows.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from data.observations import COLUMNS
from forecasting.calendar import window_share
from forecasting.events import Event

Array = NDArray[np.float64]

SEED = 20230630
MONTHS = pd.period_range("2017-01", "2023-06", freq="M")
SOURCE = "演示数据（模拟）"
#: Day of the following month on which a month's figures become known.
RELEASE_DAY = 10

#: Relative level of entries by calendar month: slow winters, a spring peak, a second one in autumn.
SEASON = np.array([0.86, 0.72, 1.22, 1.16, 1.08, 1.04, 0.96, 0.98, 1.10, 0.94, 1.00, 0.94])
DISPERSION = 60.0
CAMPAIGN_START = pd.Period("2022-06", freq="M")
#: Share of ordinary entries that remained.
LOCKDOWN = {"2020-02": 0.30, "2020-03": 0.75, "2022-10": 0.65, "2022-11": 0.60}
LOCKDOWN_CITY = {"2022-04": 0.55}
CITY_CAMPAIGN_MONTH = pd.Period("2022-05", freq="M")
PURGE_AREA, PURGE_MONTH, PURGE_SHARE = "140109", pd.Period("2021-09", freq="M"), 0.022


@dataclass(frozen=True)
class County:
    """What a simulated county is like.

    Parameters
    ----------
    area : str
    tie_month, tie_stock
        The stated fact the simulation meets exactly.
    entry_rate : float
        Yearly entries as a share of the stock at the tie, before the campaign.
    growth : float
        Yearly growth of entries.
    campaign : float
        Factor on entries once the campaign is in full swing.
    city_campaign : float
        Factor on entries in `CITY_CAMPAIGN_MONTH`.
    shares, exit_rates : mapping
        By entity type: share of the stock; yearly exits as a share of it.
    """

    area: str
    tie_month: pd.Period
    tie_stock: int
    entry_rate: float
    growth: float
    campaign: float
    city_campaign: float
    shares: dict[str, float]
    exit_rates: dict[str, float]


COUNTIES = (
    County(
        "141033", pd.Period("2021-12", freq="M"), 6472, 0.158, 0.02, 1.58, 1.9,
        {"enterprise": 0.19, "individual": 0.74, "cooperative": 0.07},
        {"enterprise": 0.045, "individual": 0.062, "cooperative": 0.020},
    ),
    County(
        "140109", pd.Period("2021-12", freq="M"), 82844, 0.185, 0.03, 1.26, 1.0,
        {"enterprise": 0.355, "individual": 0.641, "cooperative": 0.004},
        {"enterprise": 0.055, "individual": 0.080, "cooperative": 0.030},
    ),
    County(
        "140722", pd.Period("2020-12", freq="M"), 8000, 0.200, 0.02, 1.62, 1.0,
        {"enterprise": 0.14, "individual": 0.77, "cooperative": 0.09},
        {"enterprise": 0.040, "individual": 0.058, "cooperative": 0.022},
    ),
)  # fmt: skip


def demo_observations() -> pd.DataFrame:
    """Simulate the demonstration data.

    Returns
    -------
    pandas.DataFrame
        Observations (see `data.observations`), status `simulated`; each month known from the 10th of the next, a few
        months revised a month later.
    """
    rng = np.random.default_rng(SEED)
    rows = [row for county in COUNTIES for row in _county_rows(county, rng)]
    return pd.DataFrame(rows, columns=COLUMNS).astype({"vintage": "datetime64[us]", "month": "period[M]"})


def demo_events() -> tuple[Event, ...]:
    """Events that happen only in the simulation; lockdowns and documents come from the catalogue.

    Returns
    -------
    tuple of Event
    """
    return (
        Event(
            id=f"{PURGE_AREA}-demo-purge",
            area=PURGE_AREA,
            entity_type="all",
            kind="purge",
            start=PURGE_MONTH,
            end=PURGE_MONTH,
            title="集中清理长期停业未经营主体",
            effect="mask",
            flows=("exits",),
            is_administrative=True,
            source=SOURCE,
            is_simulated=True,
        ),
        *(
            Event(
                id=f"{county.area}-demo-campaign",
                area=county.area,
                entity_type="all",
                kind="campaign",
                start=CAMPAIGN_START,
                end=CAMPAIGN_START + 5,
                title="市场主体倍增行动启动",
                source=SOURCE,
                is_simulated=True,
            )
            for county in COUNTIES
        ),
    )


def _level(county: County) -> Array:
    """Return the expected entries of all types together, shape (n_months,)."""
    years = (np.arange(len(MONTHS)) - county.tie_month.ordinal + MONTHS[0].ordinal) / 12.0
    level = county.tie_stock * county.entry_rate / 12.0 * (1.0 + county.growth) ** years
    level = level * SEASON[np.array([month.month - 1 for month in MONTHS])]
    level *= np.array([1.0 - 0.35 * window_share(month, -7, 7) for month in MONTHS])
    closures = {**LOCKDOWN, **(LOCKDOWN_CITY if county.area.startswith("1401") else {})}
    level *= np.array([closures.get(str(month), 1.0) for month in MONTHS])
    since = np.array([month.ordinal - CAMPAIGN_START.ordinal + 1 for month in MONTHS])
    level *= 1.0 + (county.campaign - 1.0) * np.clip(since / 3.0, 0.0, 1.0)
    level[MONTHS.get_loc(CITY_CAMPAIGN_MONTH)] *= county.city_campaign
    return np.asarray(level, dtype=float)


def _county_rows(county: County, rng: np.random.Generator) -> Iterator[tuple[object, ...]]:
    level = _level(county)
    # One surprise a month is shared by the types: what moves a county moves all its registrations.
    shared = np.exp(0.06 * rng.standard_normal(len(MONTHS)))
    tied = _whole_shares(county)
    for kind, share in county.shares.items():
        mean = level * share * shared
        entries = rng.negative_binomial(DISPERSION, DISPERSION / (DISPERSION + mean)).astype(float)
        exits, stock = _exits_and_stock(county, kind, tied[kind], entries, rng)
        for column, month in enumerate(MONTHS):
            released = (month + 1).start_time + pd.Timedelta(days=RELEASE_DAY - 1)
            late = float(rng.integers(1, 4)) if rng.random() < 0.05 and exits[column] >= 4 else 0.0
            # Some papers come in late: the first release lacks as many entries as exits.
            first = {"entries": entries[column] - late, "exits": exits[column] - late, "stock": stock[column]}
            if first["entries"] < 0:
                late, first = 0.0, {"entries": entries[column], "exits": exits[column], "stock": stock[column]}
            for measure, value in first.items():
                yield (county.area, kind, month, measure, value, 0.0, "simulated", SOURCE, released)
            if late:
                revised = released + pd.DateOffset(months=1)
                yield (county.area, kind, month, "entries", entries[column], 0.0, "simulated", SOURCE, revised)
                yield (county.area, kind, month, "exits", exits[column], 0.0, "simulated", SOURCE, revised)


def _whole_shares(county: County) -> dict[str, int]:
    """Stock of each type at the tie; whole numbers that add up to the stated fact."""
    stocks = {kind: int(county.tie_stock * share) for kind, share in county.shares.items()}
    stocks["individual"] += county.tie_stock - sum(stocks.values())
    return stocks


def _exits_and_stock(
    county: County, kind: str, tied: int, entries: Array, rng: np.random.Generator
) -> tuple[Array, Array]:
    """Roll exits and stock away from the tie in both directions, so that it is met exactly."""
    at = county.tie_month.ordinal - MONTHS[0].ordinal
    hazard = np.full(len(MONTHS), county.exit_rates[kind] / 12.0)
    hazard *= np.array([1.5 if month.month == 12 else 1.25 if month.month == 6 else 0.93 for month in MONTHS])
    hazard *= np.array([LOCKDOWN.get(str(month), 1.0) for month in MONTHS])
    if county.area == PURGE_AREA and kind != "cooperative":
        hazard[MONTHS.get_loc(PURGE_MONTH)] += PURGE_SHARE
    exits = np.zeros(len(MONTHS))
    stock = np.zeros(len(MONTHS))
    stock[at] = tied
    for t in range(at + 1, len(MONTHS)):
        exits[t] = rng.binomial(int(stock[t - 1]), hazard[t])
        stock[t] = stock[t - 1] + entries[t] - exits[t]
    for t in range(at, 0, -1):
        opening = (stock[t] - entries[t]) / (1.0 - hazard[t])
        exits[t] = min(rng.binomial(int(opening), hazard[t]), opening)
        stock[t - 1] = stock[t] - entries[t] + exits[t]
    exits[0] = rng.binomial(int(stock[0]), hazard[0])
    return exits, stock
