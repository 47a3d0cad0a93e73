"""Statements about totals and stocks, settled and scored by hand: two series, four paths, arithmetic visible."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose

from forecasting.errors import SchemaError
from forecasting.settlement import FRACTIONS, Outcomes, attain_figures, settle

MONTHS = pd.period_range("2018-01", periods=24, freq="M")
#: A year of 10 and of 20 a month; then half-years of 72 and 114 (6 x 12, 6 x 19), and of 60 and 150 (6 x 10, 6 x 25).
FLOWS = np.array([[10.0] * 12 + [12.0] * 6 + [10.0] * 6, [20.0] * 12 + [19.0] * 6 + [25.0] * 6])
#: What a forecaster says of the half-year after December 2018: four totals each.
TOTALS = np.array([[50.0, 58, 63, 80], [100, 110, 114, 130]])


def said(*origins: int, totals: np.ndarray = TOTALS) -> list[tuple[int, np.ndarray, np.ndarray]]:
    """The same totals from every origin; only the sixth month ahead is asked about, the others are absurd."""
    paths = np.full((2, 4, 6), -1.0)
    paths[:, :, 5] = totals
    return [(origin, np.array([0, 1]), paths) for origin in origins]


def test_probabilities_are_shares_of_paths_at_or_above_the_level() -> None:
    events = settle(FLOWS, MONTHS, said(11), [6]).events
    assert tuple(events.loc[events["row"] == 0, "fraction"]) == FRACTIONS
    # Run-rate of series 0: 12 x 10 x 6 / 12 = 60. Levels 54, 57, 60, 63, 66, 72; the path of 63 reaches 63.
    assert_allclose(events.loc[events["row"] == 0, "probability"], [3 / 4, 3 / 4, 2 / 4, 2 / 4, 1 / 4, 1 / 4])
    # Of series 1: 120. Levels 108, 114, 120, 126, 132, 144; the path of 114 reaches 114.
    assert_allclose(events.loc[events["row"] == 1, "probability"], [3 / 4, 2 / 4, 1 / 4, 1 / 4, 0, 0])
    # 72 = 1.2 x 60 came, and 114 = 0.95 x 120: a level that is met exactly is met.
    assert events.loc[events["row"] == 0, "happened"].tolist() == [True] * 6
    assert events.loc[events["row"] == 1, "happened"].tolist() == [True, True, False, False, False, False]
    assert (events["origin"] == pd.Period("2018-12", "M")).all()
    assert (events["horizon"] == 6).all()
    # No window of six months after a year had ended by the twelfth month.
    assert events["base_rate"].isna().all()


def test_the_base_rate_is_of_windows_that_had_ended() -> None:
    events = settle(FLOWS, MONTHS, said(17), [6]).events
    # One origin had: December 2018, with 1.2 and 0.95 times the run-rate.
    for row in (0, 1):
        assert_allclose(events.loc[events["row"] == row, "base_rate"], [1, 1, 1 / 2, 1 / 2, 1 / 2, 1 / 2])
    # Series 0 to June 2019: (6 x 10 + 6 x 12) / 2 = 66, then 60 = 0.909 of it. Series 1: (120 + 114) / 2 = 117, 150.
    assert events.loc[events["row"] == 0, "happened"].tolist() == [True, False, False, False, False, False]
    assert events.loc[events["row"] == 1, "happened"].tolist() == [True] * 6  # 1.2 x 117 = 140.4


def test_totals_and_their_intervals() -> None:
    totals = settle(FLOWS, MONTHS, said(11), [6]).totals
    assert_allclose(totals["observed"], [72, 114])
    assert_allclose(totals["median"], [(58 + 63) / 2, (110 + 114) / 2])
    # Quartiles of 50 58 63 80: 56 and 67.25, 72 is outside; 10 and 90 %: 52.4 and 74.9, inside.
    assert totals["covered50"].tolist() == [False, True]  # 107.5 and 118 hold 114
    for width in (80, 90, 95):
        assert totals[f"covered{width}"].tolist() == [True, True]


def test_a_stock_is_compared_with_the_stock_at_the_origin() -> None:
    stock = np.array([[200.0] * 12 + [210.0] * 12, [50.0] * 12 + [44.0] * 12])
    outcomes = settle(
        stock, MONTHS, said(11, totals=np.array([[190.0, 209, 210, 250], [40, 45, 47, 56]])), [6], is_stock=True
    )
    events = outcomes.events
    # Levels 180, 190, 200, 210, 220, 240 of 200, and 45, 47.5, 50, 52.5, 55, 60 of 50.
    assert_allclose(events.loc[events["row"] == 0, "probability"], [1, 1, 3 / 4, 2 / 4, 1 / 4, 1 / 4])
    assert_allclose(events.loc[events["row"] == 1, "probability"], [3 / 4, 1 / 4, 1 / 4, 1 / 4, 1 / 4, 0])
    assert events.loc[events["row"] == 0, "happened"].tolist() == [True] * 4 + [False] * 2
    assert not events.loc[events["row"] == 1, "happened"].any()  # 44 < 45
    assert_allclose(outcomes.totals["observed"], [210, 44])


@pytest.mark.parametrize("month", [3, 14])
def test_a_window_with_a_missing_month_is_left_out(month: int) -> None:
    holed = FLOWS.copy()
    holed[0, month] = math.nan
    events = settle(holed, MONTHS, said(11), [6]).events
    assert events["row"].unique().tolist() == [1]


def test_what_has_not_ended_or_has_nothing_to_compare_with_is_left_out() -> None:
    # February 2020 is not in the data, and twelve months ahead nothing was said.
    outcomes = settle(FLOWS, MONTHS, said(11, 19), [6, 12])
    assert set(outcomes.events["origin"]) == {MONTHS[11]}
    assert set(outcomes.events["horizon"]) == {6}
    with pytest.raises(SchemaError, match="没有一个能用已有数据检验。请用更早的起点或更短的预测期。"):
        settle(FLOWS, MONTHS, said(19), [6])
    with pytest.raises(SchemaError, match="没有一个能用已有数据检验"):
        settle(FLOWS * 0, MONTHS, said(11), [6])


def outcomes(*rows: tuple[str, float, float, bool]) -> Outcomes:
    """Statements (origin, probability, base rate, happened) of six months, each with a total of 8 where 10 was said."""
    origin = pd.PeriodIndex([row[0] for row in rows], freq="M")
    events = pd.DataFrame([row[1:] for row in rows], columns=["probability", "base_rate", "happened"])
    totals = pd.DataFrame({"observed": [8.0] * len(rows), "median": 10.0})
    for width, held in ((50, False), (80, False), (90, True), (95, True)):
        totals[f"covered{width}"] = held
    shared = {"row": 0, "origin": origin, "horizon": 6}
    return Outcomes(events.assign(fraction=1.0, **shared), totals.assign(**shared))


def test_scores() -> None:
    found = attain_figures(
        outcomes(("2018-01", 0.9, 0.5, True), ("2018-02", 0.93, 0.5, False), ("2018-03", 0.2, math.nan, False))
    )["6"]["all"]
    assert found["n"] == 3
    assert_allclose(found["brier"], (0.1**2 + 0.93**2 + 0.2**2) / 3)
    # Only where there is a base rate is skill told: ours 0.1^2 and 0.93^2 against 0.5^2 twice.
    assert_allclose(found["brier_base_rate"], 0.25)
    assert_allclose(found["skill"], 1 - (0.01 + 0.8649) / 2 / 0.25)
    # Bins: 0.9 and 0.93, mean 0.915, one of two happened; 0.2, nothing happened.
    assert_allclose(found["calibration_error"], (2 * abs(0.915 - 0.5) + 1 * abs(0.2 - 0)) / 3)
    assert [one["count"] for one in found["reliability"]] == [1, 2]
    assert found["coverage"] == {"50": 0, "80": 0, "90": 100, "95": 100}
    assert_allclose(found["mdape"], 100 * (10 / 8 - 1))


def test_parts_lie_before_across_and_after_the_year() -> None:
    found = attain_figures(
        outcomes(
            ("2019-06", 0.9, 0.5, True),  # July to December 2019
            ("2019-07", 0.8, 0.5, True),  # reaches January 2020
            ("2020-11", 0.7, 0.5, True),  # begins in December 2020
            ("2020-12", 0.6, 0.5, True),
            ("2021-03", 0.6, 0.5, True),
        )
    )["6"]
    assert {part: one["n"] for part, one in found.items()} == {"all": 5, "before": 1, "across": 2, "after": 2}
    assert_allclose(found["across"]["brier"], (0.2**2 + 0.3**2) / 2)
    assert "before" not in attain_figures(outcomes(("2021-03", 0.6, 0.5, True)))["6"]


def test_what_cannot_be_told_is_none() -> None:
    found = attain_figures(outcomes(("2018-01", 0.9, math.nan, True)))["6"]["all"]
    assert (found["skill"], found["brier_base_rate"]) == (None, None)
    # A base rate that was right with certainty leaves nothing to be better than.
    found = attain_figures(outcomes(("2018-01", 0.9, 1.0, True)))["6"]["all"]
    assert (found["skill"], found["brier_base_rate"]) == (None, 0)
