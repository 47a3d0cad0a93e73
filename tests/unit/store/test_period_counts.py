"""Counts of several months: kept as they were said, with their versions, apart from the months."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pandas as pd
import pytest

from data.observations import COLUMNS
from data.period_counts import COUNT_COLUMNS, as_items, check_counts, from_items, make_counts
from data.store import Store
from forecasting.errors import FaultsError

MOMENT = dt.datetime(2022, 7, 5, 1, 30)  # noqa: DTZ001 - the store keeps UTC without zone
NO_MONTHS = pd.DataFrame(columns=COLUMNS).astype(
    {"month": "period[M]", "vintage": "datetime64[us]", "value": float, "precision": float}
)


def counts(*rows: tuple[str, str, str, float], vintage: str = "2022-04-03 09:00") -> pd.DataFrame:
    """Rows of (measure, first month, last month, value) of 蒲县's enterprises."""
    return make_counts(
        [
            ("141033", "enterprise", start, end, measure, value, 0.0, "final", "季报.xlsx", vintage)
            for measure, start, end, value in rows
        ]
    )


def held(store: Store, day: str) -> list[tuple[object, ...]]:
    table = store.counts_as_of(dt.date.fromisoformat(day))
    return [(row.measure, str(row.start), str(row.end), row.value) for row in table.itertuples()]


FIRST = ("entries", "2022-01", "2022-03", 361.0)


def test_a_quarter_is_known_from_its_vintage_on_and_no_month_of_it(store: Store) -> None:
    receipt = store.append(NO_MONTHS, counts(FIRST), received_at=MOMENT, file_name="季报.xlsx", content=b"1")
    assert (receipt.batch, receipt.rows_read, receipt.rows_new) == (1, 1, 1)
    assert held(store, "2022-04-02") == []
    assert held(store, "2022-04-03") == [FIRST]
    assert store.versions().empty


def test_a_revised_quarter_is_the_newer_one_and_undoing_gives_the_older_back(store: Store) -> None:
    store.append(NO_MONTHS, counts(FIRST), received_at=MOMENT, file_name="a", content=b"1")
    revised = ("entries", "2022-01", "2022-03", 358.0)
    made = store.preview(NO_MONTHS, counts(revised, vintage="2022-05-03 09:00"))
    assert [(row.month, row.before, row.after) for row in made.changes.itertuples()] == [
        ("2022-01 至 2022-03", 361.0, 358.0)
    ]
    second = store.append(NO_MONTHS, counts(revised, vintage="2022-05-03 09:00"), received_at=MOMENT, file_name="b")
    assert held(store, "2022-05-02") == [FIRST]
    assert held(store, "2022-05-03") == [revised]
    when = dt.datetime(2022, 6, 1, 9, 0)  # noqa: DTZ001 - the office's local time
    undone = store.undo(second.batch, received_at=MOMENT, vintage=when, author="王", reason="误报")
    assert (undone.rows_read, undone.rows_new) == (1, 1)
    assert held(store, "2022-05-31") == [revised]
    assert held(store, "2022-06-01") == [FIRST]
    store.undo(1, received_at=MOMENT, vintage=when.replace(hour=10), author="王", reason="误报")
    assert held(store, "2022-06-01") == []


def test_the_same_count_again_is_no_news_but_stands_when_the_first_is_undone(store: Store) -> None:
    store.append(NO_MONTHS, counts(FIRST), received_at=MOMENT, file_name="a", content=b"1")
    again = store.append(
        NO_MONTHS, counts(FIRST, vintage="2022-05-03 09:00"), received_at=MOMENT, file_name="b", content=b"2"
    )
    assert (again.rows_read, again.rows_new) == (1, 0)
    same = store.append(
        NO_MONTHS, counts(FIRST, vintage="2022-05-04 09:00"), received_at=MOMENT, file_name="b", content=b"2"
    )
    assert not same.is_stored
    when = dt.datetime(2022, 6, 1, 9, 0)  # noqa: DTZ001 - the office's local time
    store.undo(1, received_at=MOMENT, vintage=when, author="王", reason="误报")
    assert held(store, "2022-06-01") == [FIRST]


