"""The choice of one of all known areas, found by typing part of its name or code."""

from __future__ import annotations

import streamlit as st

import workflow


def choose_area(label: str, *, key: str, placeholder: str = "输入名称或代码查找") -> str | None:
    """Draw the choice.

    Parameters
    ----------
    label : str
    key : str
    placeholder : str

    Returns
    -------
    str or None
        Code.
    """
    names = workflow.known_areas()
    code: str | None = st.selectbox(
        label,
        list(names),
        index=None,
        format_func=lambda one: f"{names[one]}（{one}）",
        key=key,
        placeholder=placeholder,
        filter_mode="contains",
    )
    return code
