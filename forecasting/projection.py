"""A projection: joint paths of entries, exits and stock of a panel, tied by the identity on every path."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from forecasting.errors import ModelError, SchemaError
from forecasting.panel import ENTITY_TYPES, IDENTITY_TOLERANCE, KEY, Array, check_types_complete
from forecasting.paths import Paths
from forecasting.runs import Run


@dataclass(frozen=True, eq=False)
class Projection:
    """Simulated futures of a panel.

    Parameters
    ----------
    keys : pandas.DataFrame
        Columns `area`, `entity_type`; one row a series.
    origin : pandas.Period
        Last month the models saw.
    opening : ndarray, shape (n_series,)
        Stock at the end of `origin`.
    entries, exits, adjustment, stock : Paths
        Each (n_series, n_paths, horizon), month 1 being `origin + 1`.
    run : Run
        What made it.
    name : str
        Empty for the base projection, otherwise the scenario's name.

    Raises
    ------
    SchemaError
        If shapes differ, a count is negative, or the identity is broken on any path, naming the rows.
    """

    keys: pd.DataFrame
    origin: pd.Period
    opening: Array
    entries: Paths
    exits: Paths
    adjustment: Paths
    stock: Paths
    run: Run
    name: str = field(default="")

    def __post_init__(self) -> None:
        object.__setattr__(self, "keys", self.keys[KEY].reset_index(drop=True))
        shapes = {flow: getattr(self, flow).values.shape for flow in ("entries", "exits", "adjustment", "stock")}
        if len(set(shapes.values())) > 1 or shapes["stock"][0] != len(self.keys) or len(self.opening) != len(self.keys):
            raise SchemaError(f"预测各部分形状不一致：{shapes}，序列数 {len(self.keys)}，期初 {len(self.opening)}。")
        broken = np.empty(len(self.keys), dtype=bool)
        negative = np.empty(len(self.keys), dtype=bool)
        # A series at a time: of a province, differences of all paths together would take as much memory as the paths.
        for row, flows in enumerate(zip(*(getattr(self, flow).values for flow in shapes), strict=True)):
            entries, exits, adjustment, stock = flows
            gap = entries - exits + adjustment - np.diff(stock, axis=1, prepend=self.opening[row])
            # Negated so that an opening that is not a number breaks it too.
            broken[row] = not np.abs(gap).max() <= IDENTITY_TOLERANCE * max(1.0, stock.max())
            negative[row] = min(entries.min(), exits.min(), stock.min()) < 0
        for bad, what in ((broken, "恒等式不闭合"), (negative, "出现负数")):
            if bad.any():
                names = "、".join(
                    f"{row.area} {ENTITY_TYPES.get(str(row.entity_type), row.entity_type)}"
                    for row in self.keys[bad].itertuples()
                )
                raise SchemaError(f"预测路径{what}：{names}。")

    @property
    def months(self) -> pd.PeriodIndex:
        """The projected months."""
        return pd.period_range(self.origin + 1, periods=self.stock.horizon, freq="M")

    def total(self, area: str, entity_type: str = "all") -> Projection:
        """One series: the one asked for, or for `all` the path-by-path sum of the types where no `all` series is held.

        Parameters
        ----------
        area, entity_type : str
            Key of the series.

        Returns
        -------
        Projection
            With exactly one series.

        Raises
        ------
        ModelError
            If the projection holds nothing for the key, or not all of the types to add.
        """
        rows = (self.keys["area"] == area).to_numpy()
        own = rows & (self.keys["entity_type"] == entity_type).to_numpy()
        if not own.any() and entity_type == "all":
            own = rows
            if own.any():
                check_types_complete(area, self.keys["entity_type"][own])
        if not own.any():
            raise ModelError(
                f"预测中没有 {area}（{ENTITY_TYPES.get(entity_type, entity_type)}）。请先录入数据并重新测算。"
            )
        return Projection(
            keys=pd.DataFrame({"area": [area], "entity_type": [entity_type]}),
            origin=self.origin,
            opening=self.opening[own].sum(keepdims=True),
            entries=self.entries.total(own),
            exits=self.exits.total(own),
            adjustment=self.adjustment.total(own),
            stock=self.stock.total(own),
            run=self.run,
            name=self.name,
        )
