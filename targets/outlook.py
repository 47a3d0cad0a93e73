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
    bands = np.quantile(future.stock.values[0], list(LEVELS.values()), axis=0)
    past = pd.DataFrame({"month": own.months, "actual": own.stock[0]})
    ahead = pd.DataFrame({"month": future.months} | dict(zip(LEVELS, bands, strict=True)))
    return pd.concat([past, ahead], ignore_index=True)


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
    interval = f"{stock_words(table['low80'].iloc[-1])}—{stock_words(table['high80'].iloc[-1])}"
    known, end = table[table["actual"].notna()].iloc[-1], table.iloc[-1]
    return (
        f"{area_name}：截至{known['month'].year}年{known['month'].month}月实有{stock_words(known['actual'])}；按当前趋势"
        f"{by(end['month'])}预计{stock_words(end['median'])}（80%区间{interval}）。"
    )


def stock_words(value: float) -> str:
    """Write a stock with its unit, in 万户 where its last digits are not known.

    Parameters
    ----------
    value : float
        Entities.

    Returns
    -------
    str

    Examples
    --------
    >>> stock_words(334358.0), stock_words(4304000.0)
    ('334358户', '430.4万户')
    """
    return f"{value / 1e4:.1f}万户" if value >= LARGE else f"{math.floor(value + 0.5)}户"
