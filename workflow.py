"""The one place that orders the steps of a job: read -> project -> assess -> store.

Pages and the terminal call these functions and draw what they return. The clock is read here and in `cli.py`, nowhere
below.
"""

from __future__ import annotations

import datetime as dt
import getpass
import hashlib
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

import forecasting
from data.catalogue import area_name, load_areas, load_events, load_goals
from data.catalogue.goals import COLUMNS as GOAL_COLUMNS
from data.catalogue.goals import parse_goals
from data.catalogue.tables import read_table
from data.demo import demo_events, demo_observations
from data.ledger import known_at
from data.mappings import save_mapping, with_kept
from data.observations import COLUMNS, KEY
from data.parting import part
from data.projections import from_bytes, run_from_record, run_record, to_bytes
from data.quality import COHORT_KINDS, CROWD_KINDS, Evidence, QualityFinding, check_quality
from data.readers import Reading, load_file, read_workbook
from data.readers.announcement import AnnouncementReading, PeriodCount, read_announcement, to_tables
from data.readers.workbook import Mapping as Answers
from data.scenarios import scenario_from_record, scenario_record
from data.store import Preview, Receipt, Store
from data.store.findings import HeldFinding
from forecasting.calendar import FIRST_YEAR, LAST_YEAR, window_share
from forecasting.errors import ModelError, SchemaError
from forecasting.events import Event
from forecasting.panel import Panel
from forecasting.planning import Plan, leaves, plan
from forecasting.projection import Projection
from forecasting.scenario import Scenario, apply_scenario, concerns
from forecasting.stockflow import carry_out
from targets.assessment import Assessment, assess_all
from targets.audit import audit_area
from targets.dossier import Dossier, dossier
from targets.findings import Finding
from targets.goal import ENTRIES_INDICATOR, STOCK_INDICATOR, Goal

if TYPE_CHECKING:
    from data.readers.registry import RegistryOptions, RegistryReading

ROOT = Path(__file__).parent
#: Names the database; any SQLAlchemy URL.
DATABASE_VARIABLE = "BEIZENG_DB"
#: Names who is at work; else the user of the system.
OPERATOR_VARIABLE = "BEIZENG_USER"
SEED = 20251231
N_PATHS = 1000
#: Months of flows below which nothing is projected.
FEWEST_MONTHS = 12
#: Months projected beyond the furthest goal, so that the date of attainment of a goal that is missed can be told.
BEYOND = 24
#: Nothing has been answered.
NO_ANSWERS = Answers()
#: After every vintage.
LAST_DAY = dt.date.max - dt.timedelta(days=1)
#: Days in which little is registered, counted from the first day of the lunar year.
QUIET = (-7, 7)


@dataclass(frozen=True, eq=False)
class Situation:
    """All that is known and projected as of one day.

    Parameters
    ----------
    as_of : datetime.date
        The day whose knowledge this is.
    known_at : datetime.date
        When the newest figure became known.
    panel : Panel
        Every area held.
    projections : mapping of str to Projection
        By area code. An area that cannot be projected is in `unprojected` instead.
    unprojected : mapping of str to str
        By area code: why not, in Chinese.
    events : tuple of Event
        Known events, from the catalogue and, for simulated areas, the demonstration.
    goals : tuple of Goal
    assessments : tuple of Assessment
        One a goal, headline goals first.
    simulated : frozenset of str
        Codes of areas whose figures are simulated.
    scenario : Scenario or None
    """

    as_of: dt.date
    known_at: dt.date
    panel: Panel
    projections: Mapping[str, Projection]
    unprojected: Mapping[str, str]
    events: tuple[Event, ...]
    goals: tuple[Goal, ...]
    assessments: tuple[Assessment, ...]
    simulated: frozenset[str]
    scenario: Scenario | None = None

    @property
    def areas(self) -> tuple[str, ...]:
        """Codes of the areas with data."""
        return tuple(sorted(set(self.panel.keys["area"])))

    def assessed(self) -> tuple[Assessment, ...]:
        """Assessments with numbers: of goals that have data."""
        return tuple(one for one in self.assessments if one.state != "no_data")


# Store ---------------------------------------------------------------------------------------------------------------


