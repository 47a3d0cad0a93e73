"""A register of records to monthly entries, exits and stock, survival by age, cohorts and crowds.

A record enters in the month of its 成立日期 and leaves, once, with the earlier of its 注销日期 and 吊销日期; stock is
what has entered and not left. The files are read where they are, by DuckDB in bounded memory. A month that the data
date, or the way the dates run out, shows to be incomplete is not given out; rows that cannot count are left aside, each
for one stated reason, and rows read = rows used + rows left aside.
"""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import duckdb
import pandas as pd

from data.observations import COLUMNS, check_observations
from data.readers import registry_counts as counts
from data.readers.area_codes import LEVEL_DIGITS
from data.readers.places import Places
from data.readers.registry_clean import REASON_LIST, Judge, define_days, judge_rows
from data.readers.registry_columns import match_fields
from data.readers.registry_counts import yearly_hazard
from data.readers.registry_ends import Complete, complete_to
from data.readers.registry_match import TYPE_LIST, word_sql
from data.readers.registry_report import Aside, RegistryReport
from data.readers.registry_source import Source, open_source, quoted_text
from data.readers.registry_tables import register_words
from forecasting.errors import FaultsError
from forecasting.panel import ENTITY_TYPES

__all__ = ["RegistryOptions", "RegistryReading", "read_registry", "yearly_hazard"]


@dataclass(frozen=True)
class RegistryOptions:
    """What the user says about a register, and what the machine may spend on it.

    Parameters
    ----------
    columns : mapping of str to str
        Field (a key of `registry_words.COLUMN_ALIASES`) -> title of its column; an empty title keeps a field out.
    area, entity_type : str
        Area code or type of every row; empty where columns say it.
    area_words, type_words : mapping of str to str
        Word as the file writes it -> area code, or entity type.
    level : str
        Level (a key of `area_codes.LEVEL_DIGITS`) that areas are summed at; empty keeps each as written.
    is_revoked_exit : bool
        Whether a revocation ends a record, the product's default (注销吊销); else only its deregistration does, and
        revoked records stay in the stock until then.
    entries_to, exits_to : pandas.Period or None
        Last complete month, where the user knows better than the dates show.
    crowd_at_least : int
        Entries a month at one address or by one agent from which on they are listed.
    memory_mb, threads : int
        Bounds of DuckDB's working memory and processors.
    temp_folder : pathlib.Path or None
        Where to spill; the system's own place if None.
    """

    columns: Mapping[str, str] = field(default_factory=dict)
    area: str = ""
    entity_type: str = ""
    area_words: Mapping[str, str] = field(default_factory=dict)
    type_words: Mapping[str, str] = field(default_factory=dict)
    level: str = ""
    is_revoked_exit: bool = True
    entries_to: pd.Period | None = None
    exits_to: pd.Period | None = None
    crowd_at_least: int = 5
    memory_mb: int = 2048
    threads: int = 2
    temp_folder: Path | None = None


@dataclass(frozen=True, eq=False)
class RegistryReading:
    """What a register says.

    Parameters
    ----------
    observations : pandas.DataFrame
        Columns `data.observations.COLUMNS`, checked: entries, exits and stock by area, type and month.
    survival : pandas.DataFrame
        Columns area, entity_type, age (months), at_risk, exits, hazard, survival.
    cohorts : pandas.DataFrame
        Columns area, entity_type, month, entries, left_12, left_24; NaN where the age is not reached yet.
    crowds : pandas.DataFrame
        Columns area, month, by (`address` or `agent`), name, entries; empty where no column carries them.
    report : RegistryReport
    """

    observations: pd.DataFrame
    survival: pd.DataFrame
    cohorts: pd.DataFrame
    crowds: pd.DataFrame
    report: RegistryReport


