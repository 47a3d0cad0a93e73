"""总览: where every promise stands, the headline ones first."""

from __future__ import annotations

import streamlit as st

from data.catalogue import area_name
from reports import wording
from targets.assessment import Assessment
from targets.lamps import FORECAST_RULE, PROGRESS_RULE
from views.components.card import draw_card
from views.components.ready import open_page
from views.components.sidebar import mark
from views.components.words import COLOURS, day, lamp_text, plain
from workflow import Situation

LIVE, FINISHED = ("active", "met"), ("attained", "missed")
ALL_AREAS = "全部地区"
TABLE_HEIGHT = 520
CHART_RULE = (
    "走势图：黑线为实际，虚线为序时线（按计划到各月应有的数），蓝线为预测中位；蓝色由深到浅为50%、80%、95%区间，"
    "如80%区间指十次中约有八次落在其中。菱形为目标，倒三角为影响数据的事件，点按图上各处可看当月数字和事件说明。"
)


def main() -> None:
    """Draw the page."""
    situation = open_page("市场主体倍增目标进展")
    _stamp(situation)
    live = [one for one in situation.assessments if one.state in LIVE]
    for one in live:
        draw_card(one, situation)
    if not live:
        st.info("这一数据版本下没有正在进行且有数据的目标。", icon=":material/info:")
    for code, reason in situation.unprojected.items():
        st.warning(plain(f"{area_name(code)}暂不能测算：{reason}"), icon=":material/warning:")
    _finished([one for one in situation.assessments if one.state in FINISHED])
    _all_goals(situation)
    with st.expander("灯色和图例说明", icon=":material/traffic:"):
        st.markdown(f"{PROGRESS_RULE}\n\n{FORECAST_RULE}\n\n{CHART_RULE}")


def _stamp(situation: Situation) -> None:
    """How far the data go, since when they are known, and whether they are simulated."""
    monthly = [one.origin for code, one in situation.projections.items() if code not in situation.published]
    newest = max(monthly, default=situation.panel.months[-1])
    with st.container(horizontal=True, vertical_alignment="center"):
        mark(situation, situation.areas)
        st.caption(f"数据截至{wording.month(newest)}，{day(situation.known_at)}更新")


def _finished(ended: list[Assessment]) -> None:
    if not ended:
        return
    st.header("已到期目标", anchor=False)
    for one in ended:
        lamp = one.lamps[0]
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.badge(f"{lamp.shape} {lamp.word}", color=COLOURS[lamp.colour], help=lamp.rule)
            if one.basis:
                st.badge(wording.few_counts_mark(one.basis), color="blue", help=one.basis)
            st.markdown(wording.story(one))


def _all_goals(situation: Situation) -> None:
    st.header(f"全部目标（{len(situation.assessments)}项）", anchor=False)
    names = dict.fromkeys(one.area_name for one in situation.assessments)
    chosen = st.selectbox("地区", [ALL_AREAS, *names], key="goals_area")
    shown = [one for one in situation.assessments if chosen in (ALL_AREAS, one.area_name)]
    shown.sort(key=lambda one: one.state == "no_data")
    st.table(
        [
            {
                "地区": one.area_name,
                "目标": one.goal.wording,
                "期限": wording.month(one.goal.deadline),
                "现状": _standing(one),
            }
            for one in shown
        ],
        hide_index=True,
        height=TABLE_HEIGHT if len(shown) > 10 else "content",
    )


def _standing(one: Assessment) -> str:
    if one.state == "no_data":
        return ":gray[暂无数据]"
    return "　".join(lamp_text(lamp) for lamp in one.lamps)


main()
