"""What an audit reads and what it says: statements, bases, findings, and the words and formulas of both.

A statement is one number of one month; a milestone is a level like any other, and a number stated twice is one
statement. A stated 23 % stands for 22.5 to 23.5 %, a stated 12.5 % for 12.45 to 12.55 %: half of the last digit.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

import pandas as pd

from forecasting.errors import ModelError
from forecasting.panel import ENTITY_TYPES, Panel
from targets.goal import Goal
from targets.pace import MONTHS_A_YEAR, default_base_month, months_between
from targets.sentence import by

#: Most important first.
GRADES = {"disagrees": "不一致", "unstated": "未载明", "derived": "推算", "agrees": "相符"}
#: Where a goal says the year of its document: the number, or our note on when it was issued.
YEARS = {"document_number": r"[〔\[(（](20\d\d)", "note": r"(20\d\d)\D[^。]*印发"}


@dataclass(frozen=True)
class Finding:
    """One thing an audit found.

    Parameters
    ----------
    code : str
        ASCII, one of the codes listed in `targets.audit`.
    grade : str
        One of `GRADES`.
    text : str
        One or two Chinese sentences, numbers rounded as in speech.
    formula : str
        The arithmetic with the numbers in it, parts separated by a full-width semicolon; empty where there is none.
    value : float
        The number found, unrounded: entities, or a fraction for a rate or a difference; NaN where nothing is stated.
    goals : tuple of str
        Ids of the goals concerned.
    """

    code: str
    grade: str
    text: str
    formula: str
    value: float
    goals: tuple[str, ...]

    @property
    def grade_word(self) -> str:
        """The grade in Chinese."""
        return GRADES[self.grade]


@dataclass(frozen=True)
class Statement:
    """One number of one month, as often as it is stated.

    Parameters
    ----------
    goal : Goal
        The first that states it.
    kind : str
        `level`, `cagr`, `yoy_growth` or `increment`.
    month : pandas.Period
        Deadline, or month of the milestone.
    value : float
    base_month : pandas.Period or None
        Start of the time a rate or an increment spans; None where the source states none, and for a level.
    goals : tuple of str
        Ids of all that state it.
    """

    goal: Goal
    kind: str
    month: pd.Period
    value: float
    base_month: pd.Period | None
    goals: tuple[str, ...]

    @property
    def shown(self) -> str:
        """The value as stated: 15%, 11236户."""
        is_fraction = self.kind in ("cagr", "yoy_growth")
        return f"{round(self.value * 100, 6):.10g}%" if is_fraction else f"{count(self.value)}户"

    @property
    def said(self) -> str:
        """What is stated, in words: 2025年底总数11236户, 2022年净增1489户."""
        if self.kind == "level":
            return f"{end(self.month)}总数{self.shown}"
        if self.kind == "cagr":
            return f"到{end(self.month)}年均增长{self.shown}"
        since = default_base_month(self.goal)
        is_year = self.month.month == MONTHS_A_YEAR and since == self.month - MONTHS_A_YEAR
        period = f"{self.month.year}年" if is_year else f"到{end(self.month)}"
        return f"{period}{'净增' if self.kind == 'increment' else '增长'}{self.shown}"

    @property
    def half_width(self) -> float:
        """Half of the last stated digit of a fraction; 20 % is 19.5 to 20.5 %."""
        exponent = Decimal(f"{self.value * 100:.6f}").normalize().as_tuple().exponent
        return float(Decimal(5).scaleb(min(int(exponent), 0) - 3))

    @property
    def plan_start(self) -> pd.Period:
        """December before the five-year plan in which the month falls."""
        return default_base_month(replace(self.goal, kind="level", base_month=None, base_value=None))

    @property
    def document_year(self) -> int | None:
        """Year of the document; None where the goal does not say it."""
        found = (re.search(pattern, getattr(self.goal, name)) for name, pattern in YEARS.items())
        return next((int(match[1]) for match in found if match), None)


@dataclass(frozen=True)
class Base:
    """The stock at the start of some period.

    Parameters
    ----------
    month : pandas.Period
    value : float
        Entities.
    origin : str
        `stated` or `derived`.
    goals : tuple of str
        Ids of those it comes from.
    formula : str
        How it was derived; empty where it was not.
    """

    month: pd.Period
    value: float
    origin: str
    goals: tuple[str, ...]
    formula: str = ""

    @property
    def said(self) -> str:
        """The base in words: 2021年底的6472户."""
        return f"{end(self.month)}的{count(self.value)}户"


@dataclass(frozen=True)
class Case:
    """All that is stated of one stock, and what the data hold of it.

    Parameters
    ----------
    who : str
        Area and, unless it is all entities, the type, in Chinese.
    statements : tuple of Statement
        Of lower limits and of upper ones.
    bases : tuple of Base
        Those written in the goals.
    stock : mapping of pandas.Period to float
        Observed months only; bases that were taken from data among them.
    """

    who: str
    statements: tuple[Statement, ...]
    bases: tuple[Base, ...]
    stock: Mapping[pd.Period, float]

    def of(self, kind: str) -> list[Statement]:
        """Return the promises of a kind; upper limits are left out, for nothing is to grow towards them."""
        return [each for each in self.statements if each.kind == kind and each.goal.comparison == "at_least"]

    def ends(self) -> list[Statement]:
        """Return the levels of the last deadline: one, unless they contradict each other."""
        levels = self.of("level")
        return [level for level in levels if level.month == max(each.month for each in levels)]

    def finding(
        self, code: str, grade: str, text: str, formula: str, value: float, *parts: Statement | Base
    ) -> Finding:
        """Make a finding about this stock from the statements and bases it rests on."""
        goals = tuple(dict.fromkeys(goal for part in parts for goal in part.goals))
        return Finding(code, grade, f"{self.who}：{text}", formula, value, goals)


def read_case(goals: Sequence[Goal], history: Panel | None, area_name: str) -> Case:
    """Read what goals of one area and type state, and what the data hold.

    Parameters
    ----------
    goals : sequence of Goal
        Not empty, all about the stock.
    history : Panel or None
    area_name : str

    Returns
    -------
    Case
    """
    first = goals[0]
    stock = _observed(history, first)
    statements: dict[tuple[object, ...], Statement] = {}
    bases: dict[tuple[pd.Period, float], Base] = {}
    for goal in goals:
        numbers = [(goal.kind, goal.deadline, goal.value, None if goal.kind == "level" else goal.base_month)]
        numbers += [("level", month, level, None) for month, level in goal.milestones if math.isfinite(level)]
        for number in numbers:
            known = statements.get((goal.comparison, *number), Statement(goal, *number, goals=()))
            ids = tuple(dict.fromkeys((*known.goals, goal.id)))
            statements[goal.comparison, *number] = replace(known, goals=ids)
        if goal.base_month is None or goal.base_value is None:
            continue
        if goal.base_origin == "data":
            # A base taken from data is no statement of the document: it stands with the data.
            stock = {goal.base_month: goal.base_value, **stock} if goal.base_value > 0 else stock
            continue
        place = (goal.base_month, goal.base_value)
        base = bases.get(place, Base(*place, goal.base_origin or "stated", ()))
        # One source that states it is enough.
        origin = base.origin if goal.base_origin == "derived" else "stated"
        bases[place] = replace(base, origin=origin, goals=(*base.goals, goal.id))
    who = area_name if first.entity_type == "all" else f"{area_name}{ENTITY_TYPES[first.entity_type]}"
    return Case(who, tuple(statements.values()), tuple(bases.values()), stock)


def _observed(history: Panel | None, goal: Goal) -> dict[pd.Period, float]:
    """Stock of the goal's series where it is observed; no stock at all is nothing to compare with."""
    if history is None:
        return {}
    try:
        series = history.total(goal.area, goal.entity_type)
    except ModelError:
        # No series, or not all of its types: the statements are audited on their own.
        return {}
    return {month: float(value) for month, value in zip(series.months, series.stock[0], strict=True) if value > 0}


