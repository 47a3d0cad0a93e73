"""Where the present level begins."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_array_equal

from forecasting import Event
from forecasting.breaks import FEWEST_MONTHS, last_break, since_break

MONTHS = pd.period_range("2019-01", "2022-12", freq="M")
KEYS = pd.DataFrame({"area": ["141033", "141033", "140109"], "entity_type": ["individual", "enterprise", "all"]})
STEP = Event(
    id="step",
    area="141000",
    entity_type="all",
    kind="shift",
    start=pd.Period("2020-03", "M"),
    end=pd.Period("2020-03", "M"),
    title="口径调整",
    effect="step",
    flows=("entries",),
)
RAMP = replace(STEP, id="ramp", effect="ramp", end=pd.Period("2020-06", "M"), entity_type="individual")


@pytest.mark.parametrize(
    ("events", "flow", "since"),
    [
        ([], "entries", [0, 0, 0]),
        ([STEP], "entries", [14, 14, 0]),  # March 2020 is the 15th month; 140109 is not in 141000
        ([STEP], "exits", [0, 0, 0]),
        ([RAMP], "entries", [17, 0, 0]),  # complete in June 2020
        ([RAMP, STEP], "entries", [17, 14, 0]),
        ([replace(STEP, effect="mask")], "entries", [0, 0, 0]),
        ([replace(STEP, effect="pulse")], "entries", [0, 0, 0]),
        ([replace(STEP, start=pd.Period("2023-01", "M"), end=pd.Period("2023-01", "M"))], "entries", [0, 0, 0]),
        ([replace(STEP, start=pd.Period("2018-01", "M"), end=pd.Period("2018-01", "M"))], "entries", [0, 0, 0]),
        ([replace(RAMP, end=pd.Period("2024-06", "M"))], "entries", [47, 0, 0]),  # under way at the origin
    ],
)
def test_the_last_break(events: list[Event], flow: str, since: list[int]) -> None:
    assert_array_equal(last_break(events, KEYS, MONTHS, flow), since)


def test_what_came_before_is_not_seen() -> None:
    z = np.arange(1.0, 49.0).reshape(2, 24)
    seen = since_break(z, np.array([0, 12]))
    assert_array_equal(seen[0], z[0])
    assert np.isnan(seen[1, :12]).all()
    assert_array_equal(seen[1, 12:], z[1, 12:])


def test_a_break_that_leaves_less_than_a_year_is_not_used() -> None:
    z = np.arange(1.0, 49.0).reshape(2, 24)
    z[1, 20] = np.nan  # 11 of the 12 months after the break are observed
    seen = since_break(z, np.array([24 - FEWEST_MONTHS + 1, 24 - FEWEST_MONTHS]))
    assert_array_equal(seen, z)
