"""Where a goal stands against its pace lines: the trajectory with the line chosen, gaps, months ahead or behind."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import streamlit as st

from reports import wording
from targets.assessment import Assessment
from targets.dossier import Dossier
from targets.formulas import ABSENT, LINES
from targets.plan import SHAPES
from views.components.chart import trajectory
from views.components.goal_numbers import short
from views.components.memory import once
from views.components.sidebar import known_events
from views.components.words import plain
from workflow import Situation

DEVIATIONS = ("时间进度", "计划进度", "增量完成率", "序时偏差", "总量完成率", "总缺口")


def show_pace(situation: Situation, held: Dossier) -> None:
    """Draw the trajectory and the gaps.

    Parameters
    ----------
    situation : Situation
    held : Dossier
    """
    one = held.assessment
    shape = choose_shape(held, key="pace_shape")
    spec = once(
        situation,
        ("trajectory", one.goal.id, shape),
        lambda: trajectory(_along(held, shape), known_events(situation)),
    )
    st.vega_lite_chart(spec=spec, key=f"pace-{one.goal.id}-{shape}", alt=wording.story(one), width="stretch")
    if shape:
        st.caption(plain(f"图中序时线为{SHAPES[shape]}：{LINES[shape]}。"))
    value = {line.name: line.value for line in held.lines}
    if held.detail is not None and held.detail.plans:
        st.table([_row(value, name) for name in (SHAPES[key] for key in held.detail.plans)], hide_index=True)
    rows = [{"项目": name, "数值": plain(short(value[name]))} for name in DEVIATIONS if name in value]
    st.table(rows, hide_index=True)


def choose_shape(held: Dossier, *, key: str) -> str:
    """Let the reader choose the shape of the pace line.

    Parameters
    ----------
    held : Dossier
    key : str
        Of the widget.

    Returns
    -------
    str
        One of `targets.plan.SHAPES`; empty where there is nothing to choose.
    """
    plans = held.detail.plans if held.detail is not None else {}
    if not plans:
        return ""
    shapes = list(plans)
    return st.segmented_control(
        "序时线", shapes, default=shapes[0], required=True, format_func=SHAPES.__getitem__, key=f"{key}-{len(shapes)}"
    )


def _along(held: Dossier, shape: str) -> Assessment:
    """Return the assessment with the line of a shape on its trajectory; for the chart only."""
    one = held.assessment
    if not shape or held.detail is None:
        return one
    line = held.detail.plans[shape].line(pd.PeriodIndex(one.trajectory["month"], freq="M"))
    return replace(one, trajectory=one.trajectory.assign(pace=line))


def _row(value: dict[str, str], name: str) -> dict[str, str]:
    return {
        "序时线": name,
        "目前应有": plain(value.get(f"{name}应有", ABSENT)),
        "缺口": plain(short(value.get(f"{name}缺口", ABSENT))),
        "领先或滞后": plain(value.get(f"{name}领先或滞后", ABSENT)),
    }
