"""What a backtest puts beside what, with forecasters whose every number is known."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose

from forecasting import ModelError, Paths, SchemaError
from forecasting.backtest import Block, backtest, by_ensemble
from forecasting.evaluation import Backtest, Window
from forecasting.models import Failure

NAN = math.nan
#: Two series of eight months; the second begins late and has a hole.
Y = np.array([[3.0, 5, 4, 8, 6, 11, 7, 15], [NAN, NAN, NAN, 20, 26, NAN, 23, 29]])
STEPS = np.array([-2.0, -1, 0, 1, 2])


def ladder(y: np.ndarray, horizon: int, /, *, n_paths: int, **_: object) -> Iterator[Block]:
    """Five paths around the last value: -2 h ... 2 h at horizon h. Two rows at most a block."""
    assert n_paths == 5
    last = np.array([row[~np.isnan(row)][-1] for row in y])
    paths = last[:, None, None] + STEPS[:, None] * np.arange(1, horizon + 1)
    for start in range(0, len(y), 2):
        rows = np.arange(start, min(start + 2, len(y)))
        yield rows, paths[rows], ()


def run(y: np.ndarray, *origins: int, horizon: int = 2, **options: Any) -> Backtest:
    return backtest(
        y, origins, horizon, **({"seed": 1, "n_paths": 5, "models": {"ladder": ladder}, "season": 2} | options)
    )


def test_the_table_by_hand() -> None:
    result = run(Y, 3, 6)
    expected = pd.DataFrame(
        {
            "model": "ladder",
            "origin": [3] * 4 + [6] * 4,
            "row": [0, 0, 1, 1] * 2,
            "horizon": [1, 2] * 4,
            "observed": [6.0, 11, 26, NAN, 15, NAN, 29, NAN],
            "point": [8.0, 8, 20, 20, 7, 7, 23, 23],
        }
    )
    pd.testing.assert_frame_equal(result.table[list(expected)], expected)
    assert result.levels == (0.025, 0.05, 0.1, 0.5, 0.9, 0.95, 0.975)
    # Of five values a step of 1 (then 2) apart, the 10 % quantile lies 0.4 steps above the lowest.
    assert_allclose(result.quantiles[:2, 2], [8 - 2 + 0.4, 8 - 4 + 0.8])
    # Errors 0 1 2 3 4; twenty pairs of different paths, a step of 2 apart on average.
    assert_allclose(result.table["crps"][0], (0 + 1 + 2 + 3 + 4) / 5 - 2 / 2)
    assert result.failures.empty


def test_the_scores_by_hand() -> None:
    """Scale of the first series at origin 3, season 2: (|4 - 3| + |8 - 5|) / 2; the second has its level, 20."""
    found = run(Y, 3).scores.set_index("row")
    assert_allclose(found["n_observed"], [2, 1])
    assert_allclose(found["mase"], [(2 + 3) / 2 / 2, 6 / 20])
    assert_allclose(found["rmsse"], [math.sqrt((4 + 9) / 2) / math.sqrt((1 + 9) / 2), 6 / 20])
    assert_allclose(found["smape"], [(200 * 2 / 14 + 200 * 3 / 19) / 2, 200 * 6 / 46])
    assert_allclose(found["wape"], [100 * (2 + 3) / (6 + 11), 100 * 6 / 26])
    width, outside = 3.8, 26 - (20 + 1.9)
    assert_allclose(found["msis95"][1], (width + 2 / 0.05 * outside) / 20)


def test_summary_and_coverage() -> None:
    result = run(Y, 3, 6)
    whole = result.summary()
    assert_allclose(whole.loc["ladder", "mase"], result.scores["mase"].mean())
    assert_allclose(whole.loc["ladder", "max_mase"], result.scores["mase"].max())
    assert whole.loc["ladder", ["n_forecasts", "n_scored", "failures", "replaced"]].tolist() == [4, 4, 0, 0]
    assert len(result.summary(["model", "origin"])) == 2
    # 6 of 8 +- 1.6 no, 8 +- 1.9 no: 2 away; 11 of 8 +- 3.2 yes; 26 of 20, 15 of 7, 29 of 23 no.
    assert_allclose(result.coverage().loc["ladder"], [1 / 5] * 3)
    assert result.coverage().columns.tolist() == [0.95, 0.9, 0.8]
    assert_allclose(result.coverage(["horizon"])[0.8], [0 / 4, 1 / 1])


def test_a_window_holds_what_was_seen_and_what_came() -> None:
    windows: list[Window] = []

    def total(window: Window, paths: Paths) -> np.ndarray:
        windows.append(window)
        return paths.values.sum(axis=2)

    result = run(Y, 4, history=3, collect=total)
    assert_allclose(windows[0].history, [[4, 8, 6], [NAN, 20, 26]])
    assert_allclose(windows[0].observed, [[11, 7], [NAN, 23]])
    ((window, value),) = result.collected
    assert (window.model, window.origin, window.rows.tolist()) == ("ladder", 4, [0, 1])
    assert_allclose(value, np.array([[12.0], [52]]) + 3 * STEPS)


def test_blocks_find_their_rows() -> None:
    y = np.vstack([Y, Y + 100, Y + 300])[:5]
    result = run(y, 6, collect=lambda window, paths: (window.rows.tolist(), paths.n_series))
    assert [value for _, value in result.collected] == [([0, 1], 2), ([2, 3], 2), ([4], 1)]
    assert_allclose(result.table["point"], np.repeat([7, 23, 107, 123, 307], 2))


# Failures ---------------------------------------------------------------------------------------------------------


def picky(y: np.ndarray, horizon: int, /, *, rng: np.random.Generator, n_paths: int) -> Iterator[Block]:
    """Refuses any panel with a 13 in it, says nothing finite of 7, and has a member that drops out of 5."""
    if (y == 13).any():
        raise ValueError("unlucky")
    for rows, paths, _ in ladder(y, horizon, rng=rng, n_paths=n_paths):
        paths[(y[rows] == 7).any(axis=1)] = np.inf
        yield rows, paths, tuple(Failure("member", row, "tired") for row in rows if (y[row] == 5).any())


def test_failures_are_rows_and_take_nothing_else_down() -> None:
    first = np.array([1.0, 13, 2, 7, 3, 13, 5, 4])
    y = np.column_stack([first, first, first + 0.5])
    y[0, :2] = NAN
    result = run(y, 1, horizon=1, models={"picky": picky, "ladder": ladder})
    said = result.failures.drop(columns="origin").to_records(index=False).tolist()
    assert sorted(said) == [
        ("ladder", 0, "", "no observation up to the origin"),
        ("picky", 0, "", "no observation up to the origin"),
        ("picky", 1, "", "ValueError: unlucky"),
        ("picky", 3, "", "paths are not finite"),
        ("picky", 5, "", "ValueError: unlucky"),
        ("picky", 6, "member", "tired"),
    ]
    by_model = result.table.groupby("model")["row"].agg(list)
    assert sorted(by_model["picky"]) == [2, 4, 6, 7]
    assert by_model["ladder"] == [1, 2, 3, 4, 5, 6, 7]
    counts = result.summary()[["n_forecasts", "failures", "replaced"]]
    assert counts.loc["picky"].tolist() == [4, 4, 1]
    assert counts.loc["ladder"].tolist() == [7, 1, 0]


def test_a_model_that_fails_everywhere_has_a_summary_too() -> None:
    result = run(np.full((2, 4), 13.0), 2, models={"picky": picky})
    assert len(result.table) == len(result.scores) == 0
    assert result.summary().loc["picky", ["n_forecasts", "failures"]].tolist() == [0, 2]
    assert result.quantiles.shape == (0, 7)


def test_a_forecaster_that_breaks_off_is_asked_again_for_the_rest() -> None:
    calls = []

    def tired(y: np.ndarray, horizon: int, /, *, rng: np.random.Generator, n_paths: int) -> Iterator[Block]:
        calls.append(len(y))
        for number, block in enumerate(ladder(y, horizon, rng=rng, n_paths=n_paths)):
            if number == 1:
                raise ZeroDivisionError("tired")
            yield block

    y = np.arange(1.0, 6)[:, None] + np.zeros(4)
    result = run(y, 2, horizon=1, models={"tired": tired})
    assert calls == [5, 2, 1]
    assert result.failures.empty
    assert_allclose(result.table.sort_values("row")["point"], np.arange(1.0, 6))


def test_a_defect_of_the_forecaster_is_not_hidden() -> None:
    def broken(*_: object, **__: object) -> Iterator[Block]:
        raise TypeError("a bug")

    with pytest.raises(TypeError, match="a bug"):
        run(Y, 3, models={"broken": broken})


@pytest.mark.parametrize(
    ("options", "message"),
    [({"members": ("prophet",)}, "没有名为“prophet”的模型"), ({"season": 0}, "季节周期（0）至少为1")],
)
def test_an_option_at_fault_is_no_failure_of_every_series(options: dict[str, Any], message: str) -> None:
    with pytest.raises(ModelError, match=message):
        by_ensemble(**options)


def test_models_of_one_origin_share_the_random_numbers() -> None:
    def noise(y: np.ndarray, horizon: int, /, *, rng: np.random.Generator, n_paths: int) -> Iterator[Block]:
        yield np.arange(len(y)), rng.normal(size=(len(y), n_paths, horizon)), ()

    result = run(Y, 4, 5, models={"one": noise, "other": noise})
    one, other = (result.quantiles[(result.table["model"] == name).to_numpy()] for name in ("one", "other"))
    assert_allclose(one, other, rtol=0)
    assert not np.isclose(one[:4], one[4:]).any()
    assert_allclose(run(Y, 5, models={"one": noise}).quantiles, one[4:], rtol=0)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"y": Y[0]}, r"应为二维（序列数, 月数），实为 \(8,\)"),
        ({"origins": ()}, "预测起点应为 0 至 7 之间互不相同的列号，至少一个"),
        ({"origins": (3, 8)}, r"实为 \[3, 8\]"),
        ({"origins": (-1,)}, r"实为 \[-1\]"),
        ({"origins": (3, 3)}, r"实为 \[3, 3\]"),
        ({"horizon": 0}, "预测期（0）和历史月数（None）至少为1，路径数（5）至少为2"),
        ({"history": 0}, "历史月数（0）"),
        ({"n_paths": 1}, "路径数（1）"),
        ({"levels": (0.1, 0.9)}, r"关于0.5对称并含0.5，实为 \[0.1, 0.9\]"),
        ({"levels": (0.1, 0.5, 0.8)}, "关于0.5对称"),
        ({"levels": (0.9, 0.5, 0.1)}, "从小到大"),
        ({"levels": (0.0, 0.5, 1.0)}, "分位水平"),
    ],
)
def test_an_argument_at_fault(options: dict[str, Any], message: str) -> None:
    y, origins = options.pop("y", Y), options.pop("origins", (3,))
    with pytest.raises(SchemaError, match=message):
        run(y, *origins, **options)
