"""Edits in a headless Chromium: add, change, predict, compare, sweep, undo, save, load, reload, at two sizes."""

import json
import re
from pathlib import Path

import pytest
from visits import POLICY

pytestmark = pytest.mark.slow
TABLE = "#edited-content .predictions"
FITS = "document.documentElement.scrollWidth <= window.innerWidth"


@pytest.fixture(scope="module")
def address(page_of):
    return page_of("brightness")


def choose(page, field, text):
    page.click(f"#{field}")
    page.click(f".dash-dropdown-content >> text='{text}'")


def add(page, name):
    choose(page, "edit-name", name)
    page.click("#edit-add")
    page.wait_for_selector(f".card-head >> text=/\\d\\. {name}/")


def move(page, value):
    """Give the first slider another value, and wait for another prediction."""
    before = page.inner_text(TABLE)
    field = page.locator("#edit-list .dash-range-slider-input").first
    field.fill(value)
    field.press("Tab")
    page.wait_for_function("([where, text]) => document.querySelector(where).innerText !== text", arg=[TABLE, before])
    return page.inner_text(TABLE)


def test_the_story_of_an_edit_at_two_sizes(visit):
    one = visit()
    page = one.page
    one.upload()
    add(page, "brightness")
    page.wait_for_selector("#edited-content .pair")
    assert re.findall(r"[+-]\d[.\d]*", page.inner_text(TABLE)) in ([], ["+0", "+0"])
    changes = [float(text) for text in re.findall(r"[+-]\d[.\d]*", move(page, "-0.4"))]
    assert sum(changes) == pytest.approx(0, abs=1e-3) and max(changes) > 0.05
    one.explain("300")
    page.wait_for_selector(".state.whole")
    page.click("#change-run")
    page.wait_for_selector("#difference-heat img")
    page.wait_for_selector("#difference-verdict strong")
    assert "the change of" in page.inner_text("#difference-verdict")
    page.click("#section-sweep > summary")
    page.fill("#sweep-count", "5")
    page.keyboard.press("Tab")
    page.click("#sweep-run")
    page.wait_for_selector("#sweep-curves .js-plotly-plot")
    assert page.locator("#sweep-content tbody tr").count() == 5
    one.shot("edits")
    assert page.evaluate(FITS)
    one.resize("tablet")
    kept = [page.text_content(where) for where in (TABLE, "#sweep-content table", "#difference-content table")]
    page.reload()
    page.wait_for_selector("#difference-heat img")
    assert [page.text_content(w) for w in (TABLE, "#sweep-content table", "#difference-content table")] == kept
    page.keyboard.press("t")
    one.shot("edits-tablet-dark")
    assert page.evaluate(FITS)
    assert not [text for text in one.said if POLICY in text or "rror" in text], one.said


def test_edits_are_moved_switched_undone_saved_and_loaded(visit):
    one = visit()
    page = one.page
    one.upload()
    add(page, "brightness")
    add(page, "rotate")
    page.click("[aria-label='Carry out earlier: edit 2']")
    page.wait_for_selector(".card:first-child >> text=1. rotate")
    with page.expect_response(lambda answer: "edit-message" in (answer.request.post_data or "")):
        page.click(".card:first-child .switch input")
    with page.expect_download() as download:
        page.click("#edit-save")
    saved = json.loads(Path(download.value.path()).read_text())
    assert [(row["edit"], row["on"]) for row in saved["edits"]] == [("rotate", False), ("brightness", True)]
    page.click("[aria-label='Remove: edit 1']")
    page.wait_for_selector(".card:first-child >> text=1. brightness")
    page.click("#edit-undo")
    page.wait_for_selector(".card:first-child >> text=1. rotate")
    content = {"name": "edits.json", "mimeType": "application/json", "buffer": json.dumps(saved).encode()}
    page.click("[aria-label='Remove: edit 2']")
    page.wait_for_selector(".card:nth-child(2)", state="detached")
    page.set_input_files("#edit-load input", content)
    page.wait_for_selector(".card:nth-child(2)")
    page.set_input_files("#edit-load input", {**content, "buffer": b"<html>"})
    page.wait_for_selector("#edit-message [role=alert]")
