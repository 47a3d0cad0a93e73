"""What the audit says of three counties, from their documents as they stand in the catalogue.

    蒲县       7961 − 1489 = 6472 at the end of 2021; 11236 by the end of 2025 at 15 % a year; 2022: +23 %, +1489
    万柏林区   150000 by the end of 2025 at 16 % a year, from nowhere
    左权县     16000 by the end of 2025, and nothing else

The data are made by hand: the stock of a few months, and nothing of the months between.
"""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose

from data.catalogue.goals import load_goals
from forecasting import Panel
from targets import Goal
from targets.audit import audit, audit_area
from targets.findings import GRADES, Finding

PUXIAN, WANBAILIN, ZUOQUAN = "141033", "140109", "140722"


def goals_of(area: str, entity_type: str = "all") -> list[Goal]:
    return [goal for goal in load_goals() if (goal.area, goal.entity_type) == (area, entity_type)]


def stock(area: str, held: dict[str, float], entity_type: str = "all") -> Panel:
    """A panel that holds the stock of these months only."""
    months = pd.period_range(min(held), max(held), freq="M")
    unseen = np.full((1, len(months)), math.nan)
    return Panel(
        keys=pd.DataFrame({"area": [area], "entity_type": [entity_type]}),
        months=months,
        entries=unseen,
        exits=unseen,
        stock=np.array([[held.get(str(month), math.nan) for month in months]]),
        adjustment=unseen,
    )


def table(findings: tuple[Finding, ...]) -> list[tuple[str, str, str]]:
    return [(finding.code, finding.grade_word, finding.formula) for finding in findings]


def texts(findings: tuple[Finding, ...], code: str) -> list[str]:
    return [finding.text for finding in findings if finding.code == code]


def test_puxian_from_its_document_alone() -> None:
    assert table(audit(goals_of(PUXIAN), area_name="蒲县")) == [
        # 6472 x 1.15 = 7442.8, 8559.2, 9843.1, 11319.6; what leads to 11236 is 1.1479 a year
        ("rate_disagrees", "不一致", "6472 × (1 + 15%)^4 ≈ 11320；(11236 ÷ 6472)^(1/4) − 1 ≈ 14.8%"),
        ("base_derived", "推算", "7961 − 1489 = 6472"),
        ("rate_implies_base", "推算", "11236 ÷ (1 + 15%)^5 ≈ 5586"),  # 1.15^5 = 2.011357
        ("doubling", "推算", "11236 = 2 × 5618；(11236 ÷ 5618)^(1/5) − 1 ≈ 14.9%"),  # 2^(1/5) = 1.148698
        ("remaining_rate", "推算", "(11236 ÷ 7961)^(1/3) − 1 ≈ 12.2%"),  # 1.411380^(1/3) = 1.121712
        ("growth_checks", "相符", "1489 ÷ 6472 ≈ 23.0%"),
    ]


@pytest.mark.parametrize(
    ("code", "value"),
    [
        ("rate_disagrees", (11236 / 6472) ** (1 / 4) - 1),  # 0.147872
        ("base_derived", 7961 - 1489),
        ("rate_implies_base", 11236 / (1.15 * 1.15 * 1.15 * 1.15 * 1.15)),  # 5586.28
        ("doubling", 11236 / 2),
        ("remaining_rate", (11236 / 7961) ** (1 / 3) - 1),  # 0.121712
        ("growth_checks", 1489 / 6472),  # 0.230068
    ],
)
def test_puxian_numbers(code: str, value: float) -> None:
    found = {finding.code: finding.value for finding in audit(goals_of(PUXIAN), area_name="蒲县")}
    assert_allclose(found[code], value, rtol=1e-12)


def test_puxian_in_words() -> None:
    assert [finding.text for finding in audit(goals_of(PUXIAN), area_name="蒲县")] == [
        "蒲县：从2021年底的6472户起，年均增长15%，4年后应是11320户，原文写的是11236户，相差84户。"
        "做到11236户，年均只需增长14.8%（四舍五入才是15%）。",
        "蒲县：原文没有写2021年底的户数；2022年底7961户减去净增1489户，可推出基数为6472户。",
        "蒲县：原文没有写2020年底的户数，按2025年底总数11236户、年均增长15%倒推，基数约为5586户。",
        "蒲县：11236户是5618户的2倍，按“倍增”理解，基数应是5618户。"
        "如从2020年底起算，5年翻一番要年均增长14.9%，四舍五入是15%。",
        "蒲县：2022年底做到7961户以后，3年里平均每年再增长12.2%，就到2025年底总数11236户，低于原文写的年均15%。",
        "蒲县：2022年净增1489户，比2021年底的6472户增长23.0%，与原文写的23%相符。",
    ]


