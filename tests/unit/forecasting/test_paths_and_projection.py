"""Paths are finite and three-dimensional; a projection closes the identity on every path or cannot be made."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose

from forecasting import ModelError, Paths, Projection, Run, SchemaError

ORIGIN = pd.Period("2023-06", "M")


def parts() -> dict[str, Any]:
    """Two types, two paths, two months."""
    entries = np.array([[[9.0, 7], [8, 6]], [[50, 20], [60, 55]]])
    exits = np.array([[[1.0, 2], [4, 3]], [[30, 25], [20, 15]]])
    adjustment = np.array([[[0.0, 0], [0, 0]], [[0, -8], [0, 3]]])
    opening = np.array([1500.0, 5000.0])
    return {
        "keys": pd.DataFrame({"area": ["141033", "141033"], "entity_type": ["enterprise", "individual"]}),
        "origin": ORIGIN,
        "opening": opening,
        "entries": entries,
        "exits": exits,
        "adjustment": adjustment,
        "stock": opening[:, None, None] + np.cumsum(entries - exits + adjustment, axis=2),
    }


def projection(**changes: Any) -> Projection:
    whole = parts() | changes
    flows = {name: Paths(whole.pop(name)) for name in ("entries", "exits", "adjustment", "stock")}
    return Projection(**whole, **flows, run=Run("", "", ORIGIN, 2, 2, 0, ""))


def test_paths_sum_by_path_and_give_quantiles_over_paths() -> None:
    paths = Paths(parts()["entries"])
    assert (paths.n_series, paths.n_paths, paths.horizon) == (2, 2, 2)
    assert_allclose(paths.total([0, 1]).values, [[[59, 27], [68, 61]]])
    assert_allclose(paths.total(np.array([False, True])).values, [[[50, 20], [60, 55]]])
    assert_allclose(paths.quantile([0.25, 1.0]), [[[8.25, 6.25], [52.5, 28.75]], [[9, 7], [60, 55]]])


@pytest.mark.parametrize(
    ("values", "message"),
    [
        (np.ones((2, 3)), r"路径应为三维（序列数, 路径数, 预测月数），实为 2 维 \(2, 3\)。"),
        (np.array([[[1.0]], [[math.nan]], [[2.0]], [[math.inf]]]), "第2、4行的路径含有非有限的数。"),
    ],
)
def test_paths_at_fault(values: np.ndarray, message: str) -> None:
    with pytest.raises(SchemaError, match=message):
        Paths(values)


def test_months_and_totals() -> None:
    own = parts()
    keys = pd.concat([own["keys"], pd.DataFrame({"area": ["141033"], "entity_type": ["cooperative"]})])
    # A third type of 300 that neither gains nor loses.
    still = {name: np.concatenate([own[name], np.zeros((1, 2, 2))]) for name in ("entries", "exits", "adjustment")}
    stock = np.concatenate([own["stock"], np.full((1, 2, 2), 300.0)])
    whole = projection(keys=keys, opening=np.array([1500.0, 5000.0, 300.0]), stock=stock, **still)
    assert whole.months.astype(str).tolist() == ["2023-07", "2023-08"]
    total = whole.total("141033")
    assert total.keys.to_numpy().tolist() == [["141033", "all"]]
    assert_allclose(total.opening, [6800])
    assert_allclose(total.stock.values, [[[6828, 6820], [6844, 6890]]])
    assert_allclose(whole.total("141033", "individual").stock.values, [[[5020, 5007], [5040, 5083]]])


def test_some_types_are_not_passed_off_as_all() -> None:
    with pytest.raises(ModelError, match="141033 缺少农民专业合作社的月度数据，不能合计为全部市场主体"):
        projection().total("141033")


@pytest.mark.parametrize(
    ("area", "entity_type", "message"),
    [
        ("141030", "all", "预测中没有 141030（全部市场主体）。请先录入数据并重新测算。"),
        ("141033", "cooperative", "预测中没有 141033（农民专业合作社）"),
    ],
)
def test_total_of_nothing(area: str, entity_type: str, message: str) -> None:
    with pytest.raises(ModelError, match=message):
        projection().total(area, entity_type)


def test_shapes_must_agree() -> None:
    with pytest.raises(SchemaError, match=r"预测各部分形状不一致：.*'exits': \(2, 2, 1\).*序列数 2，期初 2"):
        projection(exits=parts()["exits"][:, :, :1])
    with pytest.raises(SchemaError, match="序列数 2，期初 1"):
        projection(opening=np.array([1500.0]))
    with pytest.raises(SchemaError, match="序列数 1，期初 2"):
        projection(keys=parts()["keys"].iloc[:1])


@pytest.mark.parametrize("name", ["entries", "exits", "adjustment", "stock"])
def test_a_broken_identity_names_the_row(name: str) -> None:
    values = parts()[name].copy()
    values[1, 1, 1] += 0.5
    with pytest.raises(SchemaError, match="预测路径恒等式不闭合：141033 个体工商户。"):
        projection(**{name: values})


@pytest.mark.parametrize("opening", [1501.0, math.nan])
def test_the_opening_belongs_to_the_identity(opening: float) -> None:
    with pytest.raises(SchemaError, match="预测路径恒等式不闭合：141033 企业。"):
        projection(opening=np.array([opening, 5000.0]))


@pytest.mark.parametrize("name", ["entries", "exits"])
def test_a_negative_count_names_the_row(name: str) -> None:
    whole = parts()
    change = whole[name][0, 0, 0] + 2.0
    whole[name][0, 0, 0] = -2.0
    whole["stock"][0, 0] += change if name == "exits" else -change
    with pytest.raises(SchemaError, match="预测路径出现负数：141033 企业。"):
        projection(**whole)


def test_negative_stock_names_the_row() -> None:
    whole = parts()
    whole["adjustment"][1, 0, 1] -= 6000
    whole["stock"][1, 0, 1] -= 6000
    with pytest.raises(SchemaError, match="预测路径出现负数：141033 个体工商户。"):
        projection(**whole)
