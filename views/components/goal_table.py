"""A table of whole numbers with its total set off."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

from views.components.words import plain

Row = Mapping[str, str | int]
TOTAL = "合计"
#: Rows that are shown without a bar to scroll them.
MOST, HEIGHT = 13, 560


def draw_rows(rows: Sequence[Row], total: Row, *, is_first: bool = False) -> None:
    """Draw rows and their total.

    Parameters
    ----------
    rows : sequence of mapping
        Chinese heading -> cell.
    total : mapping
        Alike in its headings.
    is_first : bool
        Whether the total stands above the rows, where a long table shows it.
    """
    # Text throughout: a column that is text here and a number there cannot be sent to the browser.
    told = [{name: plain(str(cell)) for name, cell in row.items()} for row in rows]
    summed = [{name: f"**{plain(str(cell))}**" for name, cell in total.items()}]
    st.table(
        [*summed, *told] if is_first else [*told, *summed],
        hide_index=True,
        height=HEIGHT if len(rows) > MOST else "content",
    )
