"""Every lamp of a goal with the sentence why it is lit, and the history of the progress lamp."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from reports import wording
from targets.dossier import Dossier
from targets.lamps import Lamp
from targets.presets import PRESETS
from views.components.card import draw_lamp
from views.components.words import COLOURS, lamp_text, plain

TABLE_HEIGHT = 460
RULE = (
    "历史灯从基期起逐月计算：剔除集中清理、集中登记等行政事件多出的部分；一至三月按季节序时判断；"
    "连续两个月变色，或越过界线2个百分点以上，才改灯。因此可与上方按当月数判断的进度灯不同。"
)


def show_lamps(held: Dossier) -> None:
    """Draw the lamps and the history.

    Parameters
    ----------
    held : Dossier
    """
    for _, lamp, why in held.lamps:
        with st.container(gap="xsmall"):
            draw_lamp(lamp)
            st.markdown(plain(why))
    if held.history.empty:
        st.caption("本目标没有进度灯的历史。")
        return
    st.markdown("**进度灯历史**")
    st.markdown("  \n".join(_strips(held.history)))
    st.caption(f"每行一年，从左到右逐月。{_legend(held.history)}")
    changed = held.history[held.history["is_changed"]]
    if changed.empty:
        st.caption("期间没有改过灯。")
    else:
        st.markdown("**改灯记录**")
        rows = [
            {"月份": wording.month(row.month), "改为": lamp_text(_lamp(row)), "原因": plain(str(row.reason))}
            for row in changed.itertuples()
        ]
        st.table(rows, hide_index=True)
    with st.expander("逐月说明"):
        st.table(
            [
                {
                    "月份": wording.month(row.month),
                    "进度灯": lamp_text(_lamp(row)),
                    "说明": plain(str(row.sentence)),
                    "已剔除": plain(str(row.excluded_text)) or wording.ABSENT,
                }
                for row in held.history.iloc[::-1].itertuples()
            ],
            hide_index=True,
            height=TABLE_HEIGHT if len(held.history) > 6 else "content",
        )
    st.caption(RULE)


def _lamp(row: object) -> Lamp:
    rule = PRESETS["yinchuan"]
    return Lamp(rule.title, row.shown, row.word, rule.rule)


def _strips(history: pd.DataFrame) -> list[str]:
    """One line a year: the shape of every month on its colour, in the order of the months."""
    lines = []
    for year, rows in history.groupby(history["month"].map(lambda month: month.year)):
        lamps = [_lamp(row) for row in rows.itertuples()]
        first, last = rows["month"].iloc[0].month, rows["month"].iloc[-1].month
        span = f"{first}月" if first == last else f"{first}—{last}月"
        marks = " ".join(f":{COLOURS[lamp.colour]}[{lamp.shape}]" for lamp in lamps)
        lines.append(f"{year}年{span}　{marks}")
    return lines


def _legend(history: pd.DataFrame) -> str:
    lamps = {row.shown: _lamp(row) for row in history.itertuples()}
    return "，".join(lamp_text(lamp) for lamp in lamps.values()) + "。"
