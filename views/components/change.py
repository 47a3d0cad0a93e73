"""What a batch would change of what is held, its confirmation, and its receipt."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import streamlit as st

import workflow
from data.observations import STATUSES
from data.readers import Reading
from data.store import Preview, Receipt
from data.vintages import CHANGES
from forecasting.errors import BeizengError
from forecasting.panel import ENTITY_TYPES, MEASURES
from views.components.faults import show_faults
from views.components.ready import start_computing, store
from views.components.words import plain

LISTED = 200
LONG, HEIGHT = 12, 420
RECEIPT = "receipt"


def confirm(reading: Reading, content: bytes, *, source: str, author: str, key: str) -> None:
    """Draw what a reading changes, and store it when that is confirmed.

    Parameters
    ----------
    reading : Reading
        Complete.
    content : bytes
    source, author : str
    key : str
        Names the file: its receipt is shown as long as it is the one uploaded.
    """
    st.header("最后一步　核对变化，确认入库", anchor=False)
    if _shown(key):
        return
    try:
        preview = workflow.preview(store(), reading, content)
    except BeizengError as error:
        show_faults(error, "文件未入库")
        return
    show_preview(preview)
    if not author:
        st.warning("请填写经办人。", icon=":material/person:")
    _offer(key, author, lambda: workflow.take_in(store(), reading, content, source=source, author=author))


def confirm_table(table: pd.DataFrame, preview: Preview, *, key: str, author: str, take: Callable[[], Receipt]) -> None:
    """Draw what a table changes, and store it by `take` when that is confirmed.

    Parameters
    ----------
    table : pandas.DataFrame
        Observations.
    preview : Preview
    key : str
    author : str
    take : callable
    """
