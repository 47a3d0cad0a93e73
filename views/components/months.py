"""The months of an area: the latest with its changes, and all of them as charts."""

from __future__ import annotations

from functools import partial

import pandas as pd
import streamlit as st

from data.catalogue import area_name
from forecasting.panel import ENTITY_TYPES
from reports import wording
from targets.measures import MEASURES, flow_changes, measured, no_total, stock_changes, summed
from views.components.flows import measure_chart
from views.components.memory import once
from views.components.vega import Spec
from views.components.words import counted, plain, signed, signed_percent
from workflow import Situation

MONTHLY, YEARLY = "月度", "近12个月合计"
FLOWS = ("entries", "exits", "net")


def show_months(situation: Situation, area: str) -> None:
    """Draw the months of an area.

    Parameters
    ----------
    situation : Situation
    area : str
        One that has monthly data.
    """
    table = once(situation, ("measured", area), lambda: measured(situation.panel, area))
    latest = table["month"].max()
    st.header(f"{wording.month(latest)}情况", anchor=False)
    reason = no_total(situation.panel, area)
    if reason:
        st.info(plain(reason), icon=":material/info:")
    flows = {name: flow_changes(table, name) for name in FLOWS}
    left, right = st.columns(2, gap="medium")
    with left:
        st.markdown("**实有**")
        _draw([_stock_row(row, latest) for _, row in stock_changes(table).iterrows()])
    with right:
        st.markdown("**全部市场主体：新设、注销吊销、净增**")
        totals = [(name, row) for name in FLOWS for _, row in flows[name].iterrows() if row["entity_type"] == "all"]
        _draw([_flow_row(MEASURES[name], row, name, latest) for name, row in totals])
    with st.expander("分类型的新设、注销吊销、净增"):
        for name, one in flows.items():
            st.markdown(f"**{MEASURES[name]}**")
            rows = [row for _, row in one.iterrows()]
            _draw([_flow_row(ENTITY_TYPES[row["entity_type"]], row, name, latest) for row in rows])
    _charts(situation, area, table)


def _charts(situation: Situation, area: str, table: pd.DataFrame) -> None:
    st.header("走势", anchor=False)
    basis = st.segmented_control("口径", [MONTHLY, YEARLY], default=MONTHLY, required=True, key="basis")
    # Pairs, not two long columns: on a phone they come one under the other in this order.
    places = [side for _ in range(2) for side in st.columns(2, gap="medium")]
    for place, (name, title) in zip(places, MEASURES.items(), strict=True):
        with place:
            st.markdown(f"**{title}**（户，{'月末' if name == 'stock' else basis}）")
            if table[name].isna().all():
                st.caption("没有数据。")
                continue
            spec = once(situation, ("chart", area, name, basis), partial(_chart, table, name, basis))
            st.vega_lite_chart(spec=spec, key=f"{area}-{name}", alt=f"{area_name(area)}{title}走势")


def _chart(table: pd.DataFrame, measure: str, basis: str) -> Spec:
    return measure_chart(summed(table) if basis == YEARLY else table, measure)


def _draw(rows: list[dict[str, str]]) -> None:
    if rows:
        st.table(rows, hide_index=True)
    else:
        st.caption("没有数据。")


def _stock_row(row: pd.Series, latest: pd.Period) -> dict[str, str]:
    return {
        "类型": _dated(ENTITY_TYPES[row["entity_type"]], row, latest),
        "户数": wording.count(row["value"]),
        "同比": signed_percent(row["on_year"]),
        "环比": signed_percent(row["on_month"]),
        "较年初": signed(row["since_december"], "户"),
    }


def _flow_row(title: str, row: pd.Series, measure: str, latest: pd.Period) -> dict[str, str]:
    count = signed if measure == "net" else counted
    return {
        "项目": _dated(title, row, latest),
        "当月": count(row["value"], "户"),
        "同比": signed_percent(row["on_year"]),
        "环比": signed_percent(row["on_month"]),
        "本年累计": count(row["year_to_date"], "户"),
        "累计同比": signed_percent(row["year_to_date_on_year"]),
    }


def _dated(title: str, row: pd.Series, latest: pd.Period) -> str:
    """Name a row, with its month where that is not the one in the heading."""
    return title if row["month"] == latest else f"{title}（{wording.month(row['month'])}）"
