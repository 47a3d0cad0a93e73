"""A goal without and with a scenario, side by side: sentence, chart, table."""

from __future__ import annotations

import math

import streamlit as st

from forecasting.scenario import Scenario
from reports import wording
from targets.assessment import Assessment
from targets.sentence import by, probability
from views.components.assumptions import effect_words
from views.components.chart import trajectory
from views.components.sidebar import known_events
from views.components.words import counted, needed_gross, signed
from workflow import Situation


def compare(base: Situation, scenario: Scenario, before: Assessment, after: Assessment) -> None:
    """Draw the comparison.

    Parameters
    ----------
    base : Situation
    scenario : Scenario
    before, after : Assessment
        The same goal without and with it.
    """
    st.header(f"情景：{scenario.name}", anchor=False)
    st.markdown("；".join(effect_words(effect) for effect in scenario.effects) + "。")
    if scenario.why:
        st.caption(f"理由：{scenario.why}")
    st.markdown(f"**{_sentence(scenario, before, after)}**")
    picture, numbers = st.columns([3, 2], gap="medium")
    picture.vega_lite_chart(
        spec=trajectory(before, known_events(base), under=after), key="compared", alt=_sentence(scenario, before, after)
    )
    with numbers:
        st.table(_rows(before, after), hide_index=True)


def _sentence(scenario: Scenario, before: Assessment, after: Assessment) -> str:
    unit = wording.unit(before)
    more = after.projected - before.projected
    change = "与基准相同" if round(more) == 0 else f"比基准{'多' if more > 0 else '少'}{counted(abs(more), unit)}"
    chances = probability(before.probability), probability(after.probability)
    moved = f"达标概率仍为{chances[1]}" if chances[0] == chances[1] else f"达标概率由{chances[0]}变为{chances[1]}"
    return (
        f"{before.who}：按情景“{scenario.name}”，{by(before.goal.deadline)}预计{counted(after.projected, unit)}，"
        f"{change}，{moved}。"
    )


def _rows(before: Assessment, after: Assessment) -> list[dict[str, str]]:
    unit = wording.unit(before)
    deadline = by(before.goal.deadline)
    points = (after.probability - before.probability) * 100
    return [
        {
            "项目": "达标概率",
            "基准": wording.chance(before),
            "情景": wording.chance(after),
            "变化": wording.ABSENT if math.isnan(points) else signed(points, "个百分点"),
        },
        _row(f"{deadline}预计", before.projected, after.projected, unit),
        _row("80%区间下限", before.projected_low, after.projected_low, unit),
        _row("80%区间上限", before.projected_high, after.projected_high, unit),
        _needed_row("月均需净增", wording.needed(before), wording.needed(after), unit),
        _needed_row("月均需新设", needed_gross(before), needed_gross(after), unit),
    ]


def _row(title: str, before: float, after: float, unit: str) -> dict[str, str]:
    # The difference of what is shown, so that the row adds up for who checks it.
    return {
        "项目": title,
        "基准": counted(before, unit),
        "情景": counted(after, unit),
        "变化": signed(round(after) - round(before), unit),
    }


def _needed_row(title: str, before: str, after: str, unit: str) -> dict[str, str]:
    both = before.isdigit() and after.isdigit()
    values = [f"{text}{unit}" if text.isdigit() else text for text in (before, after)]
    change = signed(int(after) - int(before), unit) if both else wording.ABSENT
    return {"项目": title, "基准": values[0], "情景": values[1], "变化": change}
