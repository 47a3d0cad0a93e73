"""What is published of later periods moves nothing: neither the counts nor what their stated growth tells."""

from __future__ import annotations

import datetime as dt

import pandas as pd
import pytest

from data.catalogue import counts_from_published, load_published, published
from workflow.published import plan_published

DAY = dt.date(2022, 12, 10)


def runs() -> dict[str, str]:
    made, _ = plan_published((), deadlines={}, events=(), as_of=DAY, beyond=24, seed=1, n_paths=10, code_version="test")
    return {area: one.planned.run.id for area, one in made.items()}


def test_figures_of_later_periods_change_no_run(monkeypatch: pytest.MonkeyPatch) -> None:
    from workflow import published as planning

    before = runs()
    assert set(before) == {"100000", "141000"}
    table = load_published().copy()
    later = table["period_end"] > pd.Period("2022-11", freq="M")
    assert later.any()
    table.loc[later, "value"] = table.loc[later, "value"] * 3.0 + 17.0
    table.loc[later, "yoy"] = 0.5
    monkeypatch.setattr(published, "load_published", lambda: table)
    planning._counts.cache_clear()
    planning._plan.cache_clear()
    try:
        assert runs() == before
    finally:
        planning._counts.cache_clear()
        planning._plan.cache_clear()


def test_growth_stated_later_tells_nothing_earlier() -> None:
    # 430.4万 of 2023-12, up 8.2 %, tells the stock of 2022-12: not before it was counted itself.
    known = counts_from_published(["140000"], until=pd.Period("2023-06", freq="M"))
    assert known["end"].max() == pd.Period("2022-07", freq="M")


def test_a_month_that_has_not_ended_is_not_known() -> None:
    made, _ = plan_published(
        (), deadlines={}, events=(), as_of=dt.date(2022, 5, 30), beyond=24, seed=1, n_paths=10, code_version="test"
    )
    assert "141000" not in made
