"""数据上报: nothing is stored before it is understood and confirmed; what is stored shows at once."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Callable

import openpyxl
import pytest
from reading import said, table_of
from streamlit.testing.v1 import AppTest

import workflow
from data.mappings import list_mappings
from data.store import Store
from views.components import ready
from views.components.template import template

Open = Callable[..., AppTest]
#: 大宁县, of which the demonstration holds nothing: a year of 10 - 2 a month up to 500, then 500 + 12 - 3 = 509.
YEAR = "".join(
    f"大宁县,企业,{2022 + (6 + step) // 12}-{(6 + step) % 12 + 1:02d},10,2,{420 + 8 * step}\n" for step in range(11)
)
GOOD = f"地区,主体类型,月份,新设,注销吊销,实有\n{YEAR}大宁县,企业,2023-06,12,3,509\n"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[tuple[object, ...]]:
    """What workers were asked for; none is started."""
    asked: list[tuple[object, ...]] = []

    class Worker:
        is_running, error, seconds, progress = True, "", 1, "正在测算"

        def __init__(self, *words: object, has_purges: bool) -> None:
            asked.append((*words, has_purges))

    monkeypatch.setattr(ready, "Worker", Worker)
    return asked


def upload(app: AppTest, text: str, name: str = "六月.csv") -> AppTest:
    return app.file_uploader(key="file").set_value((name, text.encode("utf-8-sig"), "text/csv")).run()


def book(*rows: list[object]) -> tuple[str, bytes, str]:
    made = openpyxl.Workbook()
    for row in rows:
        made.active.append(row)
    content = io.BytesIO()
    made.save(content)
    return "七月.xlsx", content.getvalue(), XLSX


def press(app: AppTest, label: str) -> AppTest:
    return next(one for one in app.button if one.label == label).click().run()


def go_to(app: AppTest, job: str) -> AppTest:
    return app.segmented_control(key="job").set_value(job).run()


def test_a_good_file_is_shown_confirmed_and_computed_anew(
    open_app: Open, database: str, started: list[tuple[object, ...]]
) -> None:
    store = workflow.open_store(database)
    before = store.state()
    app = upload(open_app("intake"), GOOD)
    assert not app.exception
    assert "入库后：**新增36个**" in said(app)
    assert store.state() == before
    app = press(app, "确认入库")
    assert not app.exception
    assert "读取36条，新增或更正36条" in said(app)
    assert "正在用新数据重新测算" in said(app)
    assert store.state() != before
    assert len(started) == 1
    held = store.panel(workflow.now().date())
    assert held.total("141030", "enterprise").stock[0, -1] == 509
    # The receipt stays as long as the file does, and the file cannot be stored twice by pressing again.
    assert "已入库：第2批" in said(app.run())
    assert [one.label for one in app.button if one.label == "确认入库"] == []


@pytest.mark.usefixtures("database")
def test_other_pages_say_that_it_is_being_computed(open_app: Open, started: list[tuple[object, ...]]) -> None:
    app = press(upload(open_app("intake"), GOOD), "确认入库")
    app.switch_page("views/overview.py").run()
    assert "正在测算，请稍候" in said(app)
    assert len(started) == 1


def test_every_fault_is_listed_and_nothing_stored(
    open_app: Open, database: str, started: list[tuple[object, ...]]
) -> None:
    store = workflow.open_store(database)
    before = store.state()
    bad = GOOD.replace("大宁县,企业,2023-05,10", "大凝县,企业,2023-05,十").replace(",509", ",510")
    app = upload(open_app("intake"), bad)
    text = said(app)
    assert not app.exception
    assert "文件未入库" in app.error[0].value
    assert "大凝县" in text
    assert "十" in text
    assert [one.label for one in app.button if one.label == "确认入库"] == []
    assert store.state() == before
    assert started == []


def test_a_broken_identity_is_refused_with_its_sum(open_app: Open, database: str) -> None:
    store = workflow.open_store(database)
    before = store.state()
    app = upload(open_app("intake"), GOOD.replace(",509", ",510"))
    assert "500 + 新设12 − 注销3 = 509" in said(app)
    assert [one.label for one in app.button if one.label == "确认入库"] == []
    assert store.state() == before


@pytest.mark.usefixtures("started")
def test_a_messy_workbook_is_asked_about_once_and_known_next_month(open_app: Open, database: str) -> None:
    app = open_app("intake")
    app.text_input(key="source").set_value("大宁县市场监管局").run()
    july = book(["2023年7月"], ["类型", "新增户", "歇业备", "期末数"], ["企业", 12, 4, 509])
    app.file_uploader(key="file").set_value(july).run()
    assert not app.exception
    text = said(app)
    assert "表里有2处说不准" in text
    assert "C2：列“歇业备”不认识“歇业备”。这一列是什么？" in text
    assert ":orange-background[歇业备]" in text
    assert ":green-background[12]" not in text
    assert [one.label for one in app.button if one.label == "确认入库"] == []
    next(one for one in app.selectbox if one.label == "是哪个地区").set_value("141030")
    next(one for one in app.radio if "歇业备" in one.label).set_value("ignore")
    app = press(app, "提交回答")
    assert not app.exception
    assert ":green-background[12]" in said(app)
    assert "2023-07 大宁县 企业 新设 12" in said(app).replace("\\", "")
    assert "已用您的2个回答" in said(app)
    app = press(app, "确认入库")
    assert "读取2条，新增或更正2条" in said(app)
    store = workflow.open_store(database)
    (kept,) = list_mappings(store)
    assert (kept.source, len(kept.mapping.answers)) == ("大宁县市场监管局", 2)

    august = book(["2023年8月"], ["类型", "新增户", "歇业备", "期末数"], ["企业", 9, 5, 513])
    app.file_uploader(key="file").set_value(("八月.xlsx", *august[1:])).run()
    assert "已用该单位以前的2个回答" in said(app)
    assert "入库后：**新增2个**" in said(app)
    app = press(app, "全部重新回答")
    assert "表里有2处说不准" in said(app)


def test_a_column_taken_wrongly_is_put_right(open_app: Open) -> None:
    app = open_app("intake")
    app.file_uploader(key="file").set_value(book(["大宁县2023年7月"], ["类型", "新设"], ["企业", 12])).run()
    assert "2023-07 大宁县 企业 新设 12" in said(app).replace("\\", "")
    column = next(one for one in app.selectbox if one.label == "哪一列（行）")
    column.set_value(next(name for name in column.options if "“新设”" in name))
    next(one for one in app.selectbox if one.label == "指标").set_value("exits")
    app = press(app, "按此重读")
    assert "2023-07 大宁县 企业 注销吊销 12" in said(app).replace("\\", "")


@pytest.mark.usefixtures("started")
def test_a_published_sentence_is_confirmed_figure_by_figure(open_app: Open, database: str) -> None:
    app = go_to(open_app("intake"), "报公布数")
    app.text_area(key="announced").set_value(
        "截至2022年7月底，山西省市场主体达到364万户。今年1-7月新登记市场主体40.1万户，同比增长5%。"
    )
    app.text_input(key="announced_source").set_value("山西日报").run()
    assert "请填写公布日期" in said(app)
    app.date_input(key="announced_on").set_value(dt.date(2022, 8, 10)).run()
    assert not app.exception
    stock, entries = app.checkbox
    assert "山西省（140000）全部市场主体：2022年7月末实有 3640000 户" in stock.label.replace("\\", "")
    assert "2022年1月至2022年7月新设" in entries.label
    stock.check()
    entries.check().run()
    app = press(app, "确认入库")
    assert "读取2条，新增或更正2条" in said(app)
    store = workflow.open_store(database)
    counts = store.counts_as_of(workflow.now().date())
    assert [(row.measure, str(row.start), str(row.end), row.value) for row in counts.itertuples()] == [
        ("entries", "2022-01", "2022-07", 401_000.0)
    ]


@pytest.mark.usefixtures("started")
def test_a_batch_is_taken_back_with_a_reason(open_app: Open, database: str) -> None:
    store = workflow.open_store(database)
    workflow.ingest_bytes(store, GOOD.encode(), "六月.csv", author="王")
    app = go_to(open_app("intake"), "批次与撤销")
    assert table_of(app, "批次")["2"]["文件"] == "六月\\.csv"
    app.selectbox(key="batch").set_value(2).run()
    assert "第2批使36个数有了变化" in said(app)
    app = press(app, "撤销这一批")
    assert "撤销须写明由谁、为什么" in said(app)
    app.text_input(key="undo_reason").set_value("重复报送")
    app = press(app, "撤销这一批")
    assert not app.exception
    assert "第2批已撤销，记为第3批：恢复或撤回36个数" in said(app)
    assert "大宁县" not in store.as_of(workflow.LAST_DAY)["area"].map(workflow.known_areas()).tolist()


def test_everything_is_offered_for_download(open_app: Open) -> None:
    app = go_to(open_app("intake"), "导出")
    assert not app.exception
    assert "一行一个数" in said(app)
    assert len(app.get("download_button")) == 2


def test_the_template_is_understood_once_filled(store: Store) -> None:
    head = template().decode("utf-8-sig").strip()
    row = "141030,大宁县,企业,2023-06,12,3,509,0,"
    receipt = workflow.ingest_bytes(store, f"{head}\r\n{row}\r\n".encode("utf-8-sig"), "模板.csv")
    assert receipt.rows_new == 4
