"""One seeded database for the pages: the demonstration data, projected as known now and at an earlier day."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
import streamlit as st
from reading import EARLIER, ROOT
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


@pytest.fixture
def database(seeded: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """URL of a copy of the seeded database, which the pages use."""
    _copy(seeded, tmp_path / "seeded.db")
    url = f"sqlite:///{tmp_path / 'seeded.db'}"
    monkeypatch.setenv(workflow.DATABASE_VARIABLE, url)
    # Cutting the font down is a matter of the browser test.
    monkeypatch.setattr(webfont, "provide", lambda: None)
    st.cache_resource.clear()
    return url


@pytest.fixture
def open_app(database: str) -> Callable[[str], AppTest]:
    """Open a page by the name of its file in views/."""

    assert os.environ[workflow.DATABASE_VARIABLE] == database

    def run(page: str = "overview") -> AppTest:
        app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=120)
        # Straight to the page: the overview is the slowest to draw.
        return (app if page == "overview" else app.switch_page(f"views/{page}.py")).run()

    return run


@pytest.fixture
def situation(database: str) -> workflow.Situation:
    return workflow.situation(workflow.open_store(database))
