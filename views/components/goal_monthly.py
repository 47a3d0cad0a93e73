"""What each remaining month must bring, to read and to download."""

from __future__ import annotations

import streamlit as st

from reports import wording
from reports.monthly import MonthlyPlan, monthly_plan, plan_sentence, year_rows
from targets.assessment import Assessment
from targets.dossier import Dossier
from views.components.goal_file import offer
from views.components.goal_table import TOTAL, draw_rows
from views.components.words import plain
from workflow import Situation

ALL = "全部"
WHY = "各月需净增按往年各月净增比重分配，合计等于总缺口；需新设为需净增加预计注销（预测中各月注销吊销的平均数）。"


def show_monthly(situation: Situation, held: Dossier) -> None:
    """Draw what each month must bring.

    Parameters
    ----------
    situation : Situation
    held : Dossier
        Of a goal that is not finished.
    """
    one = held.assessment
    plan = asked_of_months(one)
    if plan is None:
        st.info(plain(_why_not(one)), icon=":material/info:")
        return
    st.markdown(plain(plan_sentence(one, plan)))
    unit = wording.unit(one)
    months = {month: {part: values[at] for part, values in plan.parts.items()} for at, month in enumerate(plan.months)}
    total = {part: plan.total(part) for part in plan.parts}
    filed = [{"月份": wording.month(month), **_in(unit, row)} for month, row in months.items()]
    offer("下载各月任务表", situation, one, [*filed, {"月份": TOTAL, **_in(unit, total)}], what="monthly")
    years = {f"{year}年": year for year in sorted({month.year for month in plan.months})}
    chosen = st.segmented_control("年份", [ALL, *years], default=ALL, required=True, key="plan_year")
    if chosen in years:
        total = {part: amount for year, part, _, amount in year_rows(plan) if year == years[chosen]}
    rows = [
        {"月份": wording.month(month), **row}
        for month, row in months.items()
        if chosen not in years or month.year == years[chosen]
    ]
    draw_rows(rows, {"月份": TOTAL, **total}, is_first=True)
    st.caption(f"单位：{unit}。{WHY}")


def asked_of_months(one: Assessment) -> MonthlyPlan | None:
    """Return the plan by month of a goal that is counted in whole numbers.

    Parameters
    ----------
    one : Assessment

    Returns
    -------
    MonthlyPlan or None
        None where no month is asked for anything, and for a share, which no whole numbers add up to.
    """
    return None if one.style == "share" else monthly_plan(one)


def _in(unit: str, row: dict[str, int]) -> dict[str, int]:
    """Name the unit in the headings: a file is read without the page."""
    return {f"{part}（{unit}）": value for part, value in row.items()}


def _why_not(one: Assessment) -> str:
    if one.state == "met":
        return "目前已达到目标，各月没有需要新增的数，守住现有存量即可。"
    if one.goal.comparison == "at_most":
        return "目标为上限，各月没有需要新增的数。"
    return "占比目标不能折算为各月户数。"