def count(value: float) -> str:
    """Write a number of entities as in speech."""
    return f"{round(value):d}".replace("-", "−")


def percent(value: float) -> str:
    """Write a computed fraction to a tenth of a point."""
    # Adding zero turns -0.0 into 0.0, which would read "-0.0%".
    return f"{round(value, 3) + 0.0:.1%}".replace("-", "−")


def equals(value: float, *, is_rate: bool = False) -> str:
    """Write the right-hand side of a formula: = where what is shown is exact, otherwise ≈."""
    shown = round(value, 3) if is_rate else round(value)
    return f"{'=' if math.isclose(value, shown, abs_tol=1e-9) else '≈'} {percent(value) if is_rate else count(value)}"


def end(month: pd.Period) -> str:
    """Write the end of a month: 2021年底, 2022年6月底."""
    return by(month).removeprefix("到")


def span(start: pd.Period, stop: pd.Period) -> str:
    """Write the time between two months: 4年, or 42个月 where it is no whole number of years."""
    months = months_between(start, stop)
    return f"{months}个月" if months % MONTHS_A_YEAR else f"{months // MONTHS_A_YEAR}年"


def grown(rate: Statement, start: pd.Period, stop: pd.Period) -> str:
    """Write the factor of growth at a stated rate: (1 + 15%)^4."""
    months = months_between(start, stop)
    power = f"({months}/12)" if months % MONTHS_A_YEAR else f"{months // MONTHS_A_YEAR}"
    return f"(1 + {rate.shown}){'' if months == MONTHS_A_YEAR else f'^{power}'}"


def yearly(start: float, stop: float, since: pd.Period, until: pd.Period) -> tuple[float, str]:
    """Return the yearly rate that leads from one stock to another, and its formula.

    Parameters
    ----------
    start, stop : float
        Entities; `start` positive.
    since, until : pandas.Period
        `until` later.

    Returns
    -------
    float
        (stop / start)^(12 / months) - 1.
    str

    Examples
    --------
    >>> yearly(6472, 11236, pd.Period("2021-12", "M"), pd.Period("2025-12", "M"))[1]
    '(11236 ÷ 6472)^(1/4) − 1 ≈ 14.8%'
    """
    months = months_between(since, until)
    rate = (stop / start) ** (MONTHS_A_YEAR / months) - 1.0
    ratio, root = f"{count(stop)} ÷ {count(start)}", f"(12/{months})"
    if months % MONTHS_A_YEAR == 0:
        root = f"(1/{months // MONTHS_A_YEAR})"
    left = ratio if months == MONTHS_A_YEAR else f"({ratio})^{root}"
    return rate, f"{left} − 1 {equals(rate, is_rate=True)}"
