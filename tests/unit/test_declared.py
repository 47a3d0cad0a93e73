"""Events of analysts, and the undeclared ones that the data propose: added, replaced, accepted, refused."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from test_cli import run

import workflow
from data.catalogue.events import event_cells, load_events, parse_events
from data.declared import declared_events, refused_proposals
from data.store import Store
from forecasting.errors import FaultsError, SchemaError
from forecasting.proposals import Proposal
from workflow import declared
from workflow.knowledge import know

PURGE = pd.Period("2021-09", freq="M")
NOON = dt.datetime(2023, 3, 1, 12, 0)  # noqa: DTZ001 - the store keeps local time
HEAD = "id,area,entity_type,kind,start,end,title,effect,flows,is_administrative\n"
ROW = "own-1,141033,all,campaign,2022-03,2022-04,{title},pulse,entries,false\n"


@pytest.fixture
def purged(store: Store, make_observations: Callable[..., pd.DataFrame], received: dt.datetime) -> Store:
    """A county whose register was purged once without anybody saying so."""
    rng = np.random.default_rng(5)
    months = pd.period_range("2018-01", "2023-05", freq="M")
    entries, exits = rng.poisson(90, len(months)), rng.poisson(40, len(months))
    exits[months.get_loc(PURGE)] = 700
    stock = 6000 + np.cumsum(entries - exits)
    rows = [
        (str(month), measure, float(value))
        for month, *values in zip(months, entries, exits, stock, strict=True)
        for measure, value in zip(("entries", "exits", "stock"), values, strict=True)
    ]
    store.append(make_observations(*rows), received_at=received, file_name="手工.csv")
    return store


def file(folder: Path, title: str) -> Path:
    path = folder / "events.csv"
    path.write_text(HEAD + ROW.format(title=title), encoding="utf-8")
    return path


def only(store: Store) -> Proposal:
    (found,) = workflow.proposals(store)
    return found


def run_ids(store: Store) -> list[str]:
    return [one.run.id for one in know(store, None).plans]


def test_an_event_with_the_id_of_an_earlier_one_replaces_it(store: Store, tmp_path: Path) -> None:
    declared.add_events(store, file(tmp_path, "集中登记"), author="甲", saved_at=NOON)
    declared.add_events(store, file(tmp_path, "集中登记月"), author="乙", saved_at=NOON + dt.timedelta(days=1))
    (one,) = declared_events(store)
    assert (one.event.title, one.author) == ("集中登记月", "乙")
    # What was known on the first day stays as it was.
    (then,) = declared_events(store, NOON.date())
    assert (then.event.title, then.author) == ("集中登记", "甲")
    assert declared_events(store, NOON.date() - dt.timedelta(days=1)) == ()


def test_a_faulty_file_adds_nothing(store: Store, tmp_path: Path) -> None:
    path = file(tmp_path, "集中登记")
    path.write_text(path.read_text(encoding="utf-8") + ROW.format(title="又一").replace("own-1,141033", "own-2,999999"))
    with pytest.raises(FaultsError, match="999999"):
        declared.add_events(store, path, author="甲", saved_at=NOON)
    path.write_text(HEAD, encoding="utf-8")
    with pytest.raises(SchemaError, match="没有事件"):
        declared.add_events(store, path, author="甲", saved_at=NOON)
    assert declared_events(store) == ()


def test_events_survive_the_way_into_cells_and_back() -> None:
    for event in load_events():
        assert parse_events(pd.DataFrame([event_cells(event)]), "事件") == (event,)


def test_an_undeclared_purge_is_proposed_and_accepted(purged: Store) -> None:
    found = only(purged)
    assert (found.area, found.flow, found.kind, found.start) == ("141033", "exits", "purge", PURGE)
    before, state = run_ids(purged), purged.state()
    declared.accept(purged, found, title=" 年报清理 ", author="甲", saved_at=NOON)
    assert workflow.proposals(purged) == ()
    event = next(one for one in workflow.all_events(purged) if one.id == found.id)
    assert (event.title, event.effect, event.flows) == ("年报清理", "mask", ("exits",))
    # Another run, and pages look again.
    assert run_ids(purged) != before
    assert purged.state() != state


def test_a_refused_proposal_is_not_made_again_and_changes_nothing(purged: Store) -> None:
    found, before = only(purged), run_ids(purged)
    with pytest.raises(SchemaError, match="理由"):
        declared.refuse(purged, found, reason="  ", author="甲", saved_at=NOON)
    assert only(purged) == found
    declared.refuse(purged, found, reason="数据核对无误", author="甲", saved_at=NOON)
    assert workflow.proposals(purged) == ()
    assert refused_proposals(purged) == (found,)
    assert run_ids(purged) == before


def test_the_terminal_lists_accepts_and_refuses(purged: Store, tmp_path: Path) -> None:
    url, key = purged.url, only(purged).id
    assert run("events", str(file(tmp_path, "集中登记")), url=url).stdout == "events.csv：录入1个事件。\n"
    assert "own-1\t141033\t2022-03/2022-04\t集中行动\t当月增减\t集中登记\t" in run("events", url=url).stdout
    listed = run("proposals", "--area", "141033", url=url)
    assert listed.stdout.startswith(f"{key}\t蒲县 2021-09 注销吊销700户")
    assert key not in run("proposals", "--area", "140109", url=url).stdout
    assert "没有代码为“1”的地区" in run("proposals", "--area", "1", url=url).stderr
    assert "没有编号为“nothing”" in run("proposals", "--accept", "nothing", url=url).stderr
    assert "只能用一个" in run("proposals", "--accept", key, "--refuse", key, url=url).stderr
    assert run("proposals", "--refuse", key, url=url).returncode == 1
    assert run("proposals", "--accept", key, "--title", "年报清理", url=url).returncode == 0
    assert key not in run("proposals", url=url).stdout
    assert f"{key}\t141033\t2021-09\t集中清理\t不作依据\t年报清理\t数据提出，经确认；" in run("events", url=url).stdout
