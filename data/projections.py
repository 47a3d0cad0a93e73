"""A projection as bytes: entries, exits and adjustment in single precision; stock follows by the identity.

Single precision keeps seven digits, a hundredth of an entity in a hundred thousand, and halves the size. What is
shown is always what was read back, so the first view of a projection and every later one are the same.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import asdict

import numpy as np
import pandas as pd

from forecasting.paths import Paths
from forecasting.projection import Projection
from forecasting.runs import Run


def to_bytes(projection: Projection) -> bytes:
    """Pack the arrays of a projection.

    Parameters
    ----------
    projection : Projection

    Returns
    -------
    bytes
        Compressed npz.
    """
    file = io.BytesIO()
    np.savez_compressed(
        file,
        area=projection.keys["area"].to_numpy(dtype=str),
        entity_type=projection.keys["entity_type"].to_numpy(dtype=str),
        origin=np.array(str(projection.origin)),
        opening=projection.opening,
        entries=projection.entries.values.astype(np.float32),
        exits=projection.exits.values.astype(np.float32),
        adjustment=projection.adjustment.values.astype(np.float32),
    )
    return file.getvalue()


def from_bytes(content: bytes, run: Run) -> Projection:
    """Unpack what `to_bytes` made.

    Parameters
    ----------
    content : bytes
    run : Run

    Returns
    -------
    Projection
    """
    with np.load(io.BytesIO(content), allow_pickle=False) as arrays:
        entries, exits, adjustment = (arrays[name].astype(float) for name in ("entries", "exits", "adjustment"))
        opening = arrays["opening"]
        stock = np.maximum(opening[:, None, None] + np.cumsum(entries - exits + adjustment, axis=2), 0.0)
        return Projection(
            keys=pd.DataFrame({"area": arrays["area"].astype(str), "entity_type": arrays["entity_type"].astype(str)}),
            origin=pd.Period(str(arrays["origin"]), freq="M"),
            opening=opening,
            entries=Paths(entries),
            exits=Paths(exits),
            adjustment=Paths(adjustment),
            stock=Paths(stock),
            run=run,
        )


def run_record(run: Run) -> dict[str, object]:
    """Describe a run in JSON-compatible values.

    Parameters
    ----------
    run : Run

    Returns
    -------
    dict
    """
    return {**asdict(run), "id": run.id, "origin": str(run.origin), "failures": [dict(row) for row in run.failures]}


def run_from_record(record: Mapping[str, object]) -> Run:
    """Make the run that `run_record` described.

    Parameters
    ----------
    record : mapping

    Returns
    -------
    Run
    """
    fields = {key: value for key, value in record.items() if key != "id"}
    fields["origin"] = pd.Period(str(record["origin"]), freq="M")
    fields["failures"] = tuple(record["failures"])  # type: ignore[arg-type]
    return Run(**fields)  # type: ignore[arg-type]
