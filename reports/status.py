"""The status of goals as records: what `cli.py status --json` prints, and what every other output is checked against.

Counts in entities, shares and probabilities as fractions, months as YYYY-MM; a number that does not exist is null.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Sequence
from dataclasses import asdict

import pandas as pd

from reports.wording import SIMULATED, few_counts_mark
from targets.assessment import STATES, Assessment
from targets.detail import Detail
from targets.dossier import Dossier
from targets.findings import Finding
from targets.goal import GOAL_KINDS
from targets.lamps import Lamp
from targets.reliability import Reliability

NUMBERS = (
    "actual", "base", "target", "completion", "progress", "time_progress", "planned_share", "pace_deviation", "pace",
    "pace_gap", "total_gap", "required_net", "required_gross", "mean_net_12", "pace_multiple", "projected",
    "projected_low", "projected_high", "probability",
)  # fmt: skip

#: Further numbers of `targets.detail.Detail` that are plain numbers.
DETAIL_NUMBERS = (
    "cagr_so_far", "cagr_required", "cagr_remaining", "mean_net_3", "pace_multiple_3", "best_pace",
)  # fmt: skip


def assessment_record(
    assessment: Assessment, *, run_id: str, is_simulated: bool, whole: Dossier | None = None
) -> dict[str, object]:
    """Describe an assessment in JSON-compatible values.

    Parameters
    ----------
    assessment : Assessment
    run_id : str
        Of the projection behind it; empty where there is none.
    is_simulated : bool
    whole : Dossier or None
        All that is said of the goal; None for the short record.

    Returns
    -------
    dict
        Keys as in the table of the README.
    """
    goal = assessment.goal
    return {
        "goal": goal.id,
        "area": goal.area,
        "area_name": assessment.area_name,
        "entity_type": goal.entity_type,
        "indicator": goal.indicator,
        "kind": goal.kind,
        "kind_name": GOAL_KINDS[goal.kind],
        "value": goal.value,
        "unit": goal.unit,
        "comparison": goal.comparison,
        "deadline": str(goal.deadline),
        "wording": goal.wording,
        "source": " ".join(part for part in (goal.document_title, goal.document_number, goal.article) if part),
        "state": assessment.state,
        "state_name": STATES[assessment.state],
        "month": _month(assessment.month),
        "base_month": _month(assessment.base_month),
        "base_origin": assessment.base_origin,
        "months_left": assessment.months_left,
        **{name: _number(getattr(assessment, name)) for name in NUMBERS},
        "reliability": None if assessment.reliability is None else _reliability(assessment.reliability),
        "basis": assessment.basis,
        "progress_lamp": _lamp(assessment.progress_lamp),
        "forecast_lamp": _lamp(assessment.forecast_lamp),
        "sentence": assessment.sentence,
        "required_months": [
            {
                "month": str(row.month),
                "net": _number(row.net),
                "exits": _number(row.exits),
                "gross": _number(row.gross),
            }
            for row in assessment.required_months.itertuples()
        ],
        "detail": None if whole is None else _in_full(whole),
        "run": run_id,
        "is_simulated": is_simulated,
    }


def _reliability(tested: Reliability) -> dict[str, object]:
    return {"horizon": tested.horizon, "made": tested.made, "held": tested.held, "sentence": tested.sentence}


def outlook_record(table: pd.DataFrame, *, run_id: str, mark: str) -> dict[str, object]:
    """Describe where the stock of an area leads in JSON-compatible values.

    Parameters
    ----------
    table : pandas.DataFrame
        From `targets.outlook.outlook`.
    run_id : str
        Of the projection.
    mark : str
        That the area's figures are simulated, or published counts; empty for neither.

    Returns
    -------
    dict
        Keys as in the README.
    """
    numbers = [name for name in table.columns if name != "month"]
    return {
        "run": run_id,
        "mark": mark,
        "months": [
            {"month": str(row["month"]), **{str(name): _number(row[name]) for name in numbers}}
            for row in table.to_dict("records")
        ],
    }


def _in_full(whole: Dossier) -> dict[str, object]:
    return {
        **({} if whole.detail is None else _detail(whole.detail)),
        "numbers": [asdict(line) for line in whole.lines],
        "lamps": [{"rule": title, **_lamp(lamp), "why": why} for title, lamp, why in whole.lamps],
        "by_type": whole.by_type,
        "review": list(whole.review),
    }


def _detail(more: Detail) -> dict[str, object]:
    return {
        "pace": {shape: _number(value) for shape, value in more.paces.items()},
        "months_ahead": {shape: _number(value) for shape, value in more.months_ahead.items()},
        **{name: _number(getattr(more, name)) for name in DETAIL_NUMBERS},
        "run_rates": {f"{level:g}": _number(rate) for level, rate in more.run_rates.items()},
        "attainment": {
            "p10": _month(more.dates.early),
            "p50": _month(more.dates.median),
            "p90": _month(more.dates.late),
        },
        "latest_start": _month(more.latest_start),
    }


def status_record(
    records: Sequence[dict[str, object]],
    *,
    as_of: dt.date,
    known_at: dt.date,
    scenario: str = "",
    findings: Sequence[Finding] = (),
    outlook: dict[str, object] | None = None,
) -> dict[str, object]:
    """Put assessments under one heading.

    Parameters
    ----------
    records : sequence of dict
        From `assessment_record`.
    as_of, known_at : datetime.date
        The day asked for, and when the newest figure known by then became known.
    scenario : str
        Name; empty for the base projection.
    findings : sequence of Finding
        Audit of the area asked for.
    outlook : dict, optional
        From `outlook_record`, of the area asked for.

    Returns
    -------
    dict
    """
    return {
        "as_of": as_of.isoformat(),
        "known_at": known_at.isoformat(),
        "scenario": scenario,
        "mark": _mark(records),
        "outlook": outlook,
        "audit": [{**asdict(finding), "value": _number(finding.value)} for finding in findings],
        "goals": list(records),
    }


def _mark(records: Sequence[dict[str, object]]) -> str:
    if any(record["is_simulated"] for record in records):
        return SIMULATED
    return next((few_counts_mark(str(record["basis"])) for record in records if record["basis"]), "")


def _number(value: object) -> float | None:
    number = float(value)  # type: ignore[arg-type]
    return None if math.isnan(number) else number


def _month(month: object) -> str | None:
    return None if month is None else str(month)


def _lamp(lamp: Lamp) -> dict[str, str]:
    return {"colour": lamp.colour, "word": lamp.word, "shape": lamp.shape}
