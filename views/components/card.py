"""One goal on the overview: who promised what, two lamps, the sentence, four figures, the trajectory."""

from __future__ import annotations

import streamlit as st

from reports import wording
from targets.assessment import Assessment
from targets.formulas import ABSENT, amount, percent
from targets.lamps import Lamp
from targets.sentence import NOUNS, STEPS, by
from views.components.chart import trajectory
from views.components.memory import once
from views.components.sidebar import known_events, mark
from views.components.words import COLOURS, needed_gross, needed_net, plain
from workflow import Situation

#: Two abreast on a phone.
FIGURE_WIDTH = 138


def draw_card(one: Assessment, situation: Situation) -> None:
    """Draw the card of a live goal.

    Parameters
    ----------
    one : Assessment
    situation : Situation
    """
    with st.container(border=True):
        st.subheader(wording.heading(one), anchor=False)
        with st.container(horizontal=True):
            for lamp in one.lamps:
                draw_lamp(lamp)
            if one.basis:
                mark(situation, [one.goal.area])
        story, picture = st.columns([2, 3], gap="medium")
        with story:
            st.markdown(wording.story(one))
            _figures(one)
            draw_trust(one)
            st.caption(f"出处：{wording.source(one)}")
        spec = once(situation, ("trajectory", one.goal.id), lambda: trajectory(one, known_events(situation)))
        picture.vega_lite_chart(spec=spec, key=f"trajectory-{one.goal.id}", alt=wording.story(one), width="stretch")


def draw_lamp(lamp: Lamp) -> None:
    """Draw a lamp: its name, shape and word on its colour, the rule on hover.

    Parameters
    ----------
    lamp : Lamp
    """
    st.badge(f"{lamp.name}　{lamp.shape} {lamp.word}", color=COLOURS[lamp.colour], help=lamp.rule)


def draw_trust(one: Assessment) -> None:
    """Say beneath a probability what it is worth, and what it rests on where that is not monthly data.

    Parameters
    ----------
    one : Assessment
    """
    for said in (one.reliability.sentence if one.reliability else "", one.basis):
        if said:
            st.markdown(plain(said))


def _figures(one: Assessment) -> None:
    planned = percent(one.planned_share)
    # Where milestones are stated, the plan asks for another share than the time that has passed.
    plan = f"，计划进度{planned}" if planned not in (ABSENT, percent(one.time_progress)) else ""
    gross = needed_gross(one)
    figures = (
        (NOUNS[one.style], amount(one, one.actual), f"目标{amount(one, one.target)}"),
        ("增量完成率", percent(one.progress), f"时间进度{percent(one.time_progress)}{plan}"),
        ("达标概率", wording.chance(one), f"{by(one.goal.deadline)}预计{amount(one, one.projected)}"),
        (f"月均需{STEPS[one.style]}", needed_net(one), f"月均需新设{gross}" if gross != ABSENT else ""),
    )
    for pair in (figures[:2], figures[2:]):
        with st.container(horizontal=True, gap="small"):
            for label, value, note in pair:
                with st.container(width=FIGURE_WIDTH, gap=None):
                    st.metric(label, value)
                    if note:
                        st.caption(note)
