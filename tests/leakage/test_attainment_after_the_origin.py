"""What happens after an origin moves no probability stated there, in the backtest of attainment."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose

from forecasting.attain import Series, attain

MONTHS = pd.period_range("2019-01", periods=54, freq="M")
#: The last origin, and one before it.
LAST, EARLIER = MONTHS[35], MONTHS[29]
STATED = ["row", "origin", "horizon", "fraction", "probability", "base_rate"]


def series(after: int | None = None, factor: float = 40.0) -> Series:
    """Two series; from the month after column `after` on, everything is spoilt."""
    rng = np.random.default_rng(6)
    entries = rng.poisson([[90], [300]], (2, len(MONTHS))).astype(float)
    exits = rng.poisson([[50], [180]], (2, len(MONTHS))).astype(float)
    if after is not None:
        entries[:, after + 1 :] *= factor
        exits[:, after + 1 :] = exits[:, after + 1 :][:, ::-1] + 3
    stock = np.array([[5000.0], [20_000]]) + np.cumsum(entries - exits, axis=1)
    return Series(("a", "b"), MONTHS, entries, exits, stock)


def stated(panel: Series, of: str, **options: object) -> pd.DataFrame:
    outcomes = attain(panel, [EARLIER, LAST], [6, 12], of=of, n_paths=60, **options)  # type: ignore[arg-type]
    return outcomes.events


@pytest.mark.parametrize("of", ["entries", "stock"])
def test_months_after_an_origin_move_nothing_said_there(of: str) -> None:
    base = stated(series(), of)
    spoilt = stated(series(after=35), of)
    pd.testing.assert_frame_equal(spoilt[STATED], base[STATED], check_exact=True)
    assert (spoilt["happened"] != base["happened"]).any()
    # Between the two origins: the earlier stays, the later moves.
    spoilt = stated(series(after=29), of)
    is_earlier = base["origin"] == EARLIER
    pd.testing.assert_frame_equal(spoilt.loc[is_earlier, STATED], base.loc[is_earlier, STATED], check_exact=True)
    assert not np.isclose(spoilt.loc[~is_earlier, "probability"], base.loc[~is_earlier, "probability"]).all()


def test_a_mask_after_the_origin_moves_nothing() -> None:
    base = stated(series(), "entries")
    later = stated(series(), "entries", masked=[(LAST + 1, LAST + 9)])
    pd.testing.assert_frame_equal(later, base, check_exact=True)


def test_masked_months_are_not_seen() -> None:
    """Spoilt or not, masked months say nothing: the same totals are projected."""
    spoilt = series()
    spoilt.entries[:, 20:23] *= 30
    masked = [(MONTHS[20], MONTHS[22])]
    options = {"of": "entries", "n_paths": 60, "masked": masked}
    one, other = (attain(panel, [LAST], [6], **options) for panel in (series(), spoilt))  # type: ignore[arg-type]
    assert_allclose(one.totals["median"], other.totals["median"], rtol=0)
    unmasked = attain(spoilt, [LAST], [6], of="entries", n_paths=60)
    assert not np.isclose(one.totals["median"], unmasked.totals["median"]).any()
