"""Undeclared changes that the data of an area suggest, for the analyst to accept or refuse."""

from __future__ import annotations

import streamlit as st

import workflow
from data.catalogue import area_name
from data.declared import refused_proposals
from forecasting.errors import BeizengError
from forecasting.events import EVENT_KINDS
from forecasting.panel import ENTITY_TYPES, MEASURES
from forecasting.proposals import Proposal
from views.components.memory import once
from views.components.ready import store
from views.components.sidebar import past_day
from views.components.words import plain, span
from workflow import Situation
from workflow.declared import accept, refuse, undeclared

TOLD = "proposal_told"


def show_proposals(situation: Situation, area: str) -> None:
    """Draw the proposals of an area.

    Parameters
    ----------
    situation : Situation
        Of all that is known; of a past day nothing is proposed, for it cannot be changed.
    area : str
        One that has monthly data.
    """
    if past_day() is not None:
        return
    refused = (one.id for one in refused_proposals(store()))
    made = once(
        situation,
        ("proposals", *refused),
        lambda: undeclared(store(), situation.panel, situation.events, names=workflow.known_areas()),
    )
    found = [one for one in made if one.area == area]
    told = st.session_state.pop(TOLD, "")
    with st.expander(
        f"疑似变化（待确认，{len(found)}项）", expanded=bool(found or told), icon=":material/troubleshoot:"
    ):
        if told:
            st.success(plain(told), icon=":material/check:")
        if not found:
            st.caption(f"没有发现{area_name(area)}还有未登记的水平变化或集中清理。")
            return
        st.caption(
            "以下变化由数据看出，还没有登记为事件，不影响现在的测算。采纳的成为事件，重新测算；不采纳的不再提出。"
        )
        for one in found:
            with st.container(border=True):
                _draw(one)


def _draw(one: Proposal) -> None:
    st.markdown(
        plain(
            f"{span(one.start, one.end)}　{ENTITY_TYPES[one.entity_type]}{MEASURES[one.flow]}　{EVENT_KINDS[one.kind]}"
        )
    )
    st.markdown(plain(one.sentence))
    said = st.text_input("事件名称（采纳时）或理由（不采纳时必填）", key=f"said-{one.id}", max_chars=100)
    with st.container(horizontal=True):
        is_accepted = st.button("采纳", key=f"accept-{one.id}", type="primary")
        is_refused = st.button("不采纳", key=f"refuse-{one.id}")
    if not (is_accepted or is_refused):
        return
    stamp = {"author": workflow.operator(), "saved_at": workflow.now()}
    try:
        if is_accepted:
            event = accept(store(), one, title=said, **stamp)
            st.session_state[TOLD] = f"已采纳为事件“{event.title}”，正在重新测算。"
        else:
            refuse(store(), one, reason=said, **stamp)
            st.session_state[TOLD] = "已记为不采纳，以后不再提出。"
    except BeizengError as error:
        st.error(plain(str(error)))
        return
    st.rerun()
