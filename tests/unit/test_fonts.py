"""Chinese text is drawn where no Chinese font is installed."""

from __future__ import annotations

import io
import os
import shutil
import subprocess
import warnings
from pathlib import Path

import matplotlib as mpl
import pytest
from fontTools.ttLib import TTFont
from matplotlib.font_manager import fontManager
from pylopdf_fonts_zh_cn import sans_path

from reports.fonts import fontconfig_file, register_matplotlib, write_web_font


@pytest.fixture(scope="module")
def web_font(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_web_font(tmp_path_factory.mktemp("static") / "fonts")


def characters(path: Path) -> set[str]:
    with TTFont(path) as font:
        return {chr(code) for code in font.getBestCmap()}


def test_web_font_holds_what_pages_write(web_font: Path) -> None:
    assert web_font.suffix == ".woff2"
    assert 0.8e6 < web_font.stat().st_size < 1.6e6
    held = characters(web_font)
    wanted = "蒲县倍增序时" + "".join(map(chr, range(0x20, 0x7F))) + "，。；：“”（）—…−≥×·●◐▲◆■○" + "虒垯"
    assert set(wanted) - held == set()


def test_web_font_is_kept_and_leaves_no_half_file(web_font: Path) -> None:
    before = web_font.stat().st_mtime_ns
    assert write_web_font(web_font.parent) == web_font
    assert web_font.stat().st_mtime_ns == before
    assert [path.name for path in web_font.parent.iterdir()] == [web_font.name]


def test_an_empty_web_font_is_written_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, web_font: Path) -> None:
    from reports import fonts

    monkeypatch.setattr(fonts, "web_characters", lambda: frozenset("蒲县"))
    (tmp_path / web_font.name).touch()
    assert characters(write_web_font(tmp_path)) >= {"蒲", "县"}


def test_matplotlib_draws_chinese_without_a_warning() -> None:
    from matplotlib.figure import Figure

    with mpl.rc_context():
        register_matplotlib()
        register_matplotlib()
        assert sum(entry.fname == str(sans_path()) for entry in fontManager.ttflist) == 1
        assert mpl.rcParams["font.family"] == ["Noto Sans SC", "DejaVu Sans"]
        assert mpl.rcParams["axes.unicode_minus"] is False
        figure = Figure()
        figure.text(0.1, 0.5, "蒲县倍增序时 −12.5% ●◐▲◆■○")
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            figure.savefig(io.BytesIO(), format="png")


@pytest.mark.render
def test_fontconfig_takes_our_font_for_the_office_font(tmp_path: Path) -> None:
    if shutil.which("fc-match") is None:
        if os.environ.get("CI") == "true":
            pytest.fail("fc-match is missing: continuous integration must check the fonts of rendered slides")
        pytest.skip("fc-match is not installed")
    environment = os.environ | {"FONTCONFIG_FILE": str(fontconfig_file(tmp_path))}
    for name in ("微软雅黑", "Microsoft YaHei"):
        found = subprocess.run(
            ["fc-match", "-f", "%{file}", name], env=environment, check=True, capture_output=True, text=True, timeout=60
        )
        assert found.stdout == str(sans_path())