def read_registry(
    paths: Sequence[Path],
    *,
    as_of: pd.Timestamp,
    known_areas: Mapping[str, str],
    options: RegistryOptions | None = None,
) -> RegistryReading:
    """Read files of registration records.

    Parameters
    ----------
    paths : sequence of pathlib.Path
        Text (csv, tsv, txt; UTF-8 or GB18030) or parquet, all with the same columns.
    as_of : pandas.Timestamp
        The day the data are of, without time zone; months that had not ended by then are not given out.
    known_areas : mapping of str to str
        Code -> name.
    options : RegistryOptions, optional

    Returns
    -------
    RegistryReading

    Raises
    ------
    FaultsError
        If a file or its columns cannot be read, what the user says is contradictory, or no row counts.
    """
    if as_of.tzinfo is not None:
        raise TypeError("as_of must be naive")
    given = options or RegistryOptions()
    _check_options(given, known_areas)
    with tempfile.TemporaryDirectory(dir=given.temp_folder, prefix="registry-") as folder:
        connection = _connect(Path(folder), given)
        try:
            return _read(connection, Path(folder), [Path(path) for path in paths], as_of, known_areas, given)
        except duckdb.OutOfMemoryException as error:
            advice = "请调大内存上限（--memory），或换到空间更大的临时目录后重试。"
            raise FaultsError([f"内存或临时空间不够读完登记记录（上限 {given.memory_mb} MB）。{advice}"]) from error
        finally:
            connection.close()


def _check_options(given: RegistryOptions, known_areas: Mapping[str, str]) -> None:
    faults = [
        f"地区代码“{code}”不在地区目录中。请核对。"
        for code in dict.fromkeys(filter(None, [given.area, *given.area_words.values()]))
        if code not in known_areas
    ]
    kinds = dict.fromkeys([*filter(None, [given.entity_type]), *given.type_words.values()])
    faults += [f"主体类型“{kind}”应为 {'、'.join(ENTITY_TYPES)} 之一。" for kind in kinds if kind not in ENTITY_TYPES]
    if given.level and given.level not in LEVEL_DIGITS:
        faults.append(f"level“{given.level}”应为 {'、'.join(LEVEL_DIGITS)} 之一。")
    if given.memory_mb < 128 or given.threads < 1 or given.crowd_at_least < 2:
        faults.append("memory_mb 至少 128，threads 至少 1，crowd_at_least 至少 2。")
    if faults:
        raise FaultsError(faults, "读取登记记录的设定有误")


def _connect(folder: Path, given: RegistryOptions) -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect(str(folder / "work.duckdb"))
    for setting in (
        f"memory_limit = '{int(given.memory_mb)}MiB'",
        f"threads = {int(given.threads)}",
        f"temp_directory = {quoted_text(str(folder / 'spill'))}",
        "preserve_insertion_order = false",
        # Nothing is fetched from anywhere, and no file can change these settings.
        "autoinstall_known_extensions = false",
        "autoload_known_extensions = false",
        "enable_progress_bar = false",
        "lock_configuration = true",
    ):
        connection.execute(f"set {setting}")
    return connection


