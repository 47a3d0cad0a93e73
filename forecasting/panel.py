"""The panel: monthly stock and flows of many series, and the identity that ties them.

    stock[t-1] + entries[t] - exits[t] + adjustment[t] = stock[t]

A panel that breaks the identity cannot be made, so no later step needs to check it again. NaN means not observed; a
month in which any of the five terms is missing is not checked.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from forecasting.errors import FaultsError, ModelError

Array = NDArray[np.float64]

ENTITY_TYPES = {
    "all": "全部市场主体",
    "enterprise": "企业",
    "individual": "个体工商户",
    "cooperative": "农民专业合作社",
}
MEASURES = {"entries": "新设", "exits": "注销吊销", "stock": "实有", "adjustment": "调整"}
KEY = ["area", "entity_type"]
#: Half an entity in a million: what rounding of large floats can leave, never what a missing entity can.
IDENTITY_TOLERANCE = 1e-6


@dataclass(frozen=True, eq=False)
class Panel:
    """Monthly observations of many series on one calendar.

    Parameters
    ----------
    keys : pandas.DataFrame
        Columns `area` and `entity_type`, one row a series, no row twice.
    months : pandas.PeriodIndex
        Contiguous months, frequency M.
    entries, exits, stock, adjustment : ndarray, shape (n_series, n_months)
        Entities; stock at the end of the month, flows within it. NaN = not observed.

    Raises
    ------
    FaultsError
        Naming every row at fault: repeated keys, unknown types, months with holes, wrong shapes, negative counts,
        infinite values, an identity that does not close.
    """

    keys: pd.DataFrame
    months: pd.PeriodIndex
    entries: Array
    exits: Array
    stock: Array
    adjustment: Array

    def __post_init__(self) -> None:
        object.__setattr__(self, "keys", self.keys[KEY].reset_index(drop=True))
        for name in MEASURES:
            values = np.array(getattr(self, name), dtype=float)
            values.flags.writeable = False
            object.__setattr__(self, name, values)
        faults = _shape_faults(self)
        faults = faults or [*_value_faults(self), *_identity_faults(self)]
        if faults:
            raise FaultsError(faults, "月度数据有误")

    @property
    def n_series(self) -> int:
        """Number of series."""
        return len(self.keys)

    def opening(self) -> Array:
        """Stock at the start of each month.

        Returns
        -------
        ndarray, shape (n_series, n_months)
            NaN in the first month.
        """
        return opening_stock(self.stock)

    def until(self, month: pd.Period) -> Panel:
        """Return the panel as far as `month`, inclusive.

        Parameters
        ----------
        month : pandas.Period

        Returns
        -------
        Panel
        """
        kept = np.asarray(self.months <= month)
        return self.sliced(columns=kept)

    def select(self, *, area: str | None = None, entity_type: str | None = None) -> Panel:
        """Return the series of an area, of a type, or of both.

        Parameters
        ----------
        area, entity_type : str, optional
            None takes all.

        Returns
        -------
        Panel
            May hold no series.
        """
        rows = np.ones(self.n_series, dtype=bool)
        if area is not None:
            rows &= (self.keys["area"] == area).to_numpy()
        if entity_type is not None:
            rows &= (self.keys["entity_type"] == entity_type).to_numpy()
        return self.sliced(rows)

    def total(self, area: str, entity_type: str = "all") -> Panel:
        """Return one series: the one asked for, or for `all` the sum of the three types where no `all` series is held.

        Parameters
        ----------
        area, entity_type : str
            Key of the series.

        Returns
        -------
        Panel
            With exactly one series.

        Raises
        ------
        ModelError
            If the panel holds nothing for the key, or not all of the types to add.
        """
        own = self.select(area=area, entity_type=entity_type)
        if own.n_series:
            return own
        parts = self.select(area=area)
        if entity_type != "all" or not parts.n_series:
            raise ModelError(f"没有 {area}（{ENTITY_TYPES.get(entity_type, entity_type)}）的月度数据。请先录入。")
        check_types_complete(area, parts.keys["entity_type"])
        keys = pd.DataFrame({"area": [area], "entity_type": ["all"]})
        # A month in which one type is missing has no total: NaN spreads through the sum, which is what we want.
        sums = {name: getattr(parts, name).sum(axis=0, keepdims=True) for name in MEASURES}
        return Panel(keys=keys, months=self.months, **sums)

    def origin(self) -> pd.Period:
        """Return the last month in which every series has stock, entries and exits.

        Returns
        -------
        pandas.Period

        Raises
        ------
        ModelError
            If there is none.
        """
        complete = (~(np.isnan(self.stock) | np.isnan(self.entries) | np.isnan(self.exits))).all(axis=0)
        if not complete.any():
            raise ModelError("没有一个月份同时具备各地区、各类型的新设、注销吊销和实有数。请补齐后重新测算。")
        return self.months[int(np.flatnonzero(complete)[-1])]

    def to_long(self) -> pd.DataFrame:
        """Return the observed values as a long table.

        Returns
        -------
        pandas.DataFrame
            Columns area, entity_type, month, measure, value; NaN left out.
        """
        frames = []
        for name in MEASURES:
            values = getattr(self, name)
            row, column = np.nonzero(~np.isnan(values))
            frames.append(
                self.keys.iloc[row]
                .reset_index(drop=True)
                .assign(month=self.months[column], measure=name, value=values[row, column])
            )
        return pd.concat(frames, ignore_index=True)

    @classmethod
    def from_long(cls, table: pd.DataFrame) -> Panel:
        """Make a panel from a long table; a missing adjustment is none, and stock is completed by the identity.

        Parameters
        ----------
        table : pandas.DataFrame
            Columns area, entity_type, month (Period M), measure, value.

        Returns
        -------
        Panel
            Series in the order of their keys; months from the first to the last in the table.

        Raises
        ------
        FaultsError
            For a repeated (key, month, measure), and as the constructor.
        """
        if table.empty:
            raise FaultsError(["没有任何月度数据。"], "月度数据有误")
        repeated = table[table.duplicated([*KEY, "month", "measure"])]
        if len(repeated):
            raise FaultsError(
                [
                    f"{row.area} {row.entity_type} {row.month} {MEASURES.get(str(row.measure), row.measure)}出现多次。"
                    for row in repeated.itertuples()
                ],
                "月度数据有误",
            )
        months = pd.period_range(table["month"].min(), table["month"].max(), freq="M")
        keys = table[KEY].drop_duplicates().sort_values(KEY).reset_index(drop=True)
        index = pd.MultiIndex.from_frame(keys)
        values = {}
        for name in MEASURES:
            part = table[table["measure"] == name]
            grid = part.set_index([*KEY, "month"])["value"].unstack("month")  # noqa: PD010 - keys are unique
            values[name] = grid.reindex(index=index, columns=months).to_numpy(dtype=float)
        flows_observed = ~np.isnan(values["entries"]) | ~np.isnan(values["exits"])
        values["adjustment"] = np.where(np.isnan(values["adjustment"]) & flows_observed, 0.0, values["adjustment"])
        values["stock"] = _completed_stock(**values)
        return cls(keys=keys, months=months, **values)

    def sliced(self, rows: NDArray[np.bool_] | None = None, columns: NDArray[np.bool_] | None = None) -> Panel:
        """Return some series and months.

        Parameters
        ----------
        rows : ndarray of bool, shape (n_series,), optional
        columns : ndarray of bool, shape (n_months,), optional
            Contiguous. None takes all.

        Returns
        -------
        Panel
        """
        part = object.__new__(Panel)
        # Part of a valid panel is valid, so the checks of the constructor are not run again.
        object.__setattr__(part, "keys", self.keys if rows is None else self.keys[rows].reset_index(drop=True))
        object.__setattr__(part, "months", self.months if columns is None else self.months[columns])
        for name in MEASURES:
            values = getattr(self, name)
            values = values if rows is None else values[rows]
            object.__setattr__(part, name, values if columns is None else values[:, columns])
        return part


def check_types_complete(area: str, types: Iterable[str]) -> None:
    """Refuse to pass the sum of some types off as the total of all.

    Parameters
    ----------
    area : str
    types : iterable of str
        Entity types held.

    Raises
    ------
    ModelError
        Naming the types that are missing.
    """
    missing = [name for kind, name in ENTITY_TYPES.items() if kind != "all" and kind not in set(types)]
    if missing:
        raise ModelError(
            f"{area} 缺少{'、'.join(missing)}的月度数据，不能合计为全部市场主体。请补录，或直接录入“全部”一类。"
        )


def _completed_stock(*, entries: Array, exits: Array, stock: Array, adjustment: Array) -> Array:
    """Fill stock that is not observed from its neighbour and the flows between; observed stock stays."""
    net = entries - exits + adjustment
    filled = stock.copy()
    for t in range(1, filled.shape[1]):
        filled[:, t] = np.where(np.isnan(filled[:, t]), filled[:, t - 1] + net[:, t], filled[:, t])
    for t in range(filled.shape[1] - 2, -1, -1):
        filled[:, t] = np.where(np.isnan(filled[:, t]), filled[:, t + 1] - net[:, t + 1], filled[:, t])
    return filled


def _shape_faults(panel: Panel) -> list[str]:
    faults = []
    expected = (len(panel.keys), len(panel.months))
    for name, chinese in MEASURES.items():
        shape = getattr(panel, name).shape
        if shape != expected:
            faults.append(f"{chinese}（{name}）的形状为 {shape}，应为 {expected}（序列数, 月数）。")
    if panel.months.freqstr != "M":
        faults.append(f"月份的频率为 {panel.months.freqstr}，应为 M。")
        return faults
    if len(panel.months):
        holes = pd.period_range(panel.months.min(), panel.months.max(), freq="M").difference(panel.months)
        faults += [f"缺少 {month}，月份须连续。" for month in holes]
        if not panel.months.is_monotonic_increasing or not panel.months.is_unique:
            faults.append("月份须逐月递增、不重复。")
    repeated = panel.keys[panel.keys.duplicated()]
    faults += [f"第{row + 1}行 {_name(panel.keys, row)} 与前面的行重复。" for row in repeated.index]
    unknown = panel.keys[~panel.keys["entity_type"].isin(list(ENTITY_TYPES))]
    faults += [
        f"第{row + 1}行 {_name(panel.keys, row)}：主体类型应为 {'、'.join(ENTITY_TYPES)} 之一。"
        for row in unknown.index
    ]
    return faults


def _value_faults(panel: Panel) -> Iterable[str]:
    for name, chinese in MEASURES.items():
        values = getattr(panel, name)
        bad = np.isinf(values)
        if name != "adjustment":
            bad |= values < 0
        for row, column in zip(*np.nonzero(bad), strict=True):
            value = values[row, column]
            what = "为负" if value < 0 and np.isfinite(value) else "不是有限的数"
            yield (
                f"{_name(panel.keys, row)} {panel.months[column]}：{chinese}数{what}（{value:g}）。"
                "若为冲减，请在“调整”中填写并注明原因。"
            )


def _identity_faults(panel: Panel) -> Iterable[str]:
    opening = panel.opening()
    with np.errstate(invalid="ignore"):
        gap = np.abs(opening + panel.entries - panel.exits + panel.adjustment - panel.stock)
        suspect = gap > IDENTITY_TOLERANCE
    for row, column in zip(*np.nonzero(suspect), strict=True):
        fault = identity_fault(
            _name(panel.keys, row),
            panel.months[column],
            opening=opening[row, column],
            **{name: float(getattr(panel, name)[row, column]) for name in MEASURES},
        )
        if fault:
            yield fault


def opening_stock(stock: Array) -> Array:
    """Stock at the start of each month.

    Parameters
    ----------
    stock : ndarray, shape (n_series, n_months)
        At the end of each month.

    Returns
    -------
    ndarray, shape (n_series, n_months)
        NaN in the first month.
    """
    return np.column_stack([np.full(len(stock), np.nan), stock[:, :-1]])


def identity_fault(
    name: str,
    month: pd.Period,
    *,
    opening: float,
    entries: float,
    exits: float,
    adjustment: float,
    stock: float,
) -> str:
    """Say how a month breaks the stock identity.

    Parameters
    ----------
    name : str
        The series, in Chinese.
    month : pandas.Period
    opening, entries, exits, adjustment, stock : float
        Entities; NaN = not observed.

    Returns
    -------
    str
        Empty if the identity closes or a term was not observed.
    """
    closing = opening + entries - exits + adjustment
    gap = stock - closing
    if math.isnan(gap) or abs(gap) <= IDENTITY_TOLERANCE * max(1.0, abs(stock)):
        return ""
    shown = f" {'+' if adjustment > 0 else '−'} 调整{abs(adjustment):.10g}" if adjustment else ""
    return (
        f"{name} {month - 1} 至 {month} 恒等式不闭合："
        f"期初{opening:.10g} + 新设{entries:.10g} − 注销{exits:.10g}{shown} = {closing:.10g}，"
        f"期末为{stock:.10g}，差 {_signed(gap)}。请补登调整或更正。"
    )


def _signed(value: float) -> str:
    return f"{'+' if value > 0 else '−'}{abs(value):.10g}"


def _name(keys: pd.DataFrame, row: int) -> str:
    area, entity_type = keys.iloc[row]
    return f"{area} {ENTITY_TYPES.get(entity_type, entity_type)}"
