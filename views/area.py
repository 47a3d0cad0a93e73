"""区域: stock and flows of an area by type, its events, and what was published of it and of the areas around it."""

from __future__ import annotations

from functools import partial

import pandas as pd
import streamlit as st

from forecasting.events import EVENT_KINDS
from forecasting.panel import ENTITY_TYPES
from reports import wording
from reports.status import SIMULATED_MARK
from views.components.flows import measure_chart
from views.components.measures import MEASURES, flow_changes, measured, stock_changes, summed
from views.components.memory import once
from views.components.published import published_areas, show_published
from views.components.ready import open_page
from views.components.sidebar import known_events, mark, past_day
from views.components.vega import Spec
from views.components.words import counted, signed, signed_percent, span
from workflow import Situation, area_name

MONTHLY, YEARLY = "月度", "近12个月合计"


def main() -> None:
    """Draw the page."""
    situation = open_page("区域情况")
    choices = [*situation.areas, *(code for code in published_areas() if code not in situation.areas)]
    area = st.selectbox("地区", choices, format_func=area_name, key="area", persist_state="session")
    if area in situation.areas:
        with st.container(horizontal=True):
            mark(situation, [area])
        _monthly(situation, area)
        _events(situation, area)
    else:
        st.info("该地区没有月度数据，只列出公开发布的数字。", icon=":material/info:")
    show_published(area, until=past_day())


def _monthly(situation: Situation, area: str) -> None:
    table = once(situation, ("measured", area), lambda: measured(situation.panel, area))
    st.header(f"{wording.month(table['month'].max())}情况", anchor=False)
    stock, flows = stock_changes(table), {name: flow_changes(table, name) for name in ("entries", "exits", "net")}
    left, right = st.columns(2, gap="medium")
    with left:
        st.markdown("**实有**")
        st.table(_stock_rows(stock), hide_index=True)
    with right:
        st.markdown("**全部市场主体：新设、注销吊销、净增**")
        st.table([_flow_row(MEASURES[name], one.iloc[0], name) for name, one in flows.items()], hide_index=True)
    with st.expander("分类型的新设、注销吊销、净增"):
        for name, one in flows.items():
            st.markdown(f"**{MEASURES[name]}**")
            rows = [_flow_row(ENTITY_TYPES[row["entity_type"]], row, name) for _, row in one.iterrows()]
            st.table(rows, hide_index=True)
    st.header("走势", anchor=False)
    basis = st.segmented_control("口径", [MONTHLY, YEARLY], default=MONTHLY, required=True, key="basis")
    # Pairs, not two long columns: on a phone they come one under the other in this order.
    places = [side for _ in range(2) for side in st.columns(2, gap="medium")]
    for place, (name, title) in zip(places, MEASURES.items(), strict=True):
        with place:
            st.markdown(f"**{title}**（户，{'月末' if name == 'stock' else basis}）")
            spec = once(situation, ("chart", area, name, basis), partial(_chart, table, name, basis))
            st.vega_lite_chart(spec=spec, key=f"{area}-{name}", alt=f"{area_name(area)}{title}走势")


def _chart(table: pd.DataFrame, measure: str, basis: str) -> Spec:
    return measure_chart(summed(table) if basis == YEARLY else table, measure)


def _stock_rows(stock: pd.DataFrame) -> list[dict[str, str]]:
    return [
        {
            "类型": ENTITY_TYPES[row["entity_type"]],
            "户数": wording.count(row["value"]),
            "同比": signed_percent(row["on_year"]),
            "环比": signed_percent(row["on_month"]),
            "较年初": signed(row["since_december"], "户"),
        }
        for _, row in stock.iterrows()
    ]


def _flow_row(title: str, row: pd.Series, measure: str) -> dict[str, str]:
    count = signed if measure == "net" else counted
    return {
        "项目": title,
        "当月": count(row["value"], "户"),
        "同比": signed_percent(row["on_year"]),
        "环比": signed_percent(row["on_month"]),
        "本年累计": count(row["year_to_date"], "户"),
        "累计同比": signed_percent(row["year_to_date_on_year"]),
    }


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
                "依据": f":orange[{SIMULATED_MARK}]"
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
