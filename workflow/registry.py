"""Taking in registration records, one row an entity: monthly counts, and what only records show."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from data.store import Receipt, Store
from workflow.catalogue import known_areas
from workflow.quality import watch_quality
from workflow.stamps import as_vintage, operator, utc_now

if TYPE_CHECKING:
    from data.readers.registry import RegistryOptions, RegistryReading


def read_records(
    paths: Sequence[Path], *, as_of: dt.date | None = None, options: RegistryOptions | None = None
) -> RegistryReading:
    """Read files of registration records, one row an entity; nothing is stored.

    Parameters
    ----------
    paths : sequence of pathlib.Path
        CSV or parquet.
    as_of : datetime.date, optional
        The day the records are of; default today.
    options : RegistryOptions, optional

    Returns
    -------
    RegistryReading

    Raises
    ------
    FaultsError
        If a file cannot be read, or no row counts.
    """
    # DuckDB takes longer to import than most jobs take.
    from data.readers.registry import read_registry

    return read_registry(paths, as_of=as_vintage(as_of), known_areas=known_areas(), options=options)


def take_in_records(
    store: Store, reading: RegistryReading, paths: Sequence[Path], *, source: str = "", author: str = ""
) -> Receipt:
    """Store the monthly counts of records, and look in the records for what only they show.

    Parameters
    ----------
    store : Store
    reading : RegistryReading
    paths : sequence of pathlib.Path
        The files it was read from.
    source, author : str

    Returns
    -------
    Receipt

    Raises
    ------
    BeizengError
        If the counts do not fit to what is held; nothing is stored then.
    """
    digests = []
    for path in paths:
        with path.open("rb") as file:
            digests.append(hashlib.file_digest(file, "sha256").hexdigest())
    receipt = store.append(
        reading.observations,
        received_at=utc_now(),
        file_name="、".join(path.name for path in paths),
        # The register itself may not fit in memory: its digests stand for it.
        content="\n".join(digests).encode(),
        author=author or operator(),
        source=source,
        note=reading.report.lines()[0],
    )
    watch_quality(store, crowds=reading.crowds, cohorts=reading.cohorts)
    return receipt
