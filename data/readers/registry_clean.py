"""Rows of a register judged in one pass: each either counts, with its area, type, entry and exit, or is left aside.

The first reason of `registry_report.REASONS` that fits a row is the one it is left aside for. Rows of one id are looked
at afterwards, among those that would count: the same again is a duplicate; beginning after an earlier one has ended is
a return, counted twice; anything else is a conflict, of which one row is kept by a stated rule.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace

import duckdb

from data.readers.registry_match import word_sql
from data.readers.registry_report import REASONS
from data.readers.registry_source import quoted_text
from data.readers.registry_words import BLANK_DATES, OPEN_DAYS

REASON_LIST = list(REASONS)
#: The oldest register still kept begins later; an earlier year is a slip of the hand.
FIRST_YEAR = 1800
_WORD_FIELDS = ("area_code", "area_name", "authority")
#: Kinds of column that hold days already.
_DAY_KINDS = ("DATE", "TIMESTAMP", "TIMESTAMP_S", "TIMESTAMP_MS", "TIMESTAMP_NS")
_COLUMNS = "area, kind, established, ended, key, address, agent"


@dataclass(frozen=True)
class Judge:
    """What rows are judged by.

    Parameters
    ----------
    relation : str
        SQL with columns c0, c1, ...
    kinds : tuple of str
        Type of each column.
    fields : mapping of str to int
        Field -> column.
    as_of : datetime.date
    is_revoked_exit : bool
    fixed_kind : int
        Number of the type of every row, where no column says it.
    """

    relation: str
    kinds: tuple[str, ...]
    fields: Mapping[str, int]
    as_of: dt.date
    is_revoked_exit: bool
    fixed_kind: int = 0

    def sql(self) -> str:
        """Return the SQL of all rows, judged.

        Returns
        -------
        str
            Columns reason (null where the row counts), area, kind, established, ended, key, address, agent (hashes),
            is_reinstated, example, id. Needs the tables of `registry_tables.register_words` and
            the macros of `define_days`.
        """
        ends = [name for name in ("deregistered", "revoked") if name in self.fields]
        ends = ends if self.is_revoked_exit else [name for name in ends if name == "deregistered"]
        days = ["established", *ends]
        written = ", ".join(f"{self._written(name)} as {name}_as" for name in days)
        parsed = ", ".join(f"{self._day(name)} as {name}" for name in days)
        blank = ", ".join(f"{self._is_blank(name)} as no_{name}" for name in days)
        ended = f"least({', '.join(f'case when not no_{name} then {name} end' for name in ends)})" if ends else "null"
        unread = " or ".join(f"(not no_{name} and ({name} is null or year({name}) < {FIRST_YEAR}))" for name in days)
        hashes = ", ".join(f"{self._hash(name)} as {alias}" for name, alias in _HASHED.items())
        state = "s.state" if "status" in self.fields else "''"
        as_of = f"date '{self.as_of:%Y-%m-%d}'"
        joins = "".join(
            f" left join {table} {table[0]} on " + " and ".join(f"{table[0]}.{name} = r.{name}" for name in names)
            for table, names in (("areas", self._present(_WORD_FIELDS)), ("types", self._present(("entity_type",))),
                                 ("states", self._present(("status",))))
            if names
        )  # fmt: skip
        words = "".join(
            f", {word_sql(self.fields[name])} as {name}"
            for name in self._present((*_WORD_FIELDS, "entity_type", "status", "id"))
        )
        raw = "".join(f", c{self.fields[name]}" for name in self._present(_SHOWN))
        has_place = bool(self._present(_WORD_FIELDS))
        return f"""
            with w as (select {written}, {hashes}{raw}{words} from {self.relation}),
            d as (select *, {parsed} from w),
            r as (select *, {blank} from d),
            j as (select r.*, {"a.area" if has_place else "0"} as area,
                         {"a.reason" if has_place else "cast(null as utinyint)"} as area_reason,
                         {"t.kind" if "entity_type" in self.fields else str(self.fixed_kind)} as kind,
                         cast({ended} as date) as listed_end, {state} as state from r{joins}),
            e as (select *, state = 'living' and listed_end is not null as is_reinstated,
                         case when state = 'living' then null else listed_end end as ended from j),
            f as (select *, cast(case when no_established then {_number("no_date")}
                        when {unread} then {_number("unreadable_date")}
                        when established > {as_of} or ended > {as_of} then {_number("future")}
                        when ended < established then {_number("exit_before_entry")}
                        when state = 'gone' and ended is null then {_number("exit_undated")}
                        when area_reason is not null then area_reason
                        when kind is null then {_number("type_unknown")} end as utinyint) as reason from e)
            select reason, cast(area as usmallint) as area, cast(kind as utinyint) as kind, established, ended, key,
                   address, agent, is_reinstated, case when reason is not null then {self._example()} end as example,
                   {"id" if "id" in self.fields else "''"} as id from f"""

    def _present(self, names: tuple[str, ...]) -> list[str]:
        return [name for name in names if name in self.fields]

    def _is_day(self, name: str) -> bool:
        return self.kinds[self.fields[name]] in _DAY_KINDS

    def _written(self, name: str) -> str:
        column = self.fields[name]
        return f"c{column}" if self._is_day(name) else f"plain(trim(coalesce(cast(c{column} as varchar), '')))"

    def _day(self, name: str) -> str:
        return f"cast({name}_as as date)" if self._is_day(name) else f"day_of({name}_as)"

    def _is_blank(self, name: str) -> str:
        days = ", ".join(f"date '{day}'" for day in OPEN_DAYS)
        is_open = f"coalesce(year({name}) = 9999 or {name} in ({days}), false)"
        written = f"{name}_as is null" if self._is_day(name) else f"{name}_as = ''"
        return f"({written} or {is_open})"

    def _hash(self, name: str) -> str:
        if name not in self.fields:
            return "cast(null as ubigint)"
        word = word_sql(self.fields[name])
        return f"case when {word} <> '' then hash({word}) end"

    def _example(self) -> str:
        return f"left(concat_ws(' ', {', '.join(word_sql(self.fields[name]) for name in self._present(_SHOWN))}), 120)"


_HASHED = {"id": "key", "address": "address", "agent": "agent"}
_SHOWN = (
    "id", "area_code", "area_name", "authority", "entity_type", "established", "deregistered", "revoked", "status",
)  # fmt: skip


def _number(reason: str) -> int:
    return REASON_LIST.index(reason)


def define_days(connection: duckdb.DuckDBPyConnection) -> None:
    """Define the macros that read a day from text: `plain` its half-width form, blank for none, `day_of` the day.

    Parameters
    ----------
    connection : duckdb.DuckDBPyConnection
    """
    blank = ", ".join(quoted_text(word) for word in BLANK_DATES)
    wide = "'０１２３４５６７８９－／．：　', '0123456789-/.: '"
    # `translate` is slow, so it is left to the few texts that need it; most are blank, plain or marked 年月日.
    connection.execute("create macro dashed(t) as replace(replace(replace(t, '年', '-'), '月', '-'), '日', '')")
    connection.execute(
        f"""create macro plain(t) as case
            when lower(t) in ({blank}) then ''
            when strlen(t) = length(t) then t
            when strlen(dashed(t)) = length(dashed(t)) then trim(dashed(t))
            else trim(dashed(translate(t, {wide}))) end"""
    )
    # The cast is strict about everything but the mark between the parts.
    connection.execute(
        """create macro day_of(t) as case
           when not t[1:1] between '0' and '9' then null
           when (length(t) = 8 or t like '________.0') and try_cast(left(t, 8) as int) is not null
               then try_cast(t[1:4] || '-' || t[5:6] || '-' || t[7:8] as date)
           else coalesce(try_cast(t as date), try_cast(replace(t, '.', '-') as date),
                         try_cast(replace(replace(t, '.', '-'), ' ', '') as date)) end"""
    )


def judge_rows(connection: duckdb.DuckDBPyConnection, judge: Judge) -> None:
    """Make the table `records` of all rows, judged, with those of a repeated id settled.

    Parameters
    ----------
    connection : duckdb.DuckDBPyConnection
    judge : Judge
    """
    connection.execute(
        f"create table records as select reason, {_COLUMNS}, is_reinstated, example, false as is_return "
        f"from ({judge.sql()})"
    )
    if "id" in judge.fields:
        _settle_repeats(connection, judge)


def _settle_repeats(connection: duckdb.DuckDBPyConnection, judge: Judge) -> None:
    connection.execute(
        "create table repeats as select key from records where reason is null and key is not null "
        "group by key having count(*) > 1"
    )
    if connection.execute("select count(*) from repeats").fetchone() == (0,):
        return
    # Two ids may share a hash, so the ids themselves are read again, of these rows only.
    word = word_sql(judge.fields["id"])
    again = replace(judge, relation=f"(select * from {judge.relation} where hash({word}) in (select key from repeats))")
    connection.execute(f"create table again as select * from ({again.sql()}) where reason is null")
    connection.execute("delete from records where reason is null and key in (select key from repeats)")
    same = "partition by id, area, kind, established, ended"
    order = "order by established, ended nulls last, area, kind"
    before = f"partition by id {order} rows between unbounded preceding and 1 preceding"
    latest = "partition by id order by ended desc nulls last, established, area, kind"
    connection.execute(
        f"""insert into records
            with n as (select *, row_number() over ({same} order by address, agent, is_reinstated) as copy from again),
            first as (select * from n where copy = 1),
            spells as (select *, max(coalesce(ended, date '9999-12-31')) over ({before}) as earlier_end from first),
            by_id as (select *, bool_or(established < earlier_end) over (partition by id) as is_conflict,
                             row_number() over ({latest}) as place from spells)
            select {_number("duplicate")}, {_COLUMNS}, is_reinstated, id, false from n where copy > 1
            union all
            select case when is_conflict and place > 1 then {_number("conflict")} end, {_COLUMNS}, is_reinstated,
                   case when is_conflict and place > 1 then id end,
                   earlier_end is not null and not coalesce(is_conflict, false) from by_id"""
    )
