"""数据质量: what may be wrong with the data, what is held of which month, what was revised and corrected."""

from __future__ import annotations

import streamlit as st

import workflow
from forecasting.errors import BeizengError
from reports.wording import SIMULATED
from views.components.correction import correct, show_corrections
from views.components.covered import show_coverage
from views.components.findings import show_findings
from views.components.ready import begin, quality_of, store
from views.components.revised import show_revisions
from views.components.words import plain

FINDINGS, COVERAGE, REVISIONS, CORRECTIONS = "问题清单", "月份齐不齐", "修订", "更正"


def main() -> None:
    """Draw the page."""
    begin("数据质量")
    part = st.segmented_control(
        "看什么",
        [FINDINGS, COVERAGE, REVISIONS, CORRECTIONS],
        default=FINDINGS,
        required=True,
        key="quality_part",
        persist_state="session",
        label_visibility="collapsed",
    )
    try:
        known = store().as_of(workflow.LAST_DAY)
        if (known["status"] == "simulated").any():
            st.badge(SIMULATED, color="orange", help="本系统所带月度数据为模拟，不是实际统计数据。")
        if part == FINDINGS:
            st.markdown("系统每次都把全部数据查一遍，**只提示，不改数**；每条写明依据，由人核实后写结论。")
            show_findings(quality_of(store().state()))
        elif part == COVERAGE:
            show_coverage(known)
        elif part == REVISIONS:
            show_revisions()
        else:
            correct(known)
            show_corrections()
    except BeizengError as error:
        st.error(plain(str(error)), icon=":material/error:")


main()
