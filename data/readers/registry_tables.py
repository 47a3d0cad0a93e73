"""The words of a register as tables to join with: areas, types and states, and questions about those not known."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import duckdb
import pandas as pd

from data.readers.places import Places
from data.readers.registry_clean import REASON_LIST
from data.readers.registry_match import (
    TYPE_LIST,
    count_words,
    match_areas,
    match_states,
    match_types,
    unknown_words,
)

PLACE_FIELDS = ("area_code", "area_name", "authority")


def register_words(
    connection: duckdb.DuckDBPyConnection,
    relation: str,
    fields: Mapping[str, int],
    places: Places,
    *,
    area: str,
    area_words: Mapping[str, str],
    type_words: Mapping[str, str],
    level: str,
    is_revoked_exit: bool,
) -> tuple[list[str], list[str]]:
    """Make the tables areas, types and states, as far as there are columns for them.

    Parameters
    ----------
    connection : duckdb.DuckDBPyConnection
    relation : str
        SQL with columns c0, c1, ...
    fields : mapping of str to int
        Field -> column.
    places : Places
    area : str
        Code of every row, where no column says it.
    area_words, type_words : mapping of str to str
    level : str
    is_revoked_exit : bool
        As of `registry.RegistryOptions`.

    Returns
    -------
    areas : list of str
        Code of each area number.
    questions : list of str
        Chinese, about words that are not known.
    """
    questions = []
    areas = [area] if area else []
    words = count_words(connection, relation, {name: fields[name] for name in PLACE_FIELDS if name in fields})
    if words.fields:
        found = match_areas(words, places, area_words, level)
        areas = sorted({code for code, _ in found if code})
        numbers = {code: number for number, code in enumerate(areas)}
        _make_table(
            connection,
            "areas",
            dict.fromkeys(words.fields, "varchar") | {"area": "usmallint", "reason": "utinyint"},
            [
                (*row, numbers.get(code or ""), REASON_LIST.index(why) if why else None)
                for (row, _), (code, why) in zip(words.rows, found, strict=True)
            ],
        )
        if listed := unknown_words(words, [code is not None for code, _ in found]):
            questions.append(
                f"以下地区或登记机关未能归到地区，其记录没有计入：{listed}。请写明地区代码（--place 词=代码）。"
            )
    if "entity_type" in fields:
        words = count_words(connection, relation, {"entity_type": fields["entity_type"]})
        types = match_types(words, type_words)
        rows = [
            (row[0], TYPE_LIST.index(kind) if kind else None) for (row, _), kind in zip(words.rows, types, strict=True)
        ]
        _make_table(connection, "types", {"entity_type": "varchar", "kind": "utinyint"}, rows)
        if listed := unknown_words(words, [kind is not None for kind in types]):
            questions.append(f"以下主体类型未能归类，其记录没有计入：{listed}。请写明类型（--type 词=企业）。")
    if "status" in fields:
        words = count_words(connection, relation, {"status": fields["status"]})
        states = match_states(words, is_revoked_exit=is_revoked_exit)
        said = [(row[0], state) for (row, _), state in zip(words.rows, states, strict=True)]
        _make_table(connection, "states", {"status": "varchar", "state": "varchar"}, said)
    return areas, questions


def _make_table(
    connection: duckdb.DuckDBPyConnection, name: str, columns: Mapping[str, str], rows: Sequence[tuple[object, ...]]
) -> None:
    connection.execute(f"create table {name} ({', '.join(f'{column} {kind}' for column, kind in columns.items())})")
    frame = pd.DataFrame(list(rows), columns=list(columns), dtype=object)
    connection.register("given_rows", frame)
    connection.execute(f"insert into {name} select * from given_rows")
    connection.unregister("given_rows")
