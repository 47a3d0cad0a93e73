"""Where the stock of an area leads of which only few counts are known: the counts, and the bands after them."""

from __future__ import annotations

import math

import pandas as pd
import streamlit as st

import workflow
from data.catalogue import area_name
from forecasting.errors import BeizengError
from reports import palette, wording
from targets.outlook import outlook_sentence, stock_words
from views.components import vega
from views.components.chart import BANDS, MEDIAN, RANGE, STYLES, bands_of
from views.components.memory import once
from views.components.sidebar import mark
from views.components.vega import Rows, Spec
from views.components.words import plain
from workflow import Situation

COUNTED = "已知数"
HEIGHT = 320


def show_outlook(situation: Situation, area: str) -> None:
    """Draw the outlook of an area.

    Parameters
    ----------
    situation : Situation
    area : str
        One of its `published`.
    """
    try:
        table = once(situation, ("outlook", area), lambda: workflow.outlook_of(situation, area))
    except BeizengError as error:
        st.info(plain(str(error)), icon=":material/info:")
        return
    said = outlook_sentence(table, area_name(area))
    with st.container(horizontal=True):
        mark(situation, [area])
    st.markdown(plain(said))
    st.caption(plain(situation.published[area].basis))
    st.header("实有走势", anchor=False)
    spec = once(situation, ("outlook chart", area), lambda: _chart(table))
    st.vega_lite_chart(spec=spec, key=f"outlook-{area}", alt=said)
    st.caption("单位：万户。圆点为已知的实有数；色带由深到浅为50%、80%、95%区间，如80%区间指十次中约有八次落在其中。")


def _chart(table: pd.DataFrame) -> Spec:
    counted, future = table[table["actual"].notna()], table[table["median"].notna()]
    bounds = [bound for low, high, _ in BANDS.values() for bound in (low, high)]
    last = counted.iloc[-1]
    # Begun at the last count, so that line and bands join it.
    start = {"t": vega.instant(last["month"]), **dict.fromkeys([MEDIAN, *bounds], _tens(last["actual"]))}
    ahead = [
        {
            "t": vega.instant(row["month"]),
            MEDIAN: _tens(row["median"]),
            **{bound: _tens(row[bound]) for bound in bounds},
        }
        for row in future.to_dict("records")
    ]
    points: Rows = [
        {"t": vega.instant(month), COUNTED: _tens(value)}
        for month, value in zip(counted["month"], counted["actual"], strict=True)
    ]
    styles = {COUNTED: (palette.ACTUAL, (1, 0)), MEDIAN: STYLES[MEDIAN], RANGE: STYLES[RANGE]}
    colour, dash = vega.names_and_colours(styles, columns=2)
    dot = {"type": "point", "shape": "circle", "size": 70, "filled": True, "opacity": 1, "tooltip": False}
    return {
        "datasets": {"past": points, "future": [start, *ahead], "readings": _readings(table)},
        "height": HEIGHT,
        "encoding": {
            "x": vega.time_axis(list(table["month"])),
            "y": {
                "type": "quantitative",
                "scale": {"zero": False},
                "axis": {"title": None, "tickCount": 5, "format": "d"},
            },
            "color": colour,
            "strokeDash": dash,
        },
        "layer": [
            *bands_of("future", palette.PROJECTION, BANDS),
            vega.line("future", MEDIAN, width=2.6),
            {
                "data": {"name": "past"},
                "mark": dot,
                "encoding": {"y": {"field": COUNTED, "type": "quantitative"}, "color": {"datum": COUNTED}},
            },
            *vega.reading("readings"),
        ],
        "config": vega.CONFIG,
    }


def _readings(table: pd.DataFrame) -> Rows:
    rows: Rows = []
    for row in table.itertuples():
        if math.isnan(row.actual) and math.isnan(row.median):
            continue
        said = [wording.month(row.month)]
        if not math.isnan(row.actual):
            said.append(f"{COUNTED}{stock_words(row.actual)}")
        if not math.isnan(row.median):
            said.append(f"{MEDIAN}{stock_words(row.median)}")
            said.append(f"80%区间{stock_words(row.low80)}—{stock_words(row.high80)}")
        rows.append({"t": vega.instant(row.month), "tip": vega.joined(said)})
    return rows


def _tens(value: float) -> float | None:
    """In 万户, as the axis has it."""
    return vega.number(value / 1e4)
