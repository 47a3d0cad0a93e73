"""Settlement: what was said of coming totals or stocks beside what came, and the scores of it.

    total:  P( y[t+1] + ... + y[t+h] >= f x run-rate x h / 12 ),   run-rate = the last twelve months up to t
    stock:  P( S[t+h] >= f x S[t] )

Forecasts of any maker are settled alike. The past base rate is the share of all windows of the same length of the
panel, finished by the origin, in which the event happened: what one would say who knows the past and no model. Windows
in which a month is missing are left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from forecasting.calibration import SEASON
from forecasting.errors import SchemaError
from forecasting.probability_scores import brier, calibration_error, reliability_table

Array = NDArray[np.float64]
Rows = NDArray[np.intp]

#: Levels asked about, as fractions of the run-rate or of the current stock.
FRACTIONS = (0.9, 0.95, 1.0, 1.05, 1.1, 1.2)
#: Central intervals reported, percent.
INTERVALS = (50, 80, 90, 95)


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


def settle(
    measured: Array,
    months: pd.PeriodIndex,
    forecasts: Iterable[tuple[int, Rows, Array]],
    horizons: Sequence[int],
    *,
    is_stock: bool = False,
    known: Mapping[int, Array] | None = None,
) -> Outcomes:
    """State the probabilities that forecasts imply, and settle them.

    Parameters
    ----------
    measured : ndarray, shape (n_series, n_months)
        The flow whose totals, or the stock whose level was forecast; NaN = not observed.
    months : pandas.PeriodIndex
        Of its columns.
    forecasts : iterable of (int, ndarray, ndarray)
        Column of the last month seen; the series forecast there; paths of their totals from the first month on, or of
        their stock, (n_rows, n_paths, horizon).
    horizons : sequence of int
        Months ahead; those that had not ended with the data, or lie beyond the paths, are left out.
    is_stock : bool
    known : mapping of int to ndarray, optional
        By origin, what was known of `measured` then, (n_series, origin + 1): levels and base rates are those of that
        day, what came is as measured. Default: all was known as measured.

    Returns
    -------
    Outcomes

    Raises
    ------
    SchemaError
        If nothing could be settled.
    """
    events: list[pd.DataFrame] = []
    totals: list[pd.DataFrame] = []
    for origin, rows, paths in forecasts:
        past = measured if known is None else known[origin]
        for horizon in (one for one in horizons if one <= paths.shape[2]):
            settled = _settled(measured, past, rows, paths[:, :, horizon - 1], origin, horizon, is_stock=is_stock)
            if settled is None:
                continue
            for part, kept in zip(settled, (events, totals), strict=True):
                kept.append(part.assign(origin=months[[origin] * len(part)], horizon=horizon))
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
        past base rate), `calibration_error`, `reliability` (bins), `coverage` (percent by interval), `mdape` (median
        absolute percentage error of the medians). A part without statements is left out. JSON-compatible; None = cannot
        be told.
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
    error = (totals["median"] / totals["observed"].where(totals["observed"] > 0) - 1.0).abs()
    return {
        "n": len(events),
        "brier": brier(probability=stated, happened=happened),
        "brier_base_rate": _told(base),
        "skill": _told(1.0 - same / base) if base > 0 else None,
        "calibration_error": calibration_error(probability=stated, happened=happened),
        "reliability": [vars(one) for one in reliability_table(probability=stated, happened=happened)],
        "coverage": {str(width): 100.0 * float(totals[f"covered{width}"].mean()) for width in INTERVALS},
        "mdape": _told(100.0 * float(error.median())),
    }


def _told(value: float) -> float | None:
    return value if np.isfinite(value) else None


def _settled(
    measured: Array, past: Array, rows: NDArray[np.intp], paths: Array, origin: int, horizon: int, *, is_stock: bool
) -> tuple[pd.DataFrame, pd.DataFrame] | None:
    """Statements (n_rows, n_paths) of one origin and horizon beside what came; None where it has not ended."""
    base, _ = _windows(past, np.array([origin]), horizon, is_stock=is_stock)
    _, came = _windows(measured, np.array([origin]), horizon, is_stock=is_stock)
    known = np.flatnonzero(np.isfinite(base[rows, 0]) & np.isfinite(came[rows, 0]) & (base[rows, 0] > 0))
    if not known.size:
        return None
    own, level, outcome = rows[known], base[rows[known], 0], came[rows[known], 0]
    ended = np.arange(SEASON - 1, origin - horizon + 1)
    past_base, past_came = _windows(past, ended, horizon, is_stock=is_stock)
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
