"""The ensemble on the public competitions: as good as said in docs/accuracy.md, and no series lost or run away."""

from __future__ import annotations

from typing import Any

import pytest

from data.benchmarks import competition
from forecasting.benchmark import evaluate

pytestmark = pytest.mark.slow


@pytest.mark.parametrize(
    ("name", "n_series", "mase", "smape"),
    [("m1", 617, 1.00, 14.0), ("m3", 1428, 0.825, 13.60), ("tourism", 366, 1.43, 18.2)],
)
def test_a_competition(name: str, n_series: int, mase: float, smape: float) -> None:
    split = competition(name)
    found: dict[str, Any] = evaluate(split.train, split.test, clock=lambda: 0.0, season=split.season)
    assert found["n_series"] == n_series
    assert found["mase"] < mase
    assert found["smape"] < smape
    for one in found["models"].values():
        assert one["max_mase"] < 10
        assert one["failures"] == 0
