"""A run's id follows from all that determines the numbers, and from nothing else; so does a panel's digest."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from forecasting import Event, Panel, Run
from forecasting.panel import MEASURES
from forecasting.planning import digest, plan

RUN = Run(
    data_digest="ab" * 32,
    data_vintage="2023-07-10T08:00:00",
    origin=pd.Period("2023-06", "M"),
    horizon=30,
    n_paths=1000,
    seed=7,
    code_version="0.1.0",
    configuration={"weights": {"ets": 0.5, "theta": 0.5}, "events": []},
)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("data_digest", "cd" * 32),
        ("origin", pd.Period("2023-05", "M")),
        ("horizon", 31),
        ("n_paths", 999),
        ("seed", 8),
        ("code_version", "0.1.1"),
        ("configuration", {"weights": {"ets": 0.4, "theta": 0.6}, "events": []}),
    ],
)
def test_the_id_follows_what_determines_the_numbers(field: str, value: object) -> None:
    changed = replace(RUN, **{field: value})  # type: ignore[arg-type]
    assert changed.id != RUN.id
    assert len(changed.id) == 16


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("scores", {"mase": 0.8}),
        ("failures", ({"model": "ets", "reason": "x"},)),
        ("data_vintage", "2024-01-01T00:00:00"),
        ("configuration", {"events": [], "weights": {"theta": 0.5, "ets": 0.5}}),
    ],
)
def test_the_id_follows_nothing_else(field: str, value: object) -> None:
    assert replace(RUN, **{field: value}).id == RUN.id  # type: ignore[arg-type]


def panel(**changes: tuple[int, int, float]) -> Panel:
    whole = {
        "entries": np.array([[9.0, 7, 8], [50, 20, 60]]),
        "exits": np.array([[1.0, 2, 4], [30, 25, 20]]),
        "stock": np.array([[1500.0, math.nan, 1509], [5000, 4995, math.nan]]),
        "adjustment": np.array([[0.0, math.nan, 0], [0, 0, math.nan]]),
    }
    for name, (row, column, value) in changes.items():
        whole[name][row, column] = value
    keys = pd.DataFrame({"area": ["141033", "141033"], "entity_type": ["enterprise", "individual"]})
    return Panel(keys=keys, months=pd.period_range("2023-01", periods=3, freq="M"), **whole)


@pytest.mark.parametrize("name", list(MEASURES))
def test_one_changed_number_changes_the_digest(name: str) -> None:
    assert digest(panel(**{name: (0, 0, 3.0)})) != digest(panel())


def test_equal_panels_have_equal_digests() -> None:
    assert digest(panel()) == digest(panel())
    assert digest(panel(adjustment=(0, 0, -0.0))) == digest(panel())
    assert digest(panel(stock=(0, 1, -math.nan))) == digest(panel())


def test_keys_and_months_belong_to_the_digest() -> None:
    whole = panel()
    arrays = {name: getattr(whole, name) for name in MEASURES}
    later = Panel(keys=whole.keys, months=whole.months + 1, **arrays)
    other = Panel(keys=whole.keys.assign(area="141030"), months=whole.months, **arrays)
    assert len({digest(whole), digest(later), digest(other)}) == 3


EVENT = Event(
    id="purge",
    area="141033",
    entity_type="all",
    kind="purge",
    start=pd.Period("2023-02", "M"),
    end=pd.Period("2023-02", "M"),
    title="集中清理",
    effect="mask",
    flows=("exits",),
)


def id_with(*events: Event) -> str:
    flows = np.array([[9.0, 7, 8, 6], [50, 20, 60, 55]])
    whole = Panel(
        keys=panel().keys,
        months=pd.period_range("2022-12", periods=4, freq="M"),
        entries=flows,
        exits=flows - 2,
        stock=np.array([[100.0, 102, 104, 106], [900, 902, 904, 906]]),
        adjustment=np.zeros((2, 4)),
    )
    return plan(whole, 3, seed=1, events=events).run.id


@pytest.mark.parametrize(
    "changes",
    [
        {"effect": "mask", "flows": ("entries",)},
        {"effect": "mask", "flows": ("entries", "exits")},
        {"area": "140000"},
        {"entity_type": "individual"},
        {"start": pd.Period("2023-01", "M")},
        {"end": pd.Period("2023-03", "M")},
        # Effects of one kind are pooled, and purges counted.
        {"kind": "campaign"},
        {"effect": "pulse"},
    ],
)
def test_an_event_with_another_effect_is_another_run(changes: dict[str, object]) -> None:
    """A correction of an event must not find the projection that was made before it."""
    assert len({id_with(), id_with(EVENT), id_with(replace(EVENT, **changes))}) == 3  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "changes",
    [
        {"title": "清理"},
        {"note": "另见附件"},
        {"is_administrative": True},
    ],
)
def test_words_of_an_event_do_not_make_another_run(changes: dict[str, object]) -> None:
    assert id_with(replace(EVENT, **changes)) == id_with(EVENT)  # type: ignore[arg-type]


def test_an_event_that_masks_nothing_here_does_not_make_another_run() -> None:
    elsewhere = replace(EVENT, area="140109")
    policy = replace(EVENT, id="policy", kind="policy", effect="none", flows=())
    later = replace(EVENT, start=pd.Period("2023-04", "M"), end=pd.Period("2023-05", "M"))
    assert id_with(elsewhere, policy, later) == id_with()
    assert id_with(EVENT, replace(EVENT, id="b")) == id_with(replace(EVENT, id="b"), EVENT)
