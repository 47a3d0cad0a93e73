"""Each rule of the audit and its edge, on statements made for it."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from forecasting import Panel
from targets import Goal
from targets.audit import audit, audit_area
from targets.findings import GRADES, Finding, Statement, percent, yearly

AREA = "141033"
LEVEL = Goal(
    id="level",
    area=AREA,
    entity_type="all",
    indicator="entities",
    indicator_name="市场主体总数",
    kind="level",
    value=9001.0,
    unit="户",
    comparison="at_least",
    deadline=pd.Period("2025-12", "M"),
)


def month(text: str) -> pd.Period:
    return pd.Period(text, "M")


def goal(kind: str, value: float, deadline: str = "2025-12", base: str | None = None, **changes: Any) -> Goal:
    """A goal whose id is its kind, unless another is given."""
    base_month = None if base is None else month(base)
    changes = {"id": kind, **changes}
    return replace(LEVEL, kind=kind, value=value, deadline=month(deadline), base_month=base_month, **changes)


def based(value: float, base: str = "2021-12", origin: str = "stated") -> Goal:
    """An upper limit beyond all else, which brings a base and says nothing more."""
    limit = goal("level", 1e6, "2035-12", base, id="base", comparison="at_most")
    return replace(limit, base_value=value, base_origin=origin)


def panel(held: dict[str, float], entity_type: str = "all", area: str = AREA) -> Panel:
    months = pd.period_range(min(held), max(held), freq="M")
    unseen = np.full((1, len(months)), math.nan)
    stock = np.array([[held.get(str(each), math.nan) for each in months]])
    keys = pd.DataFrame({"area": [area], "entity_type": [entity_type]})
    return Panel(keys=keys, months=months, entries=unseen, exits=unseen, stock=stock, adjustment=unseen)


def run(*goals: Goal, held: dict[str, float] | None = None) -> tuple[Finding, ...]:
    return audit(goals, history=panel(held) if held else None, area_name="甲县")


def codes(found: tuple[Finding, ...]) -> list[str]:
    return [finding.code for finding in found]


def only(found: tuple[Finding, ...], code: str) -> Finding:
    (finding,) = [finding for finding in found if finding.code == code]
    return finding


def test_nothing_stated_of_the_stock() -> None:
    others = [goal("share", 0.4), goal("count", 7.0), goal("level", 8.0, indicator="night_markets")]
    assert audit([], area_name="甲县") == audit(others, area_name="甲县") == ()


def test_goals_of_two_types_are_not_one_stock() -> None:
    goals = [goal("level", 9001.0), goal("level", 2001.0, id="firms", entity_type="enterprise")]
    with pytest.raises(ValueError, match="one area and entity type"):
        audit(goals, area_name="甲县")
    found = audit_area(goals, None, area=AREA, area_name="甲县")
    assert [finding.text.partition("：")[0] for finding in found] == ["甲县", "甲县企业"]
    assert audit_area(goals, None, area="140109", area_name="乙区") == ()


# --- base = level - increment -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("level_base", "increment_base", "derived"),
    [
        ("2021-12", "2021-12", "2021年底"),
        (None, "2021-12", "2021年底"),
        ("2020-12", None, "2020年底"),
        ("2020-12", "2021-12", "2021年底"),  # an increment is counted from its own base
        (None, None, "2021年底"),  # that of one year, where nothing else is said
    ],
)
def test_base_from_level_and_increment(level_base: str | None, increment_base: str | None, derived: str) -> None:
    found = run(goal("level", 6001.0, "2022-12", level_base), goal("increment", 1000.0, "2022-12", increment_base))
    base = only(found, "base_derived")
    assert (base.formula, base.value, base.grade) == ("6001 − 1000 = 5001", 5001.0, "derived")
    assert base.text == f"甲县：原文没有写{derived}的户数；2022年底6001户减去净增1000户，可推出基数为5001户。"


@pytest.mark.parametrize(
    ("part", "words"),
    [
        (("increment", 1000.0, "2022-12", "2021-12"), "2022年净增1000户"),
        (("increment", 1000.0, "2022-12", None), "2022年净增1000户"),
        (("increment", 1000.0, "2022-12", "2020-12"), "到2022年底净增1000户"),
        (("increment", 1000.0, "2022-06", "2021-06"), "到2022年6月底净增1000户"),
        (("yoy_growth", 0.125, "2022-12", None), "2022年增长12.5%"),
        (("cagr", 0.15, "2025-12", "2021-12"), "到2025年底年均增长15%"),
        (("level", 9001.0, "2025-06", None), "2025年6月底总数9001户"),
    ],
)
def test_how_a_statement_is_said(part: tuple[Any, ...], words: str) -> None:
    assert only(run(goal(*part)), "base_missing").text.partition("写了")[2].startswith(f"{words}，")


def test_an_increment_to_another_deadline_leaves_no_base() -> None:
    found = run(goal("level", 9001.0), goal("increment", 1000.0, "2022-12", "2021-12"))
    assert "base_derived" not in codes(found)


def test_a_milestone_is_a_level() -> None:
    head = replace(LEVEL, milestones=((month("2022-12"), 6001.0),))
    found = run(head, goal("increment", 1000.0, "2022-12", "2021-12"))
    assert only(found, "base_derived").value == 5001.0


def test_an_increment_above_its_level() -> None:
    found = run(goal("level", 900.0, "2022-12"), goal("increment", 1000.0, "2022-12", "2021-12"))
    assert codes(found) == ["increment_exceeds_level", "base_missing", "doubling"]
    assert found[0].text == "甲县：2022年净增1000户，比2022年底总数900户还多，请核对原文。"
    assert (found[0].grade, found[0].formula) == ("disagrees", "900 − 1000 = −100")


def test_a_base_of_nothing_has_no_rate() -> None:
    goals = [goal("level", 1001.0, "2022-12"), goal("increment", 1001.0, "2022-12", "2021-12")]
    found = run(*goals, goal("cagr", 0.1, "2022-12"), held={"2021-12": 5.0})
    assert only(found, "base_derived").value == 0.0
    assert "rate_disagrees" not in codes(found)


@pytest.mark.parametrize(
    ("stated", "origin", "code", "value"),
    [
        (5001.0, "stated", "base_agrees", 5001.0),
        (5001.0, "", "base_agrees", 5001.0),  # a base without origin counts as stated
        (5001.0, "derived", "base_derived", 5001.0),
        (5040.0, "stated", "base_disagrees", 39.0),
        (4990.0, "derived", "base_disagrees", -11.0),
    ],
)
def test_a_written_base_is_compared_with_the_derived_one(stated: float, origin: str, code: str, value: float) -> None:
    level, more = goal("level", 6001.0, "2022-12"), goal("increment", 1000.0, "2022-12", "2021-12")
    found = run(level, more, based(stated, origin=origin))
    about = [finding for finding in found if finding.code.startswith("base_")]
    assert about[0].code == code
    assert about[0].value == value
    if code == "base_disagrees":
        gap = abs(int(value))
        assert about[0].text == (
            f"甲县：所记基数是2021年底的{stated:.0f}户，而2022年底6001户减去净增1000户得5001户，相差{gap}户。"
        )


def test_a_base_written_in_two_ways() -> None:
    found = run(replace(based(5001.0), id="one"), replace(based(5100.0), id="two"))
    clash = only(found, "base_disagrees")
    assert clash.text == "甲县：2021年底的基数有两种写法，5001户和5100户，请核对原文。"
    assert (clash.formula, clash.value, clash.goals) == ("5100 − 5001 = 99", 99.0, ("one", "two"))
    assert "base_disagrees" not in codes(run(replace(based(5001.0), id="one"), based(5100.0, "2022-12")))


def test_written_bases_are_compared_with_the_derived_one_rather_than_with_each_other() -> None:
    level, more = goal("level", 6001.0, "2022-12"), goal("increment", 1000.0, "2022-12", "2021-12")
    found = run(level, more, based(5001.0), replace(based(5100.0), id="two"))
    assert [f.code for f in found if f.code.startswith("base_")] == ["base_disagrees", "base_agrees"]
    assert only(found, "base_disagrees").value == 99.0


@pytest.mark.parametrize("origins", [("derived", "stated"), ("stated", "derived")])
def test_a_base_stated_once_is_stated(origins: tuple[str, str]) -> None:
    level, more = goal("level", 6001.0, "2022-12"), goal("increment", 1000.0, "2022-12", "2021-12")
    bases = [replace(based(5001.0, origin=origin), id=f"{origin}-base") for origin in origins]
    finding = only(run(level, more, *bases), "base_agrees")
    assert finding.text == "甲县：原文所载基数（2021年底的5001户）与2022年底6001户减去净增1000户相符。"
    assert set(finding.goals) == {"level", "increment", "stated-base", "derived-base"}


def test_a_base_within_the_rounding_of_a_growth() -> None:
    """6001 after growth of 19.5 to 20.5 %: 4980 to 5022."""
    goals = [goal("level", 6001.0, "2022-12"), goal("yoy_growth", 0.2, "2022-12")]
    found = run(*goals)
    assert codes(found) == ["base_derived"]
    assert found[0].text == (
        "甲县：原文没有写2021年底的户数；按2022年底总数6001户、增长20%倒推，基数约为5001户（4980户至5022户之间）。"
    )
    assert found[0].formula == "6001 ÷ (1 + 20%) ≈ 5001"
    assert_allclose(found[0].value, 6001 / 1.2)
    # 5045 / 5001 = 1.009, 5060 / 5001 = 1.012
    assert only(run(*goals, held={"2021-12": 5045.0}), "data_agree").value == pytest.approx(5045 / (6001 / 1.2) - 1)
    assert only(run(*goals, held={"2021-12": 5060.0}), "data_disagree").grade == "disagrees"


# --- growth on the year -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("growth", "increment", "code"),
    [
        (0.23, 2250.0, "growth_checks"),  # 22.5 % of 10000, the lower bound
        (0.23, 2249.0, "growth_disagrees"),
        (0.23, 2350.0, "growth_checks"),  # 23.5 %, the upper bound
        (0.23, 2351.0, "growth_disagrees"),
        (0.225, 2245.0, "growth_checks"),  # stated to a tenth: 22.45 to 22.55 %
        (0.225, 2244.0, "growth_disagrees"),
        (0.225, 2256.0, "growth_disagrees"),
        (0.2, 2050.0, "growth_checks"),  # 20 % is 19.5 to 20.5 %, not 15 to 25 %
        (0.2, 2060.0, "growth_disagrees"),
    ],
)
def test_growth_checks_if_it_rounds_to_the_stated_figure(growth: float, increment: float, code: str) -> None:
    goals = [goal("increment", increment, "2022-12", "2021-12"), goal("yoy_growth", growth, "2022-12")]
    finding = only(run(*goals, based(10000.0)), code)
    assert finding.grade == {"growth_checks": "agrees", "growth_disagrees": "disagrees"}[code]
    assert_allclose(finding.value, increment / 10000)


def test_growth_in_words() -> None:
    goals = [goal("increment", 2600.0, "2022-12", "2021-12"), goal("yoy_growth", 0.23, "2022-12"), based(10000.0)]
    finding = only(run(*goals), "growth_disagrees")
    assert finding.text == "甲县：2022年净增2600户，比2021年底的10000户增长26.0%，与原文写的23%不一致。"
    assert finding.formula == "2600 ÷ 10000 = 26.0%"
    assert finding.goals == ("yoy_growth", "increment", "base")


def test_growth_against_a_level_where_no_increment_is_stated() -> None:
    finding = only(
        run(goal("level", 6301.0, "2022-06"), goal("yoy_growth", 0.26, "2022-06"), based(5000.0, "2021-06")),
        "growth_checks",
    )
    assert finding.text == "甲县：2022年6月底总数6301户，比2021年6月底的5000户增长26.0%，与原文写的26%相符。"
    assert finding.formula == "6301 ÷ 5000 − 1 ≈ 26.0%"


def test_growth_is_not_compared_with_a_base_of_another_month() -> None:
    goals = [goal("increment", 2600.0, "2022-12", "2020-12"), goal("yoy_growth", 0.23, "2022-12")]
    assert not {"growth_checks", "growth_disagrees"} & set(codes(run(*goals, based(10000.0, "2020-12"))))


def test_growth_is_not_compared_with_an_increment_over_more_than_the_year() -> None:
    goals = [goal("increment", 2300.0, "2022-12", "2021-12"), goal("increment", 4000.0, "2022-12", "2020-12", id="two")]
    found = run(*goals, goal("yoy_growth", 0.23, "2022-12"), based(10000.0))
    assert [f.formula for f in found if f.code.startswith("growth_")] == ["2300 ÷ 10000 = 23.0%"]


# --- yearly rates -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rate", "level", "code"),
    [
        (0.1, 14641.0, "rate_checks"),  # 10000 x 1.1^4
        (0.1, 14667.0, "rate_checks"),  # 10.049 % is said 10.0 %
        (0.1, 14669.0, "rate_disagrees"),  # 10.053 %
        (0.1, 14615.0, "rate_checks"),  # 9.951 %
        (0.1, 14613.0, "rate_disagrees"),  # 9.947 %
        (0.1005, 14669.0, "rate_checks"),  # stated to a hundredth: 10.045 to 10.055 %
        (0.1005, 14667.0, "rate_checks"),
        (0.1005, 14664.0, "rate_disagrees"),  # 10.043 %
    ],
)
def test_a_yearly_rate_checks_to_a_tenth_of_a_point(rate: float, level: float, code: str) -> None:
    found = run(goal("level", level), goal("cagr", rate), based(10000.0))
    finding = only(found, code)
    assert finding.grade == {"rate_checks": "agrees", "rate_disagrees": "disagrees"}[code]
    assert_allclose(finding.value, (level / 10000) ** 0.25 - 1)


def test_a_small_stock_checks_within_half_an_entity() -> None:
    """7 x 1.1^4 = 10.25: the 10 of the goal, though that is 9.3 % a year only; 11 is not."""
    assert "rate_checks" in codes(run(goal("level", 10.0), goal("cagr", 0.1), based(7.0)))
    assert "rate_disagrees" in codes(run(goal("level", 11.0), goal("cagr", 0.1), based(7.0)))


def test_a_base_after_the_deadline_says_nothing_of_the_rate() -> None:
    found = run(goal("level", 9001.0, "2022-12"), goal("cagr", 0.1, "2022-12"), based(8000.0, "2023-12"))
    assert codes(found) == []


def test_a_level_that_asks_for_more_than_the_rate() -> None:
    finding = only(run(goal("level", 20001.0), goal("cagr", 0.1), based(10000.0)), "rate_disagrees")
    assert finding.text == (
        "甲县：从2021年底的10000户起，年均增长10%，4年后应是14641户，原文写的是20001户，相差5360户。"
        "做到20001户，年均需增长18.9%。"
    )
    assert finding.formula == "10000 × (1 + 10%)^4 = 14641；(20001 ÷ 10000)^(1/4) − 1 ≈ 18.9%"


def test_years_that_are_not_whole() -> None:
    finding = only(run(goal("level", 15001.0), goal("cagr", 0.1), based(10000.0, "2022-06")), "rate_disagrees")
    assert "42个月后应是13960户" in finding.text  # 1.1^3.5 = 1.395965
    assert finding.formula == "10000 × (1 + 10%)^(42/12) ≈ 13960；(15001 ÷ 10000)^(12/42) − 1 ≈ 12.3%"


def test_a_rate_holds_from_its_own_base_only_where_that_is_known() -> None:
    later, own = replace(based(12000.0, "2022-12"), id="later"), replace(based(10000.0), id="own")
    goals = [goal("level", 14641.0), goal("cagr", 0.1, base="2021-12")]
    assert [f.code for f in run(*goals, later, own) if "rate_" in f.code] == ["rate_checks"]
    unknown = [f.code for f in run(*goals, later) if "rate_" in f.code]
    assert unknown == ["rate_disagrees", "rate_implies_base"]


def test_a_rate_that_follows() -> None:
    finding = only(run(goal("level", 14641.0), based(10000.0)), "rate_derived")
    assert finding.text == (
        "甲县：原文没有写年均增速；从2021年底的10000户到2025年底总数14641户，4年里平均每年要增长10.0%。"
    )
    assert finding.formula == "(14641 ÷ 10000)^(1/4) − 1 = 10.0%"


def test_a_level_below_a_base_of_another_goal() -> None:
    found = run(goal("level", 9001.0), goal("cagr", 0.1), based(9500.0))
    assert codes(found) == ["level_below_base"]
    assert found[0].text == "甲县：2025年底总数9001户，比2021年底的9500户还少，与增长的目标矛盾，请核对原文。"
    assert (found[0].formula, found[0].value) == ("9001 − 9500 = −499", -499.0)
    assert "level_below_base" not in codes(run(goal("level", 9001.0, comparison="at_most"), based(9500.0)))
    assert "level_below_base" not in codes(run(goal("level", 9501.0, "2021-06"), based(9999.0)))


@pytest.mark.parametrize(
    ("changes", "base", "readings"),
    [
        ({}, None, ["2020年底"]),  # a document without a year
        ({"document_number": "某政〔2022〕15号"}, None, ["2020年底", "2021年底"]),
        ({"document_number": "某政[2023]1号"}, None, ["2020年底", "2022年底"]),
        ({"note": "文号未载（2022-04-18印发）。"}, None, ["2020年底", "2021年底"]),
        ({"note": "到2024年为止。"}, None, ["2020年底"]),
        ({"document_number": "某政〔2021〕3号"}, None, ["2020年底"]),  # both readings are one
        ({"document_number": "某政〔2026〕3号"}, None, ["2020年底"]),  # after the deadline
        ({"document_number": "某政〔2022〕15号"}, "2019-12", ["2019年底"]),
    ],
)
def test_the_ends_of_years_a_rate_may_start_from(
    changes: dict[str, str], base: str | None, readings: list[str]
) -> None:
    found = run(goal("level", 9001.0), goal("cagr", 0.1, base=base, **changes))
    texts = [finding.text for finding in found if finding.code == "rate_implies_base"]
    assert [each for each in readings if any(each in text.partition("，")[0] for text in texts)] == readings
    assert len(texts) == len(readings)


@pytest.mark.parametrize(
    ("actual", "code"),
    [(10100.0, "data_agree"), (10101.0, "data_disagree"), (9900.0, "data_agree"), (9899.0, "data_disagree")],
)
def test_data_agree_within_one_per_cent(actual: float, code: str) -> None:
    goals = [goal("level", 14641.0), goal("cagr", 0.1, base="2021-12")]
    for found in (run(*goals, held={"2021-12": actual}), run(based(10000.0), held={"2021-12": actual})):
        finding = only(found, code)
        assert_allclose(finding.value, actual / 10000 - 1)
        assert finding.formula.startswith(f"{actual:.0f} ÷ 10000 − 1 ")


def test_one_reading_that_the_data_hold_is_not_told_from_another() -> None:
    found = run(goal("level", 16105.0), goal("cagr", 0.1), held={"2020-12": 10001.0})
    assert only(found, "data_agree").text == "甲县：2020年底的数据是10001户，与按年均10%倒推的10000户相符。"


def test_a_base_taken_from_data_stands_with_the_data() -> None:
    goals = [goal("level", 14641.0), goal("cagr", 0.1, base="2021-12")]
    found = run(*goals, based(10050.0, origin="data"))
    assert codes(found) == ["base_missing", "rate_implies_base", "data_agree"]
    # What the panel holds is newer.
    assert "data_disagree" in codes(run(*goals, based(10050.0, origin="data"), held={"2021-12": 10500.0}))


# --- doubling -----------------------------------------------------------------------------------------------------


def test_only_an_even_level_of_the_last_deadline_is_twice_something() -> None:
    assert "doubling" not in codes(run(goal("level", 9001.0)))
    assert only(run(goal("level", 9002.0)), "doubling").value == 4501.0
    assert "doubling" not in codes(run(goal("level", 9001.0), goal("level", 6000.0, "2022-12", id="milestone")))
    assert "doubling" not in codes(run(goal("level", 9002.0, comparison="at_most")))


@pytest.mark.parametrize(
    ("held", "words"),
    [
        ({"2019-12": 4800.0, "2020-12": 5049.0}, "基数应是5000户，与2020年底的数据5049户相符。"),
        ({"2019-12": 4960.0, "2020-12": 5400.0}, "基数应是5000户，与2019年底的数据4960户相符。"),
        ({"2019-12": 4800.0, "2020-12": 5400.0}, "基数应是5000户；最接近的是2019年底的数据4800户，少4.0%。"),
        ({"2021-06": 5000.0}, "基数应是5000户。"),  # no year-end
        ({"2025-12": 5000.0}, "基数应是5000户。"),  # the deadline itself
    ],
)
def test_which_year_end_held_the_half(held: dict[str, float], words: str) -> None:
    assert only(run(goal("level", 10000.0), held=held), "doubling").text.endswith(words)


def test_doubling_of_a_known_base() -> None:
    exact = only(run(goal("level", 10000.0), based(5000.0, "2020-12")), "doubling")
    assert (exact.grade, exact.text) == ("agrees", "甲县：2025年底总数10000户，正好是2020年底5000户的2倍，即翻一番。")
    assert "doubling" not in codes(run(goal("level", 10000.0), based(5001.0, "2020-12")))
    # A base of another month leaves open what the half was.
    assert only(run(goal("level", 10000.0), based(5500.0, "2021-12")), "doubling").grade == "derived"


@pytest.mark.parametrize(("rate", "is_said"), [(0.15, True), (0.149, True), (0.148, False), (0.16, False)])
def test_doubling_in_five_years_is_said_where_the_rate_rounds_to_it(rate: float, is_said: bool) -> None:
    finding = only(run(goal("level", 10000.0), goal("cagr", rate)), "doubling")
    assert ("5年翻一番要年均增长14.9%" in finding.text) is is_said
    assert ("(10000 ÷ 5000)^(1/5) − 1 ≈ 14.9%" in finding.formula) is is_said


# --- milestones ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rate", "words"),
    [
        (None, "就到2025年底总数13311户。"),
        (0.15, "低于原文写的年均15%。"),
        (0.1, "与原文写的年均10%相同。"),
        (0.08, "高于原文写的年均8%。"),
    ],
)
def test_the_rate_that_remains_after_a_milestone(rate: float | None, words: str) -> None:
    """From 10001 to 13311 in three years: 13311 / 10001 = 1.33097 = 1.09999^3."""
    head = replace(goal("level", 13311.0), milestones=((month("2022-12"), 10001.0),))
    finding = only(run(head, *([] if rate is None else [goal("cagr", rate)])), "remaining_rate")
    assert finding.text.startswith("甲县：2022年底做到10001户以后，3年里平均每年再增长10.0%，")
    assert finding.text.endswith(words)
    assert_allclose(finding.value, (13311 / 10001) ** (1 / 3) - 1)


def test_a_milestone_that_is_the_goal_already() -> None:
    head = replace(goal("level", 9001.0), milestones=((month("2022-12"), 9001.0),))
    assert only(run(head), "remaining_rate").formula == "(9001 ÷ 9001)^(1/3) − 1 = 0.0%"


def test_every_milestone_has_its_remaining_rate() -> None:
    head = replace(goal("level", 13311.0), milestones=((month("2022-12"), 10001.0), (month("2024-12"), 12001.0)))
    found = run(head)
    rates = [finding.formula for finding in found if finding.code == "remaining_rate"]
    assert rates == ["(13311 ÷ 10001)^(1/3) − 1 ≈ 10.0%", "13311 ÷ 12001 − 1 ≈ 10.9%"]


def test_a_milestone_above_the_goal() -> None:
    head = replace(goal("level", 9001.0), milestones=((month("2022-12"), 9500.0),))
    found = run(head)
    assert codes(found) == ["milestone_exceeds", "base_missing"]
    assert found[0].text == "甲县：2022年底总数9500户，反而多于2025年底总数9001户，请核对原文。"
    assert found[0].value == 499.0


# --- levels that follow -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("part", "level", "formula"),
    [
        (("increment", 1001.0, "2022-12", "2021-12"), 11001.0, "10000 + 1001 = 11001"),
        (("increment", 1001.0, "2022-12", None), 11001.0, "10000 + 1001 = 11001"),
        (("yoy_growth", 0.23, "2022-12", None), 12300.0, "10000 × (1 + 23%) = 12300"),
        (("cagr", 0.1, "2025-12", "2021-12"), 14641.0, "10000 × (1 + 10%)^4 = 14641"),
    ],
)
def test_a_level_that_follows(part: tuple[Any, ...], level: float, formula: str) -> None:
    by_base, by_data = run(goal(*part), based(10000.0)), run(goal(*part), held={"2021-12": 10000.0})
    for found, code in ((by_base, "level_derived"), (by_data, "data_imply")):
        finding = only(found, code)
        assert finding.formula == formula
        assert_allclose(finding.value, level)
    assert "按数据，" not in only(by_base, "level_derived").text
    assert "按数据，从2021年底的10000户起，" in only(by_data, "data_imply").text
    assert codes(run(goal(*part))) == ["base_missing"]


def test_no_level_follows_where_one_is_stated() -> None:
    found = run(goal("yoy_growth", 0.23, "2022-12"), goal("level", 12300.0, "2022-12"), based(10000.0))
    assert "level_derived" not in codes(found)


# --- data alone ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("held", "formulas"),
    [
        ({"2020-12": 5001.0}, ["(9001 ÷ 5001)^(1/5) − 1 ≈ 12.5%"]),
        # Eleven months say nothing of a yearly rate; twelve do.
        ({"2020-12": 5001.0, "2021-11": 5600.0}, ["(9001 ÷ 5001)^(1/5) − 1 ≈ 12.5%"]),
        ({"2020-12": 5001.0, "2021-12": 5800.0}, ["(9001 ÷ 5001)^(1/5) − 1 ≈ 12.5%", "5800 ÷ 5001 − 1 ≈ 16.0%"]),
        # Data that begin later start from their first year-end; what came before the plan is no start.
        ({"2019-12": 4001.0, "2022-12": 6001.0}, ["(9001 ÷ 6001)^(1/3) − 1 ≈ 14.5%"]),
        ({"2019-12": 4001.0}, []),
        ({"2021-06": 5001.0}, []),
        # Months after the deadline are not what led to it.
        ({"2020-12": 5001.0, "2025-12": 8001.0, "2026-12": 9999.0}, ["(9001 ÷ 5001)^(1/5) − 1 ≈ 12.5%",
                                                                      "(8001 ÷ 5001)^(1/5) − 1 ≈ 9.9%"]),
        ({"2020-12": 9500.0}, []),  # the goal was met before it was set: no rate is required
    ],
)  # fmt: skip
def test_what_the_data_require(held: dict[str, float], formulas: list[str]) -> None:
    found = run(goal("level", 9001.0), held=held)
    assert [finding.formula for finding in found if finding.code.startswith("data_")] == formulas


@pytest.mark.parametrize("other", [goal("cagr", 0.1), based(5001.0), goal("yoy_growth", 0.1)])
def test_the_data_speak_alone_only_where_neither_base_nor_rate_is_stated(other: Goal) -> None:
    found = run(goal("level", 9001.0), other, held={"2020-12": 5001.0, "2024-12": 8001.0})
    assert "data_so_far" not in codes(found)


def test_a_panel_without_the_series() -> None:
    alone = audit([LEVEL], area_name="甲县")
    assert audit([LEVEL], history=panel({"2020-12": 5001.0}, area="140109"), area_name="甲县") == alone
    firms = replace(LEVEL, entity_type="individual")
    enterprises = panel({"2020-12": 5001.0}, entity_type="enterprise")
    assert codes(audit([firms], history=enterprises, area_name="甲县")) == ["base_missing"]
    # One type is not all of them; the three together are.
    assert codes(audit([LEVEL], history=enterprises, area_name="甲县")) == ["base_missing"]
    types = ["cooperative", "enterprise", "individual"]
    unseen, months = np.full((3, 1), math.nan), pd.PeriodIndex(["2020-12"], freq="M")
    keys = pd.DataFrame({"area": AREA, "entity_type": types})
    whole = Panel(keys, months, unseen, unseen, np.array([[101.0], [900.0], [4000.0]]), unseen)
    required = only(audit([LEVEL], history=whole, area_name="甲县"), "data_imply")
    assert required.formula == "(9001 ÷ 5001)^(1/5) − 1 ≈ 12.5%"


# --- statements against each other --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("one", "two", "words"),
    [
        (goal("level", 9001.0), goal("level", 9100.0), "2025年底总数有两种写法，9001户和9100户，请核对原文。"),
        (
            goal("level", 9001.0, base="2020-12"),
            goal("level", 9100.0, base="2021-12"),  # a level is the same wherever it is counted from
            "2025年底总数有两种写法，9001户和9100户，请核对原文。",
        ),
        (goal("cagr", 0.15), goal("cagr", 0.125), "2025年底年均增速有两种写法，12.5%和15%，请核对原文。"),
        (
            goal("level", 9100.0),
            goal("level", 9001.0, comparison="at_most"),
            "2025年底总数要求不低于9100户，又要求不高于9001户，不可能同时做到，请核对原文。",
        ),
        (goal("level", 9001.0), goal("level", 9100.0, comparison="at_most"), None),  # a range
        (goal("level", 9001.0), goal("level", 9001.0), None),
        (goal("level", 9001.0), goal("level", 9100.0, "2026-12"), None),
        (goal("cagr", 0.15, base="2020-12"), goal("cagr", 0.16, base="2021-12"), None),  # of different years
        (goal("cagr", 0.15, base="2020-12"), goal("cagr", 0.16), "2025年底年均增速有两种写法，15%和16%，请核对原文。"),
    ],
)
def test_one_thing_stated_twice(one: Goal, two: Goal, words: str | None) -> None:
    for goals in ((one, replace(two, id="two")), (replace(two, id="two"), one)):
        found = [finding for finding in run(*goals) if finding.code == "statements_disagree"]
        assert [finding.text for finding in found] == ([] if words is None else [f"甲县：{words}"])
        if found:
            assert found[0].grade == "disagrees"
            assert set(found[0].goals) == {one.id, "two"}


def test_the_difference_of_two_statements() -> None:
    found = run(goal("cagr", 0.15), goal("cagr", 0.125, id="two"))
    clash = only(found, "statements_disagree")
    assert clash.formula == "15% − 12.5% = 2.5%"
    assert_allclose(clash.value, 0.025)


def test_what_two_documents_state_alike_is_found_once() -> None:
    goals = [goal("level", 14641.0), goal("cagr", 0.1), based(10000.0)]
    twice = [*goals, *(replace(each, id=f"{each.id}-2") for each in goals)]
    # The second rate says where it starts; what follows from it is the same.
    twice[4] = replace(twice[4], base_month=month("2021-12"))
    assert [(f.code, f.text) for f in run(*twice)] == [(f.code, f.text) for f in run(*goals)]
    assert set(only(run(*twice), "rate_checks").goals) == {each.id for each in twice}


def test_disagreements_come_first() -> None:
    goals = [goal("level", 9002.0), goal("cagr", 0.1), goal("level", 6002.0, "2022-12", id="milestone")]
    found = run(*goals, goal("increment", 1001.0, "2022-12", "2021-12"), held={"2020-12": 5000.0, "2021-12": 5001.0})
    assert [finding.grade_word for finding in found] == [
        *["不一致"] * (len(found) - 4),
        *["推算"] * 3,
        "相符",
    ]
    assert found[0].code == "rate_disagrees"


# --- parts --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "half_width", "shown"),
    [
        (0.23, 0.005, "23%"),
        (0.2, 0.005, "20%"),
        (0.125, 0.0005, "12.5%"),
        (0.1225, 0.00005, "12.25%"),
        (0.07, 0.005, "7%"),
    ],
)
def test_the_rounding_a_stated_figure_stands_for(value: float, half_width: float, shown: str) -> None:
    statement = Statement(goal("cagr", value), "cagr", month("2025-12"), value, None, ())
    assert_allclose(statement.half_width, half_width, rtol=1e-12)
    assert statement.shown == shown


@pytest.mark.parametrize(
    ("value", "shown"), [(0.1479, "14.8%"), (-0.0279, "−2.8%"), (-0.0001, "0.0%"), (0.0, "0.0%"), (1.5, "150.0%")]
)
def test_a_computed_rate_is_said_to_a_tenth_of_a_point(value: float, shown: str) -> None:
    assert percent(value) == shown


def test_a_yearly_rate_is_compounded() -> None:
    rate, formula = yearly(10000.0, 12100.0, month("2020-12"), month("2022-12"))
    assert_allclose(rate, 0.1)
    assert formula == "(12100 ÷ 10000)^(1/2) − 1 = 10.0%"


def test_a_milestone_without_a_number_is_no_statement() -> None:
    broken = replace(LEVEL, milestones=((month("2022-12"), math.nan),))
    assert audit([broken], area_name="甲县") == audit([LEVEL], area_name="甲县")


# --- any statements -----------------------------------------------------------------------------------------------

YEAR_ENDS = [f"{year}-{end}" for year in range(2018, 2026) for end in ("06", "12")]
COUNTS = st.sampled_from([0.0, 1.0, 2.0, 4501.0, 5000.0, 9001.0, 10000.0])
RATES = st.sampled_from([0.0, 0.001, 0.1, 0.15, 0.23, 3.0])


@st.composite
def statements(draw: st.DrawFn) -> list[Goal]:
    """Up to five statements of a stock, as contradictory as a record may be."""
    goals = []
    for number in range(draw(st.integers(0, 5))):
        kind = draw(st.sampled_from(["level", "cagr", "yoy_growth", "increment"]))
        base, deadline = draw(st.none() | st.sampled_from(YEAR_ENDS[:6])), draw(st.sampled_from(YEAR_ENDS[6:]))
        value = draw(RATES if kind in ("cagr", "yoy_growth") else COUNTS)
        changes: dict[str, Any] = {
            "comparison": draw(st.sampled_from(["at_least", "at_least", "at_most"])),
            "document_number": draw(st.sampled_from(["", "某政〔2022〕1号"])),
        }
        known = None if base is None else draw(st.none() | COUNTS)
        if known is not None and not (kind == "level" and changes["comparison"] == "at_least" and value < known):
            changes |= {"base_value": known, "base_origin": draw(st.sampled_from(["", "stated", "derived", "data"]))}
        if draw(st.booleans()):
            changes["milestones"] = ((month(deadline) - 12, draw(COUNTS)),)
        goals.append(goal(kind, value, deadline, base, id=f"goal-{number}", **changes))
    return goals


@settings(max_examples=400, deadline=None, derandomize=True)
@given(statements(), st.none() | st.dictionaries(st.sampled_from(YEAR_ENDS), COUNTS, min_size=1))
def test_whatever_is_stated_findings_are_whole_ordered_and_never_repeated(
    goals: list[Goal], held: dict[str, float] | None
) -> None:
    found = run(*goals, held=held)
    assert [finding.grade for finding in found] == sorted((f.grade for f in found), key=list(GRADES).index)
    assert len({(finding.code, finding.text) for finding in found}) == len(found)
    for finding in found:
        assert set(finding.goals) <= {each.id for each in goals}
        assert finding.goals
        assert not any(word in finding.text + finding.formula for word in ("nan", "inf", "None", "-"))
        assert bool(finding.formula) == math.isfinite(finding.value)
        assert finding.code == "base_missing" or finding.formula
