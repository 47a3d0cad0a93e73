"""例会材料: what is offered is the deck that the terminal makes, and the list says what is in it."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest
from pptx import Presentation
from streamlit.testing.v1 import AppTest

import workflow
from reports import wording
from views.components.outline import outline

Open = Callable[..., AppTest]


def titles(content: bytes) -> str:
    deck = Presentation(io.BytesIO(content))
    return "\n".join(slide.shapes.title.text for slide in deck.slides if slide.shapes.title is not None)


def test_the_list_says_what_is_in_the_deck(situation: workflow.Situation) -> None:
    held = titles(workflow.deck(situation))
    lines = "\n".join(outline(situation.assessments))
    for one in situation.assessed():
        assert wording.heading(one) in held
        assert wording.heading(one) in lines
    assert ("每月需完成" in held) == ("每月需完成" in lines)
    for group in ("目标进展总览", "暂无数据的目标"):
        assert group in held
        assert group in lines


@pytest.mark.parametrize(
    ("area", "name"), [("141033", "beizeng-141033-2023-06.pptx"), ("all", "beizeng-all-2023-06.pptx")]
)
def test_a_deck_is_made_and_offered(open_app: Open, area: str, name: str) -> None:
    app = open_app("materials")
    app.selectbox(key="reported").set_value(area).run()
    assert not app.download_button
    app.button[0].click().run()
    assert not app.exception
    assert not app.error
    assert app.download_button[0].proto.url.endswith(".pptx")
    made, content = app.session_state["deck"]
    assert made[2] == (None if area == "all" else area)
    assert "蒲县：2025年末总数达11236户" in titles(content)
    assert name.isascii()


def test_another_choice_has_to_be_asked_for_anew(open_app: Open) -> None:
    app = open_app("materials")
    app.button[0].click().run()
    assert app.download_button
    app.selectbox(key="reported").set_value("140722").run()
    assert not app.download_button
