"""Backtest of attainment on what the store holds: with today's figures, or at each origin with those known then."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from data.store import Store
from forecasting.attain import Series, attain
from forecasting.errors import HistoryError
from forecasting.panel import Panel
from forecasting.settlement import Outcomes
from reports.wording import SIMULATED
from workflow.stamps import LAST_DAY


@dataclass(frozen=True, eq=False)
class HeldSeries:
    """Every series of which entries are held, as known today.

    Parameters
    ----------
    keys : pandas.DataFrame
        Columns area and entity_type, one row a series.
    series : forecasting.attain.Series
    mark : str
        What is marked on all that shows it: that some of it is simulated, or nothing.
    """

    keys: pd.DataFrame
    series: Series
    mark: str


def held_series(store: Store) -> HeldSeries:
    """Return every series of which entries are held, as known today.

    Parameters
    ----------
    store : Store

    Returns
    -------
    HeldSeries

    Raises
    ------
    HistoryError
        If there is none.
    """
    table = store.as_of(LAST_DAY)
    panel = Panel.from_long(table)
    keys = panel.sliced(np.asarray(~np.isnan(panel.entries).all(axis=1))).keys
    if keys.empty:
        raise HistoryError("库中没有任何月份的新设数，不能回测。请先录入月度数据。")
    is_simulated = table.loc[table["area"].isin(keys["area"]), "status"].eq("simulated").any()
    return HeldSeries(keys, Series.from_panel(panel, keys, panel.months), SIMULATED if is_simulated else "")


def attain_held(
    store: Store,
    held: HeldSeries,
    origins: Sequence[pd.Period],
    horizons: Sequence[int],
    *,
    of: str,
    history: int | None = None,
    masked: Sequence[tuple[pd.Period, pd.Period]] = (),
    delay: int | None = None,
) -> Outcomes:
    """State probabilities from past origins and settle them by what is known today.

    Parameters
    ----------
    store : Store
    held : HeldSeries
        What it holds.
    origins, horizons, of, history, masked
        As of `forecasting.attain.attain`.
    delay : int, optional
        Days from the end of an origin to the day of its forecast, which sees what was known by then and nothing that
        was revised later; default: every origin sees today's figures.

    Returns
    -------
    Outcomes

    Raises
    ------
    BeizengError
        As `forecasting.attain.attain`; if at one of the origins its month was not known after so many days.
    """
    vintages = None
    if delay is not None:
        months = held.series.months
        asked = [months[column] for column in held.series.columns(origins)]
        vintages = {
            origin: Series.from_panel(known, held.keys, months[months <= origin])
            for origin, known in store.panels_at(asked, days_after=delay)
        }
    return attain(held.series, origins, horizons, of=of, history=history, masked=masked, vintages=vintages)
