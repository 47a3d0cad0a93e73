"""Scenarios kept under their names."""

from __future__ import annotations

from data.scenarios import scenario_from_record, scenario_record
from data.store import Store
from forecasting.scenario import Scenario
from workflow.stamps import now


def save_scenario(store: Store, scenario: Scenario) -> None:
    """Save a scenario under its name.

    Parameters
    ----------
    store : Store
    scenario : Scenario
    """
    store.save_scenario(scenario.name, scenario_record(scenario), saved_at=now())


def saved_scenarios(store: Store) -> tuple[Scenario, ...]:
    """Return the saved scenarios, by name.

    Parameters
    ----------
    store : Store

    Returns
    -------
    tuple of Scenario
    """
    return tuple(scenario_from_record(record) for record in store.scenario_records())
