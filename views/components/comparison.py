"""A goal without and with a scenario, side by side: sentence, chart, table."""

from __future__ import annotations

import re

import streamlit as st

from forecasting.scenario import Scenario
from reports import wording
from targets.assessment import Assessment
from targets.formulas import amount
from targets.sentence import STEPS, by, probability
from views.components.assumptions import effect_words
from views.components.chart import trajectory
from views.components.sidebar import known_events
from views.components.words import needed_gross, needed_net, plain, signed, signed_percent
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
    more = _shown(after, after.projected) - _shown(before, before.projected)
    change = f"比基准{'多' if more > 0 else '少'}{amount(before, abs(more))}" if more else "与基准相同"
    chances = probability(before.probability), probability(after.probability)
    moved = f"达标概率仍为{chances[1]}" if chances[0] == chances[1] else f"达标概率由{chances[0]}变为{chances[1]}"
    return (
        f"{before.who}：按情景“{scenario.name}”，{by(before.goal.deadline)}预计{amount(after, after.projected)}，"
        f"{change}，{moved}。"
    )


def _shown(one: Assessment, value: float) -> float:
    """Round as shown, so that differences add up for who checks them."""
    return round(value, 3) if one.style == "share" else round(value)


def _rows(before: Assessment, after: Assessment) -> list[dict[str, str]]:
    points = (after.probability - before.probability) * 100
    return [
        _row("达标概率", wording.chance(before), wording.chance(after), signed(points, "个百分点")),
        _values(f"{by(before.goal.deadline)}预计", before, after, "projected"),
        _values("80%区间下限", before, after, "projected_low"),
        _values("80%区间上限", before, after, "projected_high"),
        _needs(f"月均需{STEPS[before.style]}", needed_net(before), needed_net(after)),
        _needs("月均需新设", needed_gross(before), needed_gross(after)),
    ]


def _values(title: str, before: Assessment, after: Assessment, name: str) -> dict[str, str]:
    old, new = (getattr(one, name) for one in (before, after))
    more = _shown(after, new) - _shown(before, old)
    change = signed_percent(more) if before.style == "share" else signed(more, wording.unit(before))
    return _row(title, amount(before, old), amount(after, new), change)


def _needs(title: str, before: str, after: str) -> dict[str, str]:
    old, new = (re.match(r"\d+(?=\D*$)", text) for text in (before, after))
    change = signed(int(new[0]) - int(old[0]), before[old.end() :]) if old and new else wording.ABSENT
    return _row(title, before, after, change)


def _row(title: str, before: str, after: str, change: str) -> dict[str, str]:
    return {"项目": title, "基准": before, "情景": after, "变化": change}
