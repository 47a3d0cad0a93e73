"""Audit of a goal: derive what the statements leave out, and say where they disagree with each other or the data.

    base = level - increment        (T / B)^(1/years) - 1 against the stated rate        T = 2 x half

Growth over one year checks if it rounds to the stated figure (23 % is 22.5 to 23.5 %). A rate over several years checks
only if it is the stated one to a tenth of a point: what rounding hides there grows into households, and a level that
asks for less than the stated rate leaves one of the two promises unmet. Data agree within 1 %. METHODS section 1.

Codes: statements_disagree, increment_exceeds_level, level_below_base, milestone_exceeds; base_derived, base_agrees,
base_disagrees, base_missing; growth_checks, growth_disagrees; rate_checks, rate_disagrees, rate_derived,
rate_implies_base, remaining_rate; level_derived; doubling; data_agree, data_disagree, data_exclude (the data hold
another reading of the rate), data_imply, data_so_far.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import combinations, product

import pandas as pd

from forecasting.panel import ENTITY_TYPES, Panel
from targets.findings import (
    GRADES,
    Base,
    Case,
    Finding,
    Statement,
    count,
    end,
    equals,
    grown,
    percent,
    read_case,
    span,
    yearly,
)
from targets.goal import GOAL_KINDS, STOCK_INDICATOR, Goal
from targets.pace import MONTHS_A_YEAR, default_base_month, target_level

#: Kinds that say something of a stock.
KINDS = ("level", "cagr", "yoy_growth", "increment")
DATA_TOLERANCE = 0.01
#: Half of a tenth of a point.
RATE_TOLERANCE = 0.0005
#: So that the bound of a range belongs to it.
EPSILON = 1e-9


def audit(goals: Sequence[Goal], *, history: Panel | None = None, area_name: str) -> tuple[Finding, ...]:
    """Audit what is stated of one stock.

    Parameters
    ----------
    goals : sequence of Goal
        Of one area and entity type; those not about the registered stock are left out.
    history : Panel, optional
        What is known of the stock as of a date of the caller's choice; may hold other series as well. Whether it is
        simulated is for the caller to mark.
    area_name : str
        Chinese name of the area.

    Returns
    -------
    tuple of Finding
        Most important first: by grade, then in the order of `RULES`. None twice.

    Raises
    ------
    ValueError
        If the goals are of several areas or types.
    """
    about = [goal for goal in goals if goal.indicator == STOCK_INDICATOR and goal.kind in KINDS]
    if len({(goal.area, goal.entity_type) for goal in about}) > 1:
        raise ValueError("audit takes the goals of one area and entity type; audit_area takes several types")
    if not about:
        return ()
    case = read_case(about, history, area_name)
    found: dict[tuple[str, str], Finding] = {}
    for finding in (finding for rule in RULES for finding in rule(case)):
        same = found.setdefault((finding.code, finding.text), finding)
        ids = tuple(dict.fromkeys((*same.goals, *finding.goals)))
        found[finding.code, finding.text] = replace(same, goals=ids)
    return tuple(sorted(found.values(), key=_importance))


def audit_area(goals: Sequence[Goal], panel: Panel | None, *, area: str, area_name: str) -> tuple[Finding, ...]:
    """Audit every stock of an area of which something is stated.

    Parameters
    ----------
    goals : sequence of Goal
        Of any area, type and indicator; only those of `area` about the registered stock are read.
    panel : Panel or None
    area : str
        GB/T 2260 code.
    area_name : str

    Returns
    -------
    tuple of Finding
        Of all types together, most important first.
    """
    parts = [[goal for goal in goals if goal.area == area and goal.entity_type == kind] for kind in ENTITY_TYPES]
    found = [finding for part in parts for finding in audit(part, history=panel, area_name=area_name)]
    return tuple(sorted(found, key=_importance))


def _importance(finding: Finding) -> int:
    return list(GRADES).index(finding.grade)


def _contradictions(case: Case) -> Iterator[Finding]:
    """Compare what is stated twice: one number in two ways, or a lower limit above an upper one."""
    for one, two in combinations(case.statements, 2):
        is_one_span = None in (one.base_month, two.base_month) or one.base_month == two.base_month
        if (one.kind, one.month) != (two.kind, two.month) or not is_one_span or one.value == two.value:
            continue
        low, high = sorted((one, two), key=lambda each: each.value)
        what = f"{end(one.month)}{'总数' if one.kind == 'level' else GOAL_KINDS[one.kind]}"
        if low.goal.comparison == high.goal.comparison:
            text = f"{what}有两种写法，{low.shown}和{high.shown}，请核对原文。"
        elif low.goal.comparison == "at_most":
            text = f"{what}要求不低于{high.shown}，又要求不高于{low.shown}，不可能同时做到，请核对原文。"
        else:
            continue
        gap = replace(one, value=high.value - low.value)
        formula = f"{high.shown} − {low.shown} = {gap.shown}"
        yield case.finding("statements_disagree", "disagrees", text, formula, gap.value, one, two)


def _subtracted(case: Case) -> Iterator[tuple[Statement, Statement, Base]]:
    """Find the bases which a level and the increment to it leave."""
    for level, more in product(case.of("level"), case.of("increment")):
        since = more.base_month or level.goal.base_month or default_base_month(more.goal)
        # A milestone may lie before the month from which its goal is counted.
        if level.month == more.month and since < level.month:
            formula = f"{count(level.value)} − {count(more.value)} = {count(level.value - more.value)}"
            ids = tuple(dict.fromkeys((*level.goals, *more.goals)))
            yield level, more, Base(since, level.value - more.value, "derived", ids, formula)


def _known(case: Case) -> list[Base]:
    """Bases stated or derived exactly, each once; of nothing no rate can be taken."""
    bases = {(base.month, base.value): base for base in case.bases}
    for _, _, base in _subtracted(case):
        bases.setdefault((base.month, base.value), base)
    return [base for base in bases.values() if base.value > 0]


def _rounded(case: Case) -> Iterator[tuple[Statement, Statement, Base]]:
    """Find the bases which a level and a rounded growth leave, where none is known exactly."""
    for level, growth in product(case.of("level"), case.of("yoy_growth")):
        since = default_base_month(growth.goal)
        if level.month == growth.month and level.value > 0 and all(base.month != since for base in _known(case)):
            value = level.value / (1 + growth.value)
            formula = f"{count(level.value)} ÷ (1 + {growth.shown}) {equals(value)}"
            ids = tuple(dict.fromkeys((*level.goals, *growth.goals)))
            yield level, growth, Base(since, value, "derived", ids, formula)


def _bases(case: Case) -> Iterator[Finding]:
    """Say which base follows, and whether a stated one is that."""
    for level, more, base in _subtracted(case):
        taken = f"{end(level.month)}{level.shown}减去净增{more.shown}"
        if base.value < 0:
            text = f"{more.said}，比{level.said}还多，请核对原文。"
            yield case.finding("increment_exceeds_level", "disagrees", text, base.formula, base.value, base)
            continue
        written = [each for each in case.bases if each.month == base.month]
        for each in written:
            gap = each.value - base.value
            if gap:
                text = f"所记基数是{each.said}，而{taken}得{count(base.value)}户，相差{count(abs(gap))}户。"
                formula = f"{base.formula}；{count(each.value)} − {count(base.value)} = {count(gap)}"
                yield case.finding("base_disagrees", "disagrees", text, formula, gap, base, each)
            elif each.origin == "stated":
                text = f"原文所载基数（{each.said}）与{taken}相符。"
                yield case.finding("base_agrees", "agrees", text, base.formula, base.value, base, each)
        if all(each.origin == "derived" for each in written):
            text = f"原文没有写{end(base.month)}的户数；{taken}，可推出基数为{count(base.value)}户。"
            yield case.finding("base_derived", "derived", text, base.formula, base.value, base)
    for level, growth, base in _rounded(case):
        low, high = (level.value / (1 + growth.value + side * growth.half_width) for side in (1, -1))
        text = (
            f"原文没有写{end(base.month)}的户数；按{level.said}、增长{growth.shown}倒推，"
            f"基数约为{count(base.value)}户（{count(low)}户至{count(high)}户之间）。"
        )
        yield case.finding("base_derived", "derived", text, base.formula, base.value, base)
    subtracted = {base.month for _, _, base in _subtracted(case)}
    for one, two in combinations(case.bases, 2):
        if one.month == two.month and one.month not in subtracted:
            low, high = sorted((one.value, two.value))
            text = f"{end(one.month)}的基数有两种写法，{count(low)}户和{count(high)}户，请核对原文。"
            formula = f"{count(high)} − {count(low)} = {count(high - low)}"
            yield case.finding("base_disagrees", "disagrees", text, formula, high - low, one, two)


def _missing(case: Case) -> Iterator[Finding]:
    """Say that no base is stated and none follows."""
    promises = [each for kind in KINDS for each in case.of(kind)]
    if _known(case) or any(_rounded(case)) or not promises:
        return
    said = "、".join(dict.fromkeys(each.said for each in promises))
    has_rate = any(each.kind in ("cagr", "yoy_growth") for each in promises)
    text = f"原文{'' if has_rate else '只'}写了{said}，没有写从多少户起算{'' if has_rate else '，也没有写增速'}。"
    yield case.finding("base_missing", "unstated", text, "", math.nan, *promises)


def _growth(case: Case) -> Iterator[Finding]:
    """Compare growth on the year with the increment, or the level, over the base."""
    for growth, base in product(case.of("yoy_growth"), _known(case)):
        if base.month != default_base_month(growth.goal):
            continue
        increments = [each for each in case.of("increment") if each.month == growth.month]
        increments = [each for each in increments if each.base_month in (None, base.month)]
        # Where an increment is stated the level adds nothing: the base was compared with both.
        for part in increments or [each for each in case.of("level") if each.month == growth.month]:
            value = part.value / base.value - (0 if increments else 1)
            left = f"{count(part.value)} ÷ {count(base.value)}{'' if increments else ' − 1'}"
            is_close = abs(value - growth.value) <= growth.half_width + EPSILON
            code, grade = ("growth_checks", "agrees") if is_close else ("growth_disagrees", "disagrees")
            text = (
                f"{part.said}，比{base.said}增长{percent(value)}，"
                f"与原文写的{growth.shown}{'相符' if is_close else '不一致'}。"
            )
            yield case.finding(code, grade, text, f"{left} {equals(value, is_rate=True)}", value, growth, part, base)


def _spans(case: Case, levels: Sequence[Statement]) -> Iterator[tuple[Statement, Base]]:
    """Pair levels with the known bases before them which they do not fall below."""
    for level, base in product(levels, _known(case)):
        if base.month < level.month and base.value <= level.value:
            yield level, base


def _rates(case: Case) -> Iterator[Finding]:
    """Compare the yearly rate with the level, from every base that is known; without a rate say which one follows."""
    for level, base in product(case.of("level"), _known(case)):
        if base.month < level.month and level.value < base.value:
            text = f"{level.said}，比{base.said}还少，与增长的目标矛盾，请核对原文。"
            gap = level.value - base.value
            formula = f"{count(level.value)} − {count(base.value)} = {count(gap)}"
            yield case.finding("level_below_base", "disagrees", text, formula, gap, level, base)
    months = {base.month for base in _known(case)}
    for rate, (level, base) in product(case.of("cagr"), list(_spans(case, case.of("level")))):
        # A rate whose own base is known is a promise from there and from nowhere else.
        is_elsewhere = rate.base_month in months and rate.base_month != base.month
        if level.month == rate.month and not is_elsewhere:
            yield _rate(case, rate, level, base)
    promised = {rate.month for rate in case.of("cagr")}
    for level, base in _spans(case, case.ends()):
        if level.month not in promised:
            value, formula = yearly(base.value, level.value, base.month, level.month)
            years = span(base.month, level.month)
            text = f"原文没有写年均增速；从{base.said}到{level.said}，{years}里平均每年要增长{percent(value)}。"
            yield case.finding("rate_derived", "derived", text, formula, value, level, base)


def _rate(case: Case, rate: Statement, level: Statement, base: Base) -> Finding:
    years = span(base.month, level.month)
    reached = target_level(rate.goal, base.value, base.month)
    implied, formula = yearly(base.value, level.value, base.month, level.month)
    formula = f"{count(base.value)} × {grown(rate, base.month, level.month)} {equals(reached)}；{formula}"
    off, gap = abs(implied - rate.value), abs(reached - level.value)
    start = f"从{base.said}起，年均增长{rate.shown}，{years}后"
    # Half an entity is what rounding to whole entities leaves.
    if off <= min(rate.half_width, RATE_TOLERANCE) + EPSILON or gap <= 0.5:
        text = f"{start}是{count(reached)}户，与{level.said}相符。"
        return case.finding("rate_checks", "agrees", text, formula, implied, rate, level, base)
    is_round = off <= rate.half_width + EPSILON
    text = (
        f"{start}应是{count(reached)}户，原文写的是{level.shown}，相差{count(gap)}户。做到{level.shown}，"
        f"年均{'只' if implied < rate.value else ''}需增长{percent(implied)}"
        f"{f'（四舍五入才是{rate.shown}）' if is_round else ''}。"
    )
    return case.finding("rate_disagrees", "disagrees", text, formula, implied, rate, level, base)


def _implied_bases(case: Case) -> Iterator[Finding]:
    """Derive the base which a rate and a level imply where none is known, and compare it with the data."""
    known = {base.month for base in _known(case)}
    for level, rate in product(case.of("level"), case.of("cagr")):
        is_known = rate.base_month in known or (rate.base_month is None and known)
        if level.month != rate.month or level.value <= 0 or is_known:
            continue
        year = rate.document_year
        readings = {rate.plan_start, *([] if year is None else [pd.Period(year=year - 1, month=12, freq="M")])}
        readings = readings if rate.base_month is None else {rate.base_month}
        bases = {since: level.value / target_level(rate.goal, 1.0, since) for since in sorted(readings)}
        bases = {since: value for since, value in bases.items() if since < level.month}
        fits = [since for since, value in bases.items() if _is_held(case, since, value)]
        for since, value in bases.items():
            formula = f"{count(level.value)} ÷ {grown(rate, since, level.month)} {equals(value)}"
            start = f"如从{end(since)}起算" if rate.base_month is None else f"原文没有写{end(since)}的户数"
            text = f"{start}，按{level.said}、年均增长{rate.shown}倒推，基数约为{count(value)}户。"
            yield case.finding("rate_implies_base", "derived", text, formula, value, rate, level)
            if since in case.stock:
                code = "data_agree" if since in fits else "data_exclude" if fits else "data_disagree"
                is_telling = rate.base_month is None and len(fits) == 1 and len(bases) > 1
                verdict = (
                    f"，{rate.shown}看来{'' if since in fits else '不'}是从{end(since)}起算的" if is_telling else ""
                )
                what = f"按年均{rate.shown}倒推的{count(value)}户"
                yield _against_data(case, code, what, verdict, Base(since, value, "derived", ()), rate, level)


def _is_held(case: Case, month: pd.Period, value: float) -> bool:
    return abs(case.stock.get(month, math.inf) / value - 1) <= DATA_TOLERANCE + EPSILON


def _against_data(case: Case, code: str, what: str, verdict: str, base: Base, *parts: Statement | Base) -> Finding:
    actual = case.stock[base.month]
    off = actual / base.value - 1
    said = f"与{what}相符" if code == "data_agree" else f"比{what}{_more(off)}"
    formula = f"{count(actual)} ÷ {count(base.value)} − 1 {equals(off, is_rate=True)}"
    grade = {"data_agree": "agrees", "data_disagree": "disagrees", "data_exclude": "derived"}[code]
    text = f"{end(base.month)}的数据是{count(actual)}户，{said}{verdict}。"
    return case.finding(code, grade, text, formula, off, *parts)


def _more(off: float) -> str:
    return f"{'多' if off > 0 else '少'}{percent(abs(off))}"


def _doubling(case: Case) -> Iterator[Finding]:
    """Halve an even level: what the half would be the stock of, and the rate which doubling asks for."""
    for level in case.ends():
        half, start = level.value / 2, level.plan_start
        known = [base for base in _known(case) if base.month == start]
        if level.value <= 0 or not half.is_integer() or (known and all(base.value != half for base in known)):
            continue
        formula = f"{count(level.value)} = 2 × {count(half)}"
        if known:
            text = f"{level.said}，正好是{end(start)}{count(half)}户的2倍，即翻一番。"
            yield case.finding("doubling", "agrees", text, formula, half, level, *known)
            continue
        text = f"{level.shown}是{count(half)}户的2倍，按“倍增”理解，基数应是{count(half)}户"
        year_ends = [month for month in case.stock if month.month == MONTHS_A_YEAR and month < level.month]
        if year_ends:
            near = min(year_ends, key=lambda month: abs(case.stock[month] - half))
            actual = case.stock[near]
            off = actual / half - 1
            formula += f"；{count(actual)} ÷ {count(half)} − 1 {equals(off, is_rate=True)}"
            said = f"{end(near)}的数据{count(actual)}户"
            text += f"，与{said}相符" if _is_held(case, near, half) else f"；最接近的是{said}，{_more(off)}"
        rate, doubled = yearly(half, level.value, start, level.month)
        rates = [each for each in case.of("cagr") if each.month == level.month]
        rates = [each for each in rates if abs(rate - each.value) <= each.half_width + EPSILON][:1]
        for each in rates:
            years = span(start, level.month)
            text += f"。如从{end(start)}起算，{years}翻一番要年均增长{percent(rate)}，四舍五入是{each.shown}"
            formula += f"；{doubled}"
        yield case.finding("doubling", "derived", f"{text}。", formula, half, level, *rates)


def _remaining(case: Case) -> Iterator[Finding]:
    """Say which yearly rate is left to do once a stated milestone has been met."""
    for level, last in product(case.of("level"), case.ends()):
        if level.month == last.month or level.value <= 0:
            continue
        if level.value > last.value:
            gap = level.value - last.value
            formula = f"{count(level.value)} − {count(last.value)} = {count(gap)}"
            text = f"{level.said}，反而多于{last.said}，请核对原文。"
            yield case.finding("milestone_exceeds", "disagrees", text, formula, gap, level, last)
            continue
        value, formula = yearly(level.value, last.value, level.month, last.month)
        years = span(level.month, last.month)
        text = f"{end(level.month)}做到{level.shown}以后，{years}里平均每年再增长{percent(value)}，就到{last.said}"
        rates = [rate for rate in case.of("cagr") if rate.month == last.month][:1]
        for rate in rates:
            off = value - rate.value
            is_same = abs(off) <= RATE_TOLERANCE + EPSILON
            what = f"原文写的年均{rate.shown}"
            text += f"，与{what}相同" if is_same else f"，{'低于' if off < 0 else '高于'}{what}"
        yield case.finding("remaining_rate", "derived", f"{text}。", formula, value, level, last, *rates)


def _levels(case: Case) -> Iterator[Finding]:
    """Derive the level to which a rate or an increment leads where none is stated."""
    stated = {level.month for level in case.of("level")}
    for part in (each for kind in KINDS[1:] for each in case.of(kind) if each.month not in stated):
        since = default_base_month(part.goal)
        known = [(base.value, base.goals) for base in _known(case) if base.month == since]
        code, source = ("level_derived", "") if known else ("data_imply", "按数据，")
        for value, ids in known or [(case.stock[month], ()) for month in case.stock if month == since]:
            base = Base(since, value, "derived", ids)
            level = target_level(part.goal, value, since)
            more = f"+ {count(part.value)}" if part.kind == "increment" else f"× {grown(part, since, part.month)}"
            text = f"{source}从{base.said}起，{part.said}，{end(part.month)}要达到{count(level)}户。"
            yield case.finding(code, "derived", text, f"{count(value)} {more} {equals(level)}", level, part, base)


def _bases_against_data(case: Case) -> Iterator[Finding]:
    """Compare the bases stated or derived with the data of their month."""
    for base in [*_known(case), *(base for _, _, base in _rounded(case))]:
        if base.month in case.stock:
            code = "data_agree" if _is_held(case, base.month, base.value) else "data_disagree"
            what = f"{'推算' if base.origin == 'derived' else '原文所载'}的基数{count(base.value)}户"
            yield _against_data(case, code, what, "", base, base)


def _data_alone(case: Case) -> Iterator[Finding]:
    """Say which rate the data require where the statements give neither base nor rate, and the rate so far."""
    if _known(case) or any(_rounded(case)) or case.of("cagr"):
        return
    for level in case.ends():
        year_ends = [month for month in case.stock if month.month == MONTHS_A_YEAR]
        starts = [month for month in year_ends if level.plan_start <= month < level.month]
        if not starts or level.value < case.stock[min(starts)]:
            continue
        start = Base(min(starts), case.stock[min(starts)], "derived", ())
        rate, formula = yearly(start.value, level.value, start.month, level.month)
        years = span(start.month, level.month)
        text = f"按数据，从{start.said}到{level.said}，{years}里平均每年要增长{percent(rate)}。"
        yield case.finding("data_imply", "derived", text, formula, rate, level)
        last = max(month for month in case.stock if month <= level.month)
        # Less than a year says more of the season than of the pace.
        if last - MONTHS_A_YEAR >= start.month:
            so_far, formula = yearly(start.value, case.stock[last], start.month, last)
            text = (
                f"数据从{start.said}到{end(last)}的{count(case.stock[last])}户，实际平均每年增长{percent(so_far)}，"
                f"{'低于' if so_far < rate else '不低于'}做到{level.shown}所需的{percent(rate)}。"
            )
            yield case.finding("data_so_far", "derived", text, formula, so_far, level)


#: Within a grade findings keep this order.
RULES = (
    _contradictions,
    _bases,
    _missing,
    _growth,
    _rates,
    _implied_bases,
    _doubling,
    _remaining,
    _levels,
    _bases_against_data,
    _data_alone,
)
