"""In a headless Chromium: files are saved and a session is opened again; texts and rows are explained and compared."""

import pytest
from page_scene import picture

pytestmark = pytest.mark.slow
FITS = "() => document.documentElement.scrollWidth <= window.innerWidth"
WIDENED = """() => document.querySelectorAll("#view-text .svg-container").forEach(
    (one) => { one.style.width = "3000px"; })"""  # as for a moment before plotly.js has measured the place of a figure
EDITED = "The music was dreadful, but the plot was dull and the ending clumsy."


@pytest.fixture(scope="module")
def address(page_of):
    return page_of("brightness")


def explained(one):
    one.upload()
    one.explain("200")
    one.page.wait_for_selector(".state.whole")


def saved(page, title, folder):
    with page.expect_download() as told:
        page.click(f".downloads a:text-is('{title}')")
    path = folder / told.value.suggested_filename
    told.value.save_as(path)
    return path


def test_files_are_saved_and_a_session_is_opened_again(visit, tmp_path):
    one = visit()
    page = one.page
    explained(one)
    page.click("#panel-export > summary")
    names = {"Report as a page": b"<!doctype", "Report as PDF": b"%PDF", "Numbers": b"{", "This session": b"PK"}
    files = {title: saved(page, title, tmp_path) for title in names}
    assert all(files[title].read_bytes().startswith(begin) for title, begin in names.items())
    assert files["This session"].name == "zebra-session.zip"
    table = page.text_content("#answer-content .table")
    other = visit()
    other.page.click("#panel-export > summary")
    other.page.set_input_files("#export-open input", files["This session"])
    other.page.wait_for_selector(".state.whole")
    assert "zebra.png" in other.page.inner_text("#photo-preview")
    assert other.page.text_content("#answer-content .table") == table
    other.page.click("#panel-export > summary")
    bad = {"name": "session.zip", "mimeType": "application/zip", "buffer": b"PK" + picture()}
    other.page.set_input_files("#export-open input", bad)
    other.page.wait_for_selector("[role=alert] >> text=no session that this page saved")
    assert other.page.text_content("#answer-content .table") == table


def test_texts_and_rows_are_explained_compared_and_found_again(visit):
    one = visit()
    page = one.page
    page.click("#views >> text=Text")
    page.click("body", position={"x": 5, "y": 5})
    page.keyboard.press("e")
    page.wait_for_selector("#text-shown .tokens")
    page.locator("#view-text textarea").nth(1).fill(EDITED)
    page.click("#text-change")
    page.wait_for_selector("#text-changed .tokens")
    assert "dreadful" in page.inner_text("#text-changed")
    one.shot("text")
    page.click("#views >> text=Table")
    page.click("#table-run")
    page.wait_for_selector("#table-shown .state.whole")
    page.locator("#table-cells input").nth(2).fill("5")
    page.click("#table-change")
    page.wait_for_selector("#table-changed .predictions")
    page.wait_for_selector("#table-changed .js-plotly-plot")
    one.shot("table")
    assert page.evaluate(FITS)
    one.resize("tablet")
    page.reload()
    page.wait_for_selector("#table-changed .predictions", state="visible")
    assert not page.is_visible("#explain-run")
    page.click("#views >> text=Text")
    assert page.locator("#view-text textarea").nth(1).input_value() == EDITED
    assert page.evaluate(FITS)
    page.wait_for_selector("#text-changed .svg-container")
    page.evaluate(WIDENED)
    assert page.evaluate(FITS)
    said = [text for text in one.said if "Content Security" in text or "text-" in text or "table-" in text]
    assert not said, said
