"""Counts of periods that end after the origin may not move what is projected from the counts before it."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from forecasting import Event
from forecasting.projection import Projection
from forecasting.sparse import COUNT_COLUMNS, carry_out_counts, plan_counts
from forecasting.sparse.rehearsal import walk_counts

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


#: With `BEFORE`, three origins are rehearsed, and the later ones learn from the first.
EARLIER = [
    ("stock", "2018-12", "2018-12", 4000, 50),
    ("stock", "2019-12", "2019-12", 4450, 50),
    ("net", "2020-01", "2020-03", 60, 0.5),
]


def table(rows: list[tuple[str, str, str, float, float]], area: str = "141033") -> pd.DataFrame:
    counts = pd.DataFrame([(area, "all", *row) for row in rows], columns=COUNT_COLUMNS)
    return counts.assign(**{name: pd.PeriodIndex(counts[name], freq="M") for name in ("start", "end")})


@pytest.fixture(scope="module")
def base() -> Projection:
    return carry_out_counts(plan_counts(table(BEFORE), 12, seed=2, n_paths=30))


@pytest.mark.parametrize("rows", AFTER.values(), ids=AFTER)
def test_what_comes_after_moves_nothing(rows: list[tuple[str, str, str, float, float]], base: Projection) -> None:
    later = Event(
        id="later", area="141033", entity_type="all", kind="purge", start=ORIGIN + 1, end=ORIGIN + 2, title="清理",
        effect="mask", flows=("exits",),
    )  # fmt: skip
    counts = pd.concat([table(BEFORE), table(rows), table(rows, area="140109")])
    other = carry_out_counts(plan_counts(counts, 12, seed=2, n_paths=30, origin=ORIGIN, events=[later]))
    assert other.run == base.run
    for name in ("entries", "exits", "adjustment", "stock"):
        np.testing.assert_array_equal(getattr(other, name).values, getattr(base, name).values)


def test_the_same_before_the_origin_does_move_it(base: Projection) -> None:
    """Or the test above could not fail."""
    more = [*BEFORE, ("entries", "2022-01", "2022-12", 1500, 0.5)]
    other = carry_out_counts(plan_counts(table(more), 12, seed=2, n_paths=30))
    assert other.run.id != base.run.id
    assert (other.entries.values != base.entries.values).any()


def test_a_rehearsal_sees_nothing_of_what_came_after_it() -> None:
    """Neither of the counts it is made from nor, through what is learnt on the way, of those that settle others."""
    half = Event(
        id="half", area="141033", entity_type="all", kind="purge", start=ORIGIN - 9, end=ORIGIN - 6, title="清理",
        effect="mask", flows=("exits",),
    )  # fmt: skip
    cut = pd.Period("2021-12", "M")
    known = [row for row in [*EARLIER, *BEFORE] if pd.Period(row[2], "M") <= cut]
    changed = [*known, ("stock", "2022-12", "2022-12", 90, 0.5), ("exits", "2022-01", "2022-03", 5000, 0.5)]
    one, other = (
        list(walk_counts(plan_counts(table(rows), 24, seed=2, n_paths=30, origin=ORIGIN, events=events)))
        for rows, events in (([*EARLIER, *BEFORE], ()), (changed, [half]))
    )
    assert [str(step.origin) for step in one] == ["2019-12", "2020-12", "2021-12", "2022-12"]
    for ours, theirs in zip(one[:3], other[:3], strict=True):
        assert ours.origin == theirs.origin <= cut
        for name in ("entries", "exits", "adjustment", "stock"):
            np.testing.assert_array_equal(getattr(ours, name).values, getattr(theirs, name).values)
    assert (one[3].stock.values != other[3].stock.values).any()
