"""Scenarios in words, and the form from which one is made."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd
import streamlit as st

from data.catalogue import area_name
from forecasting.panel import ENTITY_TYPES
from forecasting.scenario import Effect, Scenario
from reports import wording
from views.components.words import signed, span

EVERYWHERE = "all"
RAMPS = {0: "当月即到位", 3: "3个月内逐步到位", 6: "6个月内逐步到位", 12: "12个月内逐步到位"}


@dataclass(frozen=True)
class Asked:
    """What the form was sent with.

    Parameters
    ----------
    scenario : Scenario
    is_saved : bool
        Whether it is to be saved as well.
    """

    scenario: Scenario
    is_saved: bool


def ask(areas: Sequence[str], months: pd.PeriodIndex, *, first: str) -> Asked | None:
    """Draw the form.

    Parameters
    ----------
    areas : sequence of str
        Codes to choose from.
    months : pandas.PeriodIndex
        Months to choose from.
    first : str
        Code chosen at first.

    Returns
    -------
    Asked or None
        None unless the form was just sent.

    Raises
    ------
    FaultsError
        If what was entered is no scenario.
    """
    places = [*areas, EVERYWHERE]
    with st.form("scenario", border=True):
        # Pairs, not two long columns: on a phone they come one under the other in this order.
        pairs = [side for _ in range(4) for side in st.columns(2, gap="medium")]
        area = pairs[0].selectbox("地区", places, index=places.index(first), format_func=_place, key=f"place-{first}")
        kind = pairs[1].selectbox("主体类型", list(ENTITY_TYPES), format_func=ENTITY_TYPES.__getitem__)
        entries = pairs[2].number_input(
            "新设为基准的几倍", 0.0, 10.0, 1.0, 0.05, format="%.2f", help="1为不变，1.2为增加两成。"
        )
        exits = pairs[3].number_input(
            "退出率为基准的几倍", 0.0, 10.0, 1.0, 0.05, format="%.2f", help="1为不变，0.8为减少两成。"
        )
        start = pairs[4].selectbox("开始月份", list(months), format_func=wording.month)
        end = pairs[5].selectbox("结束月份", list(months), index=len(months) - 1, format_func=wording.month)
        ramp = pairs[6].selectbox("新设、退出率到位快慢", list(RAMPS), format_func=RAMPS.__getitem__)
        once = pairs[7].number_input(
            "一次性增减户数", -1_000_000, 1_000_000, 0, 10, help="期间合计。新增填正数，集中清理等减少填负数。"
        )
        left, right = st.columns(2, gap="medium")
        name = left.text_input("情景名称", "新情景", max_chars=40)
        why = right.text_input("理由", "", max_chars=200, placeholder="如：两个标准厂房投用")
        with st.container(horizontal=True):
            is_asked = st.form_submit_button("推演", type="primary")
            is_saved = st.form_submit_button("推演并保存")
    if not (is_asked or is_saved):
        return None
    where = {"area": area, "entity_type": kind, "start": start, "end": end}
    effects = []
    if entries != 1.0:
        effects.append(Effect("entries", multiplier=entries, ramp_months=ramp, **where))
    if exits != 1.0:
        effects.append(Effect("exit_rate", multiplier=exits, ramp_months=ramp, **where))
    if once:
        effects.append(Effect("one_off", addition=float(once), **where))
    return Asked(Scenario(name.strip(), tuple(effects), why.strip()), is_saved)


def effect_words(effect: Effect) -> str:
    """Say an assumption.

    Parameters
    ----------
    effect : Effect

    Returns
    -------
    str
    """
    whom = _place(effect.area) + ("" if effect.entity_type == "all" else ENTITY_TYPES[effect.entity_type])
    if effect.flow == "one_off":
        what = f"一次性{'增加' if effect.addition >= 0 else '减少'}{wording.count(abs(effect.addition))}户"
    else:
        name = "新设" if effect.flow == "entries" else "退出率"
        parts = [f"为基准的{effect.multiplier:g}倍"] if effect.multiplier != 1.0 else []
        parts += [f"每月{signed(effect.addition, '户')}"] if effect.addition else []
        what = name + "，".join(parts or ["不变"])
    ramp = f"，{effect.ramp_months}个月内逐步到位" if effect.ramp_months else ""
    return f"{whom}：{_when(effect)}{what}{ramp}"


def _when(effect: Effect) -> str:
    if effect.start is not None and effect.end is not None:
        return f"{span(effect.start, effect.end)}，"
    if effect.start is not None:
        return f"{wording.month(effect.start)}起，"
    return "" if effect.end is None else f"到{wording.month(effect.end)}为止，"


def _place(code: str) -> str:
    return "所有地区" if code == EVERYWHERE else area_name(code)
