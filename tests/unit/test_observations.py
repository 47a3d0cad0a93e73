"""The rules of the Observations table, one at a time."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from data.observations import COLUMNS, check_columns, check_observations
from forecasting.errors import FaultsError

KNOWN = pd.Timestamp("2022-08-03")


def table(*rows: tuple[str, str, str, str, float], **columns: Any) -> pd.DataFrame:
    made = pd.DataFrame(rows, columns=["area", "entity_type", "month", "measure", "value"]).astype({"value": float})
    made["month"] = pd.PeriodIndex(made["month"], freq="M")
    made = made.assign(**{"precision": 0.0, "status": "final", "source": "手工", "vintage": KNOWN} | columns)
    return made[COLUMNS]


def faults(rows: pd.DataFrame) -> tuple[str, ...]:
    with pytest.raises(FaultsError, match="观测数据有误") as caught:
        check_observations(rows)
    return caught.value.faults


GOOD = [
    ("141033", "enterprise", "2022-05", "stock", 20.0),
    ("141033", "enterprise", "2022-06", "stock", 23.0),
    ("141033", "enterprise", "2022-06", "adjustment", -4.0),
]


def test_a_good_table_passes_whatever_its_index() -> None:
    check_observations(table(*GOOD).set_index(pd.Index([7, 7, 3])))


def test_negative_counts_are_faults_and_negative_adjustments_are_not() -> None:
    assert faults(table(*GOOD, ("141033", "enterprise", "2022-07", "exits", -15.0))) == (
        "第4行（141033 企业 2022-07 注销吊销）：注销吊销户数为负（-15）。"
        "请核对后重新上传；若为冲减，请在“调整”列填写并注明原因。",
    )


def test_a_repeat_is_one_at_the_same_vintage_only() -> None:
    twice = table(*GOOD, GOOD[0])
    check_observations(twice.assign(vintage=[KNOWN, KNOWN, KNOWN, KNOWN + pd.Timedelta(days=1)]))
    (fault,) = faults(twice)
    assert fault.startswith("第4行（141033 企业 2022-05 实有）：141033 企业 2022-05 重复：实有已见于第1行（")


def test_a_gap_is_named_at_the_row_after_it_for_its_own_series() -> None:
    rows = table(
        ("141033", "individual", "2022-01", "entries", 3.0),
        ("140109", "individual", "2022-02", "entries", 3.0),
        ("141033", "individual", "2022-06", "exits", 3.0),
    )
    (fault,) = faults(rows)
    assert fault.startswith(
        "第3行（141033 个体工商户 2022-06 注销吊销）：141033 个体工商户 2022-06 之前缺少 2022-02 至 2022-05（共4个月）"
    )


def test_series_that_start_at_different_months_have_no_gap_between_them() -> None:
    check_observations(
        table(
            ("140109", "all", "2022-01", "stock", 3.0),
            ("141033", "all", "2022-05", "stock", 4.0),
            ("141033", "cooperative", "2022-07", "stock", 5.0),
        )
    )


def test_a_month_is_there_when_any_count_is_and_an_adjustment_is_no_count() -> None:
    first, last = ("141033", "all", "2022-01", "stock", 3.0), ("141033", "all", "2022-03", "stock", 5.0)
    check_observations(table(first, ("141033", "all", "2022-02", "entries", 2.0), last))
    (fault,) = faults(table(first, ("141033", "all", "2022-02", "adjustment", 2.0), last))
    assert "之前缺少 2022-02（共1个月）" in fault


def test_published_counts_may_be_sparse_and_others_may_not() -> None:
    rows = table(("141033", "all", "2020-11", "stock", 5618.0), ("141033", "all", "2021-11", "stock", 6472.0))
    check_observations(rows.assign(status="published"))
    check_observations(rows.assign(status=["published", "final"]))
    assert "缺少 2020-12 至 2021-10（共11个月）" in faults(rows.assign(status="preliminary"))[0]
    # Known both from a publication and from a monthly report, November is monthly.
    both = pd.concat([rows.assign(status="final"), rows.iloc[1:].assign(status="published", measure="entries")])
    assert "（共11个月）" in faults(both)[0]


def test_stock_alone_may_be_of_the_ends_of_quarters() -> None:
    rows = table(("141033", "all", "2021-12", "stock", 6472.0), ("141033", "all", "2022-06", "stock", 7961.0))
    check_observations(rows)
    assert "缺少 2022-01 至 2022-04（共4个月）" in faults(rows.assign(month=rows["month"] - [0, 1]))[0]
    monthly = table(("141033", "all", "2022-06", "entries", 131.0))
    assert "缺少 2022-01 至 2022-05（共5个月）" in faults(pd.concat([rows, monthly], ignore_index=True))[0]


PARTS = [
    ("141033", "enterprise", "2022-06", "stock", 23.0),
    ("141033", "individual", "2022-06", "stock", 711.0),
    ("141033", "cooperative", "2022-06", "stock", 60.0),
]


def test_parts_sum_to_the_total() -> None:
    check_observations(table(*PARTS, ("141033", "all", "2022-06", "stock", 23.0 + 711.0 + 60.0)))
    (fault,) = faults(table(("141033", "all", "2022-06", "stock", 790.0), *PARTS))
    assert fault.endswith(
        "合计与分项不符：企业23 + 个体工商户711 + 农民专业合作社60 = 794，全部为790，差 −4。请核对后更正。"
    )
    assert fault.startswith("第1行（")


def test_parts_are_compared_only_where_all_are_given_and_within_their_rounding() -> None:
    total = ("141033", "all", "2022-06", "stock", 800.0)
    check_observations(table(*PARTS[:2], total))
    check_observations(table(*PARTS, total, vintage=[KNOWN, KNOWN, KNOWN + pd.Timedelta(days=1), KNOWN]))
    check_observations(table(*PARTS, total, precision=[0.0, 1.0, 0.0, 5.0]))  # 800 - 794 = 6 <= 0 + 1 + 0 + 5
    assert "差 +6" in faults(table(*PARTS, total, precision=[0.0, 0.9, 0.0, 5.0]))[0]


@pytest.mark.parametrize(
    ("column", "value", "fault"),
    [
        ("entity_type", "商贩", "entity_type 为“商贩”，应为 all、enterprise、individual、cooperative 之一"),
        ("measure", "net", "measure 为“net”，应为 entries、exits、stock、adjustment 之一"),
        ("status", "guess", "status 为“guess”，应为 final、preliminary、simulated、published 之一"),
        ("value", np.inf, "数值不是有限的数（inf）"),
        ("value", np.nan, "数值不是有限的数（nan）"),
        ("precision", -0.5, "精度应为不小于 0 的数，现为 -0.5"),
        ("vintage", pd.Timestamp("2022-05-31"), "数据日期 2022-05-31 早于所属月份 2022-06"),
    ],
)
def test_words_and_values_outside_their_range(column: str, value: Any, fault: str) -> None:
    rows = table(*GOOD)
    rows.loc[1, column] = value
    said = faults(rows)
    assert said[0].startswith("第2行（")
    assert fault in said[0]


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (lambda t: t.drop(columns="vintage"), "缺少列：vintage"),
        (lambda t: t.assign(batch=1), "多出列：batch"),
        (lambda t: t.assign(month=t["month"].astype(str)), "列 month 应为按月的期间"),
        (lambda t: t.assign(month=t["month"].dt.asfreq("Q")), "列 month 应为按月的期间"),
        (lambda t: t.assign(value=t["value"].astype(int)), "列 value 应为浮点数，现为 int64"),
        (lambda t: t.assign(vintage=t["vintage"].dt.tz_localize("Asia/Shanghai")), "列 vintage 应为不带时区的日期时间"),
        (lambda t: t.assign(vintage=[KNOWN, pd.NaT, KNOWN]), "列 vintage 在第2行为空（共1处）"),
        (lambda t: t.assign(area=["", "1", ""]), "列 area 在第1、3行为空（共2处）"),
        (lambda t: pd.concat([t, t["area"]], axis=1), "有同名的列"),
    ],
)
def test_columns(change: Any, fault: str) -> None:
    assert list(check_columns(table(*GOOD))) == []
    (said,) = faults(change(table(*GOOD)))
    assert said.startswith(fault)


def test_many_faults_are_reported_at_once_in_the_order_of_the_rows() -> None:
    said = faults(
        table(
            ("141033", "all", "2022-01", "entries", -1.0),
            ("141033", "all", "2022-03", "entries", 4.0),
            ("141033", "all", "2022-03", "entries", 4.0),
            ("141033", "all", "2022-03", "exits", -2.0),
        )
    )
    assert [fault[:3] for fault in said] == ["第1行", "第2行", "第3行", "第4行"]


def test_a_month_may_be_known_before_it_ends() -> None:
    check_observations(table(GOOD[1], vintage=pd.Timestamp("2022-06-01")))


def test_an_empty_table_with_the_right_columns_has_no_fault() -> None:
    check_observations(table(*GOOD).iloc[:0])
