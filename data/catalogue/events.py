"""Events of the catalogue and of the analyst: dated facts with a source that explain a change of the series.

A month that is only roughly known is written as the span it may lie in, or said so in the note. The analyst's table has
the columns of the catalogue; those in `OPTIONAL` may be left out.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pandas as pd

from data.catalogue.areas import is_known
from data.catalogue.rows import Row, check_keys_unique, raise_faults, rows_of
from data.catalogue.tables import FOLDER, read_table
from forecasting.events import EFFECTS, EVENT_KINDS, FLOWS, Event
from forecasting.panel import ENTITY_TYPES

REQUIRED = ["id", "area", "entity_type", "kind", "start", "end", "title", "effect", "is_administrative"]
COLUMNS = [
    "id", "area", "entity_type", "kind", "start", "end", "title", "effect", "flows", "is_administrative",
    "document_number", "source", "note",
]  # fmt: skip
OPTIONAL = ["document_number", "source", "note"]
TEXTS = ["id", "area", "entity_type", "kind", "title", "effect", *OPTIONAL]


@cache
def load_events() -> tuple[Event, ...]:
    """Load the events of the catalogue.

    Returns
    -------
    tuple of Event
        In the order of the file, which is that of their first month.

    Raises
    ------
    FaultsError
        With every fault of every row.
    """
    return read_events(FOLDER / "events.csv")


def read_events(path: Path) -> tuple[Event, ...]:
    """Read the events of a file.

    Parameters
    ----------
    path : pathlib.Path
        CSV in UTF-8 with the columns `COLUMNS`.

    Returns
    -------
    tuple of Event
        In the order of the rows.

    Raises
    ------
    SchemaError
        If it is no such file.
    FaultsError
        With every missing column, or every fault of every row.
    """
    return parse_events(read_table(path, [column for column in COLUMNS if column not in OPTIONAL], OPTIONAL), path.name)


def parse_events(table: pd.DataFrame, name: str) -> tuple[Event, ...]:
    """Make the events of a table of text cells.

    Parameters
    ----------
    table : pandas.DataFrame
        Columns `COLUMNS`, of str.
    name : str
        File name shown in faults.

    Returns
    -------
    tuple of Event
        In the order of the rows.

    Raises
    ------
    FaultsError
        With every fault of every row, each naming file, row and column.
    """
    rows = list(rows_of(table, name))
    check_keys_unique(rows, ["id"])
    events = [_event(row) for row in rows]
    raise_faults(rows, name)
    return tuple(event for event in events if event is not None)


def event_cells(event: Event) -> dict[str, str]:
    """Write an event as the text cells of a row, which `parse_events` reads back.

    Parameters
    ----------
    event : Event
        Not simulated.

    Returns
    -------
    dict of str to str
        Keys `COLUMNS`.
    """
    cells = {column: str(getattr(event, column)) for column in COLUMNS}
    return cells | {"flows": ";".join(event.flows), "is_administrative": str(event.is_administrative).lower()}


def _event(row: Row) -> Event | None:
    """Make the event of a row; None, with faults recorded, if it cannot be made."""
    row.require(REQUIRED)
    cells = row.cells
    if cells["id"] and not cells["id"].isascii():
        row.fault("id", f"“{cells['id']}”应只含英文字母、数字和连字符。")
    if cells["area"] and not is_known(cells["area"]):
        row.fault("area", f"没有代码为“{cells['area']}”的地区。请核对代码，或在 areas.csv 中补上。")
    for column, known in {"entity_type": ENTITY_TYPES, "kind": EVENT_KINDS, "effect": EFFECTS}.items():
        if cells[column] and cells[column] not in known:
            named = "、".join(f"{word}（{chinese}）" for word, chinese in known.items())
            row.fault(column, f"“{cells[column]}”应为 {named} 之一。")
    flows = tuple(cells["flows"].split(";")) if cells["flows"] else ()
    unknown = [flow for flow in flows if flow not in FLOWS]
    if unknown:
        row.fault("flows", f"“{'、'.join(unknown)}”不是 entries（新设）或 exits（注销吊销），两者以分号隔开。")
    if not flows and cells["effect"] in EFFECTS and cells["effect"] != "none":
        row.fault("flows", f"影响方式为 {cells['effect']} 时不能为空。请填 entries、exits 或两者，以分号隔开。")
    start, end, is_administrative = row.month("start"), row.month("end"), row.flag("is_administrative")
    if start is not None and end is not None and end < start:
        row.fault("end", f"{end} 早于开始月 {start}。请更正。")
    if row.faults or start is None or end is None:
        return None
    return Event(
        **{column: cells[column] for column in TEXTS},
        start=start,
        end=end,
        flows=flows,
        is_administrative=bool(is_administrative),
        is_simulated=False,
    )
