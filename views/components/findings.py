"""Findings of the quality watch: evidence, severity, state, and the conclusion a person writes."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

import workflow
from data.quality import SEVERITIES, STATES
from data.store.findings import HeldFinding
from forecasting.errors import BeizengError
from forecasting.panel import ENTITY_TYPES
from views.components.ready import forget_quality, store
from views.components.words import plain

COLOURS = {"high": "red", "medium": "orange", "low": "gray"}
STATE_COLOURS = {"open": "orange", "explained": "green", "corrected": "blue"}
EVERY = "全部"
#: Findings on one page.
PAGE = 15


def show_findings(held: Sequence[HeldFinding]) -> None:
    """Draw the findings that are asked for.

    Parameters
    ----------
    held : sequence of HeldFinding
    """
    chosen = _chosen(held)
    counts = {name: sum(one.finding.severity == level for one in chosen) for level, name in SEVERITIES.items()}
    st.markdown(f"共**{len(chosen)}**条：" + "，".join(f"{name}{number}条" for name, number in counts.items()) + "。")
    pages = max(1, -(-len(chosen) // PAGE))
    page = 1
    if pages > 1:
        page = st.number_input(f"第几页（共{pages}页）", 1, pages, 1, key="findings_page")
    for one in chosen[(page - 1) * PAGE : page * PAGE]:
        _card(one)


def _chosen(held: Sequence[HeldFinding]) -> list[HeldFinding]:
    names = workflow.known_areas()
    columns = st.columns([2, 2, 2, 2])
    areas = sorted({one.finding.area for one in held})
    area = columns[0].selectbox(
        "地区", [EVERY, *areas], format_func=lambda code: names.get(code, code), key="findings_area"
    )
    level = columns[1].selectbox(
        "程度", [EVERY, *SEVERITIES], format_func=lambda name: SEVERITIES.get(name, name), key="findings_level"
    )
    state = columns[2].selectbox(
        "结论", [EVERY, *STATES], index=1, format_func=lambda name: STATES.get(name, name), key="findings_state"
    )
    kinds = sorted({one.finding.kind_name for one in held})
    kind = columns[3].selectbox("类别", [EVERY, *kinds], key="findings_kind")
    return [
        one
        for one in held
        if area in (EVERY, one.finding.area)
        and level in (EVERY, one.finding.severity)
        and state in (EVERY, one.state)
        and kind in (EVERY, one.finding.kind_name)
        # What is not found any more is put right, unless somebody asks for all.
        and (one.is_found or state != "open")
    ]


def _card(one: HeldFinding) -> None:
    finding = one.finding
    with st.container(border=True):
        with st.container(horizontal=True):
            st.badge(SEVERITIES[finding.severity], color=COLOURS[finding.severity])
            st.badge(one.state_name, color=STATE_COLOURS[one.state])
            if not one.is_found:
                st.badge("最近一次检查已不再出现", color="gray")
        about = [workflow.known_areas().get(finding.area, finding.area), ENTITY_TYPES.get(finding.entity_type, "")]
        when = finding.start if finding.start == finding.end else f"{finding.start} 至 {finding.end}"
        st.markdown(f"**{plain(finding.kind_name)}**　{plain(' '.join(filter(None, about)))}　{plain(when)}")
        st.markdown(plain(finding.evidence))
        for proposal in finding.proposals:
            st.caption(plain(f"可能的解释（待确认）：{proposal}"))
        if one.state_reason:
            st.caption(plain(f"{one.state_name}：{one.state_reason}（{one.state_author}）"))
        with st.popover("写结论", icon=":material/edit:"):
            _conclude(one)


def _conclude(one: HeldFinding) -> None:
    with st.form(f"conclusion {one.id}"):
        state = st.radio(
            "结论", list(STATES), index=list(STATES).index(one.state), format_func=STATES.get, horizontal=True
        )
        reason = st.text_area("理由", value=one.state_reason or "；".join(one.finding.proposals))
        author = st.text_input("经办人", value=workflow.operator())
        is_sent = st.form_submit_button("保存", type="primary")
    if not is_sent:
        return
    try:
        workflow.conclude(store(), one.id, state or one.state, author=author, reason=reason)
    except BeizengError as error:
        st.error(plain(str(error)), icon=":material/error:")
        return
    forget_quality()
    st.rerun()
