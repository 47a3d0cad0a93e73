"""Where the stock of an area leads, whether or not a goal is set: what was counted, and the bands of the projection.

quantiles of the paths of the stock, month by month, from the first count to the end of the projection
"""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from forecasting.panel import Panel
from forecasting.projection import Projection
from targets.assessment import LEVELS
from targets.sentence import by

#: From here on a stock is said in 万户: its last digits are not known.
LARGE = 1e6


def outlook(panel: Panel, projection: Projection, area: str) -> pd.DataFrame:
    """Put the stock of all entities of an area and its projection on one calendar.

    Parameters
    ----------
    panel : Panel
        What is known; months after the projection's origin are not looked at.
    projection : Projection
    area : str

    Returns
    -------
    pandas.DataFrame
        Columns month, actual, and the keys of `LEVELS`; entities, NaN where there is none.

    Raises
    ------
    ModelError
        If either holds nothing of the area, or not all of its types.
    """
    own, future = panel.total(area).until(projection.origin), projection.total(area)
    months = own.months.append(future.months)
    table = pd.DataFrame({"month": months, "actual": np.nan} | dict.fromkeys(LEVELS, np.nan))
    table.loc[: len(own.months) - 1, "actual"] = own.stock[0]
    bands = np.quantile(future.stock.values[0], list(LEVELS.values()), axis=0)
    table.loc[len(own.months) :, list(LEVELS)] = bands.T
    return table


def outlook_sentence(table: pd.DataFrame, area_name: str) -> str:
    """Say an outlook in one sentence.

    Parameters
    ----------
    table : pandas.DataFrame
        From `outlook`.
    area_name : str
        Chinese.

    Returns
    -------
    str
    """
    known, end = table[table["actual"].notna()].iloc[-1], table.iloc[-1]
    return (
        f"{area_name}：截至{known['month'].year}年{known['month'].month}月实有{_stock(known['actual'])}；按当前趋势"
        f"{by(end['month'])}预计{_stock(end['median'])}（80%区间{_stock(end['low80'])}—{_stock(end['high80'])}）。"
    )


def _stock(value: float) -> str:
    return f"{value / 1e4:.1f}万户" if value >= LARGE else f"{math.floor(value + 0.5)}户"
