"""Two writers at once lose nothing, and servers that open an empty store together find one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pandas as pd

import workflow
from data.store import Store
from forecasting.errors import FaultsError

Make = Callable[..., pd.DataFrame]
RECEIVED = dt.datetime(2023, 7, 11, tzinfo=dt.UTC)


def together(*jobs: Callable[[], object]) -> list[object]:
    """Run jobs at the same time; what one raises is returned."""
    start = Barrier(len(jobs))

    def run(job: Callable[[], object]) -> object:
        start.wait()
        try:
            return job()
        except FaultsError as error:
            return error

    with ThreadPoolExecutor(len(jobs)) as pool:
        return list(pool.map(run, jobs))


def test_two_writers_lose_nothing(url: str, make_observations: Make) -> None:
    def write(area: str, first: int) -> list[int]:
        store = Store(url)
        numbers = []
        for at in range(12):
            # Both also revise one series they share, at minutes of their own.
            own = make_observations((str(pd.Period("2022-01", "M") + at), "stock", 700 + at), area=area)
            shared = make_observations(
                ("2022-01", "stock", first + at), area="140722", vintage=f"2023-07-10 09:{2 * at + first % 2:02d}"
            )
            table = pd.concat([own, shared], ignore_index=True)
            numbers.append(store.append(table, received_at=RECEIVED, file_name=f"{area}-{at}").batch)
        store.engine.dispose()
        return numbers

    first, second = together(lambda: write("141033", 100), lambda: write("140109", 301))
    store = Store(url)
    assert isinstance(first, list)
    assert isinstance(second, list)
    assert sorted([*first, *second]) == list(range(1, 25))
    held = store.versions()
    assert held[held["area"] != "140722"].groupby("area").size().to_dict() == {"140109": 12, "141033": 12}
    shared = held[held["area"] == "140722"].sort_values("vintage")
    expected = [value for at in range(12) for value in (100 + at, 301 + at)]
    assert shared["value"].tolist() == expected
    batches = store.batches().set_index("batch")["rows_new"]
    assert held.groupby("batch").size().to_dict() == batches.to_dict()
    store.engine.dispose()


def test_of_two_batches_that_do_not_close_together_one_is_refused(url: str, make_observations: Make) -> None:
    opened = Store(url)
    opened.append(
        make_observations(("2023-05", "stock", 8412), vintage="2023-06-10"), received_at=RECEIVED, file_name="五月"
    )
    flows = make_observations(("2023-06", "entries", 131), ("2023-06", "exits", 40))  # to 8503
    stock = make_observations(("2023-06", "stock", 8498))
    stores = [Store(url), Store(url)]
    results = together(
        lambda: stores[0].append(flows, received_at=RECEIVED, file_name="a"),
        lambda: stores[1].append(stock, received_at=RECEIVED, file_name="b"),
    )
    assert sum(isinstance(result, FaultsError) for result in results) == 1
    assert len(opened.batches()) == 2
    opened.panel(dt.date(2023, 12, 31))
    for one in (opened, *stores):
        one.engine.dispose()


def test_servers_that_open_an_empty_store_together_load_the_demonstration_once(url: str) -> None:
    def start() -> Store:
        store = Store(url)
        workflow.load_demo(store)
        return store

    stores = together(start, start, start)
    assert all(isinstance(store, Store) for store in stores)
    (first, *_) = stores
    assert isinstance(first, Store)
    assert len(first.batches()) == 1
    assert first.batches()["rows_new"].tolist() == [len(first.versions())]
    for store in stores:
        assert isinstance(store, Store)
        store.engine.dispose()