def open_store(url: str | None = None) -> Store:
    """Open the database.

    Parameters
    ----------
    url : str, optional
        SQLAlchemy URL; default the environment variable `BEIZENG_DB`, else `var/beizeng.db` beside the code.

    Returns
    -------
    Store
    """
    return Store(url or os.environ.get(DATABASE_VARIABLE) or f"sqlite:///{ROOT / 'var' / 'beizeng.db'}")


def load_demo(store: Store) -> Receipt:
    """Put the demonstration data into the store; a second time adds nothing.

    Parameters
    ----------
    store : Store

    Returns
    -------
    Receipt
    """
    table = demo_observations()
    # Its own content, so that servers which start together on an empty store load it once.
    content = table.to_csv(index=False).encode()
    return store.append(table, received_at=utc_now(), file_name="演示数据（模拟）", content=content, author="系统")


def now() -> dt.datetime:
    """Return the present moment, local and without zone, as the store keeps it.

    Returns
    -------
    datetime.datetime
    """
    return dt.datetime.now()  # noqa: DTZ005 - the store keeps the office's local time


def utc_now() -> dt.datetime:
    """Return the present moment in UTC, as batches and decisions are stamped.

    Returns
    -------
    datetime.datetime
    """
    return dt.datetime.now(dt.UTC)


def operator() -> str:
    """Return who is at work: the environment variable `BEIZENG_USER`, else the user of the system.

    Returns
    -------
    str
    """
    return os.environ.get(OPERATOR_VARIABLE) or getpass.getuser()


# Intake --------------------------------------------------------------------------------------------------------------


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
    vintage = _vintage(known_on)
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
        Told, in Chinese, what its sums over months say beside what is held.

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
    for remark in reading.remarks:
        report(remark)
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
    for remark in reading.remarks:
        report(remark)
    return preview(store, reading, content)


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

    return read_registry(paths, as_of=_vintage(as_of), known_areas=known_areas(), options=options)


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


def undo(store: Store, batch: int, *, reason: str, effective_on: dt.date | None = None, author: str = "") -> Receipt:
    """Take a batch back by a new batch; history stays.

    Parameters
    ----------
    store : Store
    batch : int
    reason : str
    effective_on : datetime.date, optional
        The day from which on it does not hold, for batches that were dated back; default now.
    author : str
        Default `operator()`.

    Returns
    -------
    Receipt

    Raises
    ------
    BeizengError
        If it cannot be undone, with the reason.
    """
    vintage = _vintage(effective_on)
    if effective_on is not None:
        # The end of the day: what came in dated this day is undone as well.
        vintage = min(vintage.normalize() + pd.Timedelta(days=1, microseconds=-1), pd.Timestamp(now()))
    return store.undo(
        batch, received_at=utc_now(), vintage=vintage.to_pydatetime(), author=author or operator(), reason=reason
    )


def correction(edits: pd.DataFrame, known: pd.DataFrame, *, reason: str) -> pd.DataFrame:
    """Make the observations of a declared correction.

    Parameters
    ----------
    edits : pandas.DataFrame
        Columns area, entity_type, month (text or monthly period), measure and value: the right numbers.
    known : pandas.DataFrame
        Observations as they are known; a number corrected keeps its status.
    reason : str

    Returns
    -------
    pandas.DataFrame
        Observations, known from now on.
    """
    made = edits.assign(month=pd.PeriodIndex(edits["month"], freq="M"))
    made = made.merge(known[[*KEY[:-1], "status"]], on=KEY[:-1], how="left")
    # An adjustment says why in its source, as those of a file do.
    source = ["更正；调整原因：" + reason if measure == "adjustment" else "更正" for measure in made["measure"]]
    made = made.assign(status=made["status"].fillna("final"), precision=0.0, source=source, vintage=_vintage(None))
    return made[COLUMNS].astype({"vintage": "datetime64[us]", "value": float})


def correct(
    store: Store, table: pd.DataFrame, *, reason: str, findings: Sequence[str] = (), author: str = ""
) -> Receipt:
    """Store a declared correction; the findings it answers become corrected.

    Parameters
    ----------
    store : Store
    table : pandas.DataFrame
        From `correction`.
    reason : str
    findings : sequence of str
        Ids.
    author : str
        Default `operator()`.

    Returns
    -------
    Receipt

    Raises
    ------
    BeizengError
        If there is no reason, nothing is corrected, or what would be known does not close.
    """
    return store.correct(table, received_at=utc_now(), author=author or operator(), reason=reason, findings=findings)


