"""Counts of several months against what is held: 1—6月 less 1—5月 is June, and what does not add up is said."""

from __future__ import annotations

import pandas as pd
import pytest

from data.observations import COLUMNS
from data.parting import Parted, part
from data.period_counts import make_counts

TYPES = {"month": "period[M]", "vintage": "datetime64[us]", "value": float, "precision": float}
NAMES = {"141033": "蒲县"}
MAY = (("2022-04", 70), ("2022-05", 80))


def counts(*rows: tuple[str, str, float], measure: str = "entries", vintage: str = "2022-07-05") -> pd.DataFrame:
    return make_counts(
        [
            ("141033", "all", start, end, measure, value, 0.0, "final", "六月.xlsx", vintage)
            for start, end, value in rows
        ]
    )


def months(*rows: tuple[str, float], measure: str = "entries", status: str = "final") -> pd.DataFrame:
    return pd.DataFrame(
        [("141033", "all", when, measure, value, 0.0, status, "旧.xlsx", "2022-06-05") for when, value in rows],
        columns=COLUMNS,
    ).astype(TYPES)


def told(one: Parted) -> tuple[list[tuple[str, float]], list[tuple[str, str, float]]]:
    return (
        [(str(row.month), row.value) for row in one.months.itertuples()],
        [(str(row.start), str(row.end), row.value) for row in one.counts.itertuples()],
    )


def test_a_sum_less_the_sum_that_is_held_is_a_month() -> None:
    found = part(
        counts(("2022-01", "2022-06", 750)), months(), months(), counts(("2022-01", "2022-05", 628)), names=NAMES
    )
    assert told(found) == ([("2022-06", 750 - 628)], [("2022-01", "2022-06", 750.0)])
    assert found.months["source"].tolist() == ["六月.xlsx；由累计相减（2022-01 至 2022-05、2022-01 至 2022-06）"]
    assert found.months["vintage"].dt.strftime("%Y-%m-%d").tolist() == ["2022-07-05"]
    assert found.remarks == (
        "蒲县全部市场主体 2022-06 新设由累计相减得 122（2022-01 至 2022-05、2022-01 至 2022-06）。",
    )


def test_a_sum_less_the_months_that_are_held_is_a_month_and_says_nothing_more() -> None:
    found = part(
        counts(("2022-01", "2022-03", 361)), months(), months(("2022-01", 120), ("2022-02", 97)), counts(), names=NAMES
    )
    assert told(found)[0] == [("2022-03", 361 - 120 - 97)]


def test_a_month_that_would_stand_apart_stays_in_its_sum() -> None:
    held, sums = months(*MAY), counts(("2022-01", "2022-06", 478))
    # July is 553 - 478 = 75, but June is of no month's own: a hole between May and July would shut the file out.
    apart = part(counts(("2022-01", "2022-07", 553)), months(), held, sums, names=NAMES)
    assert told(apart) == ([], [("2022-01", "2022-07", 553.0)])
    assert apart.remarks == (
        "蒲县全部市场主体 2022-07 新设可由累计相减得出，但与已有月份之间缺月，暂按时段数保存；缺月补报后再拆出。",
    )
    joined = part(counts(("2022-01", "2022-07", 553)), months(), months(*MAY, ("2022-06", 90)), sums, names=NAMES)
    assert told(joined)[0] == [("2022-07", 553 - 478)]


def test_a_month_told_by_subtraction_follows_the_sum_that_is_put_right() -> None:
    sums = counts(("2022-01", "2022-06", 750), ("2022-01", "2022-07", 861))
    # 861 - 750 = 111 was told of July. Of June's file put right, 770, it is 861 - 770 = 91.
    july = months(("2022-07", 111)).assign(source="七月.xlsx；由累计相减（2022-01 至 2022-06、2022-01 至 2022-07）")
    found = part(counts(("2022-01", "2022-06", 770)), months(), july, sums, names=NAMES)
    assert told(found) == ([("2022-07", 91)], [("2022-01", "2022-06", 770.0)])
    assert found.remarks == (
        "蒲县全部市场主体 2022-07 新设由累计相减得 91（2022-01 至 2022-06、2022-01 至 2022-07），原为 111。",
    )
    # The next file says August, 960 - 861 = 99, and nothing of July again.
    later = part(counts(("2022-01", "2022-08", 960)), months(), july, sums, names=NAMES)
    assert told(later)[0] == [("2022-08", 99)]
    # The same file once more says the same again.
    again = part(counts(("2022-01", "2022-07", 861)), months(), july, sums, names=NAMES)
    assert told(again) == ([("2022-07", 111)], [("2022-01", "2022-07", 861.0)])


def test_a_sum_whose_months_are_all_held_is_no_news() -> None:
    held = months(("2022-01", 120), ("2022-02", 97))
    found = part(counts(("2022-01", "2022-03", 361)), months(("2022-03", 144)), held, counts(), names=NAMES)
    assert told(found) == ([], [])
    assert found.remarks == ()


def test_a_sum_that_does_not_agree_is_kept_and_said() -> None:
    held = months(("2022-01", 120), ("2022-02", 97))
    found = part(counts(("2022-01", "2022-03", 365)), months(("2022-03", 144)), held, counts(), names=NAMES)
    assert told(found) == ([], [("2022-01", "2022-03", 365.0)])
    assert found.remarks == (
        "蒲县全部市场主体 2022-01 至 2022-03 新设为 365，按各月（各时段）的数应为 361，差 +4。"
        "以前月份可能更正过，请核对。",
    )


def test_a_month_below_zero_is_not_made() -> None:
    found = part(
        counts(("2022-01", "2022-06", 620)), months(), months(), counts(("2022-01", "2022-05", 628)), names=NAMES
    )
    assert told(found) == ([], [("2022-01", "2022-06", 620.0)])
    assert "由累计相减得 -8" in found.remarks[0]
    assert "不入库" in found.remarks[0]


def test_a_sum_that_is_said_anew_replaces_the_one_that_is_held() -> None:
    found = part(
        counts(("2022-01", "2022-03", 358)), months(), months(), counts(("2022-01", "2022-03", 361)), names=NAMES
    )
    assert told(found) == ([], [("2022-01", "2022-03", 358.0)])
    assert found.remarks == ()


@pytest.mark.parametrize(
    "other", [months(("2022-01", 120), status="simulated"), months(("2022-01", 120), measure="exits")]
)
def test_what_is_simulated_or_of_another_measure_tells_nothing(other: pd.DataFrame) -> None:
    found = part(counts(("2022-01", "2022-02", 200)), months(), other, counts(), names=NAMES)
    assert told(found) == ([], [("2022-01", "2022-02", 200.0)])


def test_net_stays_as_it_is() -> None:
    found = part(counts(("2022-01", "2022-02", -20), measure="net"), months(), months(), counts(), names=NAMES)
    assert told(found) == ([], [("2022-01", "2022-02", -20.0)])
