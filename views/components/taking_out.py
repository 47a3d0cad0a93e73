"""Everything that is held, to be taken out of the house as a tidy table: CSV or workbook."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pandas as pd
import streamlit as st

import workflow
from reports.export import WRITERS
from views.components.ready import store
from views.components.sidebar import past_day

LABELS = {".csv": "下载长表（CSV）", ".xlsx": "下载工作簿（Excel）"}
MIMES = {".csv": "text/csv", ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}


def offer_all() -> None:
    """Draw the offer of all data, or of what was known on the day chosen in the sidebar."""
    day = past_day()
    st.markdown(
        "全部数据的长表：一行一个数，含地区、类型、月份、指标、状态、来源、数据日期、批次。"
        + ("包括已被更正和撤回的旧版本。" if day is None else f"只含{day}当日已知的数。")
    )
    with st.container(horizontal=True):
        for ending, writer in WRITERS.items():
            # Made when it is asked for: a province's years are many rows.
            st.download_button(
                LABELS[ending],
                partial(_content, writer),
                file_name=f"beizeng-data{'' if day is None else f'-{day}'}{ending}",
                mime=MIMES[ending],
                on_click="ignore",
                icon=":material/download:",
            )


def _content(writer: Callable[[pd.DataFrame], bytes]) -> bytes:
    return writer(workflow.export_table(store(), past_day()))
