"""What is said of a situation: of one goal, of an area, and on the slides of a meeting."""

from __future__ import annotations

import pandas as pd

from data.catalogue import area_name
from forecasting.errors import ModelError
from targets.assessment import Assessment
from targets.audit import audit_area
from targets.dossier import Dossier, dossier
from targets.findings import Finding
from targets.outlook import outlook
from workflow.stamps import now
from workflow.standing import Situation


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
    return dossier(assessment, base.goals, base.panel_of(assessment.goal.area), projection, events=base.events)


def outlook_of(base: Situation, area: str) -> pd.DataFrame:
    """Put the stock of an area and its projection on one calendar; see `targets.outlook`.

    Parameters
    ----------
    base : Situation
    area : str
        One that is projected.

    Returns
    -------
    pandas.DataFrame

    Raises
    ------
    ModelError
        If there is no total, for not all types are held.
    """
    return outlook(base.panel_of(area), base.projections[area], area)


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
