"""Events from the catalogue: dated facts with a public source that explain a change of the series.

A month that is only roughly known is written as the span it may lie in, or said so in the note.
"""

from __future__ import annotations

from functools import cache

from data.catalogue.areas import is_known
from data.catalogue.rows import Row, check_keys_unique, raise_faults, rows_of
from data.catalogue.tables import FOLDER, read_table
from forecasting.errors import SchemaError
from forecasting.events import Event
from forecasting.panel import ENTITY_TYPES

REQUIRED = ["id", "area", "entity_type", "kind", "start", "end", "title", "is_administrative"]
COLUMNS = [
    "id", "area", "entity_type", "kind", "start", "end", "title", "masks", "is_administrative", "document_number",
    "source", "note",
]  # fmt: skip
TEXTS = ["id", "area", "entity_type", "kind", "title", "document_number", "source", "note"]


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
    path = FOLDER / "events.csv"
    rows = list(rows_of(read_table(path, COLUMNS), path.name))
    check_keys_unique(rows, ["id"])
    events = [_event(row) for row in rows]
    raise_faults(rows, path.name)
    return tuple(event for event in events if event is not None)


def _event(row: Row) -> Event | None:
    """Make the event of a row; None, with faults recorded, if it cannot be made."""
    row.require(REQUIRED)
    if not is_known(row.cells["area"]):
        row.fault("area", f"没有代码为“{row.cells['area']}”的地区。")
    if row.cells["entity_type"] not in ENTITY_TYPES:
        row.fault("entity_type", f"“{row.cells['entity_type']}”不在 {'、'.join(ENTITY_TYPES)} 之内。")
    start, end, is_administrative = row.month("start"), row.month("end"), row.flag("is_administrative")
    if start is None or end is None:
        return None
    try:
        return Event(
            **{column: row.cells[column] for column in TEXTS},
            start=start,
            end=end,
            masks=tuple(row.cells["masks"].split(";")) if row.cells["masks"] else (),
            is_administrative=bool(is_administrative),
            is_simulated=False,
        )
    except SchemaError as error:
        row.faults.append(f"{row.place} {error}")
        return None
