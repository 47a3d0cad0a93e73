"""区域: the months of an area with their changes, its events, and the published counts around it."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from reading import said, table_of
from streamlit.testing.v1 import AppTest

import workflow
from data.catalogue import load_published
from forecasting.panel import Panel
from targets.measures import flow_changes, measured, stock_changes, summed
from views.components import ready
from views.components.flows import measure_chart
from views.components.published import NAMES, indicator_name
from views.components.words import published_number, span

Open = Callable[..., AppTest]


@pytest.fixture
def panel() -> Panel:
    """Three types over 26 months, made so that every change is a round number; stock follows the identity."""
    months = pd.period_range("2022-01", periods=26, freq="M")
    entries = np.vstack([np.full(26, 10.0), np.full(26, 4.0), np.full(26, 1.0)])
    entries[0, 13], entries[0, 25] = 20.0, 30.0
    exits = np.vstack([np.full(26, 2.0), np.full(26, 4.0), np.full(26, 1.0)])
    exits[1, 25] = 9.0
    stock = np.array([[100.0], [50.0], [5.0]]) + np.cumsum(entries - exits, axis=1)
    keys = pd.DataFrame({"area": "141033", "entity_type": ["enterprise", "individual", "cooperative"]})
    return Panel(keys, months, entries, exits, stock, np.zeros_like(stock))


def test_flow_changes_by_hand(panel: Panel) -> None:
    changes = flow_changes(measured(panel, "141033"), "entries").set_index("entity_type")
    enterprise, everything = changes.loc["enterprise"], changes.loc["all"]
    # Feb 2024: 30; Feb 2023: 20; Jan 2024: 10.
    assert enterprise["value"] == 30.0
    assert enterprise["on_year"] == pytest.approx(30 / 20 - 1)
    assert enterprise["on_month"] == pytest.approx(30 / 10 - 1)
    assert enterprise["year_to_date"] == 10 + 30
    assert enterprise["year_to_date_on_year"] == pytest.approx((10 + 30) / (10 + 20) - 1)
    assert everything["value"] == 30 + 4 + 1


def test_stock_changes_by_hand(panel: Panel) -> None:
    changes = stock_changes(measured(panel, "141033")).set_index("entity_type")
    # Since December 2023: January 10 - 2, February 30 - 2.
    assert changes.loc["enterprise", "since_december"] == (10 - 2) + (30 - 2)
    assert changes.loc["individual", "since_december"] == (4 - 4) + (4 - 9)


def test_a_rate_on_no_base_does_not_exist(panel: Panel) -> None:
    net = flow_changes(measured(panel, "141033"), "net").set_index("entity_type")
    assert net.loc["individual", "value"] == 4 - 9
    assert np.isnan(net.loc["individual", "on_year"])


def test_twelve_months_are_added_up_by_type(panel: Panel) -> None:
    table = summed(measured(panel, "141033"))
    enterprise = table[table["entity_type"] == "enterprise"]["entries"].to_numpy()
    assert np.isnan(enterprise[:11]).all()
    assert enterprise[11] == 12 * 10
    assert enterprise[25] == 11 * 10 + 30


def test_the_page_shows_the_latest_month_of_every_type(open_app: Open, situation: workflow.Situation) -> None:
    app = open_app("area")
    app.selectbox(key="area").set_value("141033").run()
    assert not app.exception
    rows = table_of(app, "类型")
    for name, title in (("all", "全部市场主体"), ("cooperative", "农民专业合作社")):
        assert rows[title]["户数"] == f"{situation.panel.total('141033', name).stock[0, -1]:.0f}"
    text = said(app)
    assert "演示数据（模拟）" in text
    assert "公开数据" in text
    # The published stock of 临汾市, in which 蒲县 lies.
    assert "334358户（同比+30.5%）" in text
    assert "临汾市集中登记月" in text


def test_a_month_that_is_not_over(open_app: Open, situation: workflow.Situation) -> None:
    app = open_app("area")
    app.selectbox(key="area").set_value("141033").run()
    assert "按工作日推算全月约" not in said(app)
    app.number_input(key="so-far-day-2023-07").set_value(14)
    app.number_input(key="so-far-141033-2023-07-entries").set_value(62).run()
    assert not app.exception
    # 10 of the 21 working days of July 2023 have passed by the 14th: 62 x 21 / 10 = 130.
    projected = np.median(situation.projections["141033"].total("141033").entries.values[0, :, 0])
    assert f"截至7月14日新设62户，工作日已过48%；按工作日推算全月约130户，原预测{projected:.0f}户" in said(app)


def test_the_basis_is_switched(open_app: Open) -> None:
    app = open_app("area")
    app.segmented_control(key="basis").set_value("近12个月合计").run()
    assert "（户，近12个月合计）" in said(app)


@pytest.mark.parametrize(("code", "figure"), [("100000", "1.81亿户"), ("140225", "17687户")])
def test_an_area_of_which_only_counts_were_published(open_app: Open, code: str, figure: str) -> None:
    app = open_app("area")
    app.selectbox(key="area").set_value(code).run()
    assert not app.exception
    text = said(app)
    assert figure in text
    assert "没有月度数据" in text
    assert ("实有走势" in text) == (code == "100000")


def test_every_published_indicator_has_a_name() -> None:
    held = set(load_published()["indicator"]) - {"entities"}
    assert held == set(NAMES)
    assert indicator_name("entities", "individual", "stock") == "个体工商户实有"


def test_published_numbers_are_written_as_they_were_printed() -> None:
    table = load_published()
    written = {published_number(row.value, row.precision, row.unit) for row in table.itertuples()}
    assert {"334358户", "6.5万户", "364万户", "90.6万户", "430.4万户", "1.03亿户", "9021.6万户", "61.67%"} <= written


def test_spans_are_written_short() -> None:
    month = lambda text: pd.Period(text, freq="M")  # noqa: E731
    assert span(month("2022-04"), month("2022-04")) == "2022年4月"
    assert span(month("2022-01"), month("2022-05")) == "2022年1—5月"
    assert span(month("2022-01"), month("2022-12")) == "2022年全年"
    assert span(month("2021-12"), month("2022-03")) == "2021年12月—2022年3月"


def test_charts_hold_no_nan(panel: Panel) -> None:
    table = summed(measured(panel, "141033"))
    text = json.dumps(measure_chart(table, "entries"), ensure_ascii=False, allow_nan=False)
    assert "2024年2月，全部市场主体200户，企业140户，个体工商户48户，农民专业合作社12户" in text


def test_an_area_of_which_only_stock_is_known(
    open_app: Open, situation: workflow.Situation, panel: Panel, monkeypatch: pytest.MonkeyPatch
) -> None:
    unknown = np.full_like(panel.stock, np.nan)
    only_stock = replace(panel, entries=unknown, exits=unknown, adjustment=unknown)
    monkeypatch.setattr(ready, "_situation", lambda *_: replace(situation, panel=only_stock))
    app = open_app("area")
    assert not app.exception
    assert table_of(app, "类型")["企业"]["户数"] == f"{panel.stock[0, -1]:.0f}"
    assert said(app).count("没有数据。") == 4 + 3


def test_types_that_do_not_add_up_to_all_are_shown_without_a_total(
    open_app: Open, situation: workflow.Situation, panel: Panel, monkeypatch: pytest.MonkeyPatch
) -> None:
    two = panel.sliced(np.array([True, True, False]))
    monkeypatch.setattr(ready, "_situation", lambda *_: replace(situation, panel=two))
    app = open_app("area")
    assert not app.exception
    assert "缺少农民专业合作社" in app.info[0].value
    assert list(table_of(app, "类型")) == ["企业", "个体工商户"]


def test_an_area_with_stocks_alone_shows_where_they_lead(
    open_app: Open, database: str, make_observations: Callable[..., pd.DataFrame]
) -> None:
    store = workflow.open_store(database)
    rows = (("2019-12", "stock", 4100), ("2020-12", "stock", 4487), ("2021-12", "stock", 4911))
    store.append(make_observations(*rows, area="141034"), received_at=dt.datetime.now(dt.UTC), file_name="汾西.csv")
    workflow.refit(store)
    app = open_app("area")
    app.selectbox(key="area").set_value("141034").run()
    assert not app.exception
    text = said(app).replace("\\", "")
    assert "零散上报数：汾西县没有按月的新设和注销吊销，依据截至2021年12月的3个已录入的数预测。" in text
    assert "汾西县：截至2021年12月实有4911户；按当前趋势" in text
    assert "没有月度数据，只列出公开发布的数字" not in text
