"""Fields and buttons used one right after the other, in a headless Chromium with a slow way to the server."""

import json
from pathlib import Path

import pytest
from chromium import served
from visits import Visit

pytestmark = pytest.mark.slow

DELAY = """
    const send = window.fetch;
    window.fetch = async (address, options) => {
        const names = options && options.body ? JSON.parse(options.body).changedPropIds || [] : [];
        const late = names.length === 1 && window.late && names[0].includes(window.late) && delays.shift();
        if (late) await new Promise((done) => setTimeout(done, late));
        return send(address, options);
    };
    const delays = [3000];
"""
"""The first question about a component whose name has `window.late` is sent three seconds later."""


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    with served("brightness", tmp_path_factory.mktemp("kept")) as where:
        yield where


@pytest.fixture
def page(chromium, address, tmp_path):
    one = Visit(chromium, address, "desktop", tmp_path)
    one.context.add_init_script(DELAY)
    one.page.reload()
    one.page.wait_for_selector("#photo-upload input", state="attached")
    one.upload()
    yield one.page
    one.context.close()


def late(page, name):
    page.evaluate("name => { window.late = name; }", name)


def add(page, name):
    page.click("#edit-name")
    page.click(f".dash-dropdown-content >> text='{name}'")
    page.click("#edit-add")
    page.wait_for_selector(f".card-head >> text=/\\d\\. {name}/")
    page.wait_for_load_state("networkidle")


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
