"""What tests share: where things are, and small hand-made data."""

from __future__ import annotations

import datetime as dt
import os
import time
from collections.abc import Callable
from pathlib import Path

# Before anything loads a BLAS: two test processes of two threads each wait for one another more than they work.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import pandas as pd
import pytest

import workflow
from data.observations import COLUMNS
from data.store import Store

ROOT = Path(__file__).parents[1]
SHARED = ROOT.parent / "shared"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let one process make the demonstration while the other has tests that do without it, rather than wait for it."""
    needy = {item.path for item in items if "demo_url" in getattr(item, "fixturenames", ())}
    first = ROOT / "tests" / "app" / "test_goal.py"
    items.sort(key=lambda item: 0 if item.path == first else 2 if item.path in needy else 1)


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real data beside the checkout; tests that need it skip where it is absent."""
    if not SHARED.is_dir():
        pytest.skip("../shared is not beside this checkout: real data and sources are absent")
    return SHARED


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """An empty store of its own."""
    return Store(f"sqlite:///{tmp_path / 'store.db'}")


@pytest.fixture
def make_observations() -> Callable[..., pd.DataFrame]:
    """Make observations from rows (month, measure, value), all of one series and vintage."""

    def make(
        *rows: tuple[str, str, float],
        vintage: str = "2023-07-10",
        area: str = "141033",
        entity_type: str = "all",
        status: str = "final",
    ) -> pd.DataFrame:
        table = pd.DataFrame(rows, columns=["month", "measure", "value"]).assign(
            area=area, entity_type=entity_type, precision=0.0, status=status, source="手工", vintage=vintage
        )
        return table[COLUMNS].astype({"month": "period[M]", "vintage": "datetime64[us]", "value": float})

    return make


@pytest.fixture
def received() -> dt.datetime:
    """A moment at which a batch came in."""
    return dt.datetime(2023, 7, 10, 9, 30)  # noqa: DTZ001 - the store keeps local time


@pytest.fixture(scope="session")
def made_once(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str, Callable[[Path], None]], Path]:
    """Make a database once for all processes of a session: what takes long to fit is not fitted by each of them."""
    own = tmp_path_factory.getbasetemp()
    folder = own.parent if "PYTEST_XDIST_WORKER" in os.environ else own

    def made(name: str, make: Callable[[Path], None]) -> Path:
        place, done = folder / f"shared-{name}", folder / f"shared-{name}" / "done"
        try:
            place.mkdir()
        except FileExistsError:
            for _ in range(6000):
                if done.exists():
                    return place / f"{name}.db"
                time.sleep(0.1)
            raise AssertionError(f"another process did not make {name} within ten minutes") from None
        make(place / f"{name}.db")
        done.touch()
        return place / f"{name}.db"

    return made


@pytest.fixture(scope="session")
def demo_url(made_once: Callable[[str, Callable[[Path], None]], Path]) -> str:
    """A store with the demonstration data and its projection; not to be written to."""

    def make(path: Path) -> None:
        demo = workflow.open_store(f"sqlite:///{path}")
        workflow.load_demo(demo)
        workflow.refit(demo)
        demo.engine.dispose()

    return f"sqlite:///{made_once('demo', make)}"


@pytest.fixture(scope="session")
def demo_situation(demo_url: str) -> workflow.Situation:
    """What the demonstration data say, as of their newest vintage."""
    return workflow.situation(workflow.open_store(demo_url))
