"""What is in the deck of the quarterly meeting, before it is made: the same groups as `reports.deck` writes."""

from __future__ import annotations

from collections.abc import Sequence

from reports import wording
from reports.brief import Brief
from reports.monthly import monthly_plan
from targets.assessment import Assessment
from workflow import now


def outline(assessments: Sequence[Assessment]) -> list[str]:
    """List what the slides show, in their order.

    Parameters
    ----------
    assessments : sequence of Assessment
        Of the goals that are reported.

    Returns
    -------
    list of str
        Markdown, one line a slide or group of slides.
    """
    brief = Brief(tuple(assessments), "", now().date(), False, "", "")
    lines = ["封面", f"目标进展总览：{len(brief.assessed)}个目标"]
    for one in brief.assessed:
        parts = ["进展与预测"] + (["每月需完成"] if monthly_plan(one) else [])
        lines.append(f"{wording.heading(one)}（{'、'.join(parts)}）")
    with_reason = sum(bool(one.reason) for one in brief.without_data)
    if with_reason:
        lines.append(f"暂不能测算的目标：{with_reason}项，列明原因")
    if len(brief.without_data) > with_reason:
        lines.append(f"暂无数据的目标：{len(brief.without_data) - with_reason}项")
    return lines
