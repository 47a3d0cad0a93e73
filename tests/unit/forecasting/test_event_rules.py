"""Whom an event covers, and what an event may not be."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest
from numpy.testing import assert_allclose

from forecasting import Event, SchemaError

PURGE = Event(
    id="purge-2023",
    area="140000",
    entity_type="all",
    kind="purge",
    start=pd.Period("2023-03", "M"),
    end=pd.Period("2023-04", "M"),
    title="集中清理",
    effect="mask",
    flows=("exits",),
)


@pytest.mark.parametrize(
    ("event_area", "area", "covered"),
    [
        ("140000", "140000", True),
        ("140000", "141033", True),
        ("140000", "141033100", True),
        ("140000", "150000", False),
        ("140000", "110140", False),  # 14 inside, not in front
        ("141000", "141000", True),
        ("141000", "141033", True),
        ("141000", "141100", False),
        ("140100", "140109", True),
        ("140100", "141033", False),
        ("141033", "141033", True),
        ("141033", "141033100", True),
        ("141033", "141030", False),
        ("141033", "141000", False),
        ("141030", "141030", True),
        ("141030", "141030201", True),
        ("141030", "141033", False),  # 141030 is a county, not "14103"
        ("141033100", "141033100", True),
        ("141033100", "141033101", False),
        ("141033100", "141033", False),
        ("141033100", "1410331001", True),
        ("500000", "500101", True),  # 重庆: "50", not "5"
        ("500000", "530000", False),
        ("100000", "100000", True),
        ("100000", "141033", True),
        ("100000", "500101", True),
        ("100000", "710000", False),
        ("100000", "810000", False),
        ("100000", "820000", False),
        ("810000", "810000", True),
        ("810000", "820000", False),
    ],
)
def test_areas(event_area: str, area: str, *, covered: bool) -> None:
    assert replace(PURGE, area=event_area).covers(area, "all") is covered


@pytest.mark.parametrize(
    ("event_type", "entity_type", "covered"),
    [
        ("all", "all", True),
        ("all", "individual", True),
        ("individual", "individual", True),
        ("individual", "enterprise", False),
        ("individual", "all", False),
    ],
)
def test_types(event_type: str, entity_type: str, *, covered: bool) -> None:
    assert replace(PURGE, entity_type=event_type).covers("141033", entity_type) is covered


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"kind": "war"}, "事件 purge-2023：类别“war”不在 policy、campaign、lockdown、purge、shift 之内。请更正。"),
        ({"end": pd.Period("2023-02", "M")}, "事件 purge-2023：结束月 2023-02 早于开始月 2023-03。请更正。"),
        (
            {"effect": "mask", "flows": ("stock", "exits", "births")},
            "事件 purge-2023：flows 中的“births、stock”不是 entries 或 exits",
        ),
    ],
)
def test_an_event_at_fault(changes: dict[str, object], message: str) -> None:
    with pytest.raises(SchemaError, match=message):
        replace(PURGE, **changes)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("effect", "course"),
    [
        ("mask", [0, 0, 0, 0, 0, 0]),
        ("none", [0, 0, 0, 0, 0, 0]),
        ("pulse", [0, 1, 1, 1, 0, 0]),
        ("step", [0, 1, 1, 1, 1, 1]),
        ("ramp", [0, 1 / 3, 2 / 3, 1, 1, 1]),
    ],
)
def test_the_course_of_an_effect(effect: str, course: list[float]) -> None:
    event = replace(PURGE, effect=effect, end=PURGE.start + 2)
    months = pd.period_range(PURGE.start - 1, periods=6, freq="M")
    assert_allclose(event.shape(months), course)
    assert event.masks == (("exits",) if effect == "mask" else ())


def test_an_event_of_one_month_is_sound() -> None:
    assert replace(PURGE, end=PURGE.start).covers("141033", "all")
