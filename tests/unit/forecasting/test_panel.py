"""A panel that breaks a rule cannot be made, and the message names the row and the month."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose

from forecasting import BeizengError, FaultsError, ModelError, Panel
from forecasting.panel import MEASURES, identity_fault

NAN = math.nan


def parts() -> dict[str, Any]:
    """Two types of 蒲县 over four months; the second gives eight to another register in 2023-03."""
    return {
        "keys": pd.DataFrame({"area": ["141033", "141033"], "entity_type": ["enterprise", "individual"]}),
        "months": pd.period_range("2023-01", periods=4, freq="M"),
        "entries": np.array([[9.0, 7, 8, 6], [50, 20, 60, 55]]),
        "exits": np.array([[1.0, 2, 4, 3], [30, 25, 20, 15]]),
        "stock": np.array([[1500.0, 1505, 1509, 1512], [5000, 4995, 5027, 5067]]),
        "adjustment": np.array([[0.0, 0, 0, 0], [0, 0, -8, 0]]),
    }


def changed(name: str, row: int, column: int, value: float) -> dict[str, Any]:
    whole = parts()
    whole[name][row, column] = value
    return whole


@pytest.fixture
def panel() -> Panel:
    return Panel(**parts())


def test_a_sound_panel(panel: Panel) -> None:
    assert panel.n_series == 2
    assert_allclose(panel.opening(), [[NAN, 1500, 1505, 1509], [NAN, 5000, 4995, 5027]])
    assert panel.origin() == pd.Period("2023-04", "M")


def test_arrays_are_copied_and_cannot_be_written() -> None:
    whole = parts()
    panel = Panel(**whole)
    whole["stock"][0, 0] = 1.0
    assert panel.stock[0, 0] == 1500
    with pytest.raises(ValueError, match="read-only"):
        panel.stock[0, 0] = 1.0


@pytest.mark.parametrize(
    ("name", "row", "column", "value", "message"),
    [
        ("exits", 1, 2, -15.0, r"141033 个体工商户 2023-03：注销吊销数为负（-15）。若为冲减，请在“调整”中填写"),
        ("entries", 0, 1, -1.0, "141033 企业 2023-02：新设数为负（-1）"),
        ("stock", 0, 3, -2.0, "141033 企业 2023-04：实有数为负（-2）"),
        ("stock", 0, 0, math.inf, "141033 企业 2023-01：实有数不是有限的数（inf）"),
        ("adjustment", 1, 0, -math.inf, "141033 个体工商户 2023-01：调整数不是有限的数（-inf）"),
        (
            "stock",
            1,
            3,
            5062.0,
            r"141033 个体工商户 2023-03 至 2023-04 恒等式不闭合：期初5027 \+ 新设55 − 注销15 = 5067，",
        ),
        ("stock", 1, 3, 5062.0, "期末为5062，差 −5。请补登调整或更正。"),
        ("entries", 0, 1, 10.0, "141033 企业 2023-01 至 2023-02 恒等式不闭合.*期末为1505，差 −3"),
        ("adjustment", 1, 2, 4.0, r"注销20 \+ 调整4 = 5039，期末为5027，差 −12"),
        ("adjustment", 1, 2, -9.0, r"注销20 − 调整9 = 5026，期末为5027，差 \+1"),
    ],
)
def test_a_number_at_fault_is_named(name: str, row: int, column: int, value: float, message: str) -> None:
    with pytest.raises(FaultsError, match=message):
        Panel(**changed(name, row, column, value))


def test_all_faults_are_told_at_once() -> None:
    whole = changed("exits", 1, 2, -15.0)
    whole["entries"][0, 1] = 10.0
    with pytest.raises(FaultsError, match=r"^月度数据有误（共3处问题）：") as raised:
        Panel(**whole)
    assert [fault.split("：")[0] for fault in raised.value.faults] == [
        "141033 个体工商户 2023-03",
        "141033 企业 2023-01 至 2023-02 恒等式不闭合",
        "141033 个体工商户 2023-02 至 2023-03 恒等式不闭合",
    ]
    assert isinstance(raised.value, BeizengError)


def test_a_month_with_a_term_missing_is_not_checked() -> None:
    assert Panel(**changed("adjustment", 1, 2, NAN)).n_series == 2
    assert Panel(**changed("stock", 0, 2, NAN)).origin() == pd.Period("2023-04", "M")


@pytest.mark.parametrize("gap", [0.9e-6, -0.9e-6])
def test_rounding_of_floats_is_not_a_missing_entity(gap: float) -> None:
    whole = parts()
    whole["stock"] *= 1000
    whole["entries"] *= 1000
    whole["exits"] *= 1000
    whole["adjustment"] *= 1000
    whole["stock"][0, 3] *= 1 + gap
    assert Panel(**whole).n_series == 2
    whole["stock"][0, 3] += math.copysign(3.0, gap)
    with pytest.raises(FaultsError, match="恒等式不闭合"):
        Panel(**whole)


def test_identity_fault_is_silent_without_a_term() -> None:
    terms = {"opening": 10.0, "entries": 3.0, "exits": 1.0, "adjustment": 0.0, "stock": 99.0}
    month = pd.Period("2023-02", "M")
    assert "10 + 新设3 − 注销1 = 12，期末为99，差 +87" in identity_fault("甲", month, **terms)
    for name in terms:
        assert identity_fault("甲", month, **(terms | {name: NAN})) == ""


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"entries": np.ones((2, 3))}, r"新设（entries）的形状为 \(2, 3\)，应为 \(2, 4\)（序列数, 月数）"),
        ({"stock": np.ones(4)}, r"实有（stock）的形状为 \(4,\)，应为 \(2, 4\)"),
        ({"months": pd.period_range("2021", periods=4, freq="Q")}, "月份的频率为 Q-DEC，应为 M"),
        (
            {"months": pd.PeriodIndex(["2023-01", "2023-02", "2023-04", "2023-06"], freq="M")},
            "共2处问题）：\n缺少 2023-03，月份须连续。\n缺少 2023-05，月份须连续。",
        ),
        (
            {"months": pd.PeriodIndex(["2023-02", "2023-01", "2023-03", "2023-04"], freq="M")},
            "月份须逐月递增、不重复",
        ),
        (
            {"months": pd.PeriodIndex(["2023-01", "2023-01", "2023-02", "2023-03"], freq="M")},
            "月份须逐月递增、不重复",
        ),
        (
            {"keys": pd.DataFrame({"area": ["141033"] * 2, "entity_type": ["enterprise"] * 2})},
            "第2行 141033 企业 与前面的行重复",
        ),
        (
            {"keys": pd.DataFrame({"area": ["141033"] * 2, "entity_type": ["enterprise", "firm"]})},
            "第2行 141033 firm：主体类型应为 all、enterprise、individual、cooperative 之一",
        ),
    ],
)
def test_a_shape_at_fault_is_named(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(FaultsError, match=message):
        Panel(**(parts() | changes))


# Parts ------------------------------------------------------------------------------------------------------------


def test_until_keeps_the_month_itself(panel: Panel) -> None:
    part = panel.until(pd.Period("2023-02", "M"))
    assert part.months.astype(str).tolist() == ["2023-01", "2023-02"]
    assert_allclose(part.exits, [[1, 2], [30, 25]])
    assert len(panel.until(pd.Period("2022-12", "M")).months) == 0
    assert len(panel.until(pd.Period("2030-12", "M")).months) == 4


def test_select(panel: Panel) -> None:
    assert_allclose(panel.select(entity_type="individual").stock, [[5000, 4995, 5027, 5067]])
    assert panel.select(area="141033").n_series == 2
    assert panel.select(area="141030").n_series == panel.select(area="141033", entity_type="all").n_series == 0
    assert panel.select(area="141033", entity_type="individual").keys.index.tolist() == [0]


def test_sliced(panel: Panel) -> None:
    part = panel.sliced(np.array([False, True]), np.array([False, True, True, False]))
    assert part.keys.to_numpy().tolist() == [["141033", "individual"]]
    assert_allclose(part.adjustment, [[0, -8]])
    assert part.months.astype(str).tolist() == ["2023-02", "2023-03"]
    same = panel.sliced()
    for name in MEASURES:
        assert_allclose(getattr(same, name), getattr(panel, name))


def with_cooperatives(whole: dict[str, Any]) -> dict[str, Any]:
    """Add the third type: 300 co-operatives, one new in the second month."""
    keys = pd.concat([whole["keys"], pd.DataFrame({"area": ["141033"], "entity_type": ["cooperative"]})])
    rows = {"entries": [0.0, 1, 0, 0], "exits": [0.0] * 4, "stock": [300.0, 301, 301, 301], "adjustment": [0.0] * 4}
    return {**whole, "keys": keys, **{name: np.vstack([whole[name], [row]]) for name, row in rows.items()}}


def test_total_adds_the_types_month_by_month() -> None:
    panel = Panel(**with_cooperatives(parts()))
    whole = panel.total("141033")
    assert whole.keys.to_numpy().tolist() == [["141033", "all"]]
    assert_allclose(whole.stock, [[1500 + 5000 + 300, 1505 + 4995 + 301, 1509 + 5027 + 301, 1512 + 5067 + 301]])
    assert_allclose(whole.adjustment, [[0, 0, -8, 0]])
    assert_allclose(panel.total("141033", "enterprise").entries, [[9, 7, 8, 6]])


def test_total_prefers_the_series_held_for_all() -> None:
    whole = parts()
    whole["keys"] = pd.DataFrame({"area": ["141033"] * 2, "entity_type": ["enterprise", "all"]})
    assert_allclose(Panel(**whole).total("141033").stock, [[5000, 4995, 5027, 5067]])


def test_total_of_a_month_with_a_type_missing_is_missing() -> None:
    whole = Panel(**with_cooperatives(changed("entries", 0, 3, NAN)))
    assert np.isnan(whole.total("141033").entries).tolist() == [[False] * 3 + [True]]


def test_some_types_are_not_passed_off_as_all(panel: Panel) -> None:
    with pytest.raises(ModelError, match="141033 缺少农民专业合作社的月度数据，不能合计为全部市场主体"):
        panel.total("141033")


@pytest.mark.parametrize(
    ("area", "entity_type", "message"),
    [
        ("141030", "all", "没有 141030（全部市场主体）的月度数据。请先录入。"),
        ("141033", "cooperative", "没有 141033（农民专业合作社）的月度数据"),
    ],
)
def test_total_of_nothing(panel: Panel, area: str, entity_type: str, message: str) -> None:
    with pytest.raises(ModelError, match=message):
        panel.total(area, entity_type)


@pytest.mark.parametrize("name", ["entries", "exits", "stock"])
def test_origin_is_the_last_month_complete_for_all(name: str) -> None:
    whole = changed(name, 1, 3, NAN)
    assert Panel(**whole).origin() == pd.Period("2023-03", "M")
    whole[name][0, 2] = NAN
    assert Panel(**whole).origin() == pd.Period("2023-02", "M")


def test_origin_does_not_need_an_adjustment() -> None:
    assert Panel(**changed("adjustment", 1, 3, NAN)).origin() == pd.Period("2023-04", "M")


def test_no_complete_month() -> None:
    whole = parts()
    whole["exits"][0] = NAN
    with pytest.raises(
        ModelError, match="没有一个月份同时具备各地区、各类型的新设、注销吊销和实有数。请补齐后重新测算。"
    ):
        Panel(**whole).origin()


# Long tables ------------------------------------------------------------------------------------------------------


def long(*rows: tuple[str, str, float], entity_type: str = "all") -> pd.DataFrame:
    return pd.DataFrame(
        [("141033", entity_type, pd.Period(month, "M"), measure, value) for month, measure, value in rows],
        columns=["area", "entity_type", "month", "measure", "value"],
    )


FLOWS = [
    *[(month, "entries", value) for month, value in (("2023-02", 7.0), ("2023-03", 8.0), ("2023-04", 6.0))],
    *[(month, "exits", value) for month, value in (("2023-02", 2.0), ("2023-03", 4.0), ("2023-04", 3.0))],
]


@pytest.mark.parametrize("known", [("2023-01", 1500.0), ("2023-03", 1509.0), ("2023-04", 1512.0)])
def test_stock_is_completed_forwards_and_backwards(known: tuple[str, float]) -> None:
    """1500 + 7 - 2 = 1505, + 8 - 4 = 1509, + 6 - 3 = 1512; the first month of flows opens with 1500."""
    panel = Panel.from_long(long(*FLOWS, (known[0], "stock", known[1])))
    assert_allclose(panel.stock[:, -3:], [[1505, 1509, 1512]])


def test_stock_is_completed_across_an_adjustment() -> None:
    panel = Panel.from_long(long(*FLOWS, ("2023-04", "stock", 1512.0), ("2023-03", "adjustment", -8.0)))
    assert_allclose(panel.stock, [[1513, 1509, 1512]])
    assert_allclose(panel.adjustment, [[0, -8, 0]])


def test_a_month_without_flows_is_not_bridged() -> None:
    kept = [row for row in FLOWS if row[0] != "2023-03"]
    panel = Panel.from_long(long(*kept, ("2023-01", "stock", 1500.0)))
    assert_allclose(panel.stock, [[1500, 1505, NAN, NAN]])
    assert_allclose(panel.adjustment, [[NAN, 0, NAN, 0]])


def test_counts_alone_make_a_panel() -> None:
    panel = Panel.from_long(long(("2021-12", "stock", 6472.0), ("2022-12", "stock", 7961.0)))
    assert len(panel.months) == 13
    assert np.isnan(panel.entries).all()
    assert np.isnan(panel.stock).sum() == 11


def test_observed_stock_stays_and_is_checked() -> None:
    with pytest.raises(FaultsError, match=r"141033 全部市场主体 2023-03 至 2023-04 恒等式不闭合.*期末为1500"):
        Panel.from_long(long(*FLOWS, ("2023-01", "stock", 1500.0), ("2023-04", "stock", 1500.0)))


def test_series_come_in_the_order_of_their_keys() -> None:
    table = pd.concat([long(*FLOWS, entity_type=kind) for kind in ("individual", "enterprise", "all")])
    assert Panel.from_long(table).keys["entity_type"].tolist() == ["all", "enterprise", "individual"]


def test_a_repeated_value_is_named() -> None:
    with pytest.raises(FaultsError, match="141033 all 2023-03 新设出现多次。"):
        Panel.from_long(long(*FLOWS, ("2023-03", "entries", 8.0)))


def test_an_empty_table_is_refused() -> None:
    with pytest.raises(FaultsError, match="没有任何月度数据。"):
        Panel.from_long(long())


def test_only_some_faults_are_shown() -> None:
    whole = parts()
    months = 25
    whole["months"] = pd.period_range("2020-01", periods=months, freq="M")
    for name in MEASURES:
        whole[name] = np.full((2, months), NAN)
    whole["entries"][1] = -3.0
    with pytest.raises(FaultsError, match="……另有5处同类或其他问题，请先更正以上各处。") as raised:
        Panel(**whole)
    assert len(raised.value.faults) == 25
