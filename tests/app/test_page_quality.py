"""数据质量: findings with their evidence and what people made of them; coverage, revisions, corrections."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import pytest
from reading import said, table_of
from streamlit.testing.v1 import AppTest

import workflow
from forecasting.errors import FaultsError
from views.components.correction import edits_of, months_of

Open = Callable[..., AppTest]


def go_to(app: AppTest, part: str) -> AppTest:
    return app.segmented_control(key="quality_part").set_value(part).run()


def test_findings_say_what_where_and_why(open_app: Open) -> None:
    app = open_app("quality")
    assert not app.exception
    text = said(app).replace("\\", "")
    assert "只提示，不改数" in text
    assert "**异常值**　万柏林区 个体工商户　2021-09" in text
    assert "注销吊销1496户" in text
    assert "可能的解释（待确认）：集中清理" in text


def test_a_conclusion_is_kept_with_its_author(open_app: Open, database: str) -> None:
    app = open_app("quality")
    before = said(app).count("待核")
    reasons = [one for one in app.text_area if one.label == "理由"]
    # Proposed by the catalogue's event, and saved by a person.
    proposed = reasons[0].value
    assert proposed
    app.radio[0].set_value("explained")
    app = next(one for one in app.button if one.label == "保存").click().run()
    assert not app.exception
    (held,) = [one for one in workflow.open_store(database).findings() if one.state == "explained"]
    assert held.state_reason == proposed
    assert held.state_author == workflow.operator()
    # What is concluded is not among the open ones any more.
    assert said(app).count("待核") < before
    app.selectbox(key="findings_state").set_value("explained").run()
    assert "共**1**条" in said(app)


def test_findings_are_chosen_by_area(open_app: Open) -> None:
    app = open_app("quality")
    app.selectbox(key="findings_area").set_value("140722").run()
    cards = [one.value for one in app.markdown if one.value.startswith("**异常值**")]
    assert cards
    assert all("左权县" in card for card in cards)


def test_coverage_tells_every_series(open_app: Open) -> None:
    app = go_to(open_app("quality"), "月份齐不齐")
    assert not app.exception
    assert table_of(app, "地区、类型")["蒲县 企业"]["起止"] == "2017\\-01 至 2023\\-06"
    app.selectbox(key="covered_area").set_value("141033").run()
    assert set(table_of(app, "地区、类型")) == {"蒲县 企业", "蒲县 个体工商户", "蒲县 农民专业合作社"}


def test_revisions_are_told_by_lag(open_app: Open, database: str) -> None:
    store = workflow.open_store(database)
    rows = "地区,主体类型,月份,新设,数据日期\n大宁县,企业,2023-06,12,2023-07-03\n"
    workflow.ingest_bytes(store, rows.encode(), "一.csv")
    workflow.ingest_bytes(store, rows.replace(",12,2023-07", ",15,2023-08").encode(), "二.csv")
    app = go_to(open_app("quality"), "修订")
    assert not app.exception
    largest = table_of(app, "哪个数")["大宁县 企业 2023\\-06 新设"]
    told = ("12（2023\\-07\\-03）", "15（2023\\-08\\-03）", "\\+3户")
    assert (largest["首次"], largest["现在"], largest["修订"]) == told


def test_corrections_page_opens_and_lists(open_app: Open, database: str) -> None:
    app = go_to(open_app("quality"), "更正")
    assert not app.exception
    assert "还没有更正" in said(app)
    store = workflow.open_store(database)
    known = store.as_of(workflow.LAST_DAY)
    own = known[(known["area"] == "141033") & (known["entity_type"] == "enterprise")]
    before = months_of(own, own["month"].max())
    after = before.copy()
    last = before.index[-1]
    after.loc[last, ["exits", "stock"]] = before.loc[last, ["exits", "stock"]] + [2, -2]
    after.loc[last, "adjustment"] = float("nan")
    edits = edits_of(before, after)
    assert edits["measure"].tolist() == ["exits", "stock"]
    table = workflow.correction(edits.assign(area="141033", entity_type="enterprise"), known, reason="漏报注销2户")
    assert set(table["status"]) == {"simulated"}
    receipt = workflow.correct(store, table, reason="漏报注销2户", author="王")
    assert receipt.rows_new == 2
    app = go_to(open_app("quality"), "更正")
    assert table_of(app, "批次")[str(receipt.batch)]["原因"] == "漏报注销2户"


def test_a_correction_that_breaks_the_identity_is_refused(database: str) -> None:
    store = workflow.open_store(database)
    known = store.as_of(workflow.LAST_DAY)
    row = known[(known["measure"] == "exits") & (known["area"] == "141033")].iloc[-1]
    edits = pd.DataFrame([{**row[["area", "entity_type", "month", "measure"]], "value": row["value"] + 1}])
    with pytest.raises(FaultsError, match="恒等式不闭合"):
        workflow.correct(store, workflow.correction(edits, known, reason="试"), reason="试", author="王")