def conclude(store: Store, finding: str, state: str, *, reason: str, author: str = "") -> None:
    """Note what somebody made of a finding of the quality watch.

    Parameters
    ----------
    store : Store
    finding : str
        Id.
    state : str
        One of `data.quality.STATES`.
    reason : str
    author : str
        Default `operator()`.

    Raises
    ------
    StoreError
        If the finding is not known, or there is no reason.
    """
    store.set_finding_state(finding, state, changed_at=utc_now(), author=author or operator(), reason=reason)


def export_table(store: Store, as_of: dt.date | None = None) -> pd.DataFrame:
    """Return everything held, to be taken out of the house: every version, or what was known on a day.

    Parameters
    ----------
    store : Store
    as_of : datetime.date, optional
        Default: every version ever, withdrawals included.

    Returns
    -------
    pandas.DataFrame
        Columns of `data.ledger.VERSION_COLUMNS` and `area_name`; of what was known on a day, the version that was.
        Counts of several months come last, and month is text then.

    Raises
    ------
    HistoryError
        If nothing is held, or was known by then.
    """
    known = store.as_of(as_of or LAST_DAY)
    versions, counts = store.versions(), store.count_versions()
    if as_of is not None:
        versions = versions.merge(known[KEY], on=KEY)
        counts = known_at(counts, pd.Timestamp(as_of) + pd.Timedelta(days=1))[KEY].merge(counts, on=KEY)
    if len(counts):
        versions = pd.concat([versions.astype({"month": str}), counts], ignore_index=True)
    return versions.assign(area_name=[known_areas().get(code, code) for code in versions["area"]])


def _vintage(day: dt.date | None) -> pd.Timestamp:
    """Return the moment at which something known on a day became known; now, if that is today or not said."""
    moment = pd.Timestamp(now())
    if day is None or day == moment.date():
        return moment
    if day > moment.date():
        raise SchemaError(f"日期 {day} 晚于今天 {moment.date()}。数据为人所知的日期不能在今天之后，请更正。")
    return pd.Timestamp(day)


def _from_source(table: pd.DataFrame, file_name: str, source: str) -> pd.DataFrame:
    """Name the source in the rows that state none, where the reader put the name of the file."""
    if not source:
        return table
    own = table["source"].where(
        ~table["source"].str.startswith(file_name), source + table["source"].str[len(file_name) :]
    )
    return table.assign(source=own)


# Quality -------------------------------------------------------------------------------------------------------------


def evidence_of(
    store: Store,
    as_of: dt.date | None = None,
    *,
    crowds: pd.DataFrame | None = None,
    cohorts: pd.DataFrame | None = None,
) -> Evidence:
    """Put together what the quality watch looks at.

    Parameters
    ----------
    store : Store
    as_of : datetime.date, optional
        Default: all that is known.
    crowds, cohorts : pandas.DataFrame, optional
        From records, see `data.quality.Evidence`.

    Returns
    -------
    Evidence

    Raises
    ------
    HistoryError
        If nothing was known by then.
    """
    known = store.as_of(as_of or LAST_DAY)
    simulated = set(known.loc[known["status"] == "simulated", "area"])
    areas = load_areas()
    months = pd.period_range(known["month"].min(), known["month"].max(), freq="M")
    return Evidence(
        known,
        names=known_areas(),
        parents={code: parent for code, parent in zip(areas["code"], areas["parent"], strict=True) if parent},
        goals=all_goals(store),
        events=(*load_events(), *(event for event in demo_events() if event.area in simulated)),
        regressor={month: window_share(month, *QUIET) for month in months if FIRST_YEAR <= month.year <= LAST_YEAR},
        crowds=crowds,
        cohorts=cohorts,
    )


def watch_quality(
    store: Store, *, crowds: pd.DataFrame | None = None, cohorts: pd.DataFrame | None = None
) -> list[HeldFinding]:
    """Check all that is known and keep what was found; states that people gave to findings are kept.

    Parameters
    ----------
    store : Store
    crowds, cohorts : pandas.DataFrame, optional
        From records, see `data.quality.Evidence`.

    Returns
    -------
    list of HeldFinding
        Those found before and not any more among them.
    """
    found: list[QualityFinding] = check_quality(evidence_of(store, crowds=crowds, cohorts=cohorts))
    unchecked = (*(CROWD_KINDS if crowds is None else ()), *(COHORT_KINDS if cohorts is None else ()))
    store.save_findings(found, checked_at=utc_now(), unchecked=unchecked)
    return store.findings()


