"""Projection from few counts: every mixture works, what cannot be is refused, what is left out is said."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose

from forecasting import Event, Projection
from forecasting.errors import FaultsError, ModelError, SchemaError
from forecasting.sparse import COUNT_COLUMNS, Season, carry_out_counts, check_counts, plan_counts
from forecasting.sparse.simulation import simulate_plan

Row = tuple[str, str, str, float, float]
DECEMBER: Row = ("stock", "2022-12", "2022-12", 6472, 0.5)
STOCKS: list[Row] = [("stock", "2021-12", "2021-12", 5600, 50), DECEMBER]


def table(rows: list[Row], *, area: str = "141033", entity_type: str = "all") -> pd.DataFrame:
    counts = pd.DataFrame(rows, columns=["measure", "start", "end", "value", "precision"])
    months = {name: pd.PeriodIndex(counts[name], freq="M") for name in ("start", "end")}
    return counts.assign(area=area, entity_type=entity_type, **months)[COUNT_COLUMNS]


def projected(counts: pd.DataFrame, horizon: int = 12, **options: object) -> Projection:
    return carry_out_counts(plan_counts(counts, horizon, seed=4, n_paths=300, **options))  # type: ignore[arg-type]


def monthly(first: str, n: int, entries: float, exits: float) -> list[Row]:
    months = [str(month) for month in pd.period_range(first, periods=n, freq="M")]
    wave = 1.0 + 0.1 * np.sin(np.arange(n))
    return [("entries", m, m, round(entries * w), 0.5) for m, w in zip(months, wave, strict=True)] + [
        ("exits", m, m, round(exits / w), 0.5) for m, w in zip(months, wave, strict=True)
    ]


MIXTURES: dict[str, list[Row]] = {
    "two year ends": STOCKS,
    "rounded year ends": [("stock", "2021-12", "2021-12", 56000, 5000), ("stock", "2022-12", "2022-12", 64000, 500)],
    "a stock and years to date": [
        DECEMBER,
        ("entries", "2023-01", "2023-03", 310, 0.5),
        ("entries", "2023-01", "2023-06", 650, 0.5),
        ("net", "2023-01", "2023-06", 420, 5),
    ],
    "two years of months, then quarters": [
        ("stock", "2020-12", "2020-12", 5000, 0.5),
        *monthly("2021-01", 24, 90, 30),
        ("entries", "2023-01", "2023-03", 290, 0.5),
        ("exits", "2023-01", "2023-03", 85, 0.5),
        ("entries", "2023-04", "2023-06", 280, 0.5),
    ],
    "flows before the first stock": [("entries", "2022-01", "2022-12", 900, 50), DECEMBER],
    "stock and flows that do not close": [
        *STOCKS, ("entries", "2022-01", "2022-12", 400, 5), ("exits", "2022-01", "2022-12", 300, 5),
    ],
    "nobody": [("stock", "2021-12", "2021-12", 0, 0.5), ("stock", "2022-12", "2022-12", 0, 0.5)],
    "a register that was emptied": [("stock", "2021-12", "2021-12", 250, 0.5), ("stock", "2022-12", "2022-12", 0, 0.5)],
    "from nobody": [("stock", "2021-12", "2021-12", 0, 0.5), ("entries", "2022-01", "2022-12", 0, 0.5),
                    ("stock", "2022-12", "2022-12", 40, 0.5)],
    "a stock that shrank": [("stock", "2021-12", "2021-12", 9000, 0.5), ("stock", "2022-12", "2022-12", 4000, 0.5)],
    "no exits ever": [*STOCKS, ("exits", "2022-01", "2022-12", 0, 0.5)],
}  # fmt: skip


@pytest.mark.parametrize("rows", MIXTURES.values(), ids=MIXTURES)
def test_every_mixture_gives_whole_paths_that_obey_the_identity(rows: list[Row]) -> None:
    projection = projected(table(rows))
    assert projection.origin == max(pd.Period(row[2], "M") for row in rows)
    flows = [getattr(projection, name).values for name in ("entries", "exits", "adjustment")]
    expected = projection.opening[:, None, None] + np.cumsum(flows[0] - flows[1] + flows[2], axis=2)
    np.testing.assert_array_equal(projection.stock.values, expected)
    for name in ("entries", "exits", "stock"):
        values = getattr(projection, name).values
        assert values.min() >= 0
        np.testing.assert_array_equal(values, np.rint(values))


def test_the_origin_is_as_uncertain_as_the_last_stock_is_rounded_and_old() -> None:
    def spread(rows: list[Row], origin: str) -> float:
        projection = projected(table(rows), origin=pd.Period(origin, "M"))
        return float(np.std(projection.adjustment.values[0, :, 0]))

    rounded = [("stock", "2021-12", "2021-12", 56000.0, 0.5), ("stock", "2022-12", "2022-12", 64000.0, 500.0)]
    assert_allclose(spread(rounded, "2022-12"), 500 / np.sqrt(3), rtol=0.15)
    assert spread(STOCKS, "2022-12") < 10  # what re-basing may do in the first month
    assert spread(STOCKS, "2023-03") < spread(STOCKS, "2023-09")


def test_flows_after_the_last_stock_tell_where_the_stock_is() -> None:
    # 6472 + 700 - 200 = 6972.
    flows: list[Row] = [("entries", "2023-01", "2023-06", 700, 0.5), ("exits", "2023-01", "2023-06", 200, 0.5)]
    projection = projected(table([*STOCKS, *flows]))
    assert_allclose(projection.opening, [6972], atol=15)
    assert np.std(projection.adjustment.values[0, :, 0]) < 15


def test_contradictory_counts_widen_what_is_said() -> None:
    """A register that was re-based is no error; but who does not know what moved it knows less of the future."""
    agreeing = [*STOCKS, ("entries", "2022-01", "2022-12", 1172.0, 5.0), ("exits", "2022-01", "2022-12", 300.0, 5.0)]
    projection = projected(table(MIXTURES["stock and flows that do not close"]))
    lower, upper = np.quantile(projection.stock.values[0, :, -1], [0.05, 0.95])
    fitting = np.diff(np.quantile(projected(table(agreeing)).stock.values[0, :, -1] / 6472, [0.05, 0.95]))[0]
    # The flows say 100 more, the stocks 872: mostly the flows are believed, and the other is not ruled out.
    assert lower < 6472 + 100 < 6472 + 700 < upper
    assert (upper - lower) / 6472 > 1.3 * fitting
    assert_allclose(projection.opening, [6472], atol=1)


def test_types_are_estimated_with_their_sum() -> None:
    types = {"enterprise": (1500, 1650), "individual": (3900, 4300), "cooperative": (200, 210)}
    parts = [
        table([("stock", "2021-12", "2021-12", a, 0.5), ("stock", "2022-12", "2022-12", b, 50)], entity_type=kind)
        for kind, (a, b) in types.items()
    ]
    # 1650 + 4300 + 210 = 6160 give or take fifties; the sum is known to the unit, and is 6190.
    whole = table([("stock", "2022-12", "2022-12", 6190, 0.5), ("entries", "2022-01", "2022-12", 1000, 0.5)])
    projection = projected(pd.concat([*parts, whole]))
    assert projection.keys["entity_type"].tolist() == list(types)
    drawn = projection.opening[:, None] + projection.adjustment.values[:, :, 0]
    assert_allclose(drawn.sum(axis=0).mean(), 6190, atol=2)
    # Of what is open in the parts, nothing is open in the sum but what re-basing may do.
    assert drawn.sum(axis=0).std() < 0.4 * drawn.std(axis=1).max()


def test_areas_move_together_in_part() -> None:
    both = projected(pd.concat([table(STOCKS), table(STOCKS, area="140109")]))
    net = (both.entries.values - both.exits.values).sum(axis=2)
    assert 0.05 < np.corrcoef(net)[0, 1] < 0.95


def test_net_additions_are_as_wide_as_earlier_ones_turned_out() -> None:
    """Two areas that grew as steadily as nobody could have known: each origin takes a little off the spread."""
    december = pd.period_range("2018-12", periods=4, freq="12M")
    counts = pd.concat(
        table([("stock", str(m), str(m), round(5600 * growth**i), 0.5) for i, m in enumerate(december)], area=area)
        for area, growth in (("141033", 1.09), ("140109", 1.11))
    )
    planned = plan_counts(counts, 12, seed=4, n_paths=300)
    projection, drawn = carry_out_counts(planned), simulate_plan(planned)
    net = np.cumsum(projection.entries.values - projection.exits.values, axis=2)[:, :, 11]
    before = np.cumsum(drawn.entries - drawn.exits, axis=2)[:, :, 11]
    slope = [np.polyfit(one, other, 1)[0] for one, other in zip(before, net, strict=True)]
    assert_allclose(
        net, np.median(net, axis=1)[:, None] + slope[0] * (before - np.median(before, axis=1)[:, None]), atol=2
    )
    # Rehearsed in 2019 and 2020, of two series each of eight that would count in full; a prior of 2 origins.
    weight = 2 / 8 * (0.5 ** (24 / 48) + 0.5 ** (12 / 48))
    assert np.sqrt(2 / (2 + weight)) < slope[0] < 1
    assert_allclose(slope[1], slope[0], rtol=0.01)


def test_a_series_of_which_too_little_is_known_is_left_out_by_name() -> None:
    single = table([DECEMBER], entity_type="individual")
    flows = table([("entries", "2022-01", "2022-12", 31000, 500)], area="140105")
    planned = plan_counts(pd.concat([table(STOCKS), single, flows]), 6, seed=1)
    assert [(row["area"], row["entity_type"], row["reason"]) for row in planned.run.failures] == [
        ("140105", "all", "没有实有数"),
        ("141033", "individual", "只有1个数"),
    ]
    with pytest.raises(ModelError, match=r"截至 2022-12 的数不足以预测：141033 个体工商户只有1个数"):
        plan_counts(single, 6, seed=1)
    with pytest.raises(ModelError, match="140105 全部市场主体没有实有数"):
        plan_counts(flows, 6, seed=1)
    with pytest.raises(ModelError, match="没有任何数"):
        plan_counts(single.iloc[:0], 6, seed=1)


def test_an_event_makes_a_month_no_evidence_and_is_part_of_the_run() -> None:
    campaign = Event(
        id="campaign", area="141033", entity_type="all", kind="campaign", start=pd.Period("2022-06", "M"),
        end=pd.Period("2022-06", "M"), title="集中登记", effect="mask", flows=("entries",),
    )  # fmt: skip
    months = monthly("2022-01", 12, 90, 30)
    months[5] = ("entries", "2022-06", "2022-06", 900, 0.5)
    counts = table([("stock", "2021-12", "2021-12", 5600, 0.5), *months])
    plain, masked = (
        plan_counts(counts, 12, seed=4, n_paths=300),
        plan_counts(counts, 12, seed=4, n_paths=300, events=[campaign]),
    )
    assert plain.run.id != masked.run.id
    usual, special = (carry_out_counts(one) for one in (plain, masked))
    # What happened in June stays in the stock, 5600 + 11 x 90 + 900 - 12 x 30 and a little, with or without.
    assert_allclose(special.opening, usual.opening, atol=12)
    expected = 12 * 90 * special.opening[0] / 6300
    assert_allclose(np.median(special.entries.values.sum(axis=2)), expected, rtol=0.15)
    assert np.std(usual.entries.values.sum(axis=2)) > 1.2 * np.std(special.entries.values.sum(axis=2))


def test_a_season_moves_flows_between_months_and_not_between_years() -> None:
    factors = np.array([0.5, 0.3, 1.7, 1.3, 1.1, 1.0, 1.0, 1.0, 1.2, 0.9, 1.0, 1.0])
    seasonal = projected(table(STOCKS), season=Season(entries=factors, exits=np.ones(12)))
    flat = projected(table(STOCKS), season=Season(entries=np.ones(12), exits=np.ones(12)))
    by_month = np.median(seasonal.entries.values[0], axis=0)
    assert by_month[1] < 0.4 * by_month[2]
    assert_allclose(
        np.median(seasonal.entries.values.sum(axis=2)), np.median(flat.entries.values.sum(axis=2)), rtol=0.05
    )


def test_the_same_plan_gives_the_same_paths() -> None:
    one, other = projected(table(STOCKS)), projected(table(STOCKS[::-1]))
    assert one.run.id == other.run.id
    np.testing.assert_array_equal(one.stock.values, other.stock.values)


@pytest.mark.parametrize(
    ("row", "message"),
    [
        (("stock", "2022-11", "2022-12", 5, 0.5), "实有数是月末时点数"),
        (("entries", "2022-12", "2022-11", 5, 0.5), "结束月早于开始月"),
        (("exits", "2022-12", "2022-12", -5, 0.5), r"注销吊销：为负（-5）"),
        (("entries", "2022-12", "2022-12", np.inf, 0.5), "不是有限的数"),
        (("entries", "2022-12", "2022-12", 5, -1), "取整误差"),
        (("target", "2022-12", "2022-12", 5, 0.5), "指标应为"),
        (("stock", "2022-12", "2022-12", 6600, 0.5), r"2022-12实有有两个数：6600 与 6472"),
    ],
)
def test_what_cannot_be_is_refused(row: Row, message: str) -> None:
    with pytest.raises(FaultsError, match=message):
        plan_counts(table([*STOCKS, row]), 6, seed=1)


def test_a_part_above_its_whole_is_refused() -> None:
    rows: list[Row] = [DECEMBER, ("entries", "2022-01", "2022-05", 720, 5), ("entries", "2022-01", "2022-09", 700, 5)]
    with pytest.raises(FaultsError, match=r"2022-01 至 2022-05 新设为 720，多于.*2022-01 至 2022-09 新设的 700"):
        check_counts(table(rows))


def test_of_a_figure_stated_twice_the_more_precise_is_kept() -> None:
    checked = check_counts(table([("stock", "2022-12", "2022-12", 6500, 50), DECEMBER]))
    assert checked["value"].tolist() == [6472.0]


def test_a_season_is_twelve_positive_factors_of_mean_one() -> None:
    with pytest.raises(SchemaError, match="新设的季节系数应为12个正数、平均为1"):
        Season(entries=np.full(12, 1.2), exits=np.ones(12))
    with pytest.raises(SchemaError, match="注销吊销的季节系数"):
        Season(entries=np.ones(12), exits=np.ones(4))
