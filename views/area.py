"""区域: stock and flows of an area by type, its events, and what was published of it and of the areas around it.

An area of which only few counts are known is shown with where those lead.
"""

from __future__ import annotations

import streamlit as st

from data.catalogue import area_name
from forecasting.events import EVENT_KINDS
from reports.wording import SIMULATED
from views.components.months import show_months
from views.components.outlook import show_outlook
from views.components.proposals import show_proposals
from views.components.published import published_areas, show_published
from views.components.ready import open_page
from views.components.sidebar import known_events, mark, past_day
from views.components.so_far import show_so_far
from views.components.words import span
from workflow import Situation


def main() -> None:
    """Draw the page."""
    situation = open_page("区域情况")
    others = dict.fromkeys([*situation.published, *published_areas()])
    choices = [*situation.areas, *(code for code in others if code not in situation.areas)]
    area = st.selectbox("地区", choices, format_func=area_name, key="area", persist_state="session")
    if area in situation.areas:
        with st.container(horizontal=True):
            mark(situation, [area])
        show_months(situation, area)
        show_so_far(situation, area)
        show_proposals(situation, area)
        _events(situation, area)
    elif area in situation.published:
        show_outlook(situation, area)
        _events(situation, area)
    else:
        st.info("该地区没有月度数据，只列出公开发布的数字。", icon=":material/info:")
    show_published(area, until=past_day())


def _events(situation: Situation, area: str) -> None:
    covering = [event for event in known_events(situation) if event.covers(area, event.entity_type)]
    st.header("影响数据的事件", anchor=False)
    if not covering:
        st.caption("没有收录到该地区的事件。")
        return
    st.table(
        [
            {
                "时间": span(event.start, event.end),
                "类别": EVENT_KINDS[event.kind],
                "事件": event.title,
                "依据": f":orange[{SIMULATED}]"
                if event.is_simulated
                else event.document_number or _source(event.source),
            }
            for event in sorted(covering, key=lambda event: event.start, reverse=True)
        ],
        hide_index=True,
    )


def _source(text: str) -> str:
    return f"[网页]({text})" if text.startswith(("http://", "https://")) else text


main()
