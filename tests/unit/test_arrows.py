"""The arrows of the house for the two top-level modules, which import-linter cannot take as roots."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
OURS = {"app", "cli", "views", "workflow", "data", "reports", "targets", "forecasting"}
MAY_IMPORT = {
    "app": {"views"},
    "cli": {"workflow", "data", "reports", "targets", "forecasting"},
}


def imported(path: Path) -> set[str]:
    """Return the top-level names a file imports, wherever in it."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module.split(".")[0])
    return names


@pytest.mark.parametrize("module", sorted(MAY_IMPORT))
def test_top_level_modules_follow_the_arrows(module: str) -> None:
    names = imported(ROOT / f"{module}.py")
    assert names & OURS <= MAY_IMPORT[module]


def test_only_the_entry_and_the_views_know_streamlit() -> None:
    assert "streamlit" not in imported(ROOT / "cli.py")
    for path in sorted((ROOT / "workflow").glob("*.py")):
        assert "streamlit" not in imported(path)


def test_what_every_job_imports_is_little() -> None:
    heavy = {"scipy", "statsmodels", "duckdb", "streamlit", "matplotlib", "pptx", "xlsxwriter"}
    said = subprocess.run(
        [sys.executable, "-c", "import sys, workflow; print(*sys.modules)"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert "workflow" in said.stdout.split()
    assert heavy.isdisjoint(said.stdout.split())


def test_the_check_sees_imports_inside_functions(tmp_path: Path) -> None:
    path = tmp_path / "sample.py"
    path.write_text("def f():\n    from views.overview import draw\n    import streamlit as st\n")
    assert imported(path) == {"views", "streamlit"}
