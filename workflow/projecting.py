"""Computing what is not held yet, and saying where every goal stands: know -> project -> assess -> store."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from threadpoolctl import threadpool_limits

from data.catalogue import area_name
from data.projections import from_bytes, run_from_record, run_record, to_bytes
from data.store import Store
from forecasting.errors import ModelError
from forecasting.projection import Projection
from forecasting.scenario import Scenario
from workflow.knowledge import Knowledge, know
from workflow.stamps import now
from workflow.standing import Situation, assess, under


def refit(
    store: Store,
    as_of: dt.date | None = None,
    *,
    has_purges: bool = False,
    report: Callable[[str], None] = lambda _: None,
) -> list[str]:
    """Compute and store every projection that the data as of a day call for and the store does not hold.

    Parameters
    ----------
    store : Store
    as_of : datetime.date, optional
        Default: all that is known.
    has_purges : bool
        Whether future purges are drawn.
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
    knowledge = know(store, as_of, has_purges=has_purges)
    _carry_out_missing(store, knowledge, report)
    return [run.id for run, _, _ in knowledge.runs]


def is_ready(store: Store, as_of: dt.date | None = None, *, has_purges: bool = False) -> bool:
    """Whether the store holds every projection that the data as of a day call for.

    Parameters
    ----------
    store : Store
    as_of : datetime.date, optional
    has_purges : bool
        As `situation`.

    Returns
    -------
    bool
    """
    return all(store.has_run(run.id) for run, _, _ in know(store, as_of, has_purges=has_purges).runs)


def situation(
    store: Store,
    as_of: dt.date | None = None,
    *,
    has_purges: bool = False,
    scenario: Scenario | None = None,
    report: Callable[[str], None] = lambda _: None,
) -> Situation:
    """Say where every goal stands as of a day; projections that the store does not hold are computed first.

    Parameters
    ----------
    store : Store
    as_of : datetime.date, optional
        Default: all that is known.
    has_purges : bool
        Whether future purges (集中清理) are drawn, as often and as large as those of the past were; only areas with
        monthly data tell.
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
    knowledge = know(store, as_of, has_purges=has_purges)
    _carry_out_missing(store, knowledge, report)
    projections: dict[str, Projection] = {}
    for run, _, _ in knowledge.runs:
        held = store.run(run.id)
        if held is None:
            raise ModelError(f"测算结果 {run.id} 未能保存。请重试；若仍出现，请检查数据库是否可写。")
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
        assessments=assess(knowledge, projections),
        simulated=knowledge.simulated,
        published=knowledge.published,
        has_purges=has_purges,
    )
    return base if scenario is None else under(base, scenario)


def _carry_out_missing(store: Store, knowledge: Knowledge, report: Callable[[str], None]) -> None:
    missing = [one for one in knowledge.runs if not store.has_run(one[0].id)]
    for number, (run, areas, compute) in enumerate(missing, start=1):
        names = "、".join(area_name(code) for code in areas[:5])
        report(f"正在测算第{number}/{len(missing)}组（{names}），向后{run.horizon}个月……")
        # The matrices are small: more threads of BLAS wait for each other, and on a busy machine take twice as long.
        with threadpool_limits(limits=1, user_api="blas"):
            projection = compute()
        store.save_run(projection.run.id, run_record(projection.run), to_bytes(projection), created_at=now())
