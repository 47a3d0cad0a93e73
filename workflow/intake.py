"""Taking in a file: read it, say what it would change, store it whole or not at all.

What a user answers to a layout is kept for the next file of the same source; what is left open is never guessed.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pandas as pd

from data.mappings import save_mapping, with_kept
from data.parting import part
from data.readers import Reading, load_file, read_workbook
from data.readers.workbook import Mapping as Answers
from data.store import Preview, Receipt, Store
from workflow.catalogue import known_areas
from workflow.stamps import as_vintage, operator, utc_now

#: Nothing has been answered.
NO_ANSWERS = Answers()


def read_upload(
    store: Store,
    content: bytes,
    file_name: str,
    *,
    source: str = "",
    known_on: dt.date | None = None,
    mapping: Answers = NO_ANSWERS,
    is_anew: bool = False,
) -> Reading:
    """Read a file with the answers given now and those kept for its source's layout; nothing is stored.

    Parameters
    ----------
    store : Store
    content : bytes
    file_name : str
    source : str
        Who sent it; the source of rows which state none. Default: the name of the file.
    known_on : datetime.date, optional
        The day on which its numbers became known, where they state none; default now.
    mapping : data.readers.workbook.Mapping
        What the user answers.
    is_anew : bool
        Whether what is kept is put aside.

    Returns
    -------
    Reading

    Raises
    ------
    FaultsError
        If the file cannot be opened at all, or is a table of the product's own columns with faults.
    """
    vintage = as_vintage(known_on)
    reading = read_workbook(content, file_name, mapping, received_at=vintage, known_areas=known_areas())
    answers = with_kept(store, mapping, source="" if is_anew else source, fingerprint=reading.fingerprint)
    if answers != mapping:
        reading = read_workbook(content, file_name, answers, received_at=vintage, known_areas=known_areas())
    months, counts = (_from_source(one, file_name, source) for one in (reading.observations, reading.counts))
    if counts.empty:
        return replace(reading, observations=months)
    parted = part(counts, months, *store.known(vintage), names=dict(known_areas()))
    return replace(
        reading,
        observations=pd.concat([months, parted.months], ignore_index=True),
        counts=parted.counts,
        remarks=parted.remarks,
    )


def preview(store: Store, reading: Reading, content: bytes) -> Preview:
    """Tell what a reading would change; nothing is stored.

    Parameters
    ----------
    store : Store
    reading : Reading
    content : bytes
        The file it was read from.

    Returns
    -------
    Preview

    Raises
    ------
    BeizengError
        With every fault and open question of the reading, or what does not fit to what is held.
    """
    return store.preview(*reading.released(), content=content)


def take_in(
    store: Store, reading: Reading, content: bytes, *, source: str = "", author: str = "", note: str = ""
) -> Receipt:
    """Store a reading, whole or not at all, and keep the answers it took for the next file of the same layout.

    Parameters
    ----------
    store : Store
    reading : Reading
    content : bytes
        The file it was read from.
    source : str
        Who sent it. Answers are kept only where it is said.
    author : str
        Who brings it; default `operator()`.
    note : str

    Returns
    -------
    Receipt

    Raises
    ------
    BeizengError
        As `preview`; nothing is stored then.
    """
    who = author or operator()
    receipt = store.append(
        *reading.released(),
        received_at=utc_now(),
        file_name=reading.file_name,
        content=content,
        author=who,
        source=source,
        note=note,
    )
    answers = Answers(tuple(reading.answers.items())).lasting()
    if source.strip() and reading.fingerprint and answers.answers:
        save_mapping(
            store, source=source, fingerprint=reading.fingerprint, mapping=answers, author=who, saved_at=utc_now()
        )
    return receipt


def ingest_file(
    store: Store,
    path: Path,
    *,
    source: str = "",
    known_on: dt.date | None = None,
    author: str = "",
    report: Callable[[str], None] = lambda _: None,
) -> Receipt:
    """Read a file that leaves nothing open and store it, whole or not at all.

    Parameters
    ----------
    store : Store
    path : pathlib.Path
    source : str
    known_on : datetime.date, optional
        As of `read_upload`.
    author : str
        Who brings it; default `operator()`.
    report : callable
        Told, in Chinese, what was left out and what its sums over months say beside what is held.

    Returns
    -------
    Receipt

    Raises
    ------
    BeizengError
        With every fault found; nothing is stored then.
    """
    content = load_file(path)
    return ingest_bytes(store, content, path.name, source=source, known_on=known_on, author=author, report=report)


def ingest_bytes(
    store: Store,
    content: bytes,
    file_name: str,
    *,
    source: str = "",
    known_on: dt.date | None = None,
    author: str = "",
    report: Callable[[str], None] = lambda _: None,
) -> Receipt:
    """Read an uploaded file that leaves nothing open and store it, whole or not at all; see `ingest_file`.

    Parameters
    ----------
    store : Store
    content : bytes
    file_name : str
    source : str
    known_on : datetime.date, optional
    author : str
    report : callable

    Returns
    -------
    Receipt
    """
    reading = read_upload(store, content, file_name, source=source, known_on=known_on)
    _tell(reading, report)
    return take_in(store, reading, content, source=source, author=author)


def preview_file(
    store: Store,
    path: Path,
    *,
    source: str = "",
    known_on: dt.date | None = None,
    report: Callable[[str], None] = lambda _: None,
) -> Preview:
    """Tell what a file would change; nothing is stored. See `ingest_file`.

    Parameters
    ----------
    store : Store
    path : pathlib.Path
    source : str
    known_on : datetime.date, optional
    report : callable

    Returns
    -------
    Preview
    """
    content = load_file(path)
    reading = read_upload(store, content, path.name, source=source, known_on=known_on)
    _tell(reading, report)
    return preview(store, reading, content)


def _tell(reading: Reading, report: Callable[[str], None]) -> None:
    """Say what nobody sees on a terminal: which cells gave no number, and what was subtracted."""
    for line in (*reading.left_out(), *reading.remarks) if reading.is_complete else reading.remarks:
        report(line)


def _from_source(table: pd.DataFrame, file_name: str, source: str) -> pd.DataFrame:
    """Name the source in the rows that state none, where the reader put the name of the file."""
    if not source:
        return table
    own = table["source"].where(
        ~table["source"].str.startswith(file_name), source + table["source"].str[len(file_name) :]
    )
    return table.assign(source=own)
