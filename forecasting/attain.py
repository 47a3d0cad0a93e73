"""Backtest of probabilities that a coming total or stock reaches a level, as stated at past origins.

    probability = share of calibrated paths whose total or stock is at least f x run-rate or f x current stock

Every origin is calibrated by earlier ones only, as a projection would have been. What an event is, how it is settled
and how the statements are scored: `forecasting.settlement`. Fails as `forecasting.flows`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from forecasting.errors import SchemaError
from forecasting.flows import FEWEST_MONTHS, Flows, rehearsals_before, walk
from forecasting.panel import KEY, Panel, opening_stock
from forecasting.planning import rates_at_risk
from forecasting.settlement import Outcomes, settle
from forecasting.stockwalk import walk_stock

Array = NDArray[np.float64]
Rows = NDArray[np.intp]

N_PATHS = 1000
SEED = 1
FLOWS = ("entries", "exits", "stock")


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
        The same; a stock is forecast only beside exits.
    """

    ids: tuple[str, ...]
    months: pd.PeriodIndex
    entries: Array
    exits: Array | None = None
    stock: Array | None = None

    @classmethod
    def from_panel(cls, panel: Panel, keys: pd.DataFrame, months: pd.PeriodIndex) -> Series:
        """Lay some series of a panel on a calendar.

        Parameters
        ----------
        panel : Panel
        keys : pandas.DataFrame
            Columns area and entity_type, one row a series; what the panel does not hold is not observed.
        months : pandas.PeriodIndex

        Returns
        -------
        Series
        """
        rows = pd.MultiIndex.from_frame(panel.keys).get_indexer(pd.MultiIndex.from_frame(keys[KEY]))
        columns = panel.months.get_indexer(months)
        is_held = (rows >= 0)[:, None] & (columns >= 0)
        laid = {name: np.where(is_held, getattr(panel, name)[np.ix_(rows, columns)], np.nan) for name in FLOWS}
        return cls(tuple(f"{area} {kind}" for area, kind in keys[KEY].itertuples(index=False)), months, **laid)

    def measured(self, of: str) -> Array:
        """Return what is asked about.

        Parameters
        ----------
        of : str
            Of `FLOWS`.

        Returns
        -------
        ndarray, shape (n_series, n_months)

        Raises
        ------
        SchemaError
            If there is no such measure, or the series do not have it or what is needed to forecast it.
        """
        if of not in FLOWS:
            raise SchemaError(f"“{of}”应为 {'、'.join(FLOWS)} 之一。")
        needed = ("exits", "stock") if of == "stock" else (of,)
        missing = [name for name in needed if getattr(self, name) is None]
        if missing:
            raise SchemaError(f"数据没有 {'、'.join(missing)} 列，不能检验 {of}。请补上，或改用 --flow entries。")
        found: Array = getattr(self, of)
        return found

    def columns(self, origins: Sequence[pd.Period]) -> list[int]:
        """Return the columns of origins, rising.

        Parameters
        ----------
        origins : sequence of pandas.Period

        Returns
        -------
        list of int

        Raises
        ------
        SchemaError
            If there is none, or one is not within the months or has too few of them before it.
        """
        known: Mapping[pd.Period, int] = {month: column for column, month in enumerate(self.months)}
        missing = [str(origin) for origin in origins if known.get(origin, -1) < FEWEST_MONTHS - 1]
        if missing or not origins:
            what = f"起点 {'、'.join(missing)} 不在可用范围" if missing else "没有给出起点"
            raise SchemaError(
                f"{what}：数据为 {self.months[0]} 至 {self.months[-1]}，起点及以前至少要有{FEWEST_MONTHS}个月"
                f"（最早 {self.months[0] + FEWEST_MONTHS - 1}）。"
            )
        return sorted({known[origin] for origin in origins})


