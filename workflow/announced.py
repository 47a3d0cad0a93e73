"""Taking in published sentences: their counts are read, confirmed by a person, and stored."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import pandas as pd

from data.readers.announcement import AnnouncementReading, PeriodCount, read_announcement, to_tables
from data.store import Preview, Receipt, Store
from workflow.catalogue import known_areas
from workflow.stamps import operator, utc_now


def read_published(text: str, *, source: str, published: dt.date, area: str = "") -> AnnouncementReading:
    """Read the counts of a published sentence; each is to be confirmed.

    Parameters
    ----------
    text : str
    source : str
        Address of the publication, or what else names it.
    published : datetime.date
    area : str
        Code of the area the text is about where it names none.

    Returns
    -------
    AnnouncementReading

    Raises
    ------
    FaultsError
        If the text is blank or too long, the source is blank or the area unknown.
    """
    return read_announcement(
        text, source=source, published=pd.Timestamp(published), known_areas=known_areas(), area=area
    )


def preview_published(store: Store, confirmed: Sequence[PeriodCount]) -> Preview:
    """Tell what confirmed counts would change; nothing is stored.

    Parameters
    ----------
    store : Store
    confirmed : sequence of PeriodCount

    Returns
    -------
    Preview
    """
    return store.preview(*to_tables(confirmed))


def take_in_published(store: Store, confirmed: Sequence[PeriodCount], *, author: str = "") -> Receipt:
    """Store confirmed counts: those of a month as observations, the others as counts of their period.

    Parameters
    ----------
    store : Store
    confirmed : sequence of PeriodCount
    author : str
        Default `operator()`.

    Returns
    -------
    Receipt

    Raises
    ------
    BeizengError
        If they do not fit to what is held.
    """
    sources = "；".join(dict.fromkeys(one.source for one in confirmed))
    return store.append(
        *to_tables(confirmed),
        received_at=utc_now(),
        file_name="公布数",
        author=author or operator(),
        source=sources,
        note="；".join(one.wording for one in confirmed),
    )
