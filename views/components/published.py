"""The published counts of an area: what each figure is called, as it was printed, and where it stands."""

from __future__ import annotations

import datetime as dt
import math
from urllib.parse import urlsplit

import pandas as pd
import streamlit as st

from data.catalogue import ancestors, area_name, load_published
from forecasting.panel import ENTITY_TYPES
from reports import wording
from views.components.words import published_number, signed_percent, span

LONG = 10
MEASURES = {"stock": "实有", "entries": "新设", "exits": "注销吊销", "net": "净增", "target": "目标", "other": ""}
#: Indicators whose figures are not the register's stock or flows: their whole name.
NAMES = {
    "new_registrations": "新设目标",
    "net_increase": "净增目标",
    "private_enterprises": "民营企业实有",
    "census_individual_operators": "经济普查个体经营户",
    "census_enterprise_legal_units": "经济普查企业法人单位",
    "mean_daily_new_registrations": "日均新设",
    "mean_daily_net_increase": "日均净增",
    "net_to_new_ratio": "净增与新设之比",
    "entities_tianyancha": "新设（天眼查口径）",
}


def published_areas() -> list[str]:
    """Codes of the areas of which something was published, the widest first.

    Returns
    -------
    list of str
    """
    return sorted(set(load_published()["area"]), key=lambda code: (len(ancestors(code)), code))


def show_published(area: str, *, until: dt.date | None = None) -> None:
    """Draw the published counts of an area and of the areas it lies in.

    Parameters
    ----------
    area : str
        Code.
    until : datetime.date, optional
        Leave out what is of a later month.
    """
    table = load_published()
    if until is not None:
        # A goal is published before its period ends, a count after it.
        month = table["period_end"].where(table["measure"] != "target", table["period_start"])
        table = table[month <= pd.Period(until, freq="M")]
    st.header("公开数据", anchor=False)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.badge(wording.PUBLISHED, color="blue")
        st.caption("已公开发布的实际数字，按原文精度列出，点击来源可核对。")
    found = False
    for code in (area, *ancestors(area)):
        own = table[table["area"] == code]
        if own.empty:
            continue
        found = True
        # The nation's list is long, and the farthest from the reader.
        is_folded = code != area and len(own) > LONG
        with st.expander(f"{area_name(code)}（{len(own)}条）") if is_folded else st.container():
            if not is_folded:
                st.subheader(area_name(code), anchor=False)
            st.table(_rows(own), hide_index=True)
    if not found:
        st.info("没有收录到该地区的公开数字。", icon=":material/info:")


def indicator_name(indicator: str, entity_type: str, measure: str) -> str:
    """Name a published figure.

    Parameters
    ----------
    indicator, entity_type, measure : str
        As in the catalogue.

    Returns
    -------
    str
        Chinese.
    """
    if indicator == "entities":
        return f"{ENTITY_TYPES[entity_type]}{MEASURES[measure]}"
    return NAMES.get(indicator, "其他指标")


def _rows(table: pd.DataFrame) -> list[dict[str, str]]:
    newest_first = table.sort_values("period_end", ascending=False, kind="stable")
    return [
        {
            "时间": _time(row.period_kind, row.period_start, row.period_end),
            "指标": indicator_name(row.indicator, row.entity_type, row.measure)
            + (f"　:gray[{row.note}]" if row.note else ""),
            "数值": published_number(row.value, row.precision, row.unit) + _on_year(row.yoy),
            "来源": f"[{_short(row.source_url)}]({row.source_url})",
        }
        for row in newest_first.itertuples()
    ]


def _time(kind: str, start: pd.Period, end: pd.Period) -> str:
    return f"{wording.month(end)}末" if kind == "point" else span(start, end)


def _on_year(rate: float) -> str:
    return "" if math.isnan(rate) else f"（同比{signed_percent(rate)}）"


def _short(url: str) -> str:
    """Site of an address, with places to break at, for narrow columns."""
    return urlsplit(url).netloc.replace(".", ".\u200b")
