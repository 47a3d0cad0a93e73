"""Vintages: who brought what and when, the same file again, differences, revisions, and the panel as it was known."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from data.store import Store
from forecasting.errors import FaultsError, HistoryError

Make = Callable[..., pd.DataFrame]
BEIJING = dt.timezone(dt.timedelta(hours=8))
RECEIVED = dt.datetime(2023, 7, 11, 6, 30, tzinfo=BEIJING)


def send(store: Store, table: pd.DataFrame, **more: object) -> int:
    return store.append(table, **{"received_at": RECEIVED, "file_name": "六月.csv", **more}).batch  # type: ignore[arg-type]


def test_a_batch_says_who_when_and_which_file(store: Store, make_observations: Make) -> None:
    table = make_observations(("2023-05", "stock", 8412), ("2023-06", "stock", 8503))
    send(store, table, content=b"abc", author="张三", source="县市场监管局", note="六月例行")
    (row,) = store.batches().to_dict("records")
    assert row["received_at"] == pd.Timestamp("2023-07-10 22:30")  # 06:30 in Beijing is 22:30 UTC of the day before
    assert (row["batch"], row["kind"], row["author"], row["source"]) == (1, "intake", "张三", "县市场监管局")
    assert (row["file_name"], row["note"]) == ("六月.csv", "六月例行")
    assert row["sha256"] == hashlib.sha256(b"abc").hexdigest()
    assert (row["rows_read"], row["rows_new"]) == (2, 2)
    assert pd.isna(row["undoes"])
    assert pd.isna(row["undone_by"])


def test_the_same_file_again_is_recognised_and_makes_no_batch(store: Store, make_observations: Make) -> None:
    send(store, make_observations(("2023-05", "stock", 8412), vintage="2023-06-10"), file_name="五月.csv")
    both = (("2023-05", "stock", 8412), ("2023-06", "stock", 8503))  # of which one is known already
    send(store, make_observations(*both), content=b"june")
    again = store.append(
        make_observations(*both, vintage="2023-08-02"), received_at=RECEIVED, file_name="改名.csv", content=b"june"
    )
    assert (again.batch, again.rows_read, again.rows_new, again.same_as) == (2, 2, 0, 2)
    assert not again.is_stored
    assert len(store.batches()) == 2


def test_the_same_file_does_not_bring_back_what_was_corrected_since(store: Store, make_observations: Make) -> None:
    send(store, make_observations(("2023-05", "stock", 8412)), content=b"first")
    send(store, make_observations(("2023-05", "stock", 8420), vintage="2023-07-12"), content=b"second")
    again = store.append(
        make_observations(("2023-05", "stock", 8412), vintage="2023-07-13"),
        received_at=RECEIVED, file_name="x.csv", content=b"first",
    )  # fmt: skip
    assert again.same_as == 1
    assert store.as_of(dt.date(2023, 12, 31))["value"].tolist() == [8420]


def test_the_same_file_read_otherwise_is_another_batch(store: Store, make_observations: Make) -> None:
    send(store, make_observations(("2023-05", "stock", 8412)), content=b"file")
    again = store.append(
        make_observations(("2023-05", "stock", 84120), vintage="2023-07-12"),
        received_at=RECEIVED, file_name="x.csv", content=b"file",
    )  # fmt: skip
    assert (again.batch, again.same_as, again.rows_new) == (2, 1, 1)


def test_a_change_of_status_alone_is_stored(store: Store, make_observations: Make) -> None:
    send(store, make_observations(("2023-05", "stock", 8412), vintage="2023-06-10", status="preliminary"))
    receipt = store.append(
        make_observations(("2023-05", "stock", 8412), vintage="2023-07-10"), received_at=RECEIVED, file_name="x.csv"
    )
    assert receipt.rows_new == 1
    assert store.as_of(dt.date(2023, 7, 9))["status"].tolist() == ["preliminary"]
    assert store.as_of(dt.date(2023, 7, 10))["status"].tolist() == ["final"]
    (row,) = store.difference(dt.date(2023, 7, 9), dt.date(2023, 7, 10)).to_dict("records")
    assert (row["change"], row["before"], row["after"]) == ("status", 8412, 8412)
    assert (row["status_before"], row["status_after"]) == ("preliminary", "final")


def test_another_status_for_one_vintage_is_refused(store: Store, make_observations: Make) -> None:
    send(store, make_observations(("2023-05", "stock", 8412), status="preliminary"))
    with pytest.raises(FaultsError, match="已有同一个数，状态为“初步”，本次为“正式”。若为更正，请用更晚的数据日期"):
        send(store, make_observations(("2023-05", "stock", 8412)))


def test_differences_between_two_days(store: Store, make_observations: Make) -> None:
    may = (("2023-05", "stock", 8412),)
    june = (("2023-06", "entries", 131), ("2023-06", "exits", 40), ("2023-06", "stock", 8503))  # 8412+131-40
    send(store, make_observations(*may, *june, vintage="2023-07-10"))
    send(store, make_observations(("2023-06", "entries", 137), ("2023-06", "exits", 46), vintage="2023-08-10"))
    send(store, make_observations(("2023-07", "stock", 8555), vintage="2023-08-10"))
    found = store.difference(dt.date(2023, 8, 9), dt.date(2023, 8, 10))
    assert list(zip(found["month"].astype(str), found["measure"], found["change"], strict=True)) == [
        ("2023-06", "entries", "changed"),
        ("2023-06", "exits", "changed"),
        ("2023-07", "stock", "new"),
    ]
    assert found["before"].tolist()[:2] == [131, 40]
    assert found["after"].tolist() == [137, 46, 8555]
    back = store.difference(dt.date(2023, 8, 10), dt.date(2023, 8, 9))
    assert back["change"].tolist() == ["changed", "changed", "withdrawn"]
    assert store.difference(dt.date(2020, 1, 1), dt.date(2023, 7, 10))["change"].tolist() == ["new"] * 4
    assert store.changes_of(2)["after"].tolist() == [137, 46]


def test_a_preview_stores_nothing_and_tells_what_would_change(store: Store, make_observations: Make) -> None:
    send(store, make_observations(("2023-05", "stock", 8412), vintage="2023-06-10"), content=b"may")
    table = make_observations(("2023-05", "stock", 8409), ("2023-06", "stock", 8503))
    told = store.preview(table, content=b"june")
    assert (told.rows_read, told.rows_new, told.same_as) == (2, 2, None)
    assert list(zip(told.changes["change"], told.changes["after"], strict=True)) == [("changed", 8409), ("new", 8503)]
    assert len(store.batches()) == 1
    assert len(store.versions()) == 1
    same = store.preview(make_observations(("2023-05", "stock", 8412)), content=b"may")
    assert (same.rows_new, same.same_as, len(same.changes)) == (0, 1, 0)
    with pytest.raises(FaultsError, match="之前缺少 2023-06"):
        store.preview(make_observations(("2023-07", "stock", 8600), vintage="2023-08-10"))


def test_what_a_later_file_repeated_holds_against_an_older_date_that_comes_in_late(
    store: Store, make_observations: Make
) -> None:
    send(store, make_observations(("2023-05", "stock", 8412), vintage="2023-06-10"))
    send(store, make_observations(("2023-05", "stock", 8412), vintage="2023-08-10"))  # says so again: no news
    send(store, make_observations(("2023-05", "stock", 8400), vintage="2023-07-10"))  # found in a drawer
    known = [store.as_of(dt.date(2023, month, 28))["value"].tolist() for month in (6, 7, 8)]
    assert known == [[8412], [8400], [8412]]
    assert store.versions()["role"].tolist() == ["stated", "stated", "restated"]


def test_revisions_from_first_release_to_latest(store: Store, make_observations: Make) -> None:
    # Entries of May: 131 in June, 137 in July, 136 in September; of June: 90 in July, never revised.
    for vintage, value in (("2023-06-10", 131), ("2023-07-10", 137), ("2023-09-08", 136)):
        send(store, make_observations(("2023-05", "entries", value), vintage=vintage))
    send(store, make_observations(("2023-06", "entries", 90), vintage="2023-07-10"))
    rows = store.revisions()
    assert rows[["first", "latest", "revision", "n_versions", "lag_months"]].to_numpy().tolist() == [
        [131, 136, 5, 3, 1],
        [90, 90, 0, 1, 1],
    ]
    table = store.revision_table().set_index("lag_months")
    assert table["measure"].unique().tolist() == ["entries"]
    assert table["n"].tolist() == [2, 2, 2, 2]  # lags 1 to 4; nothing is known in the month itself
    np.testing.assert_allclose(table["mean_revision"], [2.5, -0.5, -0.5, 0])  # (136-131+0)/2, (136-137+0)/2
    np.testing.assert_allclose(table["mean_absolute_revision"], [2.5, 0.5, 0.5, 0])
    np.testing.assert_allclose(table["share_revised"], [0.5, 0.5, 0.5, 0])
    np.testing.assert_allclose(table["relative_absolute_revision"], np.array([5, 1, 1, 0]) / 226)  # 136 + 90
    assert store.revision_table(furthest=2)["lag_months"].tolist() == [1, 2]


def test_the_panel_at_an_origin_is_of_first_releases(store: Store, make_observations: Make) -> None:
    may = (("2023-05", "stock", 8412),)
    june = (("2023-06", "entries", 131), ("2023-06", "exits", 40), ("2023-06", "stock", 8503))
    july = (("2023-07", "entries", 99), ("2023-07", "exits", 27), ("2023-07", "stock", 8575))  # 8503+99-27
    send(store, make_observations(*may, *june, vintage="2023-07-10"))
    send(store, make_observations(*july, vintage="2023-08-10"))
    send(store, make_observations(("2023-06", "entries", 137), ("2023-06", "exits", 46), vintage="2023-08-12"))
    origins = [pd.Period("2023-06", "M"), pd.Period("2023-07", "M")]
    panels = dict(store.panels_at(origins, days_after=10))
    assert [str(panel.months[-1]) for panel in panels.values()] == ["2023-06", "2023-07"]
    assert panels[origins[0]].entries[0, -1] == 131
    assert panels[origins[1]].entries[0, 1] == 131  # on 10 August the revision of the 12th is not known
    late = dict(store.panels_at(origins, days_after=14))
    assert late[origins[1]].entries[0].tolist()[1:] == [137, 99]
    with pytest.raises(HistoryError, match=r"没有 2023-07-05 及以前的数据版本，最早为 2023-07-10"):
        list(store.panels_at(origins, days_after=5))
