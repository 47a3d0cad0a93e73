"""数据上报: a workbook, or a published sentence, to what is held; every step is shown before the next is taken."""

from __future__ import annotations

import streamlit as st

from views.components.announced import announce
from views.components.batches import show_batches
from views.components.ready import begin
from views.components.taking_out import offer_all
from views.components.template import offer_template
from views.components.upload import upload

UPLOAD, ANNOUNCE, BATCHES, OUT = "报表格", "报公布数", "批次与撤销", "导出"


def main() -> None:
    """Draw the page."""
    # Data can be put right while nothing can be computed from what is held: this page waits for no projection.
    begin("数据上报")
    job = st.segmented_control(
        "要办的事",
        [UPLOAD, ANNOUNCE, BATCHES, OUT],
        default=UPLOAD,
        required=True,
        key="job",
        persist_state="session",
        label_visibility="collapsed",
    )
    if job == UPLOAD:
        upload()
        offer_template()
    elif job == ANNOUNCE:
        announce()
    elif job == BATCHES:
        show_batches()
    else:
        offer_all()


main()
