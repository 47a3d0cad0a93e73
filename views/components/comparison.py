"""A goal without and with a scenario, side by side: sentence, chart, table."""

from __future__ import annotations

import streamlit as st

from forecasting.scenario import Scenario
from reports import wording
from targets.assessment import Assessment
from targets.sentence import by, probability
from views.components.assumptions import effect_words
from views.components.chart import trajectory
from views.components.sidebar import known_events
from views.components.words import counted, needed_gross, plain, signed
from workflow import Situation

LEGEND = "色带为80%区间，即十次中约有八次落在其中；倒三角为影响数据的事件，点按可看说明。"


def compare(base: Situation, scenario: Scenario, before: Assessment, after: Assessment) -> None:
    """Draw the comparison.

    Parameters
    ----------
    base : Situation
    scenario : Scenario
    before, after : Assessment
        The same goal without and with it.
    """
    st.header(plain(f"情景：{scenario.name}"), anchor=False)
    st.markdown("；".join(effect_words(effect) for effect in scenario.effects) + "。")
    if scenario.why:
        st.caption(plain(f"理由：{scenario.why}"))
    st.markdown(f"**{plain(_sentence(scenario, before, after))}**")
    picture, numbers = st.columns([3, 2], gap="medium")
    with picture:
        spec = trajectory(before, known_events(base), under=after)
        st.vega_lite_chart(spec=spec, key="compared", alt=_sentence(scenario, before, after))
        st.caption(LEGEND)
    with numbers:
        st.table(_rows(before, after), hide_index=True)


def _sentence(scenario: Scenario, before: Assessment, after: Assessment) -> str:
    unit = wording.unit(before)
    # Of what is shown, as in the table, so that the numbers add up for who checks them.
    more = round(after.projected) - round(before.projected)
    change = "与基准相同" if more == 0 else f"比基准{'多' if more > 0 else '少'}{counted(abs(more), unit)}"
    chances = probability(before.probability), probability(after.probability)
    moved = f"达标概率仍为{chances[1]}" if chances[0] == chances[1] else f"达标概率由{chances[0]}变为{chances[1]}"
    return (
        f"{before.who}：按情景“{scenario.name}”，{by(before.goal.deadline)}预计{counted(after.projected, unit)}，"
        f"{change}，{moved}。"
    )


def _rows(before: Assessment, after: Assessment) -> list[dict[str, str]]:
    unit = wording.unit(before)
    points = (after.probability - before.probability) * 100
    projected = f"{by(before.goal.deadline)}预计"
    return [
        _row("达标概率", wording.chance(before), wording.chance(after), signed(points, "个百分点")),
        _counts(f"{projected}（{unit}）", wording.count(before.projected), wording.count(after.projected)),
        _counts(f"80%区间下限（{unit}）", wording.count(before.projected_low), wording.count(after.projected_low)),
        _counts(f"80%区间上限（{unit}）", wording.count(before.projected_high), wording.count(after.projected_high)),
        _counts(f"月均需净增（{unit}）", wording.needed(before), wording.needed(after)),
        _counts(f"月均需新设（{unit}）", needed_gross(before), needed_gross(after)),
    ]


def _counts(title: str, before: str, after: str) -> dict[str, str]:
    both = before.isdigit() and after.isdigit()
    return _row(title, before, after, signed(int(after) - int(before), "") if both else wording.ABSENT)


def _row(title: str, before: str, after: str, change: str) -> dict[str, str]:
    return {"项目": title, "基准": before, "情景": after, "变化": change}
