"""Which known events would explain a finding. A proposal only: a person accepts it, with a reason, or does not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from data.quality.finding import QualityFinding
from forecasting.events import EVENT_KINDS, Event

#: What an event of each kind does: measure and direction.
EFFECTS = {
    "lockdown": {("entries", -1), ("exits", -1)},
    "purge": {("exits", 1), ("stock", -1)},
    "campaign": {("entries", 1), ("stock", 1)},
    "policy": {("entries", 1), ("exits", 1), ("exits", -1), ("stock", 1)},
}
EXPLAINED_KINDS = ("magnitude", "outlier", "level_shift", "registration_spike", "same_address", "same_agent")
#: Months by which the month of a shift may lie beside the event: its place is known no better.
SHIFT_SLACK = 1


def explained(findings: Sequence[QualityFinding], events: Sequence[Event]) -> list[QualityFinding]:
    """Return the findings with the events that would explain them.

    Parameters
    ----------
    findings : sequence of QualityFinding
    events : sequence of Event

    Returns
    -------
    list of QualityFinding
        In the same order.
    """
    return [replace(one, proposals=_proposals(one, events)) for one in findings]


def _proposals(finding: QualityFinding, events: Sequence[Event]) -> tuple[str, ...]:
    if finding.kind not in EXPLAINED_KINDS:
        return ()
    slack = SHIFT_SLACK if finding.kind == "level_shift" else 0
    first, last = finding.months[0] - slack, finding.months[-1] + slack
    return tuple(
        f"{EVENT_KINDS[event.kind]}：{event.title}（{event.start}"
        + (f" 至 {event.end}）" if event.end > event.start else "）")
        for event in events
        if event.start <= last
        and event.end >= first
        and event.covers(finding.area, finding.entity_type or "all")
        and (finding.measure, finding.direction) in EFFECTS[event.kind]
    )
