"""The report's page in a browser: at a phone's and a desk's width, in print, whole and with every part missing."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import finished_run
from finished_run import build

CHROMIUM = shutil.which("chromium")
pytestmark = [pytest.mark.slow, pytest.mark.skipif(CHROMIUM is None, reason="no chromium on PATH")]
SECTIONS = ["run", "funnel", "products", "sft", "training", "scores", "applications", "calls", "costs", "dead"]
PARTS = ("funnels", "sets", "models", "benchmarks", "applications", "clues", "sheets", "stages")


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    api = pytest.importorskip("playwright.sync_api")
    with api.sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield found
        found.close()


def opened(browser: Any, page: Path, width: int, media: str = "screen") -> tuple[Any, list[str]]:
    """The page, and what it complained of or asked for from elsewhere."""
    complaints: list[str] = []
    tab = browser.new_page(viewport={"width": width, "height": 844})
    tab.on("console", lambda message: complaints.append(message.text))
    tab.on("pageerror", lambda error: complaints.append(str(error)))
    tab.on(
        "request", lambda asked: complaints.append(asked.url) if not asked.url.startswith(("file:", "data:")) else None
    )
    tab.emulate_media(media=media)
    tab.goto(page.as_uri())
    return tab, complaints


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    made = {}
    for name, without in (("whole", ()), ("bare", PARTS)):
        folder = tmp_path_factory.mktemp(name)
        assert build(folder, finished_run.write(folder, without=without)).exit_code == 0
        made[name] = folder / "index.html"
    return made


@pytest.mark.parametrize("name", ["whole", "bare"])
@pytest.mark.parametrize(("width", "media"), [(1280, "screen"), (390, "screen"), (700, "print")])
def test_nothing_sticks_out_and_nothing_is_loaded(
    browser: Any, pages: dict[str, Path], name: str, width: int, media: str
) -> None:
    tab, complaints = opened(browser, pages[name], width, media)
    tab.evaluate("document.querySelectorAll('details').forEach(part => { part.open = true })")
    assert tab.evaluate("document.documentElement.scrollWidth") <= width
    assert complaints == []
    assert tab.evaluate("[...document.images].every(image => image.complete && image.naturalWidth > 0)")


@pytest.mark.parametrize("name", ["whole", "bare"])
def test_every_section_is_there_or_says_what_the_run_lacks(browser: Any, pages: dict[str, Path], name: str) -> None:
    tab, _ = opened(browser, pages[name], 1280)
    assert tab.evaluate("[...document.querySelectorAll('main > section')].map(part => part.id)") == SECTIONS
    links = tab.evaluate("[...document.querySelectorAll('nav a')].map(link => link.getAttribute('href').slice(1))")
    assert links == SECTIONS
    for section in SECTIONS:
        tables = tab.locator(f"#{section} table").count()
        said = tab.locator(f"#{section}").inner_text()
        assert tables or "This run has no" in said or "No reply of a model was given up" in said, section


def test_in_print_what_is_folded_away_says_so(browser: Any, pages: dict[str, Path]) -> None:
    tab, _ = opened(browser, pages["bare"], 700, "print")
    said = "getComputedStyle(document.querySelector('details:not([open]) > summary'), '::after').content"
    assert "folded away" in tab.evaluate(said)
