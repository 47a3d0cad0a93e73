"""The store: append-only, read through `as_of`, all or nothing."""

from __future__ import annotations

import datetime as dt
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import sqlalchemy as sa

from data.store import Store
from forecasting.errors import FaultsError, HistoryError, StoreError

Make = Callable[..., pd.DataFrame]
ROOT = Path(__file__).parents[3]

MAY = ("2023-05", "stock", 8412.0)


def june(entries: float, exits: float) -> tuple[tuple[str, str, float], ...]:
    """June after MAY, closing: 8412 + entries - exits."""
    return (("2023-06", "entries", entries), ("2023-06", "exits", exits), ("2023-06", "stock", 8412 + entries - exits))


def append(store: Store, table: pd.DataFrame, received: dt.datetime) -> int:
    return store.append(table, received_at=received, file_name="表.csv").rows_new


def test_history_shows_what_was_known_then(store: Store, make_observations: Make, received: dt.datetime) -> None:
    append(store, make_observations(MAY, *june(131, 40), vintage="2023-07-10"), received)
    append(store, make_observations(*june(137, 46), vintage="2023-08-10"), received)  # 131+6, 40+6: stock stays 8503
    then = store.panel(dt.date(2023, 8, 9)).total("141033")
    now = store.panel(dt.date(2023, 8, 10)).total("141033")
    assert (then.entries[0, -1], then.exits[0, -1], then.stock[0, -1]) == (131, 40, 8503)
    assert (now.entries[0, -1], now.exits[0, -1], now.stock[0, -1]) == (137, 46, 8503)


def test_asking_before_the_first_vintage_names_it(store: Store, make_observations: Make, received: dt.datetime) -> None:
    append(store, make_observations(("2021-05", "stock", 7), vintage="2021-06-14"), received)
    with pytest.raises(HistoryError, match=r"没有 2019-03-31 及以前的数据版本，最早为 2021-06-14"):
        store.as_of(dt.date(2019, 3, 31))


def test_an_empty_store_says_what_to_do(store: Store) -> None:
    with pytest.raises(HistoryError, match=r"还没有任何数据。请先录入月度数据，或运行 python cli\.py demo"):
        store.as_of(dt.date(2023, 1, 1))


def test_what_is_known_is_not_stored_again(store: Store, make_observations: Make, received: dt.datetime) -> None:
    table = make_observations(MAY, *june(131, 40))
    assert append(store, table, received) == 4
    assert append(store, table, received) == 0
    later = make_observations(MAY, *june(132, 41), vintage="2023-09-10")
    assert append(store, later, received) == 2  # entries and exits are news; both stocks are not


def test_a_number_that_returns_to_an_earlier_value_is_news(
    store: Store, make_observations: Make, received: dt.datetime
) -> None:
    for vintage, stock in (("2023-06-10", 8412.0), ("2023-07-10", 8420.0), ("2023-08-10", 8412.0)):
        assert append(store, make_observations(("2023-05", "stock", stock), vintage=vintage), received) == 1
    assert store.as_of(dt.date(2023, 8, 10))["value"].tolist() == [8412.0]


def test_two_values_for_one_vintage_are_refused(store: Store, make_observations: Make, received: dt.datetime) -> None:
    append(store, make_observations(MAY), received)
    with pytest.raises(FaultsError, match=r"141033 全部市场主体 2023-05 实有：数据日期 2023-07-10 00:00 已有另一个数"):
        append(store, make_observations(("2023-05", "stock", 8413.0)), received)


def test_the_identity_holds_across_batches(store: Store, make_observations: Make, received: dt.datetime) -> None:
    append(store, make_observations(MAY, vintage="2023-06-10"), received)
    wrong = make_observations(("2023-06", "entries", 131), ("2023-06", "exits", 40), ("2023-06", "stock", 8498))
    with pytest.raises(
        FaultsError, match="2023-05 至 2023-06 恒等式不闭合：期初8412 \\+ 新设131 − 注销40 = 8503，期末为8498，差 −5"
    ):
        append(store, wrong, received)
    assert len(store.as_of(dt.date(2023, 12, 31))) == 1


