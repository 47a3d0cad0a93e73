"""What later counts say of an earlier projection, worked by hand, and what is learnt from it."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.testing import assert_allclose

from forecasting.sparse import COUNT_COLUMNS, carry_out_counts, check_counts, plan_counts
from forecasting.sparse.rehearsal import came_after, walk_counts

NAN = np.nan
ORIGIN = pd.Period("2021-12", "M")
KEYS = pd.DataFrame({"area": ["141033"], "entity_type": ["all"]})
Row = tuple[str, str, str, float, float]


def table(*rows: Row) -> pd.DataFrame:
    """Rows (measure, start, end, value, precision)."""
    counts = pd.DataFrame([("141033", "all", *row) for row in rows], columns=COUNT_COLUMNS)
    months = {name: pd.PeriodIndex(counts[name], freq="M") for name in ("start", "end")}
    return check_counts(counts.assign(**months))


def came(*rows: Row, horizon: int = 6, origin: pd.Period = ORIGIN) -> tuple[np.ndarray, np.ndarray]:
    net, turnover = came_after(table(*rows), KEYS, origin, horizon)
    return net[0], turnover[0]


def test_months_quarters_and_years_to_date_are_added_up() -> None:
    net, turnover = came(
        ("entries", "2022-01", "2022-01", 31, 0.5),
        ("entries", "2022-02", "2022-03", 44, 0.5),
        ("entries", "2022-01", "2022-06", 170, 0.5),
        ("exits", "2022-01", "2022-03", 29, 0.5),
        ("exits", "2022-04", "2022-06", 37, 0.5),
    )
    # March: 31 + 44 = 75 less 29, and with it; June: 170 less 29 + 37 = 66. In January no exits are known.
    assert_allclose(net, [NAN, NAN, 75 - 29, NAN, NAN, 170 - 66])
    assert_allclose(turnover, [NAN, NAN, 75 + 29, NAN, NAN, 170 + 66])


def test_of_a_year_to_date_what_was_before_the_origin_is_taken_away() -> None:
    rows: list[Row] = [("exits", "2022-04", "2022-06", 21, 0.5)]
    rows += [("entries", "2022-01", "2022-03", 74, 0.5), ("entries", "2022-01", "2022-06", 170, 0.5)]
    net, turnover = came(*rows, horizon=3, origin=pd.Period("2022-03", "M"))
    assert_allclose(net, [NAN, NAN, (170 - 74) - 21])
    assert_allclose(turnover, [NAN, NAN, (170 - 74) + 21])


def test_of_two_ways_to_a_sum_the_less_rounded_is_gone() -> None:
    # 1 100 to the hundred, or 520 + 541 to the unit.
    net, _ = came(
        ("net", "2022-01", "2022-06", 1100, 50),
        ("net", "2022-01", "2022-03", 520, 0.5),
        ("net", "2022-04", "2022-06", 541, 0.5),
    )
    assert_allclose(net, [NAN, NAN, 520, NAN, NAN, 1061])


def test_net_is_the_flows_else_as_counted_else_the_change_of_the_stock() -> None:
    net, turnover = came(
        ("stock", "2021-12", "2021-12", 5600, 0.5),
        ("stock", "2022-02", "2022-02", 5655, 0.5),
        ("stock", "2022-03", "2022-03", 5671, 0.5),
        ("stock", "2022-06", "2022-06", 5709, 0.5),
        ("net", "2022-01", "2022-03", 70, 0.5),
        ("net", "2022-01", "2022-06", 111, 0.5),
        ("entries", "2022-01", "2022-06", 170, 0.5),
        ("exits", "2022-01", "2022-06", 66, 0.5),
    )
    assert_allclose(net, [NAN, 5655 - 5600, 70, NAN, NAN, 170 - 66])
    assert_allclose(turnover, [NAN, NAN, NAN, NAN, NAN, 170 + 66])


def test_without_a_stock_at_the_origin_its_change_is_not_known() -> None:
    net, turnover = came(("stock", "2021-11", "2021-11", 5590, 0.5), ("stock", "2022-06", "2022-06", 5709, 0.5))
    assert np.isnan(net).all()
    assert np.isnan(turnover).all()
    assert np.isnan(came_after(table(("net", "2022-01", "2022-01", 4, 1)), KEYS.assign(area="140109"), ORIGIN, 2)).all()


def december(year: int, stock: float) -> Row:
    return ("stock", f"{year}-12", f"{year}-12", stock, 0.5)


def test_it_is_rehearsed_at_the_same_month_of_earlier_years_from_two_counts_on() -> None:
    counts = table(*(december(year, 5000 * 1.08 ** (year - 2016)) for year in range(2016, 2023)))
    steps = list(walk_counts(plan_counts(counts, 30, seed=1, n_paths=50)))
    # 2016 has one count; of five years before 2022, 2017 is the first. Nobody looks farther than to the last count.
    assert [(str(one.origin), one.stock.horizon) for one in steps] == [
        ("2017-12", 30), ("2018-12", 30), ("2019-12", 30), ("2020-12", 24), ("2021-12", 12), ("2022-12", 30),
    ]  # fmt: skip
    assert len(list(walk_counts(plan_counts(counts[:2], 30, seed=1, n_paths=50)))) == 1


def test_registers_may_be_older_than_the_epoch_of_calendars() -> None:
    counts = table(*(december(year, 5000 + 400 * (year - 1960)) for year in (1960, 1961, 1963)))
    steps = list(walk_counts(plan_counts(counts, 24, seed=1, n_paths=50)))
    assert [str(one.origin) for one in steps] == ["1961-12", "1962-12", "1963-12"]


def test_what_was_said_of_the_stock_before_is_settled_by_the_counts() -> None:
    # Four years at 8 %, then a fall that nobody had reason to expect. One year ahead, 2018 to 2020 held and 2021 did
    # not; two years ahead 2018 and 2019 did and 2020 did not.
    stocks = dict(zip(range(2017, 2022), 5000 * 1.08 ** np.arange(5), strict=True)) | {2022: 4000}
    counts = table(*(december(year, np.rint(value)) for year, value in stocks.items()))
    projection = carry_out_counts(plan_counts(counts, 24, seed=1, n_paths=50))
    assert projection.run.scores == {
        "certainty": 0.8,
        "statements": [{"horizon": 12, "made": 4, "held": 3}, {"horizon": 24, "made": 3, "held": 2}],
    }
    assert carry_out_counts(plan_counts(counts[:2], 24, seed=1, n_paths=50)).run.scores == {}
