"""情景推演: what would become of a goal under stated assumptions, beside what becomes of it if nothing changes."""

from __future__ import annotations

import streamlit as st

import workflow
from forecasting.errors import BeizengError
from forecasting.scenario import Scenario
from reports import wording
from targets.assessment import Assessment
from views.components.assumptions import ask
from views.components.comparison import compare
from views.components.ready import open_page, store
from views.components.sidebar import mark
from views.components.words import plain
from workflow import Situation

NEW, SAVED = "新建情景", "已保存的情景"


def main() -> None:
    """Draw the page."""
    base = open_page("情景推演")
    live = {one.goal.id: one for one in base.assessments if one.state in ("active", "met")}
    if not live:
        st.info("这一数据版本下没有正在进行且有数据的目标，暂不能推演。", icon=":material/info:")
        return
    with st.container(horizontal=True):
        mark(base, [one.goal.area for one in live.values()])
    chosen = st.selectbox(
        "目标", list(live), format_func=lambda key: wording.heading(live[key]), key="goal", persist_state="session"
    )
    # What came of it stands above the form, where a phone shows it first.
    result = st.container()
    try:
        scenario = _choose(base, live[chosen])
        if scenario is None:
            st.caption("填写假设后点“推演”，与不作任何改变的基准预测对比。")
        elif not scenario.effects:
            st.warning("各项均为不变，与基准预测相同。请至少改动一项。", icon=":material/info:")
        else:
            after = next(one for one in workflow.under(base, scenario).assessments if one.goal.id == chosen)
            with result:
                compare(base, scenario, live[chosen], after)
    except BeizengError as error:
        st.error(plain(str(error)))


def _choose(base: Situation, one: Assessment) -> Scenario | None:
    """Return the scenario to be shown: the one just made, one made before in this session, or a saved one."""
    saved = {scenario.name: scenario for scenario in workflow.saved_scenarios(store())}
    source = st.segmented_control("情景", [NEW, SAVED], default=NEW, required=True, key="source")
    if source == SAVED:
        if not saved:
            st.info("还没有保存的情景。请在“新建情景”中填写后点“推演并保存”。", icon=":material/info:")
            return None
        return saved[st.selectbox("选择情景", list(saved), key="saved")]
    asked = ask(list(base.projections), base.projections[one.goal.area].months, first=one.goal.area)
    if asked is not None:
        st.session_state["assumed"] = asked.scenario
        if asked.is_saved and asked.scenario.effects:
            workflow.save_scenario(store(), asked.scenario)
            st.success(plain(f"已保存情景“{asked.scenario.name}”。"), icon=":material/check:")
    return st.session_state.get("assumed")


main()
