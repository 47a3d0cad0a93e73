"""Taking batches back: as if the batch had never come, while history stays and what came later holds."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pandas as pd
import pytest

from data.store import Receipt, Store
from forecasting.errors import FaultsError, HistoryError, StoreError

Make = Callable[..., pd.DataFrame]
RECEIVED = dt.datetime(2023, 7, 11, tzinfo=dt.UTC)
MAY = ("2023-05", "stock", 8412.0)
END = dt.date(2030, 1, 1)


def send(store: Store, table: pd.DataFrame, content: bytes = b"") -> int:
    return store.append(table, received_at=RECEIVED, file_name="表.csv", content=content).batch


def undo(store: Store, batch: int, day: str = "2023-10-01") -> Receipt:
    moment = dt.datetime.fromisoformat(day)
    return store.undo(batch, received_at=RECEIVED, vintage=moment, author="张三", reason="误传")


def stocks(store: Store, day: dt.date = END) -> dict[str, float]:
    known = store.as_of(day)
    return dict(zip(known["month"].astype(str), known["value"], strict=True))


def june(entries: float, exits: float) -> tuple[tuple[str, str, float], ...]:
    return (("2023-06", "entries", entries), ("2023-06", "exits", exits), ("2023-06", "stock", 8412 + entries - exits))


def test_new_numbers_are_withdrawn_and_history_stays(store: Store, make_observations: Make) -> None:
    send(store, make_observations(MAY, vintage="2023-06-10"))
    send(store, make_observations(("2023-06", "stock", 9999), vintage="2023-07-10"))
    receipt = undo(store, 2)
    assert (receipt.batch, receipt.rows_read, receipt.rows_new) == (3, 1, 1)
    assert stocks(store) == {"2023-05": 8412}
    assert stocks(store, dt.date(2023, 9, 30)) == {"2023-05": 8412, "2023-06": 9999}  # until the undoing
    batches = store.batches()
    assert batches["kind"].tolist() == ["intake", "intake", "undo"]
    assert batches["undone_by"].tolist()[1] == 3
    assert (batches["undoes"].tolist()[2], batches["author"].tolist()[2], batches["note"].tolist()[2]) == (
        2,
        "张三",
        "误传",
    )
    assert store.difference(dt.date(2023, 9, 30), END)["change"].tolist() == ["withdrawn"]
    assert store.panel(END).months.astype(str).tolist() == ["2023-05"]


def test_corrected_numbers_go_back_to_what_they_were(store: Store, make_observations: Make) -> None:
    send(store, make_observations(MAY, vintage="2023-06-10", status="preliminary"))
    send(store, make_observations(("2023-05", "stock", 8421), vintage="2023-07-10"))
    undo(store, 2)
    known = store.as_of(END)
    assert (known["value"].tolist(), known["status"].tolist()) == ([8412], ["preliminary"])
    assert store.versions()["role"].tolist() == ["stated", "stated", "restored"]


def test_what_a_later_batch_replaced_is_neither_resurrected_nor_destroyed(
    store: Store, make_observations: Make
) -> None:
    send(store, make_observations(MAY, vintage="2023-06-10"))
    send(store, make_observations(("2023-05", "stock", 1), ("2023-06", "stock", 2), vintage="2023-07-10"))
    send(store, make_observations(("2023-05", "stock", 8430), vintage="2023-08-10"))
    assert undo(store, 2).rows_new == 1  # only June is withdrawn: May is the third batch's by now
    assert stocks(store) == {"2023-05": 8430}
    undo(store, 3, "2023-10-02")
    assert stocks(store) == {"2023-05": 8412}  # not 1, for the second batch does not stand


def test_what_a_later_batch_repeated_goes_on_to_hold(store: Store, make_observations: Make) -> None:
    send(store, make_observations(MAY, ("2023-06", "stock", 8503), vintage="2023-07-10"))
    again = make_observations(MAY, ("2023-06", "stock", 8503), ("2023-07", "stock", 8555), vintage="2023-08-10")
    assert store.append(again, received_at=RECEIVED, file_name="七月.csv").rows_new == 1
    assert undo(store, 1).rows_new == 0
    assert stocks(store) == {"2023-05": 8412, "2023-06": 8503, "2023-07": 8555}
    undo(store, 2, "2023-10-02")
    with pytest.raises(HistoryError, match="已录入的数据全部撤销"):
        store.as_of(END)


def test_an_undoing_can_be_undone_and_the_batch_again(store: Store, make_observations: Make) -> None:
    send(store, make_observations(MAY, vintage="2023-06-10"))
    send(store, make_observations(("2023-05", "stock", 8421), ("2023-06", "stock", 8500), vintage="2023-07-10"))
    undo(store, 2, "2023-10-01")
    undo(store, 3, "2023-10-02")
    assert stocks(store) == {"2023-05": 8421, "2023-06": 8500}
    assert store.batches()["undone_by"].fillna(0).tolist() == [0, 0, 4, 0]
    undo(store, 2, "2023-10-03")
    assert stocks(store) == {"2023-05": 8412}
    assert [stocks(store, dt.date(2023, 10, day)).get("2023-06") for day in (1, 2, 3)] == [None, 8500, None]
    with pytest.raises(StoreError, match="第2批已由第5批撤销。若要恢复，请撤销第5批"):
        undo(store, 2, "2023-10-04")


def test_undoing_an_undoing_leaves_later_numbers_alone(store: Store, make_observations: Make) -> None:
    send(store, make_observations(MAY, vintage="2023-06-10"))
    send(store, make_observations(("2023-05", "stock", 8421), vintage="2023-07-10"))
    undo(store, 2, "2023-10-01")
    send(store, make_observations(("2023-05", "stock", 8415), vintage="2023-10-02"))
    assert undo(store, 3, "2023-10-03").rows_new == 0
    assert stocks(store) == {"2023-05": 8415}


def test_an_undoing_that_breaks_the_identity_is_refused_with_the_way_out(store: Store, make_observations: Make) -> None:
    send(store, make_observations(MAY, *june(131, 40), vintage="2023-07-10"))
    send(store, make_observations(("2023-05", "stock", 8410), ("2023-06", "entries", 133), vintage="2023-08-10"))
    later = make_observations(("2023-05", "stock", 8402), ("2023-06", "exits", 32), vintage="2023-09-10")
    send(store, later)  # 8402 + 133 - 32 = 8503
    with pytest.raises(
        FaultsError,
        match=r"第2批未撤销[\s\S]*期初8402 \+ 新设131 − 注销32 = 8501，期末为8503，差 \+2。"
        r".*可先撤销其后的第3批，或先录入更正",
    ):
        undo(store, 2)
    assert len(store.batches()) == 3
    undo(store, 3)
    undo(store, 2, "2023-10-02")
    assert store.panel(END).entries[0, -1] == 131


def test_an_undoing_that_leaves_a_hole_is_refused(store: Store, make_observations: Make) -> None:
    for month, stock in ((5, 8412), (6, 8503), (7, 8555)):
        send(store, make_observations((f"2023-0{month}", "stock", stock), vintage=f"2023-0{month + 1}-10"))
    with pytest.raises(FaultsError, match="2023-07 之前缺少 2023-06"):
        undo(store, 2)


def test_a_month_misdated_by_a_century_is_refused_at_once(store: Store, make_observations: Make) -> None:
    with pytest.raises(
        FaultsError, match=r"首次录入，最晚的月份是 1900-01，比数据日期 2023-07-10 早124年，月份疑似写错"
    ):
        send(store, make_observations(("1900-01", "stock", 7)))
    send(store, make_observations(("1900-01", "stock", 7), status="published"))  # few and old by nature


def test_undoing_is_the_way_out_of_a_misdated_first_month(store: Store, make_observations: Make) -> None:
    send(store, make_observations(("2015-01", "stock", 7)))  # 2023-05 was meant
    with pytest.raises(
        FaultsError, match=r"之前缺少 2015-02 至 2023-05.*它来自第1批，可先撤销该批：python cli\.py undo 1"
    ):
        send(store, make_observations(("2023-06", "stock", 8503), vintage="2023-07-11"))
    undo(store, 1, "2023-07-12")
    send(store, make_observations(("2023-06", "stock", 8503), vintage="2023-07-13"))
    assert stocks(store) == {"2023-06": 8503}


def test_numbers_dated_before_an_undoing_are_not_hidden_by_it_unseen(store: Store, make_observations: Make) -> None:
    send(store, make_observations(MAY, vintage="2023-06-10"))
    undo(store, 1)
    with pytest.raises(FaultsError, match=r"该数曾于 2023-10-01 00:00 撤销，本次的数据日期 2023-07-10 00:00 在此之前"):
        send(store, make_observations(("2023-05", "stock", 8400), vintage="2023-07-10"))
    send(store, make_observations(("2023-05", "stock", 8400), vintage="2023-10-02"))
    assert stocks(store) == {"2023-05": 8400}


def test_a_file_whose_batch_was_undone_may_come_again(store: Store, make_observations: Make) -> None:
    send(store, make_observations(MAY, vintage="2023-06-10"), content=b"may")
    undo(store, 1)
    again = store.append(
        make_observations(MAY, vintage="2023-10-02"), received_at=RECEIVED, file_name="五月.csv", content=b"may"
    )
    assert (again.batch, again.rows_new, again.same_as) == (3, 1, None)
    assert stocks(store) == {"2023-05": 8412}


def test_without_its_real_figures_an_area_shows_the_simulated_ones_again(store: Store, make_observations: Make) -> None:
    send(store, make_observations(("2023-04", "stock", 100), status="simulated", vintage="2023-05-10"))
    send(store, make_observations(MAY, vintage="2023-06-10"))
    assert stocks(store) == {"2023-05": 8412}
    undo(store, 2)
    assert stocks(store) == {"2023-04": 100}
    undo(store, 1, "2023-10-02")
    with pytest.raises(HistoryError, match="全部撤销"):
        store.as_of(END)


@pytest.mark.parametrize(
    ("batch", "author", "reason", "day", "message"),
    [
        (7, "张三", "误传", "2023-10-01", "没有第7批，现有第1至第1批"),
        (1, "", "误传", "2023-10-01", "撤销须写明由谁、为什么"),
        (1, "张三", " ", "2023-10-01", "撤销须写明由谁、为什么"),
        (1, "张三", "误传", "2023-06-10", "撤销须晚于所涉数据的最新数据日期 2023-06-10 00:00:00"),
    ],
)
def test_undoings_that_are_refused(
    store: Store, make_observations: Make, batch: int, author: str, reason: str, day: str, message: str
) -> None:
    send(store, make_observations(MAY, vintage="2023-06-10"))
    with pytest.raises(StoreError, match=message):
        store.undo(batch, received_at=RECEIVED, vintage=dt.datetime.fromisoformat(day), author=author, reason=reason)
    assert len(store.batches()) == 1


def test_an_empty_store_has_nothing_to_undo(store: Store) -> None:
    with pytest.raises(StoreError, match="没有第1批，现在一批也没有"):
        undo(store, 1)
