"""What the audit of a goal's statement found, most important first."""

from __future__ import annotations

from collections import Counter

import streamlit as st

from targets.dossier import Dossier
from targets.findings import Finding
from views.components.words import plain

#: Grade -> Streamlit's name of a colour, and a shape that says the same without colour.
BADGES = {"disagrees": ("red", "■"), "unstated": ("gray", "○"), "derived": ("blue", "▲"), "agrees": ("green", "●")}
RULE = "核对范围：同一地区、同一主体类型的各项目标之间，以及与数据之间。数字按四舍五入后的末位判断是否相符。"


def show_audit(held: Dossier) -> None:
    """Draw the findings, each with its grade and its formula.

    Parameters
    ----------
    held : Dossier
    """
    concerned = held.assessment.goal.id
    own = [finding for finding in held.findings if concerned in finding.goals]
    others = [finding for finding in held.findings if concerned not in finding.goals]
    if own:
        counts = Counter(finding.grade_word for finding in own)
        st.markdown("，".join(f"{word}{number}条" for word, number in counts.items()) + "。")
    else:
        st.caption("本目标没有可以与其他数字相互核对的内容。")
    for finding in own:
        _draw(finding)
    if others:
        with st.expander(f"同一地区其他目标的核对（{len(others)}条）"):
            for finding in others:
                _draw(finding)
    st.caption(RULE)


def _draw(finding: Finding) -> None:
    colour, shape = BADGES[finding.grade]
    with st.container(border=True, gap="xsmall"):
        st.badge(f"{shape} {finding.grade_word}", color=colour)
        st.markdown(plain(finding.text))
        if finding.formula:
            st.caption(plain(f"算式：{finding.formula}"))
