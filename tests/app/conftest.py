"""One seeded database for the pages: the demonstration data, projected as known now and at an earlier day."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
import streamlit as st
from reading import EARLIER, ROOT
from streamlit.components.v2 import manifest_scanner
from streamlit.testing.v1 import AppTest

import workflow
from views.components import webfont


@pytest.fixture(scope="session")
def seeded(demo_url: str, made_once: Callable[[str, Callable[[Path], None]], Path]) -> Path:
    """Path of a database that holds the projections as known at `EARLIER` as well; not to be written to."""

    def make(path: Path) -> None:
        _copy(Path(demo_url.removeprefix("sqlite:///")), path)
        store = workflow.open_store(f"sqlite:///{path}")
        workflow.refit(store, EARLIER)
        store.engine.dispose()

    return made_once("seeded", make)


def _copy(held: Path, path: Path) -> None:
    with closing(sqlite3.connect(held)) as source, closing(sqlite3.connect(path)) as target:
        source.backup(target)


@pytest.fixture(scope="session", autouse=True)
def no_packages_of_components() -> Iterator[None]:
    """Every start of a page looks through all that is installed for components, of which there are none here."""
    patch = pytest.MonkeyPatch()
    patch.setattr(manifest_scanner, "scan_component_manifests", list)
    yield
    patch.undo()


@pytest.fixture(autouse=True)
def no_font(monkeypatch: pytest.MonkeyPatch) -> None:
    """Cutting the font down is a matter of the browser test."""
    monkeypatch.setattr(webfont, "provide", lambda: None)


@pytest.fixture
def database(seeded: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """URL of a copy of the seeded database of the test's own, which the pages use: for tests that write."""
    _copy(seeded, tmp_path / "seeded.db")
    url = f"sqlite:///{tmp_path / 'seeded.db'}"
    monkeypatch.setenv(workflow.DATABASE_VARIABLE, url)
    st.cache_resource.clear()
    return url


@pytest.fixture(scope="session")
def common_url(seeded: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    """URL of a copy that the tests of a process share, and what the pages keep in memory of it."""
    path = tmp_path_factory.mktemp("common") / "seeded.db"
    _copy(seeded, path)
    return f"sqlite:///{path}"


@pytest.fixture
def seen(request: pytest.FixtureRequest, common_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """URL of the database that the pages use."""
    if "database" in request.fixturenames:
        yield request.getfixturevalue("database")
        return
    monkeypatch.setenv(workflow.DATABASE_VARIABLE, common_url)
    store = workflow.open_store(common_url)
    before = store.state()
    yield common_url
    assert store.state() == before, "a test that writes asks for a database of its own"
    store.engine.dispose()


@pytest.fixture
def open_app(seen: str) -> Callable[[str], AppTest]:
    """Open a page by the name of its file in views/."""

    def run(page: str = "overview") -> AppTest:
        assert os.environ[workflow.DATABASE_VARIABLE] == seen
        app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=120)
        # Straight to the page: the overview is the slowest to draw.
        return (app if page == "overview" else app.switch_page(f"views/{page}.py")).run()

    return run


@pytest.fixture(scope="session")
def situation(common_url: str) -> workflow.Situation:
    """What the seeded database says."""
    return workflow.situation(workflow.open_store(common_url))
