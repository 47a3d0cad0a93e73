"""The quality watch: what may be wrong with the data, shown with its evidence and never put right by itself.

One check is one function from `Evidence` to findings; to add one, write it and add a line to `CHECKS`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from data.quality.digits import check_exact_goals, check_round_numbers
from data.quality.evidence import Evidence
from data.quality.explaining import explained
from data.quality.finding import COHORT_KINDS, CROWD_KINDS, KINDS, SEVERITIES, STATES, QualityFinding
from data.quality.lateness import check_late
from data.quality.registration import check_crowds, check_spikes, check_survival
from data.quality.structure import (
    check_areas_sum,
    check_duplicate_months,
    check_identity,
    check_missing_months,
    check_repeated_months,
    check_types_sum,
)
from data.quality.unexpected import check_level_shifts, check_magnitudes, check_outliers

__all__ = [
    "CHECKS",
    "COHORT_KINDS",
    "CROWD_KINDS",
    "KINDS",
    "SEVERITIES",
    "STATES",
    "Evidence",
    "QualityFinding",
    "check_quality",
]

CHECKS: tuple[Callable[[Evidence], Iterator[QualityFinding]], ...] = (
    check_identity,
    check_types_sum,
    check_areas_sum,
    check_duplicate_months,
    check_repeated_months,
    check_missing_months,
    check_magnitudes,
    check_outliers,
    check_level_shifts,
    check_spikes,
    check_crowds,
    check_survival,
    check_round_numbers,
    check_exact_goals,
    check_late,
)


def check_quality(evidence: Evidence) -> list[QualityFinding]:
    """Run every check.

    Parameters
    ----------
    evidence : Evidence

    Returns
    -------
    list of QualityFinding
        The most serious first, each with the events that would explain it.
    """
    found = [finding for check in CHECKS for finding in check(evidence)] if len(evidence.known) else []
    order = list(SEVERITIES)
    return explained(sorted(found, key=lambda one: (order.index(one.severity), one.area, one.start)), evidence.events)
