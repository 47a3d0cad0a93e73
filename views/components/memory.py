"""What has been made from a situation is made once, and forgotten with it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

from workflow import Situation

Made = TypeVar("Made")
_HELD: WeakKeyDictionary[Situation, dict[tuple[str, ...], Any]] = WeakKeyDictionary()


def once(situation: Situation, key: tuple[str, ...], make: Callable[[], Made]) -> Made:
    """Return what `make` makes, made at the first call for the situation and key.

    Parameters
    ----------
    situation : Situation
        From which it is made, and with which it is forgotten.
    key : tuple of str
        What it is.
    make : callable
        Its result is shared between readers and must not be changed.

    Returns
    -------
    object
    """
    held = _HELD.setdefault(situation, {})
    if key not in held:
        held[key] = make()
    return held[key]
