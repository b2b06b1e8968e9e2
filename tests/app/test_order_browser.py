"""Fields and buttons used one right after the other, in a headless Chromium with a slow way to the server."""

import json
from pathlib import Path

import numpy as np
import pytest
from region_scene import mask_file
from saved_scene import members
from test_region_browser import Drawing
from visits import quiet

pytestmark = pytest.mark.slow

DELAY = """
    const send = window.fetch;
    [window.underWay, window.last] = [0, 0];
    window.fetch = async (address, options) => {
        const names = options && options.body ? JSON.parse(options.body).changedPropIds || [] : [];
        const late = names.length === 1 && window.late && names[0].includes(window.late) && delays.shift();
        window.underWay += 1;
        if (late) await new Promise((done) => setTimeout(done, late));
        const answer = await send(address, options);
        [window.underWay, window.last] = [window.underWay - 1, performance.now()];
        return answer;
    };
    const delays = [3000];
"""
"""The first question about a component whose name has `window.late` is sent three seconds later."""


@pytest.fixture(scope="module")
def script():
    return DELAY


@pytest.fixture(scope="module")
def address(page_of):
    return page_of("brightness")


@pytest.fixture
def page(visit):
    one = visit()
    one.upload()
    return one.page


def late(page, name):
    page.evaluate("name => { window.late = name; }", name)


def add(page, name):
    page.click("#edit-name")
    page.click(f".dash-dropdown-content >> text='{name}'")
    page.click("#edit-add")
    page.wait_for_selector(f".card-head >> text=/\\d\\. {name}/")
    quiet(page)


def saved(page):
    with page.expect_download() as download:
        page.click("#edit-save")
    return [(row["edit"], row["on"]) for row in json.loads(Path(download.value.path()).read_text())["edits"]]


def test_a_saved_file_has_the_edits_that_the_page_shows(page):
    add(page, "brightness")
    late(page, "edit-on")
    page.click(".card:first-child .switch input")
    assert saved(page) == [("brightness", False)]


def test_of_two_changes_the_last_one_stays(page):
    add(page, "brightness")
    late(page, "edit-on")
    page.click(".card:first-child .switch input")
    page.click(".card:first-child .switch input")
    page.wait_for_timeout(5000)
    assert page.is_checked(".card:first-child .switch input") and saved(page) == [("brightness", True)]


def test_a_button_of_the_list_finds_what_was_switched_before(page):
    add(page, "brightness")
    add(page, "rotate")
    late(page, "edit-on")
    page.click(".card:first-child .switch input")
    page.click("[aria-label='Carry out earlier: edit 2']")
    page.wait_for_selector(".card:first-child >> text=1. rotate")
    page.wait_for_timeout(5000)
    assert saved(page) == [("rotate", True), ("brightness", False)]
    assert page.is_checked(".card:first-child .switch input")
    assert not page.is_checked(".card:nth-child(2) .switch input")


def test_a_button_finds_what_the_button_before_it_did(page):
    add(page, "brightness")
    add(page, "rotate")
    late(page, "edit-undo")
    page.click("#edit-undo")
    assert saved(page) == [("brightness", True)]


def test_an_undo_finds_what_was_drawn_before(page):
    page.click("#regions-summary")
    labels = np.zeros((90, 120), np.uint8)
    labels[20:60, 20:60] = 1
    mask = {"name": "mask.png", "mimeType": "image/png", "buffer": mask_file(labels)}
    page.set_input_files("#regions-upload input", mask)
    drawing = Drawing(page, 120, 90)
    drawing.names("mask")
    late(page, "regions-drawn")
    drawing.lasso((80, 10), (110, 10), (110, 40), (80, 40))
    with page.expect_response(lambda one: "region-action" in (one.request.post_data or "")):
        page.keyboard.press("Control+z")
    page.wait_for_timeout(1000)
    drawing.names("mask")


def test_a_file_that_is_saved_has_what_was_changed_before(page):
    add(page, "brightness")
    page.click("#panel-export > summary")
    late(page, "edit-on")
    page.click(".card:first-child .switch input")
    with page.expect_download() as download:
        page.click("a[href$='session.zip']")
    kept = json.loads(members(Path(download.value.path()).read_bytes())["edits.json"])
    assert '"on": false' in json.dumps(kept)
