"""Is a number what its past leads one to expect: orders of magnitude, outliers, shifts of level.

The expectation and its scale come from `forecasting.surprises`. Both a score and a size must be passed, so that neither
a steady series' trifle nor a small series' noise is an alarm. What is found is shown; nothing is changed.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from data.quality.evidence import Array, Evidence
from data.quality.finding import QualityFinding
from forecasting.local_level import CONSISTENT
from forecasting.panel import MEASURES
from forecasting.surprises import HALF, median

#: Standard deviations, and the share of the expectation, by which a month must differ. The alarm rates that follow are
#: held by tests/unit/test_quality_calibration.py.
THRESHOLD, LEAST_SIZE = 4.0, 0.30
#: A single month may be this unlike its years' others before it is serious.
SERIOUS = 8.0
#: How near a ratio must be to a power of ten: standard deviations and, at most, decimal digits; of stocks digits.
NEAR_SCALES, NEAR, NEAR_STOCK = 2.0, 0.22, 0.06
#: Counts below say nothing about their magnitude.
LEAST_COUNT = 20.0
#: For stocks without flows: standard deviations and share of the monthly change.
STOCK_THRESHOLD, STOCK_SIZE, STOCK_SCALE = 6.0, 0.05, 0.003


def check_magnitudes(evidence: Evidence) -> Iterator[QualityFinding]:
    """Yield a finding for each number about 10, 100, 1000 or 10000 times too large or too small."""
    for flow, power in _powers(evidence).items():
        expected = evidence.surprises[flow].expected
        for row, at in zip(*np.nonzero(power), strict=True):
            value = evidence.values[flow][row, at]
            basis = f"按前后走势和往年同月应约{expected[row, at]:.0f}户"
            yield _magnitude(evidence, flow, int(row), int(at), float(value), float(power[row, at]), basis)
    stock = evidence.values["stock"]
    for row in range(len(stock)):
        held = np.flatnonzero(stock[row] > 0)
        reference: float | None = None
        for position, at in enumerate(held):
            value = float(stock[row, at])
            after = float(stock[row, held[position + 1]]) if position + 1 < len(held) else np.nan
            times = _power(value / reference, NEAR_STOCK) if reference else 0.0
            if reference and times and max(value, reference) >= LEAST_COUNT:
                yield _magnitude(evidence, "stock", row, int(at), value, times, f"上一个数是{reference:.10g}户")
                if not _power(after / reference, NEAR_STOCK):
                    # One odd month; from here on it would be a change of unit.
                    continue
            reference = value


def check_outliers(evidence: Evidence) -> Iterator[QualityFinding]:
    """Yield a finding for each month far from what was expected; too many entries are left to `check_spikes`."""
    for flow, is_found in outliers(evidence).items():
        made = evidence.surprises[flow]
        for row, at in zip(*np.nonzero(is_found), strict=True):
            if flow == "entries" and made.residual[row, at] > 0:
                continue
            area, kind = evidence.key(int(row))
            value, expected, score = evidence.values[flow][row, at], made.expected[row, at], made.score[row, at]
            low, high = (np.expm1(np.log1p(expected) + sign * THRESHOLD * made.scale[row, at]) for sign in (-1, 1))
            month = evidence.month(int(at))
            yield QualityFinding(
                "outlier", "medium" if abs(score) >= SERIOUS else "low", area, kind, flow, month, month,
                f"{evidence.name(area, kind)} {month} {MEASURES[flow]}{value:.10g}户，"
                f"按前后走势和往年同月应约{expected:.0f}户"
                f"（{max(low, 0):.0f}至{high:.0f}户），{'高' if score > 0 else '低'}{abs(score):.1f}倍标准差。",
                {"实报": float(value), "应约": float(expected), "标准差倍数": float(score)},
                direction=int(np.sign(score)),
            )  # fmt: skip
    yield from _stock_jumps(evidence)


def check_level_shifts(evidence: Evidence) -> Iterator[QualityFinding]:
    """Yield a finding for each month from which on a flow runs at another level, unlike its usual growth."""
    for flow, made in evidence.surprises.items():
        for row, at in zip(*np.nonzero(_shift_starts(evidence, flow)), strict=True):
            area, kind = evidence.key(int(row))
            ratio, score = float(np.exp(_shift_sizes(evidence, flow)[row, at])), float(made.shift_score[row, at])
            month = evidence.month(int(at))
            before, after = (
                float(median(evidence.values[flow][row, max(start, 0) : stop]))
                for start, stop in ((at - HALF, at), (at, at + HALF))
            )
            yield QualityFinding(
                "level_shift", "medium", area, kind, flow, month, month,
                f"{evidence.name(area, kind)} {MEASURES[flow]}从 {month} 起换了水平："
                f"之前半年每月约{before:.0f}户，之后约{after:.0f}户，"
                f"除去季节后为{ratio:.2f}倍（{abs(score):.1f}倍标准差）。",
                {"之前": before, "之后": after, "倍数": ratio, "标准差倍数": score},
                direction=int(np.sign(score)),
            )  # fmt: skip


def outliers(evidence: Evidence) -> dict[str, NDArray[np.bool_]]:
    """Mark the months that are far from what was expected, by flow.

    Parameters
    ----------
    evidence : Evidence

    Returns
    -------
    dict of str to ndarray of bool, shape (n_series, n_months)
        Without those that are a matter of magnitude, those that a shift of level explains, and types where the total of
        their area is marked as well.
    """
    found = {}
    for flow, made in evidence.surprises.items():
        marked = (np.abs(made.score) >= THRESHOLD) & (np.abs(np.expm1(made.residual)) >= LEAST_SIZE)
        marked &= _powers(evidence)[flow] == 0
        near = _shift_starts(evidence, flow)
        for row, at in zip(*np.nonzero(near), strict=True):
            around = slice(max(at - HALF, 0), at + HALF + 1)
            # The line through the level is not settled there.
            marked[row, around] &= np.abs(made.score[row, around]) >= SERIOUS
        found[flow] = _without_parts(evidence, marked, made.residual)
    return found


def _powers(evidence: Evidence) -> dict[str, Array]:
    """By flow and month: the power of ten by which it is off, 0 where it is not."""
    found = {}
    for flow, made in evidence.surprises.items():
        values = evidence.values[flow]
        with np.errstate(divide="ignore", invalid="ignore"):
            digits = np.log10(values / made.expected)
            power = np.round(digits)
            near = np.minimum(NEAR, NEAR_SCALES * made.scale / np.log(10.0))
            is_off = (np.abs(digits - power) <= near) & (np.abs(power) >= 1) & (np.abs(made.score) >= THRESHOLD)
            is_off &= np.maximum(values, made.expected) >= LEAST_COUNT
        found[flow] = np.where(is_off & np.isfinite(digits), power, 0.0)
    return found


def _power(ratio: float, near: float) -> float:
    if not ratio > 0:
        return 0.0
    digits = float(np.log10(ratio))
    return float(np.round(digits)) if abs(digits - np.round(digits)) <= near else 0.0


def _magnitude(
    evidence: Evidence, measure: str, row: int, at: int, value: float, power: float, basis: str
) -> QualityFinding:
    area, kind = evidence.key(int(row))
    month = evidence.month(int(at))
    times = f"{10 ** abs(power):.0f}"
    compared = f"约为其{times}倍" if power > 0 else f"约只有其{times}分之一"
    likely = (
        "疑似以万户为单位填报、漏乘一万" if power == -4 else "疑似多写了零" if power > 0 else "疑似漏了位数或单位不符"
    )
    return QualityFinding(
        "magnitude", "high", area, kind, measure, month, month,
        f"{evidence.name(area, kind)} {month} {MEASURES[measure]}报{value:.10g}户，{basis}，"
        f"{compared}，{likely}。",
        {"实报": value, "十的次方": power}, direction=int(np.sign(power)),
    )  # fmt: skip


def _shift_starts(evidence: Evidence, flow: str) -> NDArray[np.bool_]:
    """Mark the month of each shift at which it is largest."""
    made = evidence.surprises[flow]
    score = np.nan_to_num(np.abs(made.shift_score))
    size = np.nan_to_num(_shift_sizes(evidence, flow))
    # A size that points the other way is no size of this shift.
    marked = (score >= THRESHOLD) & (np.abs(np.expm1(size)) >= LEAST_SIZE) & (np.sign(size) == np.sign(made.shift))
    starts = np.zeros_like(marked)
    for row in np.flatnonzero(marked.any(axis=1)):
        left = np.where(marked[row], score[row], 0.0)
        while left.max() > 0:
            at = int(left.argmax())
            starts[row, at] = True
            left[max(at - HALF, 0) : at + HALF + 1] = 0.0
    return _without_parts(evidence, starts, made.shift)


def _shift_sizes(evidence: Evidence, flow: str) -> Array:
    """Logarithms of the half-year from each month on over the same months of the year before.

    The step that is fitted beside a moving level tells that there is a shift, and where; of its size the level takes
    its part. Where the year before is not known the fitted step stands.
    """
    values = evidence.values[flow]
    padded = np.pad(values, ((0, 0), (2 * HALF, HALF - 1)), constant_values=np.nan)
    sums = sliding_window_view(padded, HALF, axis=1).sum(axis=-1)
    now, then = sums[:, 2 * HALF :], sums[:, : values.shape[1]]
    fitted = evidence.surprises[flow].shift
    return np.where(np.isnan(now) | np.isnan(then), fitted, np.log1p(now) - np.log1p(then))


def _without_parts(evidence: Evidence, marked: NDArray[np.bool_], signed: Array) -> NDArray[np.bool_]:
    """Unmark types where the total of their area is marked for the same month and direction: it is one finding."""
    kept = marked.copy()
    for row in np.flatnonzero(evidence.keys["entity_type"] == "all"):
        parts = np.flatnonzero(
            (evidence.keys["area"] == evidence.keys["area"].iloc[row]) & (evidence.keys["entity_type"] != "all")
        )
        kept[parts] &= ~(marked[row] & (np.sign(signed[parts]) == np.sign(signed[row])))
    return kept


def _stock_jumps(evidence: Evidence) -> Iterator[QualityFinding]:
    """Stocks of which no flows are known: monthly changes unlike the others."""
    stock = evidence.values["stock"]
    for row in range(len(stock)):
        if not np.isnan(evidence.values["entries"][row]).all() or (~np.isnan(stock[row])).sum() < 2 * HALF:
            continue
        change = np.diff(np.log1p(stock[row]), prepend=np.nan)
        usual = median(change)
        scale = max(float(CONSISTENT * median(np.abs(change - usual))), STOCK_SCALE)
        for at in np.flatnonzero(np.nan_to_num(np.abs(change - usual)) > max(STOCK_THRESHOLD * scale, STOCK_SIZE)):
            if _power(stock[row, at] / stock[row, at - 1], NEAR_STOCK):
                continue
            area, kind = evidence.key(int(row))
            month = evidence.month(int(at))
            yield QualityFinding(
                "outlier", "medium", area, kind, "stock", month, month,
                f"{evidence.name(area, kind)} {month} 实有{stock[row, at]:.10g}户，上月{stock[row, at - 1]:.10g}户，"
                f"一个月变动{np.expm1(change[at]):+.1%}，平常为{np.expm1(usual):+.1%}。",
                {"变动": float(np.expm1(change[at])), "平常": float(np.expm1(usual))},
                direction=int(np.sign(change[at] - usual)),
            )  # fmt: skip
