"""Backtest of probabilities that a coming total or stock reaches a level, as stated at past origins.

    total:  P( y[t+1] + ... + y[t+h] >= f x run-rate x h / 12 ),   run-rate = the last twelve months up to t
    stock:  P( S[t+h] >= f x S[t] )

Every origin is calibrated by earlier ones only, as a projection would have been. The past base rate is the share of all
windows of the same length of the panel, finished by the origin, in which the event happened: what one would say who
knows the past and no model. Windows in which a month is missing are left out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from forecasting.calibration import SEASON
from forecasting.errors import SchemaError
from forecasting.flows import FEWEST_MONTHS, Flows, rehearsals_before, walk
from forecasting.probability_scores import brier, calibration_error, reliability_table
from forecasting.stockwalk import walk_stock

Array = NDArray[np.float64]

#: Levels asked about, as fractions of the run-rate or of the current stock.
FRACTIONS = (0.9, 0.95, 1.0, 1.05, 1.1, 1.2)
#: Central intervals reported, percent.
INTERVALS = (50, 80, 90, 95)
N_PATHS = 1000


@dataclass(frozen=True, eq=False)
class Series:
    """Monthly series of a panel, as arrays.

    Parameters
    ----------
    ids : tuple of str
        One a series.
    months : pandas.PeriodIndex
        Contiguous.
    entries : ndarray, shape (n_series, n_months)
        NaN = not observed.
    exits, stock : ndarray or None
        The same; both or neither.
    """

    ids: tuple[str, ...]
    months: pd.PeriodIndex
    entries: Array
    exits: Array | None = None
    stock: Array | None = None


@dataclass(frozen=True, eq=False)
class Outcomes:
    """Statements of all origins, settled.

    Parameters
    ----------
    events : pandas.DataFrame
        One row a statement: `row` (of the series), `origin` (period), `horizon`, `fraction`, `probability`,
        `base_rate` (NaN where no window had ended), `happened`.
    totals : pandas.DataFrame
        One row a total or stock: `row`, `origin`, `horizon`, `observed`, `median`, and `covered50` ... `covered95`.
    """

    events: pd.DataFrame
    totals: pd.DataFrame


def attain(
    series: Series,
    origins: Sequence[pd.Period],
    horizons: Sequence[int],
    *,
    of: str = "entries",
    history: int | None = None,
    seed: int = 1,
    n_paths: int = N_PATHS,
) -> Outcomes:
    """State probabilities from past origins and settle them.

    Parameters
    ----------
    series : Series
    origins : sequence of pandas.Period
        Last months seen. Earlier months of the series serve as rehearsals.
    horizons : sequence of int
        Months ahead; those that had not ended with the data are left out.
    of : str
        `entries` or `exits`: their total; `stock`: its level.
    history : int, optional
        Months the models see; all if not given.
    seed : int
    n_paths : int

    Returns
    -------
    Outcomes

    Raises
    ------
    SchemaError
        If an argument does not fit the series.
    """
    columns = _columns(series, origins, horizons, of)
    paths_at = dict(sorted((rehearsals_before(columns[-1]) | dict.fromkeys(columns, n_paths)).items()))
    measured = series.stock if of == "stock" else series.exits if of == "exits" else series.entries
    assert measured is not None
    events: list[pd.DataFrame] = []
    totals: list[pd.DataFrame] = []
    for origin, rows, paths in _forecasts(series, of, paths_at, max(horizons), seed=seed, history=history):
        if origin not in columns:
            continue
        for horizon in (one for one in horizons if one <= paths.shape[2]):
            settled = _settle(measured, rows, paths[:, :, horizon - 1], origin, horizon, is_stock=of == "stock")
            if settled is None:
                continue
            for part, kept in zip(settled, (events, totals), strict=True):
                part["origin"] = series.months[[origin] * len(part)]
                part["horizon"] = horizon
                kept.append(part)
    if not events:
        raise SchemaError("所给起点和预测期没有一个能用已有数据检验。请用更早的起点或更短的预测期。")
    return Outcomes(events=pd.concat(events, ignore_index=True), totals=pd.concat(totals, ignore_index=True))


def attain_figures(outcomes: Outcomes, *, breaks: tuple[str, str] = ("2020-01", "2020-12")) -> dict[str, Any]:
    """Scores of settled statements, all together and by where the window lies to a year out of the ordinary.

    Parameters
    ----------
    outcomes : Outcomes
    breaks : tuple of str
        First and last month of that year: windows end before it, reach into it, or begin after it.

    Returns
    -------
    dict
        By horizon, then by `all`, `before`, `across`, `after`: `n`, `brier`, `brier_base_rate`, `skill` (against the
        past base rate), `calibration_error`, `reliability` (bins), `coverage` (percent by interval), `mdape` (percent).
        A part without statements is left out.
    """
    first, last = (pd.Period(month, freq="M") for month in breaks)
    return {
        str(horizon): {
            name: _scores(events, outcomes.totals.loc[_inside(outcomes.totals, name, first, last, horizon)])
            for name in ("all", "before", "across", "after")
            if len(events := outcomes.events.loc[_inside(outcomes.events, name, first, last, horizon)])
        }
        for horizon in sorted(outcomes.events["horizon"].unique().tolist())
    }


def _inside(table: pd.DataFrame, part: str, first: pd.Period, last: pd.Period, horizon: int) -> Any:
    begin = pd.PeriodIndex(table["origin"]) + 1
    end = begin + (horizon - 1)
    place = {
        "all": np.ones(len(table), dtype=bool),
        "before": np.asarray(end < first),
        "across": np.asarray((end >= first) & (begin <= last)),
        "after": np.asarray(begin > last),
    }
    return place[part] & (table["horizon"] == horizon).to_numpy()


def _scores(events: pd.DataFrame, totals: pd.DataFrame) -> dict[str, Any]:
    stated, happened = events["probability"].to_numpy(dtype=float), events["happened"].to_numpy(dtype=float)
    base_rate = events["base_rate"].to_numpy(dtype=float)
    is_told = ~np.isnan(base_rate)
    base = brier(probability=base_rate[is_told], happened=happened[is_told])
    same = brier(probability=stated[is_told], happened=happened[is_told])
    error = (totals["median"] / totals["observed"] - 1.0).abs()
    return {
        "n": len(events),
        "brier": brier(probability=stated, happened=happened),
        "brier_base_rate": base,
        "skill": 1.0 - same / base,
        "calibration_error": calibration_error(probability=stated, happened=happened),
        "reliability": [vars(one) for one in reliability_table(probability=stated, happened=happened)],
        "coverage": {str(width): 100.0 * float(totals[f"covered{width}"].mean()) for width in INTERVALS},
        "mdape": 100.0 * float(error[np.isfinite(error)].median()),
    }


def _forecasts(
    series: Series, of: str, origins: Mapping[int, int], horizon: int, *, seed: int, history: int | None
) -> Iterator[tuple[int, NDArray[np.intp], Array]]:
    """Origins, the series forecast there, and paths of their cumulated totals or stock, (n, n_paths, horizon)."""
    n = len(series.ids)
    if of != "stock":
        y = series.entries if of == "entries" else series.exits
        assert y is not None
        for step in walk(Flows(y, np.ones(n), np.zeros(n, dtype=int)), origins, horizon, seed=seed, history=history):
            yield step.origin, step.rows, np.cumsum(step.paths, axis=2)
        return
    assert series.exits is not None
    assert series.stock is not None
    opening = np.column_stack([np.full(n, np.nan), series.stock[:, :-1]])
    rates = np.divide(series.exits, opening, out=np.full(opening.shape, np.nan), where=opening > 0)
    # One entity's share of the stock as it was before the first forecast: nothing later is looked at.
    early = series.stock[:, :FEWEST_MONTHS]
    size = np.nanmax(np.where(np.isnan(early), 1.0, early), axis=1)
    for one in walk_stock(
        entries=series.entries,
        rates=np.minimum(rates, 1.0),
        stock=series.stock,
        floor=1.0 / np.maximum(size, 1.0),
        origins=origins,
        horizon=horizon,
        seed=seed,
        history=history,
    ):
        yield one.origin, one.rows, one.stock


def _settle(
    measured: Array, rows: NDArray[np.intp], paths: Array, origin: int, horizon: int, *, is_stock: bool
) -> tuple[pd.DataFrame, pd.DataFrame] | None:
    """Statements (n_rows, n_paths) of one origin and horizon beside what came; None where it has not ended."""
    base, came = _windows(measured, np.array([origin]), horizon, is_stock=is_stock)
    known = np.flatnonzero(np.isfinite(base[rows, 0]) & np.isfinite(came[rows, 0]) & (base[rows, 0] > 0))
    if not known.size:
        return None
    own, level, outcome = rows[known], base[rows[known], 0], came[rows[known], 0]
    ended = np.arange(SEASON - 1, origin - horizon + 1)
    past_base, past_came = _windows(measured, ended, horizon, is_stock=is_stock)
    is_past = np.isfinite(past_base) & np.isfinite(past_came) & (past_base > 0)
    # A window that reaches a level exactly does so however the sum was taken.
    slack = 1e-9 * level
    events = pd.concat(
        [
            pd.DataFrame(
                {
                    "row": own,
                    "fraction": fraction,
                    "probability": (paths[known] >= (fraction * level - slack)[:, None]).mean(axis=1),
                    "base_rate": float((past_came[is_past] >= fraction * past_base[is_past] * (1 - 1e-9)).mean())
                    if is_past.any()
                    else np.nan,
                    "happened": outcome >= fraction * level - slack,
                }
            )
            for fraction in FRACTIONS
        ]
    )
    totals = pd.DataFrame({"row": own, "observed": outcome, "median": np.median(paths[known], axis=1)})
    for width in INTERVALS:
        lower, upper = np.quantile(paths[known], [0.5 - width / 200, 0.5 + width / 200], axis=1)
        totals[f"covered{width}"] = (lower <= outcome) & (outcome <= upper)
    return events, totals


def _windows(measured: Array, origins: NDArray[np.intp], horizon: int, *, is_stock: bool) -> tuple[Array, Array]:
    """Level to be compared with and what came, (n_series, n_origins) each; NaN where a month is missing."""
    padded = np.pad(measured, ((0, 0), (0, horizon)), constant_values=np.nan)
    if is_stock:
        return padded[:, origins], padded[:, origins + horizon]
    summed = np.concatenate([np.zeros((len(padded), 1)), np.cumsum(np.nan_to_num(padded), axis=1)], axis=1)
    holes = np.concatenate([np.zeros((len(padded), 1)), np.cumsum(np.isnan(padded), axis=1)], axis=1)

    def total(first: NDArray[np.intp], last: NDArray[np.intp]) -> Array:
        has_hole = holes[:, last + 1] > holes[:, first]
        return np.where(has_hole, np.nan, summed[:, last + 1] - summed[:, first])

    base = total(origins - SEASON + 1, origins) * horizon / SEASON
    return base, total(origins + 1, origins + horizon)


def _columns(series: Series, origins: Sequence[pd.Period], horizons: Sequence[int], of: str) -> list[int]:
    if of not in ("entries", "exits", "stock"):
        raise SchemaError(f"“{of}”应为 entries、exits、stock 之一。")
    if (of != "entries" and series.exits is None) or (of == "stock" and series.stock is None):
        raise SchemaError(f"数据没有 {of} 所需的列。请补上 exits 和 stock 列，或改用 --flow entries。")
    if not horizons or min(horizons) < 1:
        raise SchemaError(f"预测期应为至少1个月的整数，实为 {list(horizons)}。")
    known: Mapping[pd.Period, int] = {month: column for column, month in enumerate(series.months)}
    missing = [str(origin) for origin in origins if known.get(origin, -1) < FEWEST_MONTHS - 1]
    if missing or not origins:
        first = series.months[min(FEWEST_MONTHS, len(series.months)) - 1]
        raise SchemaError(
            f"起点 {'、'.join(missing)} 不在可用范围：数据为 {series.months[0]} 至 {series.months[-1]}，"
            f"起点前至少要有{FEWEST_MONTHS}个月（最早 {first}）。"
        )
    return sorted({known[origin] for origin in origins})
