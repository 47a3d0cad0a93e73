"""Counts of periods that end after the origin may not move what is projected from the counts before it."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from forecasting import Event
from forecasting.sparse import COUNT_COLUMNS, carry_out_counts, plan_counts

ORIGIN = pd.Period("2022-12", "M")
BEFORE = [
    ("stock", "2020-12", "2020-12", 4800, 50),
    ("entries", "2021-01", "2021-06", 510, 0.5),
    ("exits", "2021-01", "2021-12", 260, 5),
    ("stock", "2021-12", "2021-12", 5600, 50),
    ("entries", "2022-10", "2022-10", 101, 0.5),
    ("stock", "2022-12", "2022-12", 6472, 0.5),
]
AFTER = {
    "plausible": [("stock", "2023-12", "2023-12", 7300, 0.5), ("entries", "2023-01", "2023-03", 350, 0.5)],
    "absurd": [("stock", "2023-12", "2023-12", 7e9, 0.5), ("entries", "2023-01", "2023-03", 0, 0.5)],
    "faulty": [("stock", "2023-12", "2023-12", -3, 0.5), ("stock", "2023-01", "2023-06", 3, 0.5)],
    "begun before": [("entries", "2022-01", "2023-06", 90000, 0.5), ("net", "2022-07", "2023-01", -6000, 0.5)],
}  # fmt: skip


def table(rows: list[tuple[str, str, str, float, float]], area: str = "141033") -> pd.DataFrame:
    counts = pd.DataFrame([(area, "all", *row) for row in rows], columns=COUNT_COLUMNS)
    return counts.assign(**{name: pd.PeriodIndex(counts[name], freq="M") for name in ("start", "end")})


@pytest.mark.parametrize("rows", AFTER.values(), ids=AFTER)
def test_what_comes_after_moves_nothing(rows: list[tuple[str, str, str, float, float]]) -> None:
    later = Event(
        id="later", area="141033", entity_type="all", kind="purge", start=ORIGIN + 1, end=ORIGIN + 2, title="清理",
        effect="mask", flows=("exits",),
    )  # fmt: skip
    base = carry_out_counts(plan_counts(table(BEFORE), 12, seed=2, n_paths=30))
    counts = pd.concat([table(BEFORE), table(rows), table(rows, area="140109")])
    other = carry_out_counts(plan_counts(counts, 12, seed=2, n_paths=30, origin=ORIGIN, events=[later]))
    assert other.run == base.run
    for name in ("entries", "exits", "adjustment", "stock"):
        np.testing.assert_array_equal(getattr(other, name).values, getattr(base, name).values)


def test_the_same_before_the_origin_does_move_it() -> None:
    """Or the test above could not fail."""
    base = carry_out_counts(plan_counts(table(BEFORE), 12, seed=2, n_paths=30))
    more = [*BEFORE, ("entries", "2022-01", "2022-12", 1500, 0.5)]
    other = carry_out_counts(plan_counts(table(more), 12, seed=2, n_paths=30))
    assert other.run.id != base.run.id
    assert (other.entries.values != base.entries.values).any()
