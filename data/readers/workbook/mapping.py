"""Answers of a user to what a layout leaves open, kept for a source and used again when the same layout comes back.

A mapping says nothing about values: an answer that holds for one file only (a year, a single number) is used once and
not kept.
"""

from __future__ import annotations

import json
from dataclasses import dataclass

from forecasting.errors import SchemaError
from forecasting.panel import ENTITY_TYPES

#: What an answer may set of a column, a row label, a table or a sheet.
FACETS = ("area", "entity", "measure", "kind", "unit", "span")
IGNORE = "ignore"
#: What may be said of a facet; areas and periods are checked where they are used.
ALLOWED = {
    "entity": tuple(ENTITY_TYPES),
    "measure": ("entries", "exits", "stock", "cancel", "revoke", "net"),
    "kind": ("month", "ytd"),
}


@dataclass(frozen=True)
class Mapping:
    """Answers by the key of the question or role they settle.

    Parameters
    ----------
    answers : tuple of tuple of str
        (key, value), each key once.
    """

    answers: tuple[tuple[str, str], ...] = ()

    def get(self, key: str) -> str | None:
        """Return the answer to a question, or None.

        Parameters
        ----------
        key : str

        Returns
        -------
        str or None
        """
        return dict(self.answers).get(key)

    def answered(self, key: str, value: str) -> Mapping:
        """Return the mapping with one more answer, which replaces an earlier one.

        Parameters
        ----------
        key, value : str

        Returns
        -------
        Mapping
        """
        return Mapping(tuple({**dict(self.answers), key: value}.items()))

    def lasting(self) -> Mapping:
        """Return the mapping as it may be kept: without what holds for one file only, marked by "!".

        Returns
        -------
        Mapping
        """
        return Mapping(tuple((key, value) for key, value in self.answers if not key.startswith("!")))

    def to_json(self) -> str:
        """Return the mapping as text.

        Returns
        -------
        str
        """
        return json.dumps(dict(self.answers), ensure_ascii=False, sort_keys=True)

    @classmethod
    def from_json(cls, text: str) -> Mapping:
        """Read a mapping from text.

        Parameters
        ----------
        text : str

        Returns
        -------
        Mapping

        Raises
        ------
        SchemaError
            If it is no such text.
        """
        try:
            record = json.loads(text)
        except ValueError as error:
            raise SchemaError("对照表不是 JSON。请重新在页面上作答。") from error
        if not isinstance(record, dict) or not all(isinstance(value, str) for value in record.values()):
            raise SchemaError("对照表的格式不对。请重新在页面上作答。")
        return cls(tuple((str(key), value) for key, value in record.items()))


def role_answer(**facets: str | int) -> str:
    """Write an answer that sets what a column, a row label or a table means.

    Parameters
    ----------
    **facets : str or int
        Of `FACETS`: area (code), entity (type), measure, kind (`month`, `ytd`), unit (entities to one), span
        (`2022-06`).

    Returns
    -------
    str

    Examples
    --------
    >>> role_answer(measure="entries", kind="ytd")
    'measure=entries;kind=ytd'
    """
    unknown = [name for name in facets if name not in FACETS]
    if unknown:
        raise TypeError(f"unknown facets: {unknown}")
    return ";".join(f"{name}={value}" for name, value in facets.items())


def parse_role_answer(answer: str) -> dict[str, str]:
    """Read what `role_answer` wrote; what is not such an answer sets nothing.

    Parameters
    ----------
    answer : str

    Returns
    -------
    dict of str to str
    """
    pairs = (part.partition("=") for part in answer.split(";"))
    return {
        name: value
        for name, equals, value in pairs
        if equals and name in FACETS and value in ALLOWED.get(name, (value,)) and (name != "unit" or value.isdecimal())
    }
