"""How much numbers were revised after their first release, by lag, and the largest revisions."""

from __future__ import annotations

import math

import streamlit as st

import workflow
from forecasting.panel import ENTITY_TYPES, MEASURES
from views.components.ready import store
from views.components.words import plain, signed

#: Largest revisions listed; rows above which a table scrolls.
LISTED, LONG, HEIGHT = 50, 12, 420


def show_revisions() -> None:
    """Draw both tables."""
    st.markdown(
        "首次报送的数与现在的数相比差多少；括号内是得知的日期。**当月**指数据日期与所属月份同月，1个月后指次月，依此类推。"
    )
    table = store().revision_table()
    if table.empty:
        st.info("还没有数据。", icon=":material/info:")
        return
    rows = [
        {
            "指标": MEASURES[row.measure],
            "距所属月份": "当月" if row.lag_months == 0 else f"{row.lag_months}个月后",
            "已知的数": f"{row.n}",
            "后来改过": f"{row.share_revised:.1%}",
            "平均修订": plain(f"{row.mean_revision:+.1f}"),
            "平均绝对修订": f"{row.mean_absolute_revision:.1f}",
            "占总量": _share(row.relative_absolute_revision),
        }
        for row in table.itertuples()
    ]
    st.table(rows, hide_index=True, height=HEIGHT if len(rows) > LONG else "content")
    st.header("修订最大的数", anchor=False)
    changed = store().revisions()
    changed = changed[changed["revision"] != 0]
    if changed.empty:
        st.caption("没有改过的数。")
        return
    largest = changed.loc[changed["revision"].abs().sort_values(ascending=False, kind="stable").index].head(LISTED)
    names = workflow.known_areas()
    told = [
        {
            "哪个数": plain(
                f"{names.get(row.area, row.area)} {ENTITY_TYPES[row.entity_type]} {row.month} {MEASURES[row.measure]}"
            ),
            "首次": plain(f"{row.first:.10g}（{row.first_vintage:%Y-%m-%d}）"),
            "现在": plain(f"{row.latest:.10g}（{row.latest_vintage:%Y-%m-%d}）"),
            "修订": plain(signed(row.revision, "户")),
        }
        for row in largest.itertuples()
    ]
    st.table(told, hide_index=True, height=HEIGHT if len(told) > LONG else "content")
    if len(changed) > LISTED:
        st.caption(f"只列出最大的{LISTED}个，共{len(changed)}个。")


def _share(value: float) -> str:
    return "—" if math.isnan(value) else f"{value:.2%}"
