"""例会材料: the slides of the quarterly meeting, with the same numbers as the pages."""

from __future__ import annotations

import streamlit as st

import workflow
from data.catalogue import area_name
from forecasting.errors import BeizengError
from views.components.outline import outline
from views.components.ready import open_page
from views.components.sidebar import mark
from views.components.words import plain
from workflow import Situation

EVERYTHING = "all"
PPTX = "application/vnd.openxmlformats-officedocument.presentationml.presentation"


def main() -> None:
    """Draw the page."""
    situation = open_page("例会材料")
    areas = sorted({one.goal.area for one in situation.assessed()})
    if not areas:
        st.info("这一数据版本下没有可汇报的目标：所有目标都没有月度数据。请先录入数据。", icon=":material/info:")
        return
    with st.container(horizontal=True):
        mark(situation, areas)
    choice = st.selectbox("汇报范围", [EVERYTHING, *areas], format_func=_name, key="reported", persist_state="session")
    area = None if choice == EVERYTHING else choice
    _offer(situation, area)
    st.header("内容", anchor=False)
    shown = [one for one in situation.assessments if area in (None, one.goal.area)]
    st.markdown("\n".join(f"{number}. {line}" for number, line in enumerate(outline(shown), start=1)))
    st.caption("幻灯片中的文字、表格和图表均可修改，可用微软演示文稿或金山办公打开。")


def _offer(situation: Situation, area: str | None) -> None:
    """Make the deck when asked, then offer it; another choice has to be asked for anew."""
    asked = (situation.as_of, tuple(sorted({one.run.id for one in situation.projections.values()})), area)
    if st.button("生成幻灯片", type="primary", icon=":material/slideshow:"):
        try:
            with st.spinner("正在生成幻灯片……"):
                st.session_state["deck"] = (asked, workflow.deck(situation, area=area))
        except BeizengError as error:
            st.error(plain(str(error)))
    made, content = st.session_state.get("deck", (None, b""))
    if made == asked:
        st.download_button(
            "下载幻灯片",
            content,
            file_name=_file_name(situation, area),
            mime=PPTX,
            on_click="ignore",
            icon=":material/download:",
        )


def _file_name(situation: Situation, area: str | None) -> str:
    shown = [code for code in situation.projections if code == area or (area is None and code in situation.areas)]
    months = [situation.projections[code].origin for code in shown]
    return f"beizeng-{area or EVERYTHING}-{max(months, default=situation.panel.months[-1])}.pptx"


def _name(choice: str) -> str:
    return "全部地区" if choice == EVERYTHING else area_name(choice)


main()
