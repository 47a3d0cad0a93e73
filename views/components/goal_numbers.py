"""Every number of a goal with the arithmetic behind it."""

from __future__ import annotations

import streamlit as st

from targets.dossier import Dossier
from views.components.words import plain

#: What a shortfall below zero is called.
OVER = "超出"


def show_numbers(held: Dossier) -> None:
    """Draw every number with its formula, under its heading.

    Parameters
    ----------
    held : Dossier
    """
    for group in dict.fromkeys(line.group for line in held.lines):
        st.markdown(f"**{group}**")
        st.table(
            [
                {"项目": plain(line.name), "数值": plain(line.value), "算法": plain(line.formula)}
                for line in held.lines
                if line.group == group
            ],
            hide_index=True,
        )


def short(gap: str) -> str:
    """Write a gap that is none as what it is: −210户 is 超出210户.

    Parameters
    ----------
    gap : str
        As `targets.formulas` writes it.

    Returns
    -------
    str

    Examples
    --------
    >>> short("-210户"), short("518户")
    ('超出210户', '518户')
    """
    return f"{OVER}{gap[1:]}" if gap.startswith(("-", "−")) else gap
