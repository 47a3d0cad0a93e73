"""Findings in the store: checking again neither repeats them nor loses what people decided."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pandas as pd
import pytest

from data.quality import QualityFinding
from data.store import Store
from forecasting.errors import StoreError

FIRST, SECOND, THIRD = (dt.datetime(2023, 7, day, tzinfo=dt.UTC) for day in (10, 11, 12))


def finding(value: float = 39.0, month: str = "2020-02", severity: str = "low") -> QualityFinding:
    return QualityFinding(
        "outlier", severity, "141033", "all", "entries", month, month, f"实报{value:.0f}户。", {"实报": value},
        direction=-1, proposals=("疫情管控",),
    )  # fmt: skip


def test_findings_come_back_as_they_were_found(store: Store) -> None:
    assert store.save_findings([finding(), finding(71, "2021-05", "high")], checked_at=FIRST) == 2
    held = store.findings()
    assert [one.finding for one in held] == [finding(71, "2021-05", "high"), finding()]  # the serious first
    assert {(one.state, one.state_name, one.is_found) for one in held} == {("open", "待核", True)}
    assert held[0].first_found == dt.datetime(2023, 7, 10)  # noqa: DTZ001 - UTC


def test_checking_again_repeats_nothing_and_keeps_the_state(store: Store) -> None:
    store.save_findings([finding()], checked_at=FIRST)
    store.set_finding_state(finding().id, "explained", changed_at=FIRST, author="张三", reason="疫情管控属实")
    assert store.save_findings([finding()], checked_at=SECOND) == 0
    assert store.save_findings([finding(41)], checked_at=THIRD) == 0  # the number was revised, the finding remains
    (one,) = store.findings()
    assert (one.state, one.state_author, one.state_reason) == ("explained", "张三", "疫情管控属实")
    assert one.finding.numbers == {"实报": 41.0}
    assert (one.first_found.day, one.last_changed.day) == (10, 12)


def test_what_is_not_found_any_more_is_said_to_be_so_and_may_come_back(store: Store) -> None:
    store.save_findings([finding(), finding(71, "2021-05")], checked_at=FIRST)
    store.save_findings([finding(71, "2021-05")], checked_at=SECOND)
    assert {one.finding.start: one.is_found for one in store.findings()} == {"2021-05": True, "2020-02": False}
    store.save_findings([finding(), finding(71, "2021-05")], checked_at=THIRD)
    assert all(one.is_found for one in store.findings())


def test_a_kind_that_was_not_looked_for_is_not_gone(store: Store) -> None:
    crowd = QualityFinding("same_address", "medium", "141033", "", "entries", "2023-05", "2023-05", "同一地址31户。")
    store.save_findings([finding(), crowd], checked_at=FIRST)
    store.save_findings([], checked_at=SECOND, unchecked=("same_address", "same_agent"))
    assert {one.finding.kind: one.is_found for one in store.findings()} == {"outlier": False, "same_address": True}
    store.save_findings([], checked_at=THIRD)
    assert not any(one.is_found for one in store.findings())


def test_every_decision_is_kept(store: Store) -> None:
    store.save_findings([finding()], checked_at=FIRST)
    store.set_finding_state(finding().id, "corrected", changed_at=SECOND, author="张三", reason="已补报")
    store.set_finding_state(finding().id, "open", changed_at=THIRD, author="李四", reason="补报仍有误")
    history = store.finding_history(finding().id)
    assert history[["state", "author", "reason"]].to_numpy().tolist() == [
        ["corrected", "张三", "已补报"],
        ["open", "李四", "补报仍有误"],
    ]
    assert store.findings()[0].state == "open"


@pytest.mark.parametrize(
    ("name", "state", "author", "message"),
    [
        ("nothing", "open", "张三", "没有编号为“nothing”的质量问题"),
        ("", "closed", "张三", "状态“closed”应为 open、explained、corrected 之一"),
        ("", "open", " ", "改变状态须写明由谁、为什么"),
    ],
)
def test_decisions_that_are_refused(store: Store, name: str, state: str, author: str, message: str) -> None:
    store.save_findings([finding()], checked_at=FIRST)
    with pytest.raises(StoreError, match=message):
        store.set_finding_state(name or finding().id, state, changed_at=SECOND, author=author, reason="因")


def test_a_correction_is_a_batch_with_its_reason_and_its_finding(
    store: Store, make_observations: Callable[..., pd.DataFrame]
) -> None:
    store.append(make_observations(("2020-02", "entries", 39), vintage="2020-03-10"), received_at=FIRST, file_name="x")
    store.save_findings([finding()], checked_at=FIRST)
    right = make_observations(("2020-02", "entries", 139), vintage="2023-07-11")
    receipt = store.correct(right, received_at=SECOND, author="张三", reason="漏写一位", findings=[finding().id])
    assert (receipt.batch, receipt.rows_new) == (2, 1)
    assert store.corrections().to_numpy().tolist() == [[2, finding().id, "张三", "漏写一位"]]
    assert store.batches()[["kind", "note"]].to_numpy().tolist()[1] == ["correction", "漏写一位"]
    (one,) = store.findings()
    assert (one.state, one.state_reason) == ("corrected", "第2批：漏写一位")
    assert store.as_of(dt.date(2023, 12, 31))["value"].tolist() == [139]
    assert store.as_of(dt.date(2023, 7, 10))["value"].tolist() == [39]


@pytest.mark.parametrize(
    ("value", "reason", "findings", "message"),
    [
        (39, "漏写", [], "没有要更正的内容"),
        (139, "", [], "更正须写明由谁、为什么"),
        (139, "漏写", ["nothing"], "没有编号为“nothing”的质量问题"),
    ],
)
def test_corrections_that_are_refused_leave_no_trace(
    store: Store,
    make_observations: Callable[..., pd.DataFrame],
    value: float,
    reason: str,
    findings: list[str],
    message: str,
) -> None:
    store.append(make_observations(("2020-02", "entries", 39), vintage="2020-03-10"), received_at=FIRST, file_name="x")
    with pytest.raises(StoreError, match=message):
        store.correct(
            make_observations(("2020-02", "entries", value), vintage="2023-07-11"),
            received_at=SECOND, author="张三", reason=reason, findings=findings,
        )  # fmt: skip
    assert len(store.batches()) == 1
