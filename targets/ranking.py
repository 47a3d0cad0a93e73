"""Ranking of areas by any measure; areas whose intervals overlap share a rank instead of being ordered by noise.

    group        areas in order of value; an area joins the group before it if its interval overlaps that of the
                 group's head (its first area), otherwise it heads a new group
    rank         1 + areas in earlier groups (1, 1, 3)
    Wilson       (p + z^2/2n -+ z sqrt(p(1 - p)/n + z^2/4n^2)) / (1 + z^2/n)

Only the head decides, so a long chain of small overlaps does not tie first and last. METHODS section 1, ranking.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from forecasting.errors import SchemaError
from targets.assessment import Assessment
from targets.pace import MONTHS_A_YEAR

#: Normal quantile of the 95 % interval.
Z_95 = 1.959963984540054
UNRANKED = "—"
COLUMNS = ["area", "value", "low", "high"]
Estimate = tuple[float, float, float]


def rank(table: pd.DataFrame, *, higher_is_better: bool = True, previous: pd.DataFrame | None = None) -> pd.DataFrame:
    """Rank areas.

    Parameters
    ----------
    table : pandas.DataFrame
        Columns area, value, low, high; one row an area, low <= value <= high. NaN = no value.
    higher_is_better : bool
    previous : pandas.DataFrame, optional
        An earlier result of this function, for the change of rank; columns area, rank.

    Returns
    -------
    pandas.DataFrame
        Best first, equal values by area code, areas without value last: the columns of the table, then rank (Int64, NA
        without value), is_tied, rank_change (Int64, positive = up, NA without earlier rank) and text
        (第3位（并列，升2位）; — without value).

    Raises
    ------
    SchemaError
        If a column is missing, an area repeated, or a value outside its interval.
    """
    _check(table)
    rows = table[COLUMNS].sort_values("area").sort_values(
        "value", ascending=not higher_is_better, kind="stable", na_position="last"
    ).reset_index(drop=True)  # fmt: skip
    values, lows, highs = rows[["value", "low", "high"]].to_numpy(dtype=float).T
    ranks: list[int | None] = []
    head = 0
    for at, value in enumerate(values):
        head = head if lows[at] <= highs[head] and highs[at] >= lows[head] else at
        ranks.append(None if math.isnan(value) else head + 1)
    rows["rank"] = pd.array(ranks, dtype="Int64")
    rows["is_tied"] = (rows["rank"].groupby(rows["rank"]).transform("size") > 1).fillna(value=False).astype(bool)
    rows["rank_change"] = pd.array([pd.NA] * len(rows), dtype="Int64")
    if previous is not None:
        before = previous.set_index("area")["rank"].astype("Int64").reindex(rows["area"])
        rows["rank_change"] = before.array - rows["rank"].array
    rows["text"] = [_text(row, compared=previous is not None) for row in rows.to_dict("records")]
    return rows


def _text(row: Mapping[Hashable, object], *, compared: bool) -> str:
    if not isinstance(row["rank"], int):
        return UNRANKED
    notes = ["并列"] if row["is_tied"] else []
    change = row["rank_change"]
    if compared and not isinstance(change, int):
        notes.append("上期无位次")
    elif isinstance(change, int):
        notes.append(f"{'升' if change > 0 else '降'}{abs(change)}位" if change else "位次不变")
    return f"第{row['rank']}位" + (f"（{'，'.join(notes)}）" if notes else "")


def _check(table: pd.DataFrame) -> None:
    missing = [column for column in COLUMNS if column not in table]
    if missing:
        raise SchemaError(f"排名表缺少列：{'、'.join(missing)}。应有 {'、'.join(COLUMNS)}。")
    repeated = table.loc[table["area"].duplicated(), "area"]
    if len(repeated):
        raise SchemaError(f"排名表中地区重复：{'、'.join(map(str, repeated))}。每个地区只能有一行。")
    valued = table[table["value"].notna()]
    # Negated, so that a bound that is not a number is at fault too.
    bad = valued[~((valued["low"] <= valued["value"]) & (valued["value"] <= valued["high"]))]
    if len(bad):
        shown = "；".join(f"{row.area}：{row.value:g} 不在 {row.low:g}—{row.high:g} 之内" for row in bad.itertuples())
        raise SchemaError(f"排名表的值应在其区间之内：{shown}。")


def wilson(share: float, n: int, *, z: float = Z_95) -> tuple[float, float]:
    """Wilson score interval of a binomial share; formula above.

    Parameters
    ----------
    share : float
        In [0, 1]; NaN gives NaN.
    n : int
        Trials, at least 1.
    z : float
        Normal quantile; 1.96 for 95 %.

    Returns
    -------
    tuple of float
        Lower and upper bound, in [0, 1], around `share`.

    References
    ----------
    Wilson (1927), Journal of the American Statistical Association 22.

    Examples
    --------
    >>> [round(bound, 4) for bound in wilson(0.9, 10, z=1.96)]
    [0.5958, 0.9821]
    """
    centre = share + z * z / (2 * n)
    half = z * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    low, high = ((centre + side * half) / (1 + z * z / n) for side in (-1, 1))
    # Rounding of floats must not put a bound below 0 or above 1, or the share outside its own interval.
    return min(max(low, 0.0), share), max(min(high, 1.0), share)


@dataclass(frozen=True)
class Measure:
    """What areas can be ranked by.

    Parameters
    ----------
    title : str
        Chinese.
    estimate : callable
        Assessment -> value, low, high.
    higher_is_better : bool
    """

    title: str
    estimate: Callable[[Assessment], Estimate]
    higher_is_better: bool = True


def _exact(name: str) -> Callable[[Assessment], Estimate]:
    def estimate(one: Assessment) -> Estimate:
        value = float(getattr(one, name))
        return value, value, value

    return estimate


def _projected(transform: Callable[[Assessment, float], float]) -> Callable[[Assessment], Estimate]:
    def estimate(one: Assessment) -> Estimate:
        value, *ends = (transform(one, stock) for stock in (one.projected, one.projected_low, one.projected_high))
        return value, min(ends), max(ends)

    return estimate


def _share_of_increase(one: Assessment, stock: float) -> float:
    return (stock - one.base) / (one.target - one.base) if math.isfinite(one.progress) else math.nan


def _yearly_growth(one: Assessment, stock: float) -> float:
    has_start = one.actual > 0 and one.months_left > 0
    return (stock / one.actual) ** (MONTHS_A_YEAR / one.months_left) - 1.0 if has_start else math.nan


def _pace_multiple(one: Assessment) -> Estimate:
    """0 where nothing more is required, without bound where net additions would have to begin at all."""
    value = one.pace_multiple
    if one.goal.comparison == "at_most":
        value = math.nan
    elif one.required_net <= 0:
        value = 0.0
    elif one.mean_net_12 <= 0 < one.required_net:
        value = math.inf
    return value, value, value


MEASURES: Mapping[str, Measure] = {
    "progress": Measure("增量完成率", _exact("progress")),
    "pace_deviation": Measure("序时偏差", _exact("pace_deviation")),
    "completion": Measure("总量完成率", _exact("completion")),
    "probability": Measure("达标概率", _exact("probability")),
    "projected_progress": Measure("预计增量完成率", _projected(_share_of_increase)),
    "projected_growth": Measure("预计年均增速", _projected(_yearly_growth)),
    "pace_multiple": Measure("提速倍数", _pace_multiple, higher_is_better=False),
    "mean_net_12": Measure("近12个月月均净增", _exact("mean_net_12")),
}


def measure_table(assessments: Iterable[Assessment], measure: str, *, n_paths: int | None = None) -> pd.DataFrame:
    """Tabulate a measure of comparable goals, one an area, for `rank`.

    Parameters
    ----------
    assessments : iterable of Assessment
    measure : str
        Key of `MEASURES`.
    n_paths : int, optional
        Simulated futures behind the probabilities; required for `probability`, whose interval is Wilson's at 95 %.

    Returns
    -------
    pandas.DataFrame
        Columns area, value, low, high. Projected measures carry the 80 % interval of the projection; the others are
        counted, so low = high = value.

    Raises
    ------
    SchemaError
        If the measure is unknown, an area has more than one goal, or the number of paths is not given.
    """
    if measure not in MEASURES:
        raise SchemaError(f"没有名为“{measure}”的排名指标。可用：{'、'.join(MEASURES)}。")
    if measure == "probability" and not n_paths:
        raise SchemaError("按达标概率排名须给出模拟路径数（n_paths），否则无法判断并列。")
    given = tuple(assessments)
    rows = [(one.goal.area, *MEASURES[measure].estimate(one)) for one in given]
    table = pd.DataFrame(rows, columns=COLUMNS)
    repeated = sorted({one.goal.id for one in given if sum(one.goal.area == two.goal.area for two in given) > 1})
    if repeated:
        raise SchemaError(f"排名要求每个地区只有一个目标，以下目标同属一地：{'、'.join(repeated)}。请先选定指标。")
    if measure == "probability" and n_paths:
        bounds = [wilson(value, n_paths) for value in table["value"]]
        table[["low", "high"]] = np.array(bounds, dtype=float).reshape(-1, 2)
    return table
