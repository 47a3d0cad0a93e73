"""The words of a register to areas, types and states, each distinct word once, as small tables to join with."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import duckdb

from data.readers.area_codes import at_level, lies_in
from data.readers.grid import shown
from data.readers.places import Places
from data.readers.registry_words import FIELD_NAMES, LIVING, normal, type_of
from forecasting.errors import FaultsError
from forecasting.panel import ENTITY_TYPES

#: More distinct words than any register has for its areas, types or states; a column with more is another column.
MAX_WORDS = 100_000
TYPE_LIST = list(ENTITY_TYPES)
_LIVING = {normal(word) for word in LIVING}


@dataclass(frozen=True)
class Words:
    """Distinct combinations of words in some columns, with their numbers of rows.

    Parameters
    ----------
    fields : tuple of str
    rows : tuple of tuple
        The words in the order of the fields, then the count; most frequent first.
    """

    fields: tuple[str, ...]
    rows: tuple[tuple[tuple[str, ...], int], ...]


def count_words(connection: duckdb.DuckDBPyConnection, relation: str, fields: Mapping[str, int]) -> Words:
    """Count the distinct words of some columns together.

    Parameters
    ----------
    connection : duckdb.DuckDBPyConnection
    relation : str
        SQL with columns c0, c1, ...
    fields : mapping of str to int
        Field -> column.

    Returns
    -------
    Words

    Raises
    ------
    FaultsError
        If there are more than `MAX_WORDS`.
    """
    cells = ", ".join(f"{word_sql(column)} as w{column}" for column in fields.values())
    names = ", ".join(f"w{column}" for column in fields.values())
    found = connection.execute(
        f"select {cells}, count(*) as n from {relation} group by all order by n desc, {names} limit {MAX_WORDS + 1}"
        if fields
        else f"select count(*) from {relation}"
    ).fetchall()
    if len(found) > MAX_WORDS:
        titles = "、".join(FIELD_NAMES[name] for name in fields)
        raise FaultsError([f"{titles}列有超过 {MAX_WORDS} 种不同的内容，不像是{titles}。请用列对应写明正确的列。"])
    return Words(tuple(fields), tuple((row[:-1], row[-1]) for row in found))


def word_sql(column: int) -> str:
    """Return the SQL of a cell as a word: trimmed, never null.

    Parameters
    ----------
    column : int

    Returns
    -------
    str
    """
    return f"trim(coalesce(cast(c{column} as varchar), ''))"


def match_areas(words: Words, places: Places, given: Mapping[str, str], level: str) -> list[tuple[str | None, str]]:
    """Return the area of each combination of words.

    Parameters
    ----------
    words : Words
        Of area_code, area_name and authority, as far as there.
    places : Places
    given : mapping of str to str
        Word -> code, as the user says; goes before the catalogue.
    level : str
        Level to sum at; empty to keep each area as it is written.

    Returns
    -------
    list of (str or None, str)
        Code and "", or None and the reason, a key of `registry_report.REASONS`.
    """
    known = {normal(word): code for word, code in given.items()}
    found = [_area(dict(zip(words.fields, row, strict=True)), places, known) for row, _ in words.rows]
    if level:
        summed = [(at_level(code, level) if code else None, reason) for code, reason in found]
        return [(code, reason or ("" if code else "area_above")) for code, reason in summed]
    codes = {code for code, _ in found if code}
    # An office of the city beside those of its counties registers for the city itself; its rows are no total.
    above = {code for code in codes if any(lies_in(other, code) for other in codes)}
    return [(None, "area_above") if code in above else (code, reason) for code, reason in found]


def _area(words: Mapping[str, str], places: Places, given: Mapping[str, str]) -> tuple[str | None, str]:
    said = {name: word for name, word in words.items() if word}
    codes = {name: _codes(word, places, given) for name, word in said.items()}
    code, name = codes.get("area_code", ()), codes.get("area_name", ())
    if code and name and not set(code) & set(name):
        return None, "area_contradicted"
    # The area itself is asked before the office; the first that says anything decides.
    found: tuple[str, ...] = next(
        (codes[each] for each in ("area_code", "area_name", "authority") if each in codes), ()
    )
    if len(found) == 1:
        return found[0], ""
    return None, "area_ambiguous" if found else "area_unknown"


def _codes(word: str, places: Places, given: Mapping[str, str]) -> tuple[str, ...]:
    said = given.get(normal(word))
    # A code read from a column of numbers has a fraction of zero.
    return (said,) if said else places.find(re.sub(r"(?<=[0-9])\.0+$", "", word))


def match_types(words: Words, given: Mapping[str, str]) -> list[str | None]:
    """Return the entity type of each word; None where it is unknown.

    Parameters
    ----------
    words : Words
    given : mapping of str to str
        Word -> type, as the user says; goes before the rules.

    Returns
    -------
    list of str or None
    """
    known = {normal(word): kind for word, kind in given.items()}
    return [known[normal(row[0])] if normal(row[0]) in known else type_of(row[0]) for row, _ in words.rows]


def match_states(words: Words, *, is_revoked_exit: bool) -> list[str]:
    """Return what each word for a state says: `living`, `gone` or nothing.

    Parameters
    ----------
    words : Words
    is_revoked_exit : bool

    Returns
    -------
    list of str
    """
    return [_state(normal(row[0]), is_revoked_exit) for row, _ in words.rows]


def _state(word: str, is_revoked_exit: bool) -> str:
    if word in _LIVING:
        return "living"
    ended = word.replace("未注销", "").replace("未吊销", "").replace("撤销吊销", "").replace("撤销注销", "")
    is_gone = "注销" in ended or "迁出" in ended or (is_revoked_exit and "吊销" in ended)
    return "gone" if is_gone else ""


def unknown_words(words: Words, is_known: Sequence[bool]) -> str:
    """List the most frequent words that are not known, for a question.

    Parameters
    ----------
    words : Words
    is_known : sequence of bool

    Returns
    -------
    str
        Chinese; empty if all are known.
    """
    left = [(row, n) for (row, n), known in zip(words.rows, is_known, strict=True) if not known]
    listed = "、".join(f"“{shown(' '.join(filter(None, row))) or '（空）'}”{n} 行" for row, n in left[:10])
    return listed + (f" 等 {len(left)} 种" if len(left) > 10 else "")