def attain(
    series: Series,
    origins: Sequence[pd.Period],
    horizons: Sequence[int],
    *,
    of: str = "entries",
    history: int | None = None,
    masked: Sequence[tuple[pd.Period, pd.Period]] = (),
    vintages: Mapping[pd.Period, Series] | None = None,
    seed: int = SEED,
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
    masked : sequence of (pandas.Period, pandas.Period)
        First and last months of spells that are no evidence for the models. What is measured keeps them.
    vintages : mapping of pandas.Period to Series, optional
        By origin, the same series as they were known then, up to the origin. All that is said at an origin, levels,
        rehearsals and base rates among it, then rests on these alone; it is settled by `series`.
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
    measured = series.measured(of)
    columns = series.columns(origins)
    if not horizons or min(horizons) < 1:
        raise SchemaError(f"预测期应为至少1个月的整数，实为 {list(horizons)}。")
    if history is not None and history < FEWEST_MONTHS:
        raise SchemaError(f"历史长度为{history}个月，至少要有{FEWEST_MONTHS}个月。")
    ahead = [horizon for horizon in horizons if columns[0] + horizon < len(series.months)]
    if not ahead:
        # Nothing to forecast: what is wrong is said by who settles, before anything is fitted.
        return settle(measured, series.months, (), horizons)
    if vintages is not None:
        known = {column: _known(vintages, series, column).measured(of) for column in columns}
        asked = (
            one
            for column in columns
            for one in _forecasts(
                vintages[series.months[column]],
                of,
                _hidden(series.months, masked)[: column + 1],
                rehearsals_before(column) | {column: n_paths},
                max(ahead),
                seed=seed,
                history=history,
            )
            if one[0] == column
        )
        return settle(measured, series.months, asked, ahead, is_stock=of == "stock", known=known)
    paths_at = dict(sorted((rehearsals_before(columns[-1]) | dict.fromkeys(columns, n_paths)).items()))
    hidden = _hidden(series.months, masked)
    forecasts = _forecasts(series, of, hidden, paths_at, max(ahead), seed=seed, history=history)
    asked = (one for one in forecasts if one[0] in columns)
    return settle(measured, series.months, asked, ahead, is_stock=of == "stock")


def _forecasts(
    series: Series,
    of: str,
    hidden: NDArray[np.bool_],
    origins: Mapping[int, int],
    horizon: int,
    *,
    seed: int,
    history: int | None,
) -> Iterator[tuple[int, Rows, Array]]:
    """Origins, the series forecast there, and paths of their cumulated totals or stock, (n, n_paths, horizon)."""
    n = len(series.ids)
    if of != "stock":
        y = np.where(hidden, np.nan, series.measured(of))
        for step in walk(Flows(y, np.ones(n), np.zeros(n, dtype=int)), origins, horizon, seed=seed, history=history):
            yield step.origin, step.rows, np.cumsum(step.paths, axis=2)
        return
    stock, exits = series.measured("stock"), series.measured("exits")
    rates = rates_at_risk(exits, opening_stock(stock))
    # One entity's share of the stock as it was before a series was first forecast: nothing later is looked at.
    began = np.maximum(np.argmax(~np.isnan(stock), axis=1), FEWEST_MONTHS - 1)
    is_early = (np.arange(stock.shape[1]) <= began[:, None]) & ~np.isnan(stock)
    size = np.max(stock, axis=1, where=is_early, initial=1.0)
    for one in walk_stock(
        entries=np.where(hidden, np.nan, series.entries),
        rates=np.where(hidden, np.nan, rates),
        stock=stock,
        floor=1.0 / size,
        origins=origins,
        horizon=horizon,
        seed=seed,
        history=history,
    ):
        yield one.origin, one.rows, one.stock


def _known(vintages: Mapping[pd.Period, Series], series: Series, column: int) -> Series:
    """Return the vintage of an origin, which must be of the same series and end there."""
    origin = series.months[column]
    if origin not in vintages:
        raise SchemaError(f"没有起点 {origin} 的数据版本。现有：{'、'.join(map(str, vintages)) or '无'}。请补上。")
    found = vintages[origin]
    if found.ids != series.ids or not found.months.equals(series.months[: column + 1]):
        raise SchemaError(
            f"起点 {origin} 的数据版本应为同样的{len(series.ids)}个序列、{series.months[0]} 至 {origin}，"
            f"实为{len(found.ids)}个序列、{found.months[0]} 至 {found.months[-1]}。请核对。"
        )
    return found


def _hidden(months: pd.PeriodIndex, masked: Sequence[tuple[pd.Period, pd.Period]]) -> NDArray[np.bool_]:
    """Which months are no evidence."""
    hidden = np.zeros(len(months), dtype=bool)
    for first, last in masked:
        inside = np.asarray((months >= first) & (months <= last))
        if not inside.any():
            raise SchemaError(f"屏蔽期 {first} 至 {last} 内没有月份：数据为 {months[0]} 至 {months[-1]}。请核对。")
        hidden |= inside
    return hidden
