"""目标与缺口: all that is said of one goal, from the audit of its statement to what every month must bring."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import streamlit as st

import workflow
from data.catalogue import area_name
from targets.assessment import STATES, Assessment
from targets.dossier import Dossier
from views.components.goal_audit import show_audit
from views.components.goal_head import show_head
from views.components.goal_lamps import show_lamps
from views.components.goal_milestones import show_milestones
from views.components.goal_monthly import show_monthly
from views.components.goal_numbers import show_numbers
from views.components.goal_pace import show_pace
from views.components.goal_split import show_split
from views.components.memory import once
from views.components.ready import open_page
from views.components.sidebar import mark
from views.components.words import plain
from workflow import Situation


def main() -> None:
    """Draw the page."""
    situation = open_page("目标与缺口")
    one = _choose(situation)
    with st.container(horizontal=True):
        mark(situation, [one.goal.area])
    held = once(situation, ("dossier", one.goal.id), lambda: workflow.dossier_of(situation, one))
    show_head(held)
    parts = _parts(situation, held)
    for tab, draw in zip(st.tabs(list(parts), key=f"parts-{one.state}"), parts.values(), strict=True):
        with tab:
            draw()


def _choose(situation: Situation) -> Assessment:
    """Let the reader choose an area, those with data first, then one of its goals, headline goals first."""
    areas = list(dict.fromkeys(one.goal.area for one in situation.assessments))
    areas.sort(key=lambda code: (code not in situation.areas, code not in situation.published))
    left, right = st.columns([1, 2], gap="small")
    area = left.selectbox("地区", areas, format_func=area_name, key="goal_area", persist_state="session")
    goals = {one.goal.id: one for one in situation.assessments if one.goal.area == area}
    chosen = right.selectbox(
        "目标",
        list(goals),
        format_func=lambda key: f"{goals[key].goal.wording}（{STATES[goals[key].state]}）",
        key=f"goal_of_{area}",
        persist_state="session",
    )
    return goals[chosen]


def _parts(situation: Situation, held: Dossier) -> dict[str, Callable[[], None]]:
    """Name the parts of the page: what cannot be said of a goal has no part."""
    one = held.assessment
    audit = {"核对": partial(show_audit, held)}
    if one.state == "no_data":
        return audit
    lines = {"序时": partial(show_pace, situation, held)}
    if one.state not in ("attained", "missed"):
        lines["每月需完成"] = partial(show_monthly, situation, held)
    return {
        **audit,
        **lines,
        "分解": partial(_divide, situation, held),
        "灯与历史": partial(show_lamps, held),
        "全部数字与算法": partial(show_numbers, held),
    }


def _divide(situation: Situation, held: Dossier) -> None:
    if held.assessment.state == "active":
        show_split(situation, held)
    elif held.assessment.state == "met":
        st.info(plain("目前已达到目标，没有需要分解的增量。"), icon=":material/info:")
    show_milestones(held)


main()
