"""Undeclared shifts and purges are proposed, declared and refused ones are not, and noise seldom is."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from simulated_counties import Simulated, Truth, simulate

from forecasting import Event, Panel
from forecasting.proposals import Proposal, propose

QUIET = Truth(n_counties=30, campaign=0.0, purge=(0.0, 0.0))


def with_flows(panel: Panel, entries: np.ndarray, exits: np.ndarray) -> Panel:
    stock = panel.stock[:, :1] + np.cumsum(entries - exits, axis=1) - (entries - exits)[:, :1]
    return Panel(
        keys=panel.keys, months=panel.months, entries=entries, exits=exits, stock=stock, adjustment=0.0 * stock
    )


@pytest.fixture(scope="module")
def quiet() -> Simulated:
    return simulate(QUIET, seed=41)


@pytest.fixture(scope="module")
def changed(quiet: Simulated) -> Panel:
    """Entries of one county at 1.8 times from the 36th month on; 2.5 % of the stock of another purged in two months."""
    entries, exits = quiet.panel.entries.copy(), quiet.panel.exits.copy()
    entries[4, 35:] = np.round(1.8 * entries[4, 35:])
    exits[9, 40:42] += np.round(0.0125 * quiet.panel.stock[9, 39])
    return with_flows(quiet.panel, entries, exits)


@pytest.fixture(scope="module")
def proposals(changed: Panel) -> tuple[Proposal, ...]:
    return propose(changed, names={changed.keys["area"].iloc[4]: "甲县", changed.keys["area"].iloc[9]: "乙县"})


def test_what_was_changed_is_proposed_first(changed: Panel, proposals: tuple[Proposal, ...]) -> None:
    by_kind = {proposal.kind: proposal for proposal in proposals[:2]}
    shift, purge = by_kind["shift"], by_kind["purge"]
    assert (shift.area, shift.flow) == (changed.keys["area"].iloc[4], "entries")
    assert abs(shift.start.ordinal - changed.months[35].ordinal) <= 1
    assert abs(shift.size - np.log(1.8)) < 0.2
    assert (purge.area, purge.flow) == (changed.keys["area"].iloc[9], "exits")
    assert (purge.start, purge.end) == (changed.months[40], changed.months[41])
    assert abs(purge.size - 0.025) < 0.004
    assert len(proposals) <= 3


def test_the_sentence_says_it_all(proposals: tuple[Proposal, ...]) -> None:
    by_kind = {proposal.kind: proposal for proposal in proposals[:2]}
    assert by_kind["shift"].sentence.startswith(f"甲县 新设从 {by_kind['shift'].start} 起换了水平：")
    assert f"{np.exp(by_kind['shift'].size):.2f}倍" in by_kind["shift"].sentence
    assert "同月其余29个地区中" in by_kind["shift"].sentence
    assert by_kind["purge"].sentence.startswith("乙县 2018-05 至 2018-06 注销吊销")
    assert "疑似集中清理" in by_kind["purge"].sentence
    assert "接受后" in by_kind["purge"].sentence


def test_an_accepted_proposal_is_an_event_and_not_made_again(changed: Panel, proposals: tuple[Proposal, ...]) -> None:
    events = [proposal.accepted() for proposal in proposals]
    assert {(event.kind, event.effect, event.is_administrative) for event in events[:2]} == {
        ("shift", "step", False),
        ("purge", "mask", True),
    }
    assert all(event.note == proposal.sentence for event, proposal in zip(events, proposals, strict=True))
    assert events[0].id.isascii()
    assert proposals[0].accepted("省里统一清理").title == "省里统一清理"
    keys = {(proposal.area, proposal.kind) for proposal in proposals}
    assert not keys & {(proposal.area, proposal.kind) for proposal in propose(changed, events)}


def test_a_refused_proposal_is_not_made_again_though_its_month_moves(
    changed: Panel, proposals: tuple[Proposal, ...]
) -> None:
    moved = [replace(proposal, start=proposal.start + 1) for proposal in proposals]
    assert propose(changed, refused=moved) == ()
    far = [replace(proposal, start=proposal.start + 9) for proposal in proposals]
    assert propose(changed, refused=far) == proposals


def test_an_event_that_is_only_shown_explains_nothing(changed: Panel, proposals: tuple[Proposal, ...]) -> None:
    policy = Event(
        id="policy",
        area="140000",
        entity_type="all",
        kind="policy",
        start=changed.months[30],
        end=changed.months[45],
        title="政策",
        effect="none",
        flows=("entries", "exits"),
    )
    assert propose(changed, [policy]) == proposals


def test_the_data_are_not_touched(changed: Panel) -> None:
    before = changed.entries.copy(), changed.exits.copy()
    propose(changed)
    np.testing.assert_array_equal(changed.entries, before[0])
    np.testing.assert_array_equal(changed.exits, before[1])


def test_noise_is_seldom_proposed() -> None:
    found = [proposal for seed in range(6) for proposal in propose(simulate(QUIET, seed=60 + seed).panel)]
    # 6 x 30 counties x 5 years of two flows, so 1 800 flow-years: at most 3 in 1 000.
    assert len(found) <= 5


@pytest.mark.parametrize("n_months", [1, 12, 23])
def test_a_short_history_proposes_nothing(quiet: Simulated, n_months: int) -> None:
    assert propose(quiet.panel.until(quiet.panel.months[n_months - 1])) == ()


def test_a_panel_of_one_series_and_missing_months() -> None:
    simulated = simulate(replace(QUIET, n_counties=1), seed=3)
    exits = simulated.panel.exits.copy()
    exits[0, 30] += round(0.05 * simulated.panel.stock[0, 29])
    entries = simulated.panel.entries.copy()
    panel = with_flows(simulated.panel, entries, exits)
    holed = panel.to_long()
    holed = holed[(holed["measure"] != "entries") | ~holed["month"].isin(panel.months[5:8])]
    (purge,) = propose(Panel.from_long(holed))
    assert (purge.kind, purge.start, purge.n_others) == ("purge", panel.months[30], 0)
    assert "没有其他地区可比" in purge.sentence
    assert isinstance(purge.start, pd.Period)
