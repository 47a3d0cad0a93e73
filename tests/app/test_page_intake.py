"""数据录入: a file with a fault leaves the store as it was; a good one shows at once."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from reading import said
from streamlit.testing.v1 import AppTest

import workflow
from data.store import Store
from views.components import ready
from views.components.template import template

Open = Callable[..., AppTest]
#: 大宁县, of which the demonstration holds nothing: a year of 10 - 2 a month up to 500, then 500 + 12 - 3 = 509.
YEAR = "".join(
    f"大宁县,企业,{2022 + (6 + step) // 12}-{(6 + step) % 12 + 1:02d},10,2,{420 + 8 * step}\n" for step in range(11)
)
GOOD = f"地区,主体类型,月份,新设,注销吊销,实有\n{YEAR}大宁县,企业,2023-06,12,3,509\n"


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[tuple[object, ...]]:
    """What workers were asked for; none is started."""
    asked: list[tuple[object, ...]] = []

    class Worker:
        is_running, error, seconds, progress = True, "", 1, "正在测算"

        def __init__(self, *words: object) -> None:
            asked.append(words)

    monkeypatch.setattr(ready, "Worker", Worker)
    return asked


def upload(app: AppTest, text: str, name: str = "六月.csv") -> AppTest:
    app.file_uploader(key="file").set_value((name, text.encode("utf-8-sig"), "text/csv")).run()
    return next(one for one in app.button if one.label == "核对并入库").click().run()


def test_a_good_file_is_stored_and_computed_anew(
    open_app: Open, database: str, started: list[tuple[object, ...]]
) -> None:
    store = workflow.open_store(database)
    before = store.state()
    app = upload(open_app("intake"), GOOD)
    assert not app.exception
    assert "读取36条，新增或更正36条" in said(app)
    assert "正在用新数据重新测算" in said(app)
    assert store.state() != before
    assert len(started) == 1
    held = store.panel(workflow.now().date())
    assert held.total("141030", "enterprise").stock[0, -1] == 509


def test_other_pages_say_that_it_is_being_computed(open_app: Open, started: list[tuple[object, ...]]) -> None:
    app = upload(open_app("intake"), GOOD)
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
    assert store.state() == before
    assert started == []


def test_a_broken_identity_is_refused_with_its_sum(open_app: Open, database: str) -> None:
    store = workflow.open_store(database)
    before = store.state()
    app = upload(open_app("intake"), GOOD.replace(",509", ",510"))
    assert "500 + 新设12 − 注销3 = 509" in said(app)
    assert store.state() == before


def test_the_template_is_understood_once_filled(store: Store) -> None:
    head = template().decode("utf-8-sig").strip()
    row = "141030,大宁县,企业,2023-06,12,3,509,0,"
    receipt = workflow.ingest_bytes(store, f"{head}\r\n{row}\r\n".encode("utf-8-sig"), "模板.csv")
    assert receipt.rows_new == 4
