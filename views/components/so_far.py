"""The month that is not over: a count typed in, and what it says of the whole month."""

from __future__ import annotations

import streamlit as st

from forecasting.errors import BeizengError
from forecasting.panel import MEASURES
from reports import wording
from targets.month_so_far import month_so_far
from views.components.words import plain
from workflow import Situation


def show_so_far(situation: Situation, area: str) -> None:
    """Draw what a count of part of the first projected month says of the whole; nothing is stored.

    Parameters
    ----------
    situation : Situation
    area : str
        One that has monthly data; nothing is drawn where it is not projected.
    """
    projection = situation.projections.get(area)
    if projection is None:
        return
    month = projection.months[0]
    with st.expander(f"{wording.month(month)}还没过完？按工作日推算全月"):
        st.caption(
            "填写当月至今的累计数，与原预测合起来推算全月。这里填的数不录入，也不参与测算；满月的数请到“数据上报”录入。"
        )
        places = st.columns(3, gap="medium")
        flow = places[0].selectbox("推算", ["entries", "exits"], format_func=MEASURES.__getitem__, key="so-far-flow")
        day = places[1].number_input("截至当月几日", 1, month.days_in_month, 15, key=f"so-far-day-{month}")
        value = places[2].number_input("当月累计户数", 0, 10_000_000, None, key=f"so-far-{area}-{month}-{flow}")
        if value is None:
            return
        try:
            st.markdown(plain(month_so_far(projection, area, flow, float(value), int(day)).sentence))
        except BeizengError as error:
            st.error(plain(str(error)))