def test_puxian_findings_name_the_goals_they_rest_on() -> None:
    found = {finding.code: set(finding.goals) for finding in audit(goals_of(PUXIAN), area_name="蒲县")}
    level, milestone = "141033-entities-2025-level", "141033-entities-2022-level"
    cagr, increment = "141033-entities-2025-cagr", "141033-entities-2022-increment"
    # The 7961 is stated twice: as a goal of its own, and as the milestone of the 2025 goal.
    assert found["base_derived"] == {milestone, increment, level}
    assert found["doubling"] == {level, cagr}
    assert found["remaining_rate"] == {milestone, level, cagr}
    assert found["rate_implies_base"] == {level, cagr}


def test_puxian_against_data() -> None:
    """5700 / 5586 = 1.020 and 5700 / 5618 = 1.015 at the end of 2020; 6500 / 6472 = 1.004 at the end of 2021."""
    found = audit(goals_of(PUXIAN), history=stock(PUXIAN, {"2020-12": 5700.0, "2021-12": 6500.0}), area_name="蒲县")
    assert [finding.grade for finding in found] == [
        *["disagrees"] * 2,
        *["derived"] * 4,
        *["agrees"] * 2,
    ]
    assert texts(found, "data_disagree") == ["蒲县：2020年底的数据是5700户，比按年均15%倒推的5586户多2.0%。"]
    assert texts(found, "data_agree") == ["蒲县：2021年底的数据是6500户，与推算的基数6472户相符。"]
    assert texts(found, "doubling") == [
        "蒲县：11236户是5618户的2倍，按“倍增”理解，基数应是5618户；最接近的是2020年底的数据5700户，多1.5%。"
        "如从2020年底起算，5年翻一番要年均增长14.9%，四舍五入是15%。"
    ]


def test_puxian_base_that_the_data_contradict() -> None:
    found = audit(goals_of(PUXIAN), history=stock(PUXIAN, {"2021-12": 6300.0}), area_name="蒲县")
    assert texts(found, "data_disagree") == ["蒲县：2021年底的数据是6300户，比推算的基数6472户少2.7%。"]
    assert_allclose([f.value for f in found if f.code == "data_disagree"], [6300 / 6472 - 1])


def test_wanbailin_from_its_document_alone() -> None:
    found = audit(goals_of(WANBAILIN), area_name="万柏林区")
    assert table(found) == [
        ("base_missing", "未载明", ""),
        ("rate_implies_base", "推算", "150000 ÷ (1 + 16%)^5 ≈ 71417"),  # 1.16^5 = 2.100342
        ("rate_implies_base", "推算", "150000 ÷ (1 + 16%)^4 ≈ 82844"),  # 1.16^4 = 1.810639
        ("doubling", "推算", "150000 = 2 × 75000"),  # 14.9 % is not 16 %: nothing is said of five years
    ]
    assert [finding.text for finding in found] == [
        "万柏林区：原文写了2025年底总数150000户、到2025年底年均增长16%，没有写从多少户起算。",
        "万柏林区：如从2020年底起算，按2025年底总数150000户、年均增长16%倒推，基数约为71417户。",
        "万柏林区：如从2021年底起算，按2025年底总数150000户、年均增长16%倒推，基数约为82844户。",
        "万柏林区：150000户是75000户的2倍，按“倍增”理解，基数应是75000户。",
    ]
    assert_allclose([f.value for f in found[1:]], [150000 / 1.16**5, 150000 / 1.16**4, 75000], rtol=1e-12)


@pytest.mark.parametrize(
    ("held", "verdicts"),
    [
        (
            # 74300 / 71417 = 1.0404; 83000 / 82844 = 1.0019
            {"2020-12": 74300.0, "2021-12": 83000.0},
            [
                "推算 2020年底的数据是74300户，比按年均16%倒推的71417户多4.0%，16%看来不是从2020年底起算的。",
                "相符 2021年底的数据是83000户，与按年均16%倒推的82844户相符，16%看来是从2021年底起算的。",
            ],
        ),
        (
            # 70000 / 71417 = 0.9802; 80000 / 82844 = 0.9657
            {"2020-12": 70000.0, "2021-12": 80000.0},
            [
                "不一致 2020年底的数据是70000户，比按年均16%倒推的71417户少2.0%。",
                "不一致 2021年底的数据是80000户，比按年均16%倒推的82844户少3.4%。",
            ],
        ),
        (
            # Both readings hold where the stock grew by 16 %: nothing tells them apart.
            {"2020-12": 71400.0, "2021-12": 82800.0},
            [
                "相符 2020年底的数据是71400户，与按年均16%倒推的71417户相符。",
                "相符 2021年底的数据是82800户，与按年均16%倒推的82844户相符。",
            ],
        ),
        (
            {"2021-12": 82000.0, "2022-12": 91000.0},  # 82000 / 82844 = 0.9898: just too few
            ["不一致 2021年底的数据是82000户，比按年均16%倒推的82844户少1.0%。"],
        ),
        ({"2022-12": 91000.0}, []),
    ],
)
def test_wanbailin_against_data(held: dict[str, float], verdicts: list[str]) -> None:
    found = audit(goals_of(WANBAILIN), history=stock(WANBAILIN, held), area_name="万柏林区")
    compared = [f for f in found if f.code in ("data_agree", "data_exclude", "data_disagree")]
    assert [f"{f.grade_word} {f.text.removeprefix('万柏林区：')}" for f in compared] == verdicts