def _read(
    connection: duckdb.DuckDBPyConnection,
    folder: Path,
    paths: Sequence[Path],
    as_of: pd.Timestamp,
    known_areas: Mapping[str, str],
    given: RegistryOptions,
) -> RegistryReading:
    source = open_source(connection, paths, folder)
    fields = match_fields(source.titles, given.columns, has_area=bool(given.area), has_type=bool(given.entity_type))
    areas, questions = register_words(
        connection,
        source.relation,
        fields,
        Places(known_areas),
        area=given.area,
        area_words=given.area_words,
        type_words=given.type_words,
        level=given.level,
        is_revoked_exit=given.is_revoked_exit,
    )
    judge = Judge(
        source.relation, source.kinds, fields, as_of.date(), given.is_revoked_exit,
        TYPE_LIST.index(given.entity_type or "all"),
    )  # fmt: skip
    define_days(connection)
    judge_rows(connection, judge)
    counts.make_cells(connection)
    asides = _asides(connection, source)
    used = connection.execute("select count(*) from records where reason is null").fetchone()
    if used is None or used[0] == 0:
        raise FaultsError(
            [aside.line for aside in asides] or ["文件只有列名，没有一行记录。"], "没有一行登记记录可以计入"
        )
    last = (as_of.normalize() + pd.Timedelta(days=1)).to_period("M") - 1
    entries = complete_to(connection, "established", "成立", last)
    exits = complete_to(connection, "ended", "退出", last)
    if entries.evidence and entries.to < exits.to:
        # Records that end with a month say nothing of exits after it either.
        exits = Complete(entries.to, "")
    for name, found, said in (("entries-to", entries, given.entries_to), ("exits-to", exits, given.exits_to)):
        if said is None and found.evidence:
            questions.append(
                f"{found.evidence}。{found.to + 1} 起不列出；若确实如此，请写明最后一个完整的月份（--{name}）。"
            )
    entries_to, exits_to = (
        min(said, last) if said is not None else found.to
        for found, said in ((entries, given.entries_to), (exits, given.exits_to))
    )
    to = min(entries_to, exits_to)
    table = counts.count_months(connection, areas, entries_to=entries_to, exits_to=exits_to)
    table = table.assign(precision=0.0, status="final", source="、".join(source.names), vintage=as_of)
    observations = table[COLUMNS].astype({"month": "period[M]", "vintage": "datetime64[us]", "value": float})
    check_observations(observations)
    words: dict[str, str] = {name: word_sql(fields[name]) for name in counts.CROWD_FIELDS if name in fields}
    return RegistryReading(
        observations=observations,
        survival=counts.survive(connection, areas, to=to),
        cohorts=counts.follow_cohorts(connection, areas, to=to),
        crowds=counts.find_crowds(connection, areas, words, source.relation, at_least=given.crowd_at_least),
        report=_report(connection, source, fields, asides, as_of, (entries_to, exits_to), given, questions),
    )


def _asides(connection: duckdb.DuckDBPyConnection, source: Source) -> tuple[Aside, ...]:
    found = connection.execute(
        "select reason, count(*), min(example, 3) from records where reason is not null group by reason order by reason"
    ).fetchall()
    broken = [Aside("broken", source.rows_broken, source.broken_at)] if source.rows_broken else []
    return (*broken, *(Aside(REASON_LIST[reason], n, tuple(examples or ())) for reason, n, examples in found))


def _report(
    connection: duckdb.DuckDBPyConnection,
    source: Source,
    fields: Mapping[str, int],
    asides: tuple[Aside, ...],
    as_of: pd.Timestamp,
    ends: tuple[pd.Period, pd.Period],
    given: RegistryOptions,
    questions: Sequence[str],
) -> RegistryReport:
    found = connection.execute(
        "select count(*), max(established), max(ended), count(*) filter "
        f"({counts.month_sql('established')} > {ends[0].ordinal}), count(*) filter (is_reinstated), "
        "count(*) filter (is_return) from records where reason is null"
    ).fetchone()
    used, last_entry, last_exit, after, reinstated, returned = found or (0, None, None, 0, 0, 0)
    taken = set(fields.values())
    return RegistryReport(
        files=source.names,
        encodings=source.encodings,
        columns={name: source.titles[column] for name, column in fields.items()},
        unused=tuple(title for at, title in enumerate(source.titles) if at not in taken),
        rows_read=used + sum(aside.rows for aside in asides),
        rows_used=used,
        asides=asides,
        as_of=as_of,
        entries_to=ends[0],
        exits_to=ends[1],
        last_entry=last_entry,
        last_exit=last_exit,
        rows_after=after,
        is_revoked_exit=given.is_revoked_exit,
        reinstated=reinstated,
        returned=returned,
        questions=tuple(questions),
    )