@cache
def known_areas() -> Mapping[str, str]:
    """Return the Chinese name of every area of the catalogue.

    Returns
    -------
    mapping of str to str
        Code -> name.
    """
    areas = load_areas()
    return dict(zip(areas["code"], areas["name"], strict=True))


def add_goals(store: Store, path: Path) -> tuple[Goal, ...]:
    """Add users' goals from a CSV file; a goal with the id of an earlier one replaces it.

    Parameters
    ----------
    store : Store
    path : pathlib.Path
        Columns as `data/catalogue/goals.csv`.

    Returns
    -------
    tuple of Goal

    Raises
    ------
    BeizengError
        With every fault of the file; nothing is stored then.
    """
    table = read_table(path, GOAL_COLUMNS)
    goals = parse_goals(table, path.name)
    if not goals:
        raise SchemaError(f"{path.name} 只有列名，没有目标。请至少填写一行。")
    store.save_goals([{str(k): str(v) for k, v in row.items()} for row in table.to_dict("records")], saved_at=now())
    return goals


def all_goals(store: Store) -> tuple[Goal, ...]:
    """Return the goals of the catalogue and of the users, who may restate a promise of the catalogue.

    Parameters
    ----------
    store : Store

    Returns
    -------
    tuple of Goal
    """
    # One by one, oldest first: each was checked when it came in, and the newest statement of a promise holds.
    own = [parse_goals(pd.DataFrame([row], columns=GOAL_COLUMNS), "自设目标")[0] for row in store.goal_records()]
    by_id = {goal.id: goal for goal in (*load_goals(), *own)}
    # By promise too: a promise restated under another id must not be judged twice.
    return tuple({goal.promise: goal for goal in by_id.values()}.values())


# Projection ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class _Knowledge:
    """What is known as of a day, and the projections it calls for."""

    as_of: dt.date
    known_at: dt.date
    panel: Panel
    events: tuple[Event, ...]
    goals: tuple[Goal, ...]
    simulated: frozenset[str]
    plans: tuple[Plan, ...]
    unprojected: dict[str, str]


def refit(store: Store, as_of: dt.date | None = None, *, report: Callable[[str], None] = lambda _: None) -> list[str]:
    """Compute and store every projection that the data as of a day call for and the store does not hold.

    Parameters
    ----------
    store : Store
    as_of : datetime.date, optional
        Default: all that is known.
    report : callable
        Told, in Chinese, what is being done.

    Returns
    -------
    list of str
        Ids of the runs, computed now or held already.

    Raises
    ------
    HistoryError
        If nothing was known by then.
    """
    knowledge = _know(store, as_of)
    _carry_out_missing(store, knowledge, report)
    return [planned.run.id for planned in knowledge.plans]


def _carry_out_missing(store: Store, knowledge: _Knowledge, report: Callable[[str], None]) -> None:
    missing = [planned for planned in knowledge.plans if not store.has_run(planned.run.id)]
    for number, planned in enumerate(missing, start=1):
        names = "、".join(area_name(str(code)) for code in planned.panel.keys["area"].unique()[:5])
        report(f"正在测算第{number}/{len(missing)}组（{names}），向后{planned.run.horizon}个月……")
        projection = carry_out(planned)
        store.save_run(projection.run.id, run_record(projection.run), to_bytes(projection), created_at=now())


def is_ready(store: Store, as_of: dt.date | None = None) -> bool:
    """Whether the store holds every projection that the data as of a day call for.

    Parameters
    ----------
    store : Store
    as_of : datetime.date, optional

    Returns
    -------
    bool
    """
    return all(store.has_run(planned.run.id) for planned in _know(store, as_of).plans)


