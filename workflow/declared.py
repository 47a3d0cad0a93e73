"""Events beside the catalogue's: those analysts declare, and the undeclared ones that the data propose to them.

Nothing is applied in silence: a proposal becomes an event only by being accepted, and is not made again once refused.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from pathlib import Path

from data.catalogue import load_events, read_events
from data.declared import Declared, declared_events, refused_proposals, save_events, save_refusal
from data.demo import demo_events
from data.store import Store
from forecasting.errors import SchemaError
from forecasting.events import Event
from forecasting.panel import Panel
from forecasting.proposals import Proposal, propose


def add_events(store: Store, path: Path, *, author: str, saved_at: dt.datetime) -> tuple[Event, ...]:
    """Add events from a CSV file; an event with the id of an earlier one, or of the catalogue's, replaces it.

    Parameters
    ----------
    store : Store
    path : pathlib.Path
        Columns as `data/catalogue/events.csv`.
    author : str
    saved_at : datetime.datetime

    Returns
    -------
    tuple of Event

    Raises
    ------
    BeizengError
        With every fault of the file; nothing is stored then.
    """
    added = read_events(path)
    if not added:
        raise SchemaError(f"{path.name} 只有列名，没有事件。请至少填写一行。")
    save_events(store, added, author=author, saved_at=saved_at)
    return added


def events_as_of(store: Store, simulated: frozenset[str], as_of: dt.date | None) -> tuple[Event, ...]:
    """Return the events of the catalogue and the demonstration, and those analysts had declared by the end of a day.

    Parameters
    ----------
    store : Store
    simulated : frozenset of str
        Areas with simulated figures: the demonstration's events are theirs.
    as_of : datetime.date or None
        None for all.

    Returns
    -------
    tuple of Event
    """
    own = (one.event for one in declared_events(store, as_of))
    given = (*load_events(), *(event for event in demo_events() if event.area in simulated))
    return tuple({event.id: event for event in (*given, *own)}.values())


def declared(store: Store) -> Mapping[str, Declared]:
    """Return who declared which event when, by its id.

    Parameters
    ----------
    store : Store

    Returns
    -------
    mapping of str to Declared
    """
    return {one.event.id: one for one in declared_events(store)}


def undeclared(
    store: Store, panel: Panel, events: tuple[Event, ...], *, names: Mapping[str, str]
) -> tuple[Proposal, ...]:
    """Look for undeclared shifts of level and purges that nobody has refused.

    Parameters
    ----------
    store : Store
    panel : Panel
        Every area with monthly data.
    events : tuple of Event
        Declared so far.
    names : mapping of str to str
        Of areas by code.

    Returns
    -------
    tuple of Proposal
        The strongest first.
    """
    return propose(panel, events, refused=refused_proposals(store), names=names)


def accept(store: Store, proposal: Proposal, *, title: str = "", author: str, saved_at: dt.datetime) -> Event:
    """Declare what a proposal says as an event.

    Parameters
    ----------
    store : Store
    proposal : Proposal
    title : str
        What the analyst knows of it, in Chinese; default what kind of change it is.
    author : str
    saved_at : datetime.datetime

    Returns
    -------
    Event
    """
    event = proposal.accepted(title.strip())
    save_events(store, [event], author=author, saved_at=saved_at)
    return event


def refuse(store: Store, proposal: Proposal, *, reason: str, author: str, saved_at: dt.datetime) -> None:
    """Remember that a proposal was refused, so that it is not made again.

    Parameters
    ----------
    store : Store
    proposal : Proposal
    reason : str
        Chinese; not empty.
    author : str
    saved_at : datetime.datetime

    Raises
    ------
    SchemaError
        If no reason is given.
    """
    if not reason.strip():
        raise SchemaError("不采纳须写明理由。请填写，供以后查考。")
    save_refusal(store, proposal, reason=reason.strip(), author=author, saved_at=saved_at)


def chosen(found: tuple[Proposal, ...], key: str) -> Proposal:
    """Return the proposal with a key.

    Parameters
    ----------
    found : tuple of Proposal
    key : str

    Returns
    -------
    Proposal

    Raises
    ------
    SchemaError
        If there is none, saying which there are.
    """
    by_key = {proposal.id: proposal for proposal in found}
    if key not in by_key:
        raise SchemaError(f"没有编号为“{key}”的疑似变化。现有：{'、'.join(by_key) or '无'}。请核对编号。")
    return by_key[key]