def test_a_correction_that_breaks_a_later_month_is_refused(
    store: Store, make_observations: Make, received: dt.datetime
) -> None:
    append(store, make_observations(MAY, *june(131, 40)), received)
    with pytest.raises(FaultsError, match="期初8410 \\+ 新设131 − 注销40 = 8501，期末为8503，差 \\+2"):
        append(store, make_observations(("2023-05", "stock", 8410), vintage="2023-08-10"), received)


def test_a_hole_between_batches_is_refused(store: Store, make_observations: Make, received: dt.datetime) -> None:
    append(store, make_observations(MAY), received)
    with pytest.raises(FaultsError, match=r"2023-07 之前缺少 2023-06（共1个月）"):
        append(store, make_observations(("2023-07", "stock", 8600), vintage="2023-08-10"), received)


def test_months_apart_are_no_hole_where_what_lies_between_is_held(
    store: Store, make_observations: Make, received: dt.datetime
) -> None:
    append(
        store,
        make_observations(("2023-05", "entries", 88), ("2023-06", "entries", 131), ("2023-07", "entries", 97)),
        received,
    )
    revised = make_observations(("2023-05", "entries", 90), ("2023-07", "entries", 96), vintage="2023-08-20")
    assert append(store, revised, received) == 2
    assert store.as_of(dt.date(2023, 8, 31))["value"].tolist() == [90.0, 131.0, 96.0]


def test_parts_from_different_batches_must_add_up(store: Store, make_observations: Make, received: dt.datetime) -> None:
    append(store, make_observations(MAY), received)
    parts = {"enterprise": 1600.0, "individual": 6200.0, "cooperative": 610.0}  # 1600 + 6200 + 610 = 8410, not 8412
    table = pd.concat(
        [
            make_observations(("2023-05", "stock", value), entity_type=kind, vintage="2023-07-11")
            for kind, value in parts.items()
        ],
        ignore_index=True,
    )
    message = r"合计与分项不符：企业1600 \+ 个体工商户6200 \+ 农民专业合作社610 = 8410，全部为8412"
    with pytest.raises(FaultsError, match=message):
        append(store, table, received)


def test_real_figures_replace_simulated_ones_of_the_area(
    store: Store, make_observations: Make, received: dt.datetime
) -> None:
    append(store, make_observations(MAY, *june(131, 40), status="simulated"), received)
    append(store, make_observations(MAY, status="simulated", area="140109"), received)
    append(store, make_observations(("2023-05", "stock", 7000), vintage="2023-07-20"), received)
    known = store.as_of(dt.date(2023, 7, 31))
    assert known[["area", "value", "status"]].to_numpy().tolist() == [
        ["140109", 8412.0, "simulated"],
        ["141033", 7000.0, "final"],
    ]
    assert len(store.as_of(dt.date(2023, 7, 19))) == 5


def test_a_refused_batch_leaves_no_trace(store: Store, make_observations: Make, received: dt.datetime) -> None:
    append(store, make_observations(MAY), received)
    before = dump(store)
    with pytest.raises(FaultsError):
        append(store, make_observations(("2023-06", "stock", -1)), received)
    with pytest.raises(FaultsError):
        append(store, make_observations(("2023-05", "stock", 1)), received)
    assert dump(store) == before


def dump(store: Store) -> dict[str, list[tuple[object, ...]]]:
    inspector = sa.inspect(store.engine)
    with store.engine.connect() as connection:
        return {
            name: [tuple(row) for row in connection.execute(sa.text(f"SELECT * FROM {name}"))]
            for name in sorted(inspector.get_table_names())
        }


def test_goals_and_scenarios_keep_every_version(store: Store) -> None:
    for hour, value in ((8, "100"), (9, "120")):
        moment = dt.datetime(2023, 7, 1, hour)  # noqa: DTZ001
        store.save_goals([{"id": "a", "value": value}, {"id": "b", "value": "7"}], saved_at=moment)
        store.save_scenario("加力", {"name": "加力", "why": value, "effects": []}, saved_at=moment)
    assert store.goal_records() == [{"id": "a", "value": "120"}, {"id": "b", "value": "7"}]
    assert [record["why"] for record in store.scenario_records()] == ["120"]
    assert len(dump(store)["goals"]) == 4


