"""The head of the page of one goal: who promised what, the lamps, the sentence, the figures; past it, the review."""

from __future__ import annotations

import streamlit as st

from reports import wording
from targets.assessment import Assessment
from targets.dossier import Dossier
from targets.formulas import ABSENT, amount, points
from targets.sentence import STEPS
from views.components.card import draw_lamp, draw_trust
from views.components.goal_numbers import short
from views.components.words import needed_gross, needed_net, plain

NO_DATA = "本目标没有月度数据，暂不能测算进度、缺口和预测。"
#: Two abreast on a phone.
FIGURE_WIDTH = 150
Figure = tuple[str, str, str]


def show_head(held: Dossier) -> None:
    """Draw the head.

    Parameters
    ----------
    held : Dossier
    """
    one = held.assessment
    st.subheader(plain(wording.heading(one)), anchor=False)
    if one.state == "no_data":
        st.info(plain(f"{NO_DATA}{one.reason}"), icon=":material/info:")
        st.markdown(plain(f"原文目标：{one.goal.wording}，期限{wording.month(one.goal.deadline)}。"))
    else:
        _standing(held)
    st.caption(plain(f"出处：{wording.source(one)}"))
    if one.goal.note:
        st.caption(plain(f"备注：{one.goal.note}"))


def _standing(held: Dossier) -> None:
    one = held.assessment
    is_finished = one.state in ("attained", "missed")
    with st.container(horizontal=True):
        for lamp in one.lamps:
            draw_lamp(lamp)
    st.markdown(plain(wording.story(one)))
    with st.container(horizontal=True, gap="small"):
        for label, value, note in _ended(one) if is_finished else _figures(held):
            with st.container(width=FIGURE_WIDTH, gap=None):
                st.metric(label, value)
                if note:
                    st.caption(plain(note))
    draw_trust(one)
    if held.review:
        with st.container(border=True):
            st.markdown("**复盘**")
            st.markdown("\n".join(f"- {plain(sentence)}" for sentence in held.review))


def _figures(held: Dossier) -> list[Figure]:
    one, value = held.assessment, {line.name: line.value for line in held.lines}
    pace = value.get("线性序时缺口", value.get("序时缺口", ABSENT))
    ahead = value.get("线性序时领先或滞后", ABSENT)
    gross = needed_gross(one)
    figures = [
        ("总缺口", short(value["总缺口"]), f"目标{amount(one, one.target)}"),
        ("序时缺口", short(pace), f"应有{amount(one, one.pace)}"),
        ("领先或滞后", ahead, points(one.pace_deviation)),
        (f"月均需{STEPS[one.style]}", needed_net(one), f"月均需新设{gross}" if gross != ABSENT else ""),
        ("达标概率", wording.chance(one), f"预计{amount(one, one.projected)}"),
    ]
    return [figure for figure in figures if figure[1] != ABSENT]


def _ended(one: Assessment) -> list[Figure]:
    return [
        ("到期数", amount(one, one.actual), wording.month(one.goal.deadline)),
        ("缺口", short(amount(one, one.total_gap)), f"目标{amount(one, one.target)}"),
    ]
