"""疑似变化 on the page of an area: nothing applies before it is accepted, and what is refused does not come back."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable

import pandas as pd
import pytest
from reading import said
from streamlit.testing.v1 import AppTest

import workflow
from data.declared import declared_events, refused_proposals
from forecasting.events import Event
from forecasting.panel import Panel
from forecasting.proposals import Proposal
from workflow import declared

Open = Callable[..., AppTest]
MONTH = pd.Period("2022-03", freq="M")
FOUND = Proposal(
    "141033", "individual", "entries", "shift", MONTH, MONTH, 0.4, 5.2, 0, 2, "新设从 2022-03 起换了水平。"
)


@pytest.fixture
def area_page(database: str, open_app: Open, monkeypatch: pytest.MonkeyPatch) -> AppTest:  # noqa: ARG001 - they write
    def propose(
        _panel: Panel, events: Collection[Event], *, refused: Iterable[Proposal], **_: object
    ) -> tuple[Proposal, ...]:
        is_settled = FOUND in set(refused) or FOUND.id in {event.id for event in events}
        return () if is_settled else (FOUND,)

    monkeypatch.setattr(declared, "propose", propose)
    app = open_app("area")
    app.selectbox(key="area").set_value("141033").run()
    return app


def test_a_proposal_is_refused_with_a_reason_only(area_page: AppTest) -> None:
    store = workflow.open_store()
    assert "起换了水平。" in said(area_page)
    area_page.button(key=f"refuse-{FOUND.id}").click().run()
    assert "不采纳须写明理由" in said(area_page)
    assert refused_proposals(store) == ()
    area_page.text_input(key=f"said-{FOUND.id}").set_value("口径调整").run()
    area_page.button(key=f"refuse-{FOUND.id}").click().run()
    assert not area_page.exception
    assert refused_proposals(store) == (FOUND,)
    assert "已记为不采纳" in said(area_page)
    assert "没有发现蒲县还有未登记的" in said(area_page)


def test_a_proposal_is_accepted_under_the_name_given(area_page: AppTest) -> None:
    area_page.text_input(key=f"said-{FOUND.id}").set_value("开办便利化").run()
    area_page.button(key=f"accept-{FOUND.id}").click().run()
    assert not area_page.exception
    (one,) = declared_events(workflow.open_store())
    assert (one.event.title, one.event.effect, one.event.flows) == ("开办便利化", "step", ("entries",))
    assert one.author == workflow.operator()
