"""The pages in a real browser, from the first opening of an empty store; every request stays on this host."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, sync_playwright
from reading import ROOT

import workflow

pytestmark = pytest.mark.browser

SCREENS = ROOT / "artefacts" / "screens"
SIZES = ((390, 844), (1280, 800), (1920, 1080))
#: Page -> its address, its title, and a text that stands on it once it is complete.
PAGES = {
    "overview": ("", "市场主体倍增目标进展", "灯色和图例说明"),
    "goal": ("goal", "目标与缺口", "出处"),
    "area": ("area", "区域情况", "公开数据"),
    "scenario": ("scenario", "情景推演", "推演并保存"),
    "materials": ("materials", "例会材料", "暂无数据的目标"),
    "intake": ("intake", "数据上报", "没有现成的表"),
    "quality": ("quality", "数据质量", "写结论"),
}
FIRST_SENTENCE = "截至2023年6月实有"
#: The first opening computes; later ones only draw.
FIRST, LATER = 600_000, 60_000
NAMES = ("chromium", "chromium-browser", "google-chrome")
QUIET = (
    "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update",
    "--disable-sync", "--no-first-run",
)  # fmt: skip


@pytest.fixture(scope="module")
def chromium() -> str:
    found = next((path for name in NAMES if (path := shutil.which(name))), None)
    if found is None:
        reason = "no chromium on this machine (apt-get install chromium)"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    return found


@pytest.fixture(scope="module")
def address(chromium: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where the pages are served, with an empty database and from an empty folder."""
    assert chromium
    home, folder = tmp_path_factory.mktemp("store"), tmp_path_factory.mktemp("empty")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    base = f"http://127.0.0.1:{port}"
    words = [sys.executable, "-m", "streamlit", "run", str(ROOT / "app.py"), "--server.port", str(port)]
    env = {**os.environ, workflow.DATABASE_VARIABLE: f"sqlite:///{home / 'pages.db'}"}
    with (home / "server.log").open("wb") as log:
        server = subprocess.Popen(
            [*words, "--server.address", "127.0.0.1"],
            cwd=folder, env=env, stdout=log, stderr=log, start_new_session=True,
        )  # fmt: skip
        try:
            _wait_until_served(server, base, home / "server.log")
            yield base
        finally:
            os.killpg(server.pid, signal.SIGTERM)
            try:
                server.wait(timeout=20)
            except subprocess.TimeoutExpired:
                os.killpg(server.pid, signal.SIGKILL)
                server.wait()


def _wait_until_served(server: subprocess.Popen[bytes], base: str, log: Path) -> None:
    for _ in range(240):
        if server.poll() is not None:
            break
        try:
            with urllib.request.urlopen(f"{base}/_stcore/health", timeout=2):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.5)
    raise AssertionError(f"the pages are not served:\n{log.read_text(encoding='utf-8', errors='replace')}")


@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Browser]:
    with sync_playwright() as driver:
        opened = driver.chromium.launch(executable_path=chromium, args=list(QUIET))
        yield opened
        opened.close()


@pytest.fixture
def window(browser: Browser, address: str) -> Iterator[Page]:
    """A window on the pages; at the end every request must have stayed on this host."""
    page = browser.new_page(viewport={"width": 1280, "height": 800}, locale="zh-CN")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("websocket", lambda channel: asked.append(channel.url))
    yield page
    page.close()
    assert asked
    own = urlsplit(address).netloc
    foreign = [url for url in asked if not url.startswith(("data:", "blob:", "about:")) and urlsplit(url).netloc != own]
    assert foreign == []


def show(window: Page, address: str, name: str, *, wait: int = LATER) -> None:
    path, _, complete = PAGES[name]
    window.goto(f"{address}/{path}")
    window.get_by_text(complete).first.wait_for(state="attached", timeout=wait)
    window.wait_for_function("() => !document.querySelector('[data-testid=stStatusWidget]')")
    window.wait_for_timeout(1500)


def test_the_first_opening_computes_and_then_shows_itself(window: Page, address: str) -> None:
    window.goto(address)
    window.get_by_text("正在测算，请稍候").wait_for(timeout=LATER)
    window.get_by_text(FIRST_SENTENCE).first.wait_for(timeout=FIRST)
    assert window.get_by_text("演示数据（模拟）").count() >= 1
    assert window.title() == "总览" or "市场主体" in window.title()


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("name", list(PAGES))
def test_every_page_fits_its_screen(window: Page, address: str, name: str, size: tuple[int, int]) -> None:
    width, height = size
    window.set_viewport_size({"width": width, "height": height})
    show(window, address, name, wait=FIRST)
    assert window.locator("h1").first.inner_text() == PAGES[name][1]
    assert window.locator("[data-testid=stException]").count() == 0
    inner, seen, whole = window.evaluate(
        "() => { const main = document.querySelector('[data-testid=stMain]');"
        " return [main.scrollWidth, main.clientWidth, main.scrollHeight]; }"
    )
    assert inner <= seen
    if name == "overview":
        assert FIRST_SENTENCE in window.locator("[data-testid=stMain]").inner_text()
        # One chart a live goal; they are drawn after the text.
        window.wait_for_function(
            "() => document.querySelectorAll('[data-testid=stVegaLiteChart] :is(canvas, svg.marks)').length >= 5",
            timeout=LATER,
        )
    if (name, width) == ("overview", 390):
        # What a leader sees on a phone before scrolling: the first sentence, whole.
        box = window.get_by_text(FIRST_SENTENCE).first.bounding_box()
        assert box is not None
        assert box["y"] + box["height"] < height
    SCREENS.mkdir(parents=True, exist_ok=True)
    # Streamlit scrolls inside its page, so the window is made as high as what is in it.
    window.set_viewport_size({"width": width, "height": max(height, int(whole) + 80)})
    window.wait_for_timeout(1500)
    shot = SCREENS / f"{name}-{width}x{height}.png"
    window.screenshot(path=str(shot))
    assert shot.stat().st_size > 10_000


def test_the_chinese_font_is_served_from_here(window: Page, address: str) -> None:
    show(window, address, "overview", wait=FIRST)
    states = window.evaluate(
        "async () => { const faces = await document.fonts.load(\"16px 'Noto Sans SC'\", '蒲县');"
        " return faces.map(face => face.status); }"
    )
    assert states == ["loaded"]


def test_the_version_chosen_holds_on_the_next_page(window: Page, address: str) -> None:
    show(window, address, "intake", wait=FIRST)
    chooser = window.locator("[data-testid=stSidebar] [data-testid=stSelectbox]").first
    chooser.click()
    window.keyboard.type("2017年3月10日")
    window.keyboard.press("Enter")
    window.get_by_role("link", name="区域").click()
    # A past too short to be projected needs no computing.
    window.get_by_text("2017年2月情况").first.wait_for(timeout=FIRST)


def test_a_deck_is_downloaded_under_a_plain_name(window: Page, address: str, tmp_path: Path) -> None:
    show(window, address, "materials", wait=FIRST)
    window.get_by_role("button", name="生成幻灯片").click()
    with window.expect_download(timeout=LATER) as waiting:
        window.get_by_role("button", name="下载幻灯片").click(timeout=LATER)
    assert waiting.value.suggested_filename == "beizeng-all-2023-06.pptx"
    waiting.value.save_as(tmp_path / "deck.pptx")
    assert (tmp_path / "deck.pptx").read_bytes().startswith(b"PK")
