"""The quality watch, check by check: what is found, what is not, and what is said of it."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from data.observations import COLUMNS
from data.quality import CHECKS, Evidence, QualityFinding, check_quality
from forecasting.errors import SchemaError
from forecasting.events import Event
from targets.goal import Goal

MONTHS = pd.period_range("2018-01", periods=60, freq="M")
SEASON = np.array([86, 72, 122, 116, 108, 104, 96, 98, 110, 94, 100, 94])


def table(*series: tuple[str, str, str, object], months: pd.PeriodIndex = MONTHS, **more: object) -> pd.DataFrame:
    """Observations from (area, entity_type, measure, values); NaN is not observed."""
    frames = [
        pd.DataFrame({"month": months, "value": np.asarray(values, dtype=float)}).assign(
            area=area, entity_type=kind, measure=measure
        )
        for area, kind, measure, values in series
    ]
    whole = pd.concat(frames, ignore_index=True).dropna(subset=["value"])
    given = {"precision": 0.0, "status": "final", "source": "x", "vintage": pd.Timestamp("2023-01-10"), **more}
    return whole.assign(**given)[COLUMNS]


def counts(level: float, seed: int = 3) -> np.ndarray:
    """Five years of counts with a season and noise of 6 %."""
    rng = np.random.default_rng(seed)
    return np.round(level * np.tile(SEASON / 100, 5) * np.exp(0.06 * rng.standard_normal(60))) + 1


def found(evidence: Evidence, *kinds: str) -> list[QualityFinding]:
    return [one for one in check_quality(evidence) if one.kind in kinds]


def changed(values: np.ndarray, at: int, factor: float) -> np.ndarray:
    values = values.copy()
    values[at] = np.round(values[at] * factor, 4)
    return values


def test_a_quiet_panel_raises_nothing() -> None:
    quiet = table(*((f"14{n:04d}", "all", "entries", counts(131 + 40 * n, n)) for n in range(1, 9)))
    assert check_quality(Evidence(quiet)) == []
    assert check_quality(Evidence(quiet.iloc[:0])) == []


def test_an_identity_that_does_not_close() -> None:
    evidence = Evidence(
        table(
            ("141033", "all", "stock", [8412, 8498]),
            ("141033", "all", "entries", [np.nan, 131]),
            ("141033", "all", "exits", [np.nan, 40]),
            months=MONTHS[:2],
        ),
        names={"141033": "蒲县"},
    )
    (one,) = found(evidence, "identity")
    assert "期初8412 + 新设131 − 注销40 = 8503，期末为8498，差 −5" in one.evidence
    assert (one.severity, one.start, one.numbers, one.direction) == ("high", "2018-02", {"差": -5.0}, -1)
    assert one.evidence.startswith("蒲县 ")


def test_types_that_do_not_add_up_are_one_finding_a_run() -> None:
    parts = {"enterprise": [1600, 1610, 1620, 1630], "individual": [6200, 6210, 6220, 6230], "cooperative": [610] * 4}
    # 8410, 8430, 8450, 8470: the first agrees, then twice not, then again
    series = [("141033", kind, "stock", values) for kind, values in parts.items()]
    series.append(("141033", "all", "stock", [8410, 8432, 8443, 8470]))
    (one,) = found(Evidence(table(*series, months=MONTHS[:4])), "types_sum")
    assert (one.start, one.end) == ("2018-02", "2018-03")
    assert one.numbers == {"合计": 8443.0, "分项之和": 8450.0, "差": -7.0}  # the worst of the two
    assert (
        "企业1620 + 个体工商户6220 + 农民专业合作社610 = 8450，合计报8443，差-7（2018-02 至 2018-03 共2个月不符"
        in one.evidence
    )


def test_counties_that_do_not_add_up_to_their_city() -> None:
    parents = {"141001": "141000", "141002": "141000", "141003": "141000"}
    whole = ("141000", "all", "entries", [300, 310])
    three = [(f"14100{n}", "all", "entries", [100, 100 + n]) for n in (1, 2, 3)]  # 300, 306
    (one,) = found(Evidence(table(whole, *three, months=MONTHS[:2]), parents=parents), "areas_sum")
    assert (one.area, one.start, one.numbers["差"]) == ("141000", "2018-02", 4.0)
    assert "3个下级之和306，本级报310" in one.evidence
    two = Evidence(table(whole, *three[:2], months=MONTHS[:2]), parents=parents)
    assert found(two, "areas_sum") == []  # two of three may fall short of the whole
    over = [("141001", "all", "entries", [180, 100]), ("141002", "all", "entries", [150, 100])]  # 330 > 300
    (one,) = found(Evidence(table(whole, *over, months=MONTHS[:2]), parents=parents), "areas_sum")
    assert "已有的2个下级（应有3个）之和330，本级报300，差-30" in one.evidence


def test_a_month_said_twice() -> None:
    once = table(("141033", "all", "stock", [8412, 8503]), months=MONTHS[:2])
    twice = pd.concat([once, once.iloc[1:].assign(value=8500.0)], ignore_index=True)
    (one,) = found(Evidence(twice), "duplicate_month")
    assert "2018-02 实有有2个数：8503、8500" in one.evidence


def test_a_month_copied_from_the_last() -> None:
    entries, exits = counts(131), counts(47, 5)
    entries[30], exits[30] = entries[29], exits[29]
    (one,) = found(
        Evidence(table(("141033", "all", "entries", entries), ("141033", "all", "exits", exits))), "repeated_month"
    )
    assert one.start == "2020-07"
    exits[30] += 1  # one of two agrees by chance often enough
    assert not found(
        Evidence(table(("141033", "all", "entries", entries), ("141033", "all", "exits", exits))), "repeated_month"
    )


def test_a_hole_in_one_measure() -> None:
    entries = counts(131)
    entries[20:23] = np.nan
    entries[57:] = np.nan  # not yet reported is no hole
    (one,) = found(
        Evidence(table(("141033", "all", "entries", entries), ("141033", "all", "stock", 8000 + np.arange(60)))),
        "missing_month",
    )
    assert (one.measure, one.start, one.end) == ("entries", "2019-09", "2019-11")
    assert "缺少 2019-09 至 2019-11 的新设（共3个月）" in one.evidence


@pytest.mark.parametrize(
    ("factor", "power", "words"),
    [(10, 1, "约为其10倍，疑似多写了零"), (0.1, -1, "约只有其10分之一"), (1e-4, -4, "疑似以万户为单位填报、漏乘一万")],
)
def test_a_number_of_the_wrong_magnitude(factor: float, power: int, words: str) -> None:
    values = changed(counts(900), 40, factor)
    (one,) = check_quality(Evidence(table(("141033", "all", "entries", values))))
    assert (one.kind, one.start, one.severity, one.numbers["十的次方"]) == ("magnitude", "2021-05", "high", power)
    assert words in one.evidence


def test_a_stock_in_the_wrong_unit() -> None:
    stock = 16000.0 + 35 * np.arange(60)
    (one,) = check_quality(Evidence(table(("141033", "all", "stock", changed(stock, 40, 1e-4)))))
    assert (one.kind, one.start, one.numbers["十的次方"]) == ("magnitude", "2021-05", -4)
    assert "报1.74户，上一个数是17365户" in one.evidence  # 16000 + 35 × 40 = 17400; 16000 + 35 × 39 = 17365
    change_of_unit = np.where(np.arange(60) < 25, stock / 1e4, stock)
    (one,) = check_quality(Evidence(table(("141033", "all", "stock", change_of_unit))))
    assert (one.start, one.numbers["十的次方"]) == ("2020-02", 4)  # from here on, once


def test_a_stock_without_flows_that_jumps() -> None:
    stock = np.round(16000 * 1.004 ** np.arange(60))
    stock[33:] = np.round(stock[33:] * 1.2)
    (one,) = check_quality(Evidence(table(("141033", "all", "stock", stock))))
    assert (one.kind, one.measure, one.start, one.direction) == ("outlier", "stock", "2020-10", 1)


def test_a_quiet_month_is_an_outlier_and_an_event_proposes_to_explain_it() -> None:
    values = changed(counts(131), 25, 0.3)
    lockdown = Event("x", "140000", "all", "lockdown", pd.Period("2020-02", "M"), pd.Period("2020-03", "M"), "新冠管控")
    elsewhere = Event("y", "150000", "all", "lockdown", pd.Period("2020-02", "M"), pd.Period("2020-03", "M"), "外省")
    drive = Event("z", "141033", "all", "campaign", pd.Period("2020-02", "M"), pd.Period("2020-02", "M"), "集中登记")
    (one,) = check_quality(Evidence(table(("141033", "all", "entries", values)), events=(lockdown, elsewhere, drive)))
    assert (one.kind, one.start, one.direction) == ("outlier", "2020-02", -1)
    assert one.proposals == ("疫情管控：新冠管控（2020-02 至 2020-03）",)  # a campaign makes more, not fewer
    assert check_quality(Evidence(table(("141033", "all", "entries", values))))[0].proposals == ()


def test_a_shift_of_level_is_found_where_it_begins() -> None:
    values = counts(131)
    values[34:] = np.round(values[34:] * 2.1)
    (one,) = check_quality(Evidence(table(("141033", "all", "entries", values))))
    assert one.kind == "level_shift"
    assert abs((pd.Period(one.start, "M") - MONTHS[34]).n) <= 1
    np.testing.assert_allclose(one.numbers["倍数"], 2.1, rtol=0.15)


def test_a_spike_is_serious_where_the_neighbours_saw_nothing_of_it() -> None:
    calm = [(f"14100{n}", "all", "entries", counts(100 + 30 * n, n)) for n in range(1, 7)]
    spike = [*calm[1:], ("141001", "all", "entries", changed(calm[0][3], 40, 3))]
    (one,) = check_quality(Evidence(table(*spike)))
    assert (one.kind, one.area, one.start, one.severity) == ("registration_spike", "141001", "2021-05", "high")
    assert "同期其他5个地区中位为1.0倍" in one.evidence
    everywhere = [(area, kind, name, changed(values, 40, 3)) for area, kind, name, values in calm]
    said = check_quality(Evidence(table(*everywhere)))
    assert {one.severity for one in said} == {"low"}
    assert all("属普遍现象" in one.evidence for one in said)


def test_many_at_one_address() -> None:
    crowds = pd.DataFrame(
        [
            ("141033", pd.Period("2018-02", "M"), "address", "平安街1号", 40),
            ("141033", pd.Period("2018-02", "M"), "agent", "某代办", 31),
            ("141033", pd.Period("2018-02", "M"), "address", "广场路2号", 29),  # too few
            ("140109", pd.Period("2018-02", "M"), "address", "大厦", 60),  # 60 of 2000 is nothing
        ],
        columns=["area", "month", "by", "name", "entries"],
    )
    known = table(
        ("141033", "all", "entries", [90, 125]), ("140109", "all", "entries", [1900, 2000]), months=MONTHS[:2]
    )
    said = found(Evidence(known, crowds=crowds), "same_address", "same_agent")
    assert [(one.kind, one.severity, one.subject) for one in said] == [
        ("same_address", "high", "平安街1号"),  # 40/125 = 32 %
        ("same_agent", "medium", "某代办"),  # 31/125 = 24.8 %
    ]
    assert "有40户由同一地址（平安街1号）登记，占当月新设125户的32%" in said[0].evidence


def test_a_cohort_of_which_few_live_on() -> None:
    rows = [(f"14100{n}", "all", pd.Period("2018-05", "M"), 200 + 10 * n, 12 + n, 40 + n) for n in range(1, 7)]
    rows.append(("141033", "all", pd.Period("2018-05", "M"), 310, 15, 170))  # one year 95 %, two years 45 %
    cohorts = pd.DataFrame(rows, columns=["area", "entity_type", "month", "entries", "left_12", "left_24"])
    known = table(("141033", "all", "entries", [90, 125]), months=MONTHS[:2])
    (one,) = found(Evidence(known, cohorts=cohorts), "low_survival")
    assert (one.area, one.subject, one.start, one.end) == ("141033", "2年", "2018-01", "2018-12")
    np.testing.assert_allclose(one.numbers["存活率"], 140.5 / 311)
    assert "同期其他6个地区中位为81%" in one.evidence
    too_early = cohorts.assign(left_24=np.nan)
    assert found(Evidence(known, cohorts=too_early), "low_survival") == []


def test_round_numbers_beyond_chance() -> None:
    values = counts(131)
    values[24:36] = np.ceil(values[24:36] / 10) * 10
    said = found(Evidence(table(("141033", "all", "entries", values))), "round_numbers")
    assert [(one.start, one.end, one.numbers["整数个数"]) for one in said] == [("2020-01", "2020-12", 12.0)]
    assert "2020年12个月的新设中有12个是10的整倍数" in said[0].evidence
    few = counts(131)
    few[24:28] = np.ceil(few[24:28] / 10) * 10  # four of twelve: one in forty years
    assert found(Evidence(table(("141033", "all", "entries", few))), "round_numbers") == []


def test_a_goal_met_to_the_last_unit() -> None:
    goal = Goal(
        id="g", area="141033", entity_type="all", indicator="entities", indicator_name="总数", kind="level",
        value=8059.0, unit="户", comparison="at_least", deadline=MONTHS[59], base_month=None, base_value=None,
        base_origin="", milestones=((MONTHS[47], 8048.0),), document_title="", document_number="", article="",
        wording="八千零五十九户", is_headline=True, note="",
    )  # fmt: skip
    known = table(("141033", "all", "stock", 8000.0 + np.arange(60)))  # 8047 in the 48th month, 8059 in the 60th
    (one,) = found(Evidence(known, goals=(goal,)), "exact_goal")
    assert (one.start, one.numbers["目标"]) == ("2022-12", 8059.0)


def test_who_reports_late() -> None:
    on_time = [(f"14100{n}", "all", "entries", counts(131, n)) for n in range(1, 5)]
    late = counts(131, 9)
    late[58:] = np.nan
    (one,) = found(Evidence(table(*on_time, ("141005", "all", "entries", late))), "late")
    assert (one.area, one.start, one.end, one.severity) == ("141005", "2022-11", "2022-12", "medium")
    half = [
        (area, kind, name, np.where(np.arange(60) < 59, values, np.nan)) for area, kind, name, values in on_time[:2]
    ]
    still = table(*half, *on_time[2:])
    assert found(Evidence(still), "late") == []  # two of four have December: the others are not late yet


def test_published_counts_are_no_monthly_series() -> None:
    few = table(("140000", "all", "stock", [1.9e6, *([np.nan] * 58), 3.6e6]), status="published")
    assert check_quality(Evidence(few)) == []


def test_the_total_speaks_for_its_types() -> None:
    parts = {"enterprise": counts(300, 1), "individual": counts(500, 2), "cooperative": counts(200, 4)}
    parts = {kind: changed(values, 40, 3) for kind, values in parts.items()}
    series = [("141033", kind, "entries", values) for kind, values in parts.items()]
    series.append(("141033", "all", "entries", sum(parts.values())))
    assert [(one.kind, one.entity_type) for one in check_quality(Evidence(table(*series)))] == [
        ("registration_spike", "all")
    ]


def test_a_finding_is_named_by_what_it_is_about() -> None:
    one = QualityFinding(
        "outlier", "low", "141033", "all", "entries", "2020-02", "2020-02", "实报39户。", {"实报": 39.0}
    )
    other = QualityFinding(
        "outlier", "high", "141033", "all", "entries", "2020-02", "2020-02", "实报41户。", {"实报": 41.0}
    )
    assert one.id == other.id
    assert one.id != QualityFinding("outlier", "low", "141033", "all", "exits", "2020-02", "2020-02", "").id
    with pytest.raises(SchemaError, match="不在词表之内"):
        QualityFinding("oddity", "low", "141033", "all", "entries", "2020-02", "2020-02", "")


def test_every_check_looks_at_any_table_without_changing_it(make_observations: Callable[..., pd.DataFrame]) -> None:
    known = make_observations(("2023-05", "stock", 8412), ("2023-06", "adjustment", -20))
    before = known.copy(deep=True)
    evidence = Evidence(known)
    for check in CHECKS:
        list(check(evidence))
    pd.testing.assert_frame_equal(known, before)
