"""Which months of which area are held, as a field of squares and a table."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

import pandas as pd
import streamlit as st

import workflow
from data.coverage import WHOLE, coverage, summary
from forecasting.panel import ENTITY_TYPES, MEASURES
from reports import wording
from views.components import vega
from views.components.vega import Spec
from views.components.words import plain

EVERY = "全部地区"
WORDS = {3: "齐全", 2: "缺一项", 1: "缺两项", 0: "没有数"}
COLOURS = {"齐全": "1A7F37", "缺一项": "E0B23C", "缺两项": "D9590A", "没有数": "C0182B"}
#: Of the months only the Januaries are written, as years.
JANUARIES = "split(datum.label, '年')[1] == '1月' ? split(datum.label, '年')[0] : ''"
#: Height of a row of squares, and of axis and legend; rows above which a table scrolls.
ROW, FRAME, LONG, HEIGHT = 26, 120, 12, 480


def show_coverage(known: pd.DataFrame) -> None:
    """Draw what is held of every month.

    Parameters
    ----------
    known : pandas.DataFrame
        Observations.
    """
    covered = coverage(known)
    if covered.empty:
        st.info("还没有月度数据。", icon=":material/info:")
        return
    names = workflow.known_areas()
    areas = sorted(set(covered["area"]))
    area = st.selectbox("地区", [EVERY, *areas], format_func=lambda code: names.get(code, code), key="covered_area")
    shown = covered if area == EVERY else covered[covered["area"] == area]
    st.markdown("每个月应有新设、注销吊销、实有三项。" + ("同一地区取最不齐的一类。" if area == EVERY else ""))
    st.vega_lite_chart(spec=_chart(shown, by_area=area == EVERY), key=f"covered-{area}", alt="各地区各月数据是否齐全")
    rows = [_row(row) for row in summary(shown).sort_values("behind", ascending=False).to_dict("records")]
    st.table(rows, hide_index=True, height=HEIGHT if len(rows) > LONG else "content")
    gaps = shown[shown["n_held"] < len(WHOLE)]
    if len(gaps):
        with st.expander(f"不齐的月份（{len(gaps)}个）"):
            told = [_gap(row) for row in gaps.head(200).to_dict("records")]
            st.table(told, hide_index=True, height=HEIGHT if len(told) > LONG else "content")


def _chart(covered: pd.DataFrame, *, by_area: bool) -> Spec:
    names = workflow.known_areas()
    worst = covered.groupby(["area", "month"] if by_area else ["entity_type", "month"], as_index=False)["n_held"].min()
    line = worst["area"].map(lambda code: names.get(code, code)) if by_area else worst["entity_type"].map(ENTITY_TYPES)
    values = [
        {
            "line": name,
            "year": f"{month.year}年",
            "month": month.month,
            "state": WORDS[held],
            "when": wording.month(month),
        }
        for name, month, held in zip(line, worst["month"], worst["n_held"], strict=True)
    ]
    return {
        "datasets": {"months": values},
        "data": {"name": "months"},
        "height": ROW * len(set(line)) + FRAME,
        "mark": {"type": "rect", "stroke": "white", "strokeWidth": 1},
        "encoding": {
            "x": {
                "field": "when", "type": "ordinal", "sort": None,
                "axis": {"title": None, "labelAngle": 0, "labelOverlap": True, "labelExpr": JANUARIES, "ticks": False},
            },
            "y": {
                "field": "line", "type": "nominal", "sort": None,
                "axis": {"title": None, "labelLimit": 140, "labelOverlap": False},
            },
            "color": {
                "field": "state", "type": "nominal",
                "scale": {"domain": list(COLOURS), "range": [f"#{colour}" for colour in COLOURS.values()]},
                "legend": {"title": None, "orient": "top"},
            },
            "tooltip": [
                {"field": "line", "title": "地区" if by_area else "类型"},
                {"field": "when", "title": "月份"},
                {"field": "state", "title": "数据"},
            ],
        },
        "config": vega.CONFIG,
    }  # fmt: skip


def _row(row: dict[Hashable, Any]) -> dict[str, str]:
    gaps = {"缺项": row["n_partial"], "没有数": row["n_missing"]}
    told = {
        "地区、类型": _name(row),
        "起止": f"{row['first']} 至 {row['last']}",
        "月数": f"{row['n_months']}",
        "不齐的月": "，".join(f"{name}{number}个" for name, number in gaps.items() if number) or "—",
        "比最新的晚": f"{row['behind']}个月" if row["behind"] else "—",
    }
    return {name: plain(text) for name, text in told.items()}


def _gap(row: dict[Hashable, Any]) -> dict[str, str]:
    told = {
        "地区、类型": _name(row),
        "月份": str(row["month"]),
        "缺": "、".join(MEASURES[name] for name in row["absent"]),
    }
    return {name: plain(text) for name, text in told.items()}


def _name(row: dict[Hashable, Any]) -> str:
    return f"{workflow.known_areas().get(row['area'], row['area'])} {ENTITY_TYPES[row['entity_type']]}"