def situation(
    store: Store,
    as_of: dt.date | None = None,
    *,
    scenario: Scenario | None = None,
    report: Callable[[str], None] = lambda _: None,
) -> Situation:
    """Say where every goal stands as of a day; projections that the store does not hold are computed first.

    Parameters
    ----------
    store : Store
    as_of : datetime.date, optional
        Default: all that is known.
    scenario : Scenario, optional
        Laid over the base projection.
    report : callable
        Told, in Chinese, what is being done.

    Returns
    -------
    Situation

    Raises
    ------
    HistoryError
        If nothing was known by then.
    """
    knowledge = _know(store, as_of)
    _carry_out_missing(store, knowledge, report)
    projections: dict[str, Projection] = {}
    for planned in knowledge.plans:
        held = store.run(planned.run.id)
        if held is None:
            raise ModelError(f"测算结果 {planned.run.id} 未能保存。请重试；若仍出现，请检查数据库是否可写。")
        projection = from_bytes(held[1], run_from_record(held[0]))
        projections.update(dict.fromkeys(sorted(set(projection.keys["area"])), projection))
    base = Situation(
        as_of=knowledge.as_of,
        known_at=knowledge.known_at,
        panel=knowledge.panel,
        projections=projections,
        unprojected=knowledge.unprojected,
        events=knowledge.events,
        goals=knowledge.goals,
        assessments=_assess(knowledge.goals, knowledge.panel, projections, knowledge.unprojected),
        simulated=knowledge.simulated,
    )
    return base if scenario is None else under(base, scenario)


def under(base: Situation, scenario: Scenario) -> Situation:
    """Return a situation under a scenario, on the same random numbers.

    Parameters
    ----------
    base : Situation
    scenario : Scenario

    Returns
    -------
    Situation

    Raises
    ------
    ModelError
        If an effect concerns no area, type or month of the projections.
    """
    distinct = {id(projection): projection for projection in base.projections.values()}
    for number, effect in enumerate(scenario.effects, start=1):
        concerned = [projection for projection in distinct.values() if concerns(projection, effect)]
        if not concerned:
            spans = "；".join(f"{one.months[0]} 至 {one.months[-1]}" for one in distinct.values())
            raise ModelError(
                f"情景“{scenario.name}”第{number}项不涉及任何有预测的地区、类型或月份"
                f"（有预测的地区：{'、'.join(area_name(code) for code in base.projections)}；月份：{spans}）。请更正。"
            )
        if effect.addition and len(concerned) > 1:
            raise ModelError(
                f"情景“{scenario.name}”第{number}项：各地区数据截止月不同，增减户数须写明是哪个地区。请填写地区代码。"
            )
    changed = {
        key: apply_scenario(
            one, replace(scenario, effects=tuple(effect for effect in scenario.effects if concerns(one, effect)))
        )
        for key, one in distinct.items()
    }
    projections = {area: changed[id(projection)] for area, projection in base.projections.items()}
    return replace(
        base,
        projections=projections,
        assessments=tuple(
            replace(one, sentence=one.sentence.replace("按当前趋势", "按此情景"))
            for one in _assess(base.goals, base.panel, projections, base.unprojected)
        ),
        scenario=scenario,
    )


def _know(store: Store, as_of: dt.date | None) -> _Knowledge:
    table = store.as_of(as_of or LAST_DAY)
    panel = Panel.from_long(table)
    simulated = frozenset(table.loc[table["status"] == "simulated", "area"])
    events = (*load_events(), *(event for event in demo_events() if event.area in simulated))
    goals = all_goals(store)
    known_at = table["vintage"].max().date()
    plans, unprojected = _plans(panel, goals, events, str(table["vintage"].max()))
    return _Knowledge(as_of or known_at, known_at, panel, events, goals, simulated, plans, unprojected)


def _plans(
    panel: Panel, goals: Sequence[Goal], events: tuple[Event, ...], data_vintage: str
) -> tuple[tuple[Plan, ...], dict[str, str]]:
    """Plan one projection for all areas that end in the same month, so that their dependence is kept."""
    groups: dict[pd.Period, list[str]] = {}
    unprojected: dict[str, str] = {}
    for area in sorted(set(panel.keys["area"])):
        own = panel.select(area=area)
        try:
            # Planned alone first: an area that cannot be projected must not take its neighbours down.
            origin = plan(own, 1, seed=SEED, events=events).run.origin
            _check_long_enough(own, origin)
        except ModelError as error:
            unprojected[area] = str(error)
            continue
        groups.setdefault(origin, []).append(area)
    plans = []
    for origin, areas in sorted(groups.items()):
        deadlines = [
            goal.deadline.ordinal - origin.ordinal
            for goal in goals
            if goal.area in areas and goal.indicator in (STOCK_INDICATOR, ENTRIES_INDICATOR)
        ]
        rows = panel.keys["area"].isin(areas).to_numpy()
        plans.append(
            plan(
                panel.sliced(rows & leaves(panel)),
                max([0, *deadlines]) + BEYOND,
                seed=SEED,
                n_paths=N_PATHS,
                events=events,
                origin=origin,
                code_version=code_version(),
                data_vintage=data_vintage,
            )
        )
    return tuple(plans), unprojected