def test_months_and_counts_of_one_file_are_one_batch(
    store: Store, make_observations: Callable[..., pd.DataFrame]
) -> None:
    months = make_observations(("2022-03", "stock", 1590), entity_type="enterprise", vintage="2022-04-03 09:00")
    receipt = store.append(months, counts(FIRST), received_at=MOMENT, file_name="a", content=b"1")
    assert (receipt.rows_read, receipt.rows_new) == (2, 2)
    when = dt.datetime(2022, 6, 1, 9, 0)  # noqa: DTZ001 - the office's local time
    store.undo(1, received_at=MOMENT, vintage=when, author="王", reason="误报")
    assert held(store, "2022-06-01") == []
    assert len(store.as_of(dt.date(2022, 5, 31))) == 1


def test_two_values_of_one_vintage_are_refused(store: Store) -> None:
    store.append(NO_MONTHS, counts(FIRST), received_at=MOMENT, file_name="a")
    with pytest.raises(FaultsError, match="2022-01 至 2022-03 新设：数据日期 2022-04-03 09:00 已有另一个数"):
        store.append(NO_MONTHS, counts(("entries", "2022-01", "2022-03", 360.0)), received_at=MOMENT, file_name="b")


def test_counts_are_checked() -> None:
    with pytest.raises(FaultsError) as caught:
        check_counts(
            counts(
                ("stock", "2022-01", "2022-03", 5.0),
                ("entries", "2022-03", "2022-03", 5.0),
                ("exits", "2022-04", "2022-03", 5.0),
                ("exits", "2022-01", "2022-03", -5.0),
                ("net", "2022-02", "2022-02", -5.0),
                ("entries", "2022-05", "2022-06", 5.0),
            )
        )
    assert [fault.partition("（")[0] for fault in caught.value.faults] == ["第1行", "第2行", "第3行", "第4行", "第6行"]
    with pytest.raises(FaultsError, match="时段数应有列"):
        check_counts(counts(FIRST).drop(columns="start"))
    with pytest.raises(FaultsError, match="同一时段的数出现多次"):
        check_counts(counts(FIRST, FIRST))


def test_a_batch_of_nothing_is_refused(store: Store) -> None:
    with pytest.raises(FaultsError, match="没有任何数"):
        store.append(NO_MONTHS, received_at=MOMENT, file_name="a")


def test_items_and_back() -> None:
    table = counts(FIRST, ("net", "2021-12", "2022-02", -7.0))
    assert list(from_items(as_items(table)).columns) == COUNT_COLUMNS
    pd.testing.assert_frame_equal(from_items(as_items(table)), table)


def monthly(*rows: tuple[str, float]) -> pd.DataFrame:
    """Entries of 蒲县's enterprises, month and value."""
    table = pd.DataFrame(
        {
            "area": "141033",
            "entity_type": "enterprise",
            "month": pd.PeriodIndex([month for month, _ in rows], freq="M"),
            "measure": "entries",
            "value": [value for _, value in rows],
            "precision": 0.0,
            "status": "final",
            "source": "月报.xlsx",
            "vintage": pd.Timestamp("2022-06-03 09:00"),
        }
    )
    return table[COLUMNS].astype({"vintage": "datetime64[us]"})


def test_months_that_a_count_holds_together_are_no_hole(store: Store) -> None:
    both = ("entries", "2022-01", "2022-02", 196.0)
    store.append(monthly(("2021-11", 69.0), ("2021-12", 81.0)), received_at=MOMENT, file_name="a", content=b"1")
    later = monthly(("2022-03", 116.0), ("2022-04", 97.0))
    with pytest.raises(FaultsError, match="之前缺少 2022-01、2022-02"):
        store.append(later, received_at=MOMENT, file_name="b", content=b"2")
    made = store.append(later, counts(both), received_at=MOMENT, file_name="b", content=b"2")
    assert made.rows_new == 3
    panel = store.panel(dt.date(2022, 7, 1)).select(area="141033")
    assert [str(month) for month in panel.months[[0, -1]]] == ["2021-11", "2022-04"]
    assert pd.isna(panel.entries[0, 2:4]).all()
