"""The requirement of a goal divided among types by two rules, and among townships by weights that the reader sets."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from data.catalogue import load_areas
from forecasting.errors import BeizengError
from forecasting.panel import ENTITY_TYPES
from reports import wording
from reports.monthly import GROSS, NET
from targets.allocation import RULES, allocate
from targets.dossier import Dossier
from views.components.goal_file import offer
from views.components.goal_monthly import asked_of_months
from views.components.goal_table import TOTAL, draw_rows
from views.components.words import plain
from workflow import Situation

TOWNSHIP, WEIGHT = "乡镇（街道）", "权重"


def show_split(situation: Situation, held: Dossier) -> None:
    """Draw both divisions.

    Parameters
    ----------
    situation : Situation
    held : Dossier
        Of a goal that is under way and not met.
    """
    one = held.assessment
    plan = asked_of_months(one)
    if plan is None:
        st.info("目标为上限或占比，没有可按户数分解的增量。", icon=":material/info:")
        return
    unit = wording.unit(one)
    if held.by_type:
        st.markdown(f"**按主体类型（{NET}，{unit}）**")
        rows = [
            {"类型": ENTITY_TYPES[kind], **{RULES[rule]: parts[kind] for rule, parts in held.by_type.items()}}
            for kind in ENTITY_TYPES
            if kind in next(iter(held.by_type.values()))
        ]
        total = {"类型": TOTAL, **{RULES[rule]: sum(parts.values()) for rule, parts in held.by_type.items()}}
        draw_rows(rows, total)
        offer("下载分类型任务表", situation, one, [*rows, total], what="types")
    townships = townships_of(one.goal.area)
    if not townships:
        st.caption("未收录该地区的乡镇（街道），不作乡镇分解。")
        return
    st.markdown("**按乡镇（街道）**")
    part = st.segmented_control("分配的数", [NET, GROSS], default=NET, required=True, key="township_part")
    st.caption(f"共{plan.total(part)}{unit}，按权重分配，合计不变。点选权重后输入即可修改，起初各乡镇（街道）相同。")
    left, right = st.columns(2, gap="medium")
    with left:
        weights = _ask_weights(one.goal.area, townships)
    try:
        shares = allocate(plan.total(part), weights)
    except BeizengError as error:
        right.error(plain(str(error).replace("nan", "空白")))
        return
    name = f"{part}（{unit}）"
    rows = [{TOWNSHIP: township, WEIGHT: f"{weights[township]:g}", name: share} for township, share in shares.items()]
    total = {TOWNSHIP: TOTAL, WEIGHT: f"{sum(weights.values()):g}", name: sum(shares.values())}
    with right:
        draw_rows(rows, total)
        offer("下载分乡镇任务表", situation, one, [*rows, total], what="townships")


def townships_of(area: str) -> list[str]:
    """Name the townships of an area.

    Parameters
    ----------
    area : str
        Code.

    Returns
    -------
    list of str
        Empty where the catalogue lists none.
    """
    areas = load_areas()
    return areas.loc[(areas["level"] == "township") & (areas["parent"] == area), "name"].tolist()


def _ask_weights(area: str, townships: list[str]) -> dict[str, float]:
    start = pd.DataFrame({TOWNSHIP: townships, WEIGHT: 1.0})
    edited = st.data_editor(
        start,
        hide_index=True,
        disabled=[TOWNSHIP],
        column_config={WEIGHT: st.column_config.NumberColumn(min_value=0.0, step=0.1, required=True, format="%g")},
        height="content",
        alt="各乡镇（街道）的权重",
        key=f"weights-{area}",
    )
    return dict(zip(edited[TOWNSHIP], edited[WEIGHT].astype(float), strict=True))