def _check_long_enough(panel: Panel, origin: pd.Period) -> None:
    """Refuse to project from a history in which not even a year can be seen."""
    seen = panel.until(origin)
    usable = int((~np.isnan(seen.entries) & ~np.isnan(seen.exits)).sum(axis=1).min())
    if usable < FEWEST_MONTHS:
        raise ModelError(f"新设和注销吊销只有{usable}个月的数据，至少要有{FEWEST_MONTHS}个月才能预测。请补录以前月份。")


def _assess(
    goals: Sequence[Goal], panel: Panel, projections: Mapping[str, Projection], unprojected: Mapping[str, str]
) -> tuple[Assessment, ...]:
    return assess_all(goals, panel, projections, area_names=known_areas(), reasons=unprojected)


@cache
def code_version() -> str:
    """Return the version of the engine: its number, a digest of its source, and the libraries that decide its numbers.

    Returns
    -------
    str
    """
    sha = hashlib.sha256()
    for path in sorted((ROOT / "forecasting").rglob("*.py")):
        sha.update(path.read_bytes())
    libraries = ",".join(f"{name} {version(name)}" for name in ("numpy", "statsmodels"))
    return f"{forecasting.__version__}+{sha.hexdigest()[:8]} ({libraries})"


# Scenarios -----------------------------------------------------------------------------------------------------------


def save_scenario(store: Store, scenario: Scenario) -> None:
    """Save a scenario under its name.

    Parameters
    ----------
    store : Store
    scenario : Scenario
    """
    store.save_scenario(scenario.name, scenario_record(scenario), saved_at=now())


def saved_scenarios(store: Store) -> tuple[Scenario, ...]:
    """Return the saved scenarios, by name.

    Parameters
    ----------
    store : Store

    Returns
    -------
    tuple of Scenario
    """
    return tuple(scenario_from_record(record) for record in store.scenario_records())


def dossier_of(base: Situation, assessment: Assessment) -> Dossier:
    """Put together all that is said of one goal of a situation.

    Parameters
    ----------
    base : Situation
    assessment : Assessment
        One of the situation's.

    Returns
    -------
    Dossier
    """
    projection = base.projections.get(assessment.goal.area)
    return dossier(assessment, base.goals, base.panel, projection, events=base.events)


def audit_of(base: Situation, area: str) -> tuple[Finding, ...]:
    """Audit what is stated about an area's registered stock.

    Parameters
    ----------
    base : Situation
    area : str

    Returns
    -------
    tuple of Finding
        Most important first.
    """
    held = base.panel if area in base.areas else None
    return audit_area(base.goals, held, area=area, area_name=area_name(area))


# Reports -------------------------------------------------------------------------------------------------------------


def deck(base: Situation, *, area: str | None = None) -> bytes:
    """Make the slides of the quarterly meeting.

    Parameters
    ----------
    base : Situation
    area : str, optional
        Only this area's goals.

    Returns
    -------
    bytes
        A pptx file.

    Raises
    ------
    ModelError
        If no goal has data.
    """
    # python-pptx takes longer to import than most jobs take.
    from reports.deck import build_deck

    chosen = [one for one in base.assessments if area in (None, one.goal.area)]
    shown = [one for one in chosen if one.state != "no_data"]
    if not shown:
        raise ModelError("没有可汇报的目标：所选地区的目标都没有月度数据。请先录入数据。")
    areas = sorted({one.goal.area for one in shown})
    names = "、".join(area_name(code) for code in areas[:3]) + ("等" if len(areas) > 3 else "")
    return build_deck(
        chosen,
        title=f"{names}市场主体倍增情况汇报",
        prepared_on=now().date(),
        is_simulated=any(code in base.simulated for code in areas),
        run_id="、".join(sorted({base.projections[code].run.id for code in areas})),
        data_as_of=f"{base.known_at.year}年{base.known_at.month}月{base.known_at.day}日",
    )
