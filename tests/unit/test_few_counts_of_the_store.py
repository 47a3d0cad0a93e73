"""Areas of which only a few counts were reported are projected from them, beside and before what was published."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pandas as pd
import pytest

import workflow
from data.period_counts import make_counts
from data.store import Store
from forecasting.sparse import COUNT_COLUMNS
from workflow.knowledge import Knowledge, know
from workflow.published import areas_with_months, reported_counts

Make = Callable[..., pd.DataFrame]
#: 汾西县, of which nothing is in the catalogue.
AREA = "141034"
DECEMBERS = (("2019-12", "stock", 4100), ("2020-12", "stock", 4487), ("2021-12", "stock", 4911))


@pytest.fixture
def send(store: Store, make_observations: Make, received: dt.datetime) -> Callable[..., None]:
    """Store observations of `AREA`, with counts of several months: (start, end, measure, value)."""

    def run(*rows: tuple[str, str, float], counts: tuple[tuple[str, str, str, float], ...] = (), **about: str) -> None:
        about = {"area": AREA, "vintage": "2023-01-12"} | about
        months = make_observations(*rows, **about)
        table = make_counts(
            [
                (about["area"], "all", pd.Period(start, "M"), pd.Period(end, "M"), measure, value, 0.0, "final", "手工",
                 pd.Timestamp(about["vintage"]))
                for start, end, measure, value in counts
            ]
        )  # fmt: skip
        store.append(months, table, received_at=received, file_name="手工.csv")

    return run


def known(store: Store, as_of: dt.date | None = None) -> Knowledge:
    return know(store, as_of)


def items(knowledge: Knowledge, area: str = AREA) -> list[tuple[str, str, str, float]]:
    table = knowledge.published[area].planned.counts
    return [(str(row.start), str(row.end), row.measure, row.value) for row in table.itertuples()]


def test_an_area_with_stocks_alone_is_projected_from_them(store: Store, send: Callable[..., None]) -> None:
    send(*DECEMBERS)
    situation = workflow.situation(store)
    assert AREA not in situation.areas
    assert AREA not in situation.unprojected
    projection = situation.projections[AREA]
    assert (str(projection.origin), projection.opening.tolist()) == ("2021-12", [4911.0])
    assert situation.mark(AREA) == "零散上报数"
    assert situation.published[AREA].basis == (
        "零散上报数：汾西县没有按月的新设和注销吊销，依据截至2021年12月的3个已录入的数预测。"
    )
    # It grew by 387 and 424: the next December lies above the last.
    table = workflow.outlook_of(situation, AREA).set_index("month")
    assert table.loc["2022-12", "median"] > 4911
    assert table.loc["2021-12", "actual"] == 4911
    assert workflow.is_ready(store)


def test_counts_of_several_months_are_seen(store: Store, send: Callable[..., None]) -> None:
    quarters = (("2021-01", "2021-03", "entries", 181), ("2021-01", "2021-12", "exits", 270))
    send(*DECEMBERS, counts=quarters)
    found = items(known(store))
    assert sorted(found) == sorted(
        [*((month, month, name, float(value)) for month, name, value in DECEMBERS),
         ("2021-01", "2021-03", "entries", 181.0), ("2021-01", "2021-12", "exits", 270.0)]
    )  # fmt: skip


def test_what_comes_later_changes_no_earlier_run(store: Store, send: Callable[..., None]) -> None:
    send(*DECEMBERS[:2], vintage="2021-02-08")
    day = dt.date(2021, 3, 1)
    before = known(store, day)
    send(DECEMBERS[2], ("2020-12", "stock", 4600), vintage="2022-02-08", counts=(("2020-01", "2020-06", "exits", 77),))
    after = known(store, day)
    assert items(after) == items(before)
    assert [run.id for run, _, _ in after.runs] == [run.id for run, _, _ in before.runs]
    assert ("2020-12", "2020-12", "stock", 4600.0) in items(known(store))


def test_one_count_alone_says_what_is_missing(store: Store, send: Callable[..., None]) -> None:
    send(DECEMBERS[0])
    knowledge = known(store)
    assert "截至 2019-12 的数不足以预测：141034 全部市场主体只有1个数。请补录。" in knowledge.unprojected[AREA]
    assert AREA in set(knowledge.panel.keys["area"])


def test_contradictory_counts_are_named_and_take_no_other_area_down(store: Store, send: Callable[..., None]) -> None:
    send(*DECEMBERS, counts=(("2021-01", "2021-03", "entries", 500), ("2021-01", "2021-06", "entries", 200)))
    send(*DECEMBERS, area="141032")
    knowledge = known(store)
    assert (
        "2021-01 至 2021-03 新设为 500，多于141034 全部市场主体 2021-01 至 2021-06 新设的 200"
        in (knowledge.unprojected[AREA])
    )
    assert "141032" in knowledge.published


def test_what_is_reported_of_a_count_holds_against_what_was_published_of_it(
    store: Store, send: Callable[..., None]
) -> None:
    send(*DECEMBERS)
    published = items(known(store), "141000")
    send(("2022-05", "stock", 334361), ("2022-12", "stock", 351020), area="141000", status="published")
    knowledge = known(store)
    found = items(knowledge, "141000")
    assert ("2022-05", "2022-05", "stock", 334361.0) in found
    assert set(published) - set(found) == {("2022-05", "2022-05", "stock", 334358.0)}
    assert ("2022-12", "2022-12", "stock", 351020.0) in found
    basis = knowledge.published["141000"].basis
    assert basis.startswith("公开数据：临汾市没有按月的新设和注销吊销，依据截至2022年12月的")
    assert basis.endswith("已录入的数（含公开数据和由同比推算的）预测；公布日期不详，统计期结束即视为已知。")


def test_months_of_entries_and_exits_are_projected_by_months(make_observations: Make) -> None:
    flows = make_observations(("2022-01", "entries", 40), ("2022-01", "exits", 9), area="141034")
    split = make_observations(("2022-01", "entries", 40), ("2022-02", "exits", 9), area="141032")
    published = make_observations(
        ("2022-01", "entries", 40), ("2022-01", "exits", 9), area="141033", status="published"
    )
    assert areas_with_months(pd.concat([flows, split, published])) == {"141034"}


def test_adjustments_are_no_counts(make_observations: Make) -> None:
    table = make_observations(("2022-01", "stock", 4100), ("2022-01", "adjustment", 12))
    found = reported_counts(table, make_counts())
    assert found[COUNT_COLUMNS].to_numpy().tolist() == [
        ["141033", "all", "stock", pd.Period("2022-01"), pd.Period("2022-01"), 4100.0, 0.0]
    ]