def test_a_run_is_kept_once(store: Store) -> None:
    moment = dt.datetime(2023, 7, 1)  # noqa: DTZ001
    store.save_run("abc", {"seed": 1}, b"first", created_at=moment)
    store.save_run("abc", {"seed": 2}, b"second", created_at=moment)
    assert store.run("abc") == ({"seed": 1}, b"first")
    assert store.has_run("abc")
    assert store.run("xyz") is None
    assert not store.has_run("xyz")


WRITER = """
import datetime as dt, sys
import pandas as pd
from data.store import Store
from data.observations import COLUMNS
store = Store(sys.argv[1])
print("ready", flush=True)
months = pd.period_range("2000-01", periods=200, freq="M")
for batch in range(10_000):
    vintage = pd.Timestamp("2020-01-01") + pd.Timedelta(hours=batch)
    rows = [("141033", "all", month, "stock", float(batch), 0.0, "final", "x", vintage) for month in months]
    table = pd.DataFrame(rows, columns=COLUMNS).astype({"month": "period[M]", "vintage": "datetime64[us]"})
    store.append(table, received_at=dt.datetime(2023, 1, 1), file_name=str(batch))
"""


@pytest.mark.parametrize("delay", [0.05, 0.2, 0.35, 0.6])
def test_a_write_survives_a_kill_at_any_moment(tmp_path: Path, delay: float) -> None:
    url = f"sqlite:///{tmp_path / 'killed.db'}"
    process = subprocess.Popen(
        [sys.executable, "-c", WRITER, url],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert process.stdout is not None
    assert process.stdout.readline() == b"ready\n"
    time.sleep(delay)
    process.send_signal(signal.SIGKILL)
    process.wait()
    process.stdout.close()
    store = Store(url)
    with store.engine.connect() as connection:
        assert connection.execute(sa.text("PRAGMA integrity_check")).scalar() == "ok"
        said = dict(connection.execute(sa.text("SELECT id, rows_new FROM batches")).all())
        held = dict(connection.execute(sa.text("SELECT batch, count(*) FROM observations GROUP BY batch")).all())
    assert held == said  # every batch is whole: 200 rows, or not there at all
    assert set(held.values()) <= {200}


def test_projections_come_back_as_they_were_read(store: Store) -> None:
    from data.projections import from_bytes, run_from_record, run_record, to_bytes
    from forecasting.runs import Run
    from forecasting.stockflow import roll_forward

    rng = np.random.default_rng(3)
    keys = pd.DataFrame({"area": ["141033", "140109"], "entity_type": ["all", "enterprise"]})
    run = Run("d", "2023-07-10", pd.Period("2023-06", "M"), 5, 7, 11, "v", {"members": ["ets"]}, {}, ({"model": "x"},))
    projection = roll_forward(
        keys=keys,
        origin=run.origin,
        opening=np.array([8412.0, 97394.0]),
        entries=rng.uniform(50, 150, (2, 7, 5)),
        hazard=rng.uniform(0.001, 0.01, (2, 7, 5)),
        adjustment=np.zeros((2, 7, 5)),
        run=run,
    )
    moment = dt.datetime(2023, 7, 1)  # noqa: DTZ001
    store.save_run(run.id, run_record(run), to_bytes(projection), created_at=moment)
    held = store.run(run.id)
    assert held is not None
    again = from_bytes(held[1], run_from_record(held[0]))
    assert again.run == run
    assert again.run.id == run.id
    np.testing.assert_allclose(again.stock.values, projection.stock.values, rtol=1e-6)
    pd.testing.assert_frame_equal(again.keys, keys, check_dtype=False)
    once_more = from_bytes(to_bytes(again), run)
    np.testing.assert_array_equal(once_more.stock.values, again.stock.values)


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("no address", "环境变量 BEIZENG_DB 不是数据库地址"),
        ("oracle+nothing://u:secret@h/d", "数据库打不开"),
        (
            "postgresql+psycopg://u:secret@127.0.0.1:1/d",
            "数据库打不开（postgresql.psycopg://u:\\*\\*\\*@127.0.0.1:1/d）",
        ),
    ],
)
def test_a_database_that_cannot_be_opened_says_so_without_the_password(url: str, message: str) -> None:
    with pytest.raises(StoreError, match=message) as caught:
        Store(url)
    assert "secret" not in str(caught.value)
