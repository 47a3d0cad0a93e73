"""Faults as a list, each with its cell."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from forecasting.errors import BeizengError, FaultsError
from views.components.words import plain

SHOWN = 100


def show_faults(faults: BeizengError | Sequence[str], heading: str) -> None:
    """Draw what is wrong.

    Parameters
    ----------
    faults : BeizengError or sequence of str
    heading : str
        Chinese: what is not done because of it.
    """
    if isinstance(faults, FaultsError):
        heading = f"{heading}：{faults.heading}" if faults.heading else heading
    elif isinstance(faults, BeizengError):
        st.error(plain(f"{heading}：{faults}"), icon=":material/error:")
        return
    texts = faults.faults if isinstance(faults, FaultsError) else faults
    st.error(plain(f"{heading}（共{len(texts)}处）。"), icon=":material/error:")
    with st.container(border=True):
        for number, text in enumerate(texts[:SHOWN], start=1):
            st.text(f"{number}. {text}")
        if len(texts) > SHOWN:
            st.text(f"……另有{len(texts) - SHOWN}处，更正以上各处后再看。")
