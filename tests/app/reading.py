"""What a page says, as one text."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from streamlit.testing.v1 import AppTest

ROOT = Path(__file__).parents[2]
#: A day on which figures to November 2022 were known.
EARLIER = dt.date(2022, 12, 10)
KINDS = ("title", "header", "subheader", "markdown", "caption", "text", "info", "success", "warning", "error")


def said(app: AppTest) -> str:
    """Every text of the page and of its sidebar, one a line."""
    parts = [element.value for kind in KINDS for element in getattr(app, kind)]
    parts += [f"{one.label} {one.value}" for one in app.metric]
    parts += [table.value.to_csv(index=False) for table in app.table]
    return "\n".join(str(part) for part in parts)


def table_of(app: AppTest, first_column: str) -> dict[str, dict[str, str]]:
    """Rows of the first table with this first column, by it."""
    table = next(one.value for one in app.table if one.value.columns[0] == first_column)
    return {row[first_column]: row for row in table.to_dict("records")}
