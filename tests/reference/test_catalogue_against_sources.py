"""Every goal against the text of its document: the figure stands there, and so does the date.

The table below was made by reading the documents: a short factual snippet that holds the figure and, where the document
states one, a snippet that holds the date. Figure and month are parsed out of the snippets and compared with the goal,
so a slip in either file shows. A goal without a stated date must say in its note that the date is inferred or that the
promise recurs. White space is left out of the comparison, since the texts break lines anywhere.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pandas as pd
import pytest
from numpy.testing import assert_allclose

from data.catalogue import load_goals
from targets.goal import Goal

SOURCES = Path(__file__).resolve().parents[2] / ".." / "shared" / "sources"
pytestmark = pytest.mark.skipif(not SOURCES.is_dir(), reason=f"the documents are not beside the checkout: {SOURCES}")

DOCUMENTS = {
    "141033": "puxian_2022_doubling_plan.txt",
    "140109": "wanbailin_2022_action_plan.txt",
    "140722": "zuoquan_2022_doubling_plan.txt",
    "141030": "daning_2022_task_lists.txt",
    "140000": "pianguan_48_measures.txt",
}
INFERRED = ""
#: Goal -> (snippet with the figure, snippet with the date or INFERRED).
SNIPPETS = {
    "141033-entities-2025-level": ("达到11236户", "到2025年末"),
    "141033-entities-2025-cagr": ("保持在15%", "“十四五”期间"),
    "141033-entities-2022-growth": ("增长率达23%", "力保2022年"),
    "141033-entities-2022-increment": ("增长1489户", "力保2022年"),
    "141033-entities-2022-level": ("总数达7961户", "到2022年末"),
    "141033-dispatch_meetings-2022-count": ("每季度召开例会", INFERRED),
    "141033-work_reports-2022-count": ("每半年专题听取", INFERRED),
    "140109-entities-2025-level": ("达到15万户以上", "到2025年"),
    "140109-entities-2025-cagr": ("年均增长16%", "到2025年"),
    "140109-high_tech_enterprises-2025-level": ("达360家", "到2025年"),
    "140109-tech_smes-2025-level": ("达2600家", "到2025年"),
    "140109-industrial_above_scale-2025-level": ("规上工业企业达60户", "到2025年"),
    "140109-incubated_small_firms-2025-count": ("孵化小微企业达200个", "到2025年"),
    "140109-new_urban_jobs-2025-count": ("就业78356人", "到2025年"),
    "140109-individual-entities-2022-growth": ("增幅达到20%", "2022年底前"),
    "140109-project_approval_days-2022-level": ("压减至10个工作日", "到2022年末"),
    "140109-project_filing_days-2022-level": ("压缩至1个工作日", "到2022年末"),
    "140109-services_online_available-2022-share": ("实现90%以上", "2022年实现"),
    "140109-bureau_items_online_available-2022-share": ("网办比达到95%", "2022年实现"),
    "140109-bureau_items_online_actual-2022-share": ("网办比达到60%", "2022年实现"),
    "140109-care_agencies-2025-count": ("引进8家", INFERRED),
    "140109-bathing_centres-2025-count": ("筹建一所", INFERRED),
    "140722-entities-2025-level": ("达到1.6万户", "“十四五”末"),
    "140722-private_enterprises-2025-level": ("达到1936户", "“十四五”末"),
    "140722-private_investment-2025-share": ("社会投资40%以上", "“十四五”末"),
    "140722-entity_employment-2025-share": ("比重达到80%", "“十四五”末"),
    "140722-large_bank_inclusive_loans-2022-growth": ("年增速达到30%", INFERRED),
    "140722-land_consolidation_projects-2025-count": ("实施4个", INFERRED),
    "140722-land_consolidation_area-2025-count": ("2.8万亩土地", INFERRED),
    "140722-notice_commitment_items-2025-level": ("达到100项以上", INFERRED),
    "140722-dispatch_meetings-2022-count": ("每季度召开例会", INFERRED),
    "140722-work_reports-2022-count": ("每半年专题听取", INFERRED),
    "140722-effect_reviews-2023-count": ("一次效果评估", INFERRED),
    "141030-refuse_tricycles_outsourced-2022-count": ("五辆垃圾清运三轮", INFERRED),
    "141030-forestry_entities-2022-count": ("市场主体18家", INFERRED),
    "141030-understory_area-2022-count": ("林下经济1000亩", INFERRED),
    "141030-medicinal_wood_area-2022-count": ("木本药材5000亩", INFERRED),
    "141030-enterprise_opening_days-2022-level": ("半日结、零成本", "2022年7月底"),
    "141030-factory_floor_area-2023-count": ("32370.86平方米", "2023年底完工"),
    "141030-factory_tenant_capacity-2023-level": ("可容纳8-10家", "2023年底完工"),
    "141030-agency_cases-2022-count": ("不低于50件", "2022年12月底"),
    "141030-sorghum_subsidised_area-2022-count": ("共落实6.7万亩", INFERRED),
    "141030-apple_improved_area-2022-count": ("品种改良0.22万亩", INFERRED),
    "141030-apple_nursery_area-2024-count": ("苗木基地107亩", INFERRED),
    "141030-flower_project_area-2023-count": ("工程建设2万平方米", INFERRED),
    "141030-convenience_markets-2022-level": ("便民市场5处", INFERRED),
    "141030-night_markets-2022-level": ("夜市4处", INFERRED),
    "141030-model_coops_and_farms-2022-count": ("示范农场10个以上", INFERRED),
    "141030-specialised_applications-2022-count": ("两家企业成功申报", INFERRED),
    "141030-epc_new_projects-2022-share": ("不低于总数的30%", INFERRED),
    "141030-non_housing_transfer_days-2022-level": ("转移登记半天办结", "2022年10月底"),
    "141030-enterprise_mortgage_days-2022-level": ("抵押一天办结", "2022年10月底"),
    "141030-startup_loan_balance-2022-growth": ("幅度高于30%", "2022年末"),
    "141030-relief_symposia-2022-count": ("至少召开一次", INFERRED),
    "141030-agri_relending-2022-count": ("支农再贷款6500万", INFERRED),
    "141030-large_bank_inclusive_loans-2022-growth": ("年增速达到30%", "2022年底"),
    "141030-published_bank_lists-2022-count": ("四张清单", "6月底前完成"),
    "141030-credit_line_use-2022-share": ("不低于85%", "年底前授信"),
    "141030-specialised_symposia-2022-count": ("召开2次座谈会", INFERRED),
    "141030-tax_refund_hours-2022-level": ("72小时到账", "2022年6月底前"),
    "141030-specialised_enterprises_new-2022-count": ("新增两家", INFERRED),
    "141030-apple_irrigation_area-2022-count": ("2000亩主导产业", INFERRED),
    "141030-sme_procurement-2022-share": ("预算总额的30%以上", INFERRED),
    "141030-above_scale_new-2022-count": ("新增1家规模以上", INFERRED),
    "141030-high_tech_candidates-2022-count": ("培育2到3家", INFERRED),
    "141030-seal_filing_days-2022-level": ("在0.5个工作日", "2022年6月底"),
    "141030-power_low_voltage_days-2022-level": ("压减至5个、15个", "12月底前"),
    "141030-power_single_supply_days-2022-level": ("15个、25个工作日", "12月底前"),
    "141030-power_dual_supply_days-2022-level": ("25个工作日以内", "12月底前"),
    "141030-power_customer_callbacks-2022-share": ("客户100%电话回访", "12月底前"),
    "141030-inspection_lists-2022-share": ("编制率达到100%", INFERRED),
    "141030-supervision_coverage-2022-share": ("国办70%的要求", INFERRED),
    "140000-notice_commitment_items-2025-level": ("达到100项以上", INFERRED),
    "140000-innovation_cities-2025-level": ("15个智创城", INFERRED),
    "140000-rural_e_towns-2025-level": ("100个乡村e镇", INFERRED),
    "140000-tourism_health_zones-2025-level": ("50个文旅康养示范区", INFERRED),
    "140000-wind_solar_pooled-2022-share": ("每年拿出30%", INFERRED),
    "140000-standard_land-2025-share": ("比重达到80%", INFERRED),
    "140000-guarantee_risk_compensation-2025-share": ("在保业务余额的5%", "到“十四五”末"),
    "140000-angel_fund-2025-level": ("设立10亿元", INFERRED),
    "140000-dispatch_meetings-2022-count": ("每季度召开例会", INFERRED),
    "140000-work_reports-2022-count": ("每半年专题听取", INFERRED),
    "140000-demonstration_projects-2022-count": ("每年从各市遴选100个", INFERRED),
    "140000-model_counties-2022-count": ("每年评选20个", INFERRED),
}
CHINESE_NUMBERS = {"半": 0.5, "一": 1, "两": 2, "四": 4, "五": 5}
SCALES = {"": 1.0, "%": 0.01, "万": 1e4, "亿": 1e8}
#: Year of a date that names a month only; all stand in lists of this year.
LIST_YEAR = 2022
GOALS = load_goals()
each_goal = pytest.mark.parametrize("goal", GOALS, ids=lambda goal: goal.id)


def stated_figure(snippet: str) -> float:
    """Parse the figure out of a snippet: a frequency is once, else the first number with its scale."""
    if snippet.startswith(("每季度", "每半年")):
        return 1.0
    digits = re.search(r"([0-9]+(?:\.[0-9]+)?)([%万亿]?)", snippet)
    if digits:
        return float(digits[1]) * SCALES[digits[2]]
    return next(CHINESE_NUMBERS[letter] for letter in snippet if letter in CHINESE_NUMBERS)


def stated_month(snippet: str) -> pd.Period:
    """Parse the month out of a snippet: 十四五 ends in 2025, a year in December."""
    if "十四五" in snippet:
        return pd.Period("2025-12", freq="M")
    year, month = re.search(r"(20[0-9]{2})年", snippet), re.search(r"([0-9]{1,2})月", snippet)
    return pd.Period(year=int(year[1]) if year else LIST_YEAR, month=int(month[1]) if month else 12, freq="M")


@cache
def text_of(area: str) -> str:
    """Text of an area's document without white space."""
    return re.sub(r"\s", "", (SOURCES / DOCUMENTS[area]).read_text(encoding="utf-8"))