def test_wanbailin_individuals_state_a_growth_only() -> None:
    goals, panel = goals_of(WANBAILIN, "individual"), stock(WANBAILIN, {"2021-12": 53000.0}, "individual")
    assert [f.text for f in audit(goals, history=panel, area_name="万柏林区")] == [
        "万柏林区个体工商户：原文写了2022年增长20%，没有写从多少户起算。",
        "万柏林区个体工商户：按数据，从2021年底的53000户起，2022年增长20%，2022年底要达到63600户。",
    ]


def test_zuoquan_from_its_document_alone() -> None:
    found = audit(goals_of(ZUOQUAN), area_name="左权县")
    assert table(found) == [("base_missing", "未载明", ""), ("doubling", "推算", "16000 = 2 × 8000")]
    assert [finding.text for finding in found] == [
        "左权县：原文只写了2025年底总数16000户，没有写从多少户起算，也没有写增速。",
        "左权县：16000户是8000户的2倍，按“倍增”理解，基数应是8000户。",
    ]
    assert math.isnan(found[0].value)


def test_zuoquan_against_data() -> None:
    """From 7950 at the end of 2020: (16000/7950)^(1/5) = 1.1501 needed, (11200/7950)^(1/2.5) = 1.1470 so far."""
    panel = stock(ZUOQUAN, {"2020-12": 7950.0, "2021-12": 9100.0, "2023-06": 11200.0})
    found = audit(goals_of(ZUOQUAN), history=panel, area_name="左权县")
    assert table(found) == [
        ("base_missing", "未载明", ""),
        ("doubling", "推算", "16000 = 2 × 8000；7950 ÷ 8000 − 1 ≈ −0.6%"),
        ("data_imply", "推算", "(16000 ÷ 7950)^(1/5) − 1 ≈ 15.0%"),
        ("data_so_far", "推算", "(11200 ÷ 7950)^(12/30) − 1 ≈ 14.7%"),
    ]
    assert [finding.text for finding in found[1:]] == [
        "左权县：16000户是8000户的2倍，按“倍增”理解，基数应是8000户，与2020年底的数据7950户相符。",
        "左权县：按数据，从2020年底的7950户到2025年底总数16000户，5年里平均每年要增长15.0%。",
        "左权县：数据从2020年底的7950户到2023年6月底的11200户，实际平均每年增长14.7%，低于做到16000户所需的15.0%。",
    ]
    assert_allclose([f.value for f in found[2:]], [(16000 / 7950) ** 0.2 - 1, (11200 / 7950) ** 0.4 - 1], rtol=1e-12)


def test_an_area_is_audited_by_type_and_ordered_as_a_whole() -> None:
    found = audit_area(load_goals(), None, area=WANBAILIN, area_name="万柏林区")
    assert [(f.code, f.text.partition("：")[0]) for f in found] == [
        ("base_missing", "万柏林区"),
        ("base_missing", "万柏林区个体工商户"),
        ("rate_implies_base", "万柏林区"),
        ("rate_implies_base", "万柏林区"),
        ("doubling", "万柏林区"),
    ]
    # Dated counts and shares are no statements about the stock.
    assert audit_area(load_goals(), None, area="141030", area_name="大宁县") == ()


@pytest.mark.parametrize("area", [PUXIAN, WANBAILIN, ZUOQUAN])
def test_findings_are_fit_to_be_shown(area: str) -> None:
    panel = stock(area, {"2020-12": 5618.0, "2021-12": 6472.0, "2022-12": 7336.0})
    for found in (
        audit_area(load_goals(), panel, area=area, area_name="某县"),
        audit(goals_of(area), area_name="某县"),
    ):
        grades = [list(GRADES).index(finding.grade) for finding in found]
        assert grades == sorted(grades)
        assert len({(finding.code, finding.text) for finding in found}) == len(found) > 0
        for finding in found:
            assert finding.code.isascii()
            assert "nan" not in finding.text + finding.formula
            assert finding.text.endswith("。")
            assert finding.text.count("。") <= 2
            assert finding.goals
            # Every number but that of what is missing has its arithmetic.
            assert bool(finding.formula) == math.isfinite(finding.value)
