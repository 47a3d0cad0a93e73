"""Where every goal stands as of a day, as it is and under a scenario."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import chain

from data.catalogue import area_name
from forecasting.errors import ModelError
from forecasting.events import Event
from forecasting.panel import Panel
from forecasting.projection import Projection
from forecasting.scenario import Scenario, apply_scenario, concerns
from reports.wording import SIMULATED, few_counts_mark
from targets.assessment import Assessment, assess_all
from targets.goal import Goal
from workflow.catalogue import known_areas
from workflow.knowledge import Knowledge
from workflow.published import PublishedArea

#: How a projection is introduced in a sentence, without and with future purges.
TREND, WITH_PURGES = "按当前趋势", "按当前趋势并计入今后可能的集中清理，"


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
        Every area with monthly data.
    projections : mapping of str to Projection
        By area code. An area that cannot be projected is in `unprojected` instead.
    unprojected : mapping of str to str
        By area code: why not, in Chinese.
    events : tuple of Event
        Known events, from the catalogue, from analysts and, for simulated areas, the demonstration.
    goals : tuple of Goal
    assessments : tuple of Assessment
        One a goal, headline goals first.
    simulated : frozenset of str
        Codes of areas whose figures are simulated.
    published : mapping of str to PublishedArea
        By code, areas without monthly data that are projected from few counts, published or reported.
    has_purges : bool
        Whether the projections of areas with monthly data hold future purges.
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
    published: Mapping[str, PublishedArea] = field(default_factory=dict)
    has_purges: bool = False
    scenario: Scenario | None = None

    @property
    def areas(self) -> tuple[str, ...]:
        """Codes of the areas with monthly data."""
        return tuple(sorted(set(self.panel.keys["area"])))

    def panel_of(self, area: str) -> Panel:
        """Return the panel an area is judged by: that of all months, or its own of few counts.

        Parameters
        ----------
        area : str

        Returns
        -------
        Panel
        """
        return self.published[area].panel if area in self.published else self.panel

    def mark(self, area: str) -> str:
        """Return what is marked on all that shows an area: that it is simulated, rests on few counts, or nothing.

        Parameters
        ----------
        area : str

        Returns
        -------
        str
        """
        if area in self.simulated:
            return SIMULATED
        return few_counts_mark(self.published[area].basis) if area in self.published else ""

    def assessed(self) -> tuple[Assessment, ...]:
        """Assessments with numbers: of goals that have data."""
        return tuple(one for one in self.assessments if one.state != "no_data")


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
    # What is assumed of all areas is assumed of those with monthly data; the few counts of others must be named.
    named = {effect.area for effect in scenario.effects}
    distinct = {id(one): one for area, one in base.projections.items() if area not in base.published or area in named}
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
    projections = {area: changed.get(id(projection), projection) for area, projection in base.projections.items()}
    return replace(
        base,
        projections=projections,
        assessments=tuple(
            replace(one, sentence=one.sentence.replace(TREND, "按此情景")) for one in assess(base, projections)
        ),
        scenario=scenario,
    )


def assess(known: Situation | Knowledge, projections: Mapping[str, Projection]) -> tuple[Assessment, ...]:
    """Assess every goal by the panel of its area; those that rest on few counts come last.

    Parameters
    ----------
    known : Situation or Knowledge
    projections : mapping of str to Projection
        By area.

    Returns
    -------
    tuple of Assessment
    """
    judge = partial(assess_all, projections=projections, area_names=known_areas(), reasons=known.unprojected)
    by_months = judge([goal for goal in known.goals if goal.area not in known.published], known.panel)
    by_counts = (
        judge([goal for goal in known.goals if goal.area == area], one.panel, basis=one.basis)
        for area, one in known.published.items()
    )
    if known.has_purges:
        by_months = tuple(replace(one, sentence=one.sentence.replace(TREND, WITH_PURGES)) for one in by_months)
    return (*by_months, *chain.from_iterable(by_counts))