def test_table_and_catalogue_hold_the_same_goals() -> None:
    assert sorted(SNIPPETS) == sorted(goal.id for goal in GOALS)


def test_every_document_has_goals() -> None:
    assert {goal.area for goal in GOALS} == set(DOCUMENTS)


def test_snippets_are_short() -> None:
    assert max(len(snippet) for pair in SNIPPETS.values() for snippet in pair) < 15


@each_goal
def test_figure_stands_in_the_document(goal: Goal) -> None:
    figure, _ = SNIPPETS[goal.id]
    assert figure in text_of(goal.area)
    unit_scale = SCALES[goal.unit[0]] if goal.unit[0] in "万亿" else 1.0
    assert_allclose(goal.value * unit_scale, stated_figure(figure), rtol=1e-12)


@each_goal
def test_date_stands_in_the_document_or_is_said_to_be_inferred(goal: Goal) -> None:
    _, date = SNIPPETS[goal.id]
    if date == INFERRED:
        assert re.search("推定|每年|每半年|每季度|每月", goal.note)
    else:
        assert date in text_of(goal.area)
        assert goal.deadline == stated_month(date)


@each_goal
def test_wording_is_not_a_sentence_of_the_document(goal: Goal) -> None:
    assert goal.wording not in text_of(goal.area)


@each_goal
def test_document_number_stands_in_the_document_or_its_absence_is_noted(goal: Goal) -> None:
    if "文号原文未载" in goal.note:
        assert goal.document_number not in text_of(goal.area) or not goal.document_number
    else:
        assert goal.document_number
        assert goal.document_number in text_of(goal.area)
