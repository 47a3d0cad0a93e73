"""All that is said of one goal, put together: the audit of what is stated, every number, every lamp, its history."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import pandas as pd

from forecasting.events import Event
from forecasting.panel import Panel
from forecasting.projection import Projection
from targets.allocation import allocate, type_weights
from targets.assessment import Assessment
from targets.audit import audit_area
from targets.detail import Detail, detail
from targets.findings import Finding
from targets.formulas import Line, formulas
from targets.goal import Goal
from targets.lamp_history import progress_history
from targets.lamps import Lamp
from targets.presets import PRESETS
from targets.requirement import whole_numbers
from targets.review import review

#: Rules by which a requirement is divided among the types.
ALLOCATION_RULES = ("share", "potential")


@dataclass(frozen=True, eq=False)
class Dossier:
    """One goal in full.

    Parameters
    ----------
    assessment : Assessment
    findings : tuple of Finding
        Audit of what is stated about the same area and type, most important first.
    lines : tuple of Line
        Every number with its formula; empty where nothing can be computed.
    detail : Detail or None
        None for a count, a share, or a goal without data.
    lamps : tuple of (str, Lamp, str)
        By rule: its title, its lamp, and one sentence why.
    history : pandas.DataFrame
        Of the progress lamp, month by month; see `targets.lamp_history.progress_history`. Empty where there is none.
    by_type : dict of str to dict
        Rule of allocation -> entity type -> net additions to the deadline, adding up to the gap. Empty where the goal
        is met, finished, or about one type only.
    review : tuple of str
        Sentences on a finished goal.
    """

    assessment: Assessment
    findings: tuple[Finding, ...]
    lines: tuple[Line, ...] = ()
    detail: Detail | None = None
    lamps: tuple[tuple[str, Lamp, str], ...] = ()
    history: pd.DataFrame = field(default_factory=pd.DataFrame)
    by_type: dict[str, dict[str, int]] = field(default_factory=dict)
    review: tuple[str, ...] = ()


def dossier(
    assessment: Assessment,
    goals: Sequence[Goal],
    panel: Panel,
    projection: Projection | None,
    *,
    events: Iterable[Event] = (),
) -> Dossier:
    """Put together all that can be said of one goal.

    Parameters
    ----------
    assessment : Assessment
    goals : sequence of Goal
        All goals; those of the same area and type are audited together.
    panel : Panel
    projection : Projection or None
        The one behind the assessment; None where the area has none.
    events : iterable of Event

    Returns
    -------
    Dossier
    """
    goal = assessment.goal
    related = [other for other in goals if other.entity_type == goal.entity_type]
    held = panel if goal.area in set(panel.keys["area"]) else None
    findings = audit_area(related, held, area=goal.area, area_name=assessment.area_name)
    if assessment.state == "no_data" or projection is None or not assessment.has_begun:
        return Dossier(assessment=assessment, findings=findings)
    known = tuple(events)
    is_stock = assessment.style == "stock"
    more = detail(assessment, panel, projection) if is_stock else None
    return Dossier(
        assessment=assessment,
        findings=findings,
        lines=formulas(assessment, more),
        detail=more,
        lamps=tuple((rule.title, rule.light(assessment), rule.explain(assessment)) for rule in PRESETS.values()),
        history=progress_history(goal, panel.until(projection.origin), events=known) if is_stock else pd.DataFrame(),
        by_type=_by_type(assessment, panel.until(projection.origin)),
        review=review(assessment, known),
    )


def _by_type(assessment: Assessment, panel: Panel) -> dict[str, dict[str, int]]:
    """Divide the gap among the types, where the goal is about all of them and still open."""
    goal = assessment.goal
    if assessment.state != "active" or goal.entity_type != "all" or assessment.style != "stock":
        return {}
    if goal.comparison == "at_most" or set(panel.select(area=goal.area).keys["entity_type"]) <= {"all"}:
        return {}
    total = int(whole_numbers(assessment.required_months["net"].to_numpy(dtype=float)).sum())
    return {rule: allocate(total, type_weights(panel, goal.area, rule=rule)) for rule in ALLOCATION_RULES}
