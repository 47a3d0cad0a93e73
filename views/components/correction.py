"""Declared corrections: months of a series put right in a table, with a reason; and those made so far."""

from __future__ import annotations

import pandas as pd
import streamlit as st

import workflow
from forecasting.panel import ENTITY_TYPES, MEASURES
from views.components.change import confirm
from views.components.ready import quality_of, store
from views.components.words import plain

#: Months shown for editing.
MONTHS = 24


def correct(known: pd.DataFrame) -> None:
    """Draw the choice of a series, its months to be edited, and the confirmation.

    Parameters
    ----------
    known : pandas.DataFrame
        Observations.
    """
    known = known[known["status"] != "published"]
    if known.empty:
        st.info("还没有月度数据。", icon=":material/info:")
        return
    st.markdown("改数须写明原因；旧数不会丢失。改后仍须 **上月末实有＋新设－注销吊销＋调整＝本月末实有**。")
    names = workflow.known_areas()
    left, middle, right = st.columns(3)
    area = left.selectbox("地区", sorted(set(known["area"])), format_func=lambda code: names.get(code, code))
    own = known[known["area"] == area]
    kind = middle.selectbox(
        "类型", [name for name in ENTITY_TYPES if name in set(own["entity_type"])], format_func=ENTITY_TYPES.get
    )
    own = own[own["entity_type"] == kind]
    last = right.selectbox("到哪个月", sorted(set(own["month"]), reverse=True), format_func=str)
    before = months_of(own, last)
    titles = {name: st.column_config.NumberColumn(title, step=1) for name, title in MEASURES.items()}
    after = st.data_editor(
        before, column_config={"_index": "月份", **titles}, key=f"edited {area} {kind} {last}", placeholder="—"
    )
    edits = edits_of(before, after)
    findings = {one.id: one.finding for one in quality_of(store().state()) if one.finding.area == area}
    answered = st.multiselect(
        "更正的是哪几条质量问题（可不选）",
        list(findings),
        format_func=lambda name: f"{findings[name].kind_name} {findings[name].start}",
        placeholder="不选",
    )
    reason = st.text_input("更正原因", key="correction_reason")
    author = st.text_input("经办人", value=workflow.operator(), key="correction_author")
    if edits.empty:
        st.caption("在表里直接改数，改过的会列在下面。")
        return
    table = workflow.correction(edits.assign(area=area, entity_type=kind), known, reason=reason.strip())
    confirm(
        lambda: store().preview(table),
        lambda: workflow.correct(store(), table, reason=reason, author=author, findings=answered),
        key=f"{area} {kind} {edits.to_json()}",
        is_signed=bool(author.strip() and reason.strip()),
    )


def months_of(own: pd.DataFrame, last: pd.Period) -> pd.DataFrame:
    """Lay the months of a series out for editing.

    Parameters
    ----------
    own : pandas.DataFrame
        Observations of one series.
    last : pandas.Period

    Returns
    -------
    pandas.DataFrame
        Index month as text, columns the measures; NaN where not observed.
    """
    wide = own.pivot_table(index="month", columns="measure", values="value", aggfunc="first")
    shown = wide.reindex(columns=list(MEASURES)).astype(float)
    shown = shown[shown.index <= last].tail(MONTHS)
    return shown.set_axis([str(month) for month in shown.index]).rename_axis(columns=None)


def edits_of(before: pd.DataFrame, after: pd.DataFrame) -> pd.DataFrame:
    """Return what was edited.

    Parameters
    ----------
    before, after : pandas.DataFrame
        As `months_of`.

    Returns
    -------
    pandas.DataFrame
        Columns month (text), measure, value; a number that was emptied is none.
    """
    rows = [
        (month, measure, float(after.loc[month, measure]))
        for month in before.index
        for measure in before.columns
        if pd.notna(after.loc[month, measure]) and after.loc[month, measure] != before.loc[month, measure]
    ]
    return pd.DataFrame(rows, columns=["month", "measure", "value"])


def show_corrections() -> None:
    """Draw the corrections made so far."""
    st.header("已作的更正", anchor=False)
    table = store().corrections()
    if table.empty:
        st.caption("还没有更正。")
        return
    rows = [
        {
            "批次": str(row.batch),
            "原因": plain(row.reason),
            "经办人": plain(row.author),
            "对应的质量问题": plain(row.finding or "—"),
        }
        for row in table.iloc[::-1].itertuples()
    ]
    st.table(rows, hide_index=True)
