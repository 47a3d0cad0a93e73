"""Milestones of a goal by year or quarter: as planned, as it came, and planned again from today."""

from __future__ import annotations

import streamlit as st

from reports import wording
from targets.dossier import Dossier
from targets.formulas import ABSENT, amount
from targets.plan import SHAPES, decompose, replan
from views.components.goal_pace import choose_shape
from views.components.words import plain

EVERY = {"year": "年度", "quarter": "季度"}


def show_milestones(held: Dossier) -> None:
    """Draw the milestones by the shape and the period chosen.

    Parameters
    ----------
    held : Dossier
    """
    one = held.assessment
    if held.detail is None or not held.detail.plans or one.month is None:
        return
    st.markdown("**阶段目标**")
    with st.container(horizontal=True):
        every = st.segmented_control(
            "周期", list(EVERY), default="year", required=True, format_func=EVERY.__getitem__, key="every"
        )
        shape = choose_shape(held, key="milestone_shape")
    plan = held.detail.plans[shape]
    # Nothing is planned again for a goal that is met or finished.
    again = replan(plan, one.month, one.actual) if one.state == "active" else None
    renewed = dict(decompose(again, every=every)) if again is not None else {}
    planned = dict(decompose(plan, every=every))
    came = dict(zip(one.trajectory["month"], one.trajectory["actual"], strict=True))
    rows = [
        {
            "时点": f"{wording.month(month)}末",
            "原计划": plain(amount(one, planned[month])) if month in planned else ABSENT,
            "实际": plain(amount(one, came.get(month, float("nan")))),
            **({"从现在起": plain(amount(one, renewed[month])) if month in renewed else ABSENT} if renewed else {}),
        }
        for month in sorted({*planned, *renewed})
    ]
    st.table(rows, hide_index=True)
    # A seasonal plan passes through the ends of its years, which stay when it is planned again.
    kept = "各年末数" if shape == "seasonal" else "文件载明的以后各阶段目标"
    told = f"“从现在起”由{wording.month(one.month)}的实际数重新安排，{kept}不变。" if renewed else ""
    st.caption(plain(f"按{SHAPES[shape]}分解。{told}"))
