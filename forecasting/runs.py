"""Runs: what is needed to make a past projection again."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field

import pandas as pd


@dataclass(frozen=True)
class Run:
    """Identity of one projection: the same data, code, seed and configuration give the same id and the same numbers.

    Parameters
    ----------
    data_digest : str
        Digest of every number the models saw (see `forecasting.planning.digest`).
    data_vintage : str
        When the newest of those numbers became known, ISO date and time; empty if unknown.
    origin : pandas.Period
        Last month the models saw.
    horizon : int
        Months projected.
    n_paths, seed : int
        Simulated futures and the seed behind them.
    code_version : str
        Version of the engine.
    configuration : mapping
        Models, weights and options, JSON-compatible.
    scores : mapping
        Measured scores, JSON-compatible; empty where none were measured. Not part of the identity.
    failures : tuple of mapping
        Rows (model, area, entity_type, flow, reason) of members that dropped out. Not part of the identity.
    """

    data_digest: str
    data_vintage: str
    origin: pd.Period
    horizon: int
    n_paths: int
    seed: int
    code_version: str
    configuration: Mapping[str, object] = field(default_factory=dict)
    scores: Mapping[str, object] = field(default_factory=dict)
    failures: tuple[Mapping[str, str], ...] = ()

    @property
    def id(self) -> str:
        """Sixteen hexadecimal digits that follow from everything that determines the numbers."""
        identity = {
            key: str(value) if key == "origin" else value
            for key, value in asdict(self).items()
            if key not in {"scores", "failures", "data_vintage"}
        }
        return hashlib.sha256(json.dumps(identity, sort_keys=True).encode()).hexdigest()[:16]
