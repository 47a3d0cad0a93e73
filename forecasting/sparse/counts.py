"""A long table of counts: what was published of which series, over which months, rounded to what.

A count v with half-width p says that the truth lies within v - p .. v + p. A stock is of the end of a month; entries,
exits and net are sums over the months from `start` to `end`, so that monthly, quarterly, year-to-date and yearly
figures are rows of one table. Faults are what no history could have produced; figures that only disagree through the
identity are not faults, since registers are re-based.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from forecasting.errors import FaultsError
from forecasting.events import FLOWS
from forecasting.panel import ENTITY_TYPES, KEY, MEASURES, Panel

COUNT_COLUMNS = ["area", "entity_type", "measure", "start", "end", "value", "precision"]
COUNT_MEASURES = {"stock": "实有", "entries": "新设", "exits": "注销吊销", "net": "净增"}
#: Half-width of a figure printed to the unit: there are no halves of an entity.
WHOLE = 0.5


@dataclass(frozen=True)
class Count:
    """One row of the table.

    Parameters
    ----------
    area, entity_type, measure : str
    start, end : pandas.Period
        First and last month; the same for a stock.
    value, precision : float
        Entities; precision is the half-width of rounding.
    """

    area: str
    entity_type: str
    measure: str
    start: pd.Period
    end: pd.Period
    value: float
    precision: float

    @property
    def n_months(self) -> int:
        """Months it speaks of."""
        return int(self.end.ordinal - self.start.ordinal) + 1

    def __str__(self) -> str:
        span = f"{self.start}" if self.start == self.end else f"{self.start} 至 {self.end} "
        kind = ENTITY_TYPES.get(self.entity_type, self.entity_type)
        return f"{self.area} {kind} {span}{COUNT_MEASURES.get(self.measure, self.measure)}"


def rows_of(counts: pd.DataFrame) -> list[Count]:
    """Return the rows of a table of counts.

    Parameters
    ----------
    counts : pandas.DataFrame

    Returns
    -------
    list of Count
    """
    # Column by column: a record at a time takes ten times as long.
    return [Count(*row) for row in zip(*(counts[name].tolist() for name in COUNT_COLUMNS), strict=True)]


def check_counts(counts: pd.DataFrame) -> pd.DataFrame:
    """Refuse a table that no history could have produced; bring figures stated twice to one.

    Parameters
    ----------
    counts : pandas.DataFrame
        Columns `COUNT_COLUMNS`: start and end are periods of frequency M (equal for a stock), value and precision
        (half-width of rounding) entities.

    Returns
    -------
    pandas.DataFrame
        The same columns, sorted by them, no series, measure and period twice: of a figure stated twice the most precise
        is kept. Precision is at least half an entity.

    Raises
    ------
    FaultsError
        Naming each count that is not a finite number, negative, of an unknown type or measure, of a period that ends
        before it begins or of a stock over more than one month; each pair that contradicts another beyond its rounding.
    """
    faults = [
        f"{row}：{what}"
        for row in rows_of(counts)
        for is_bad, what in (
            (row.measure not in COUNT_MEASURES, f"指标应为 {'、'.join(COUNT_MEASURES)} 之一，请更正。"),
            (row.entity_type not in ENTITY_TYPES, f"主体类型应为 {'、'.join(ENTITY_TYPES)} 之一，请更正。"),
            (not np.isfinite(row.value), "不是有限的数，请更正或删去此行。"),
            (row.measure != "net" and row.value < 0, f"为负（{row.value:g}），请更正。"),
            (not (np.isfinite(row.precision) and row.precision >= 0), "取整误差应为不小于0的数，请更正。"),
            (row.end < row.start, "结束月早于开始月，请更正。"),
            (row.measure == "stock" and row.end != row.start, "实有数是月末时点数，开始月应等于结束月，请更正。"),
        )
        if is_bad
    ]
    if faults:
        raise FaultsError(faults, "零散数据有误")
    table = counts[COUNT_COLUMNS].sort_values([*COUNT_COLUMNS[:5], "precision", "value"], kind="stable")
    # One type, or the same figures would have two digests.
    table = table.astype({"value": float, "precision": float})
    table["precision"] = table["precision"].clip(lower=WHOLE)
    groups = table.groupby([*KEY, "measure"], sort=False)
    faults = [fault for _, group in groups for fault in _contradictions(rows_of(group))]
    if faults:
        raise FaultsError(faults, "零散数据互相矛盾")
    return table.drop_duplicates(COUNT_COLUMNS[:5]).reset_index(drop=True)


def counts_of_panel(panel: Panel) -> pd.DataFrame:
    """Turn the months a panel has observed into counts, to be joined with counts of longer periods.

    Parameters
    ----------
    panel : Panel
        NaN where not observed. Adjustments are not counts: a stock that the flows do not explain says the same.

    Returns
    -------
    pandas.DataFrame
        Columns `COUNT_COLUMNS`.
    """
    table = panel.to_long()
    table = table[table["measure"] != "adjustment"].rename(columns={"month": "end"})
    return table.assign(start=table["end"], precision=WHOLE)[COUNT_COLUMNS].reset_index(drop=True)


def panel_of_counts(counts: pd.DataFrame) -> Panel:
    """Lay counts of single months on a calendar, as the inverse of `counts_of_panel`; other months are not observed.

    Parameters
    ----------
    counts : pandas.DataFrame
        As `check_counts` returns them; at least one.

    Returns
    -------
    Panel
        From the first month any count ends in to the last. Sums over several months, and net, have no place in it; its
        adjustments are not known, so the identity is not asked of registers that were re-based.
    """
    months = pd.period_range(counts["end"].min(), counts["end"].max(), freq="M")
    keys = counts[KEY].drop_duplicates().sort_values(KEY).reset_index(drop=True)
    monthly = counts[counts["start"] == counts["end"]]
    values = {}
    for name in MEASURES:
        part = monthly[monthly["measure"] == name].set_index([*KEY, "end"])["value"]
        grid = part.unstack("end")  # noqa: PD010 - keys are unique
        values[name] = grid.reindex(index=pd.MultiIndex.from_frame(keys), columns=months).to_numpy(dtype=float)
    return Panel(keys=keys, months=months, **values)


def _contradictions(counts: list[Count]) -> list[str]:
    """Pairs of one series and measure that rounding cannot reconcile: the same period, or a part above its whole."""
    start, end = (np.array([getattr(count, name).ordinal for count in counts]) for name in ("start", "end"))
    value, precision = (np.array([getattr(count, name) for count in counts]) for name in ("value", "precision"))
    is_same = (start[:, None] == start) & (end[:, None] == end)
    is_part = (start[:, None] >= start) & (end[:, None] <= end) & ~is_same
    is_above = value[:, None] - value > precision[:, None] + precision
    faults = [
        f"{counts[i]}有两个数：{value[i]:.10g} 与 {value[j]:.10g}。请核对，只留其一。"
        for i, j in np.argwhere(is_same & is_above)
    ]
    if counts[0].measure in FLOWS:
        faults += [
            f"{counts[i]}为 {value[i]:.10g}，多于{counts[j]}的 {value[j]:.10g}。请核对两数的口径。"
            for i, j in np.argwhere(is_part & is_above)
        ]
    return faults
