"""Which months are whole: entries, exits and stock all there."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

from data.coverage import coverage, summary

Make = Callable[..., pd.DataFrame]


def test_every_month_from_the_first_to_the_last_is_told(make_observations: Make) -> None:
    known = pd.concat(
        [
            make_observations(
                ("2023-01", "entries", 12), ("2023-01", "exits", 3), ("2023-01", "stock", 509),
                ("2023-02", "entries", 10), ("2023-02", "adjustment", -1),
                ("2023-04", "stock", 520),
            ),
            make_observations(("2023-07", "stock", 99), area="140722"),
            make_observations(("2022-07", "stock", 3_640_000), area="140000", status="published"),
        ],
        ignore_index=True,
    )  # fmt: skip
    covered = coverage(known)
    assert [(row.area, str(row.month), row.n_held, row.absent) for row in covered.itertuples()] == [
        ("140722", "2023-07", 1, ("entries", "exits")),
        ("141033", "2023-01", 3, ()),
        ("141033", "2023-02", 1, ("exits", "stock")),
        ("141033", "2023-03", 0, ("entries", "exits", "stock")),
        ("141033", "2023-04", 1, ("entries", "exits")),
    ]
    assert [
        (row.area, str(row.first), str(row.last), row.n_months, row.n_partial, row.n_missing, row.behind)
        for row in summary(covered).itertuples()
    ] == [("140722", "2023-07", "2023-07", 1, 1, 0, 0), ("141033", "2023-01", "2023-04", 4, 2, 1, 3)]


def test_nothing_is_covered_by_nothing(make_observations: Make) -> None:
    covered = coverage(make_observations())
    assert covered.empty
    assert summary(covered).empty
