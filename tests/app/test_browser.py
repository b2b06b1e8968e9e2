"""The story of a person in a headless Chromium: upload, explain, compare, reload; at two sizes, light and dark."""

import re

import pytest
from visits import POLICY, Visit, Window

pytestmark = pytest.mark.slow
FITS = "document.documentElement.scrollWidth <= window.innerWidth"


@pytest.fixture(scope="module")
def address(page_of):
    return page_of("slow")


def test_the_whole_story_at_two_sizes(visit):
    one = visit()
    page = one.page
    one.shot("empty")
    one.upload()
    one.explain()
    page.wait_for_selector("#answer-heat img")
    one.shot("first")
    page.wait_for_selector(".state.whole")
    page.wait_for_selector("#compare-verdict strong")
    assert "superpixel" in page.inner_text("#compare-verdict")
    one.shot("finished")
    assert page.evaluate(FITS)
    before = page.text_content("#answer-content .table")
    one.resize("tablet")
    page.reload()
    page.wait_for_selector(".state.whole")
    assert page.text_content("#answer-content .table") == before
    page.wait_for_selector("#answer-heat img")
    page.wait_for_selector("#answer-bars .js-plotly-plot")  # which moves the map when it appears
    assert "zebra.png" in page.inner_text("#photo-preview")
    assert page.input_value("#panel-explain .of-samples input") == "600"
    page.hover("#answer-heat")
    page.wait_for_selector("#pointer-tip >> text=/superpixel \\d+: [+-−]\\d/")
    page.keyboard.press("t")
    page.wait_for_selector("html[data-theme]")
    one.shot("reloaded-dark-tablet")
    assert page.evaluate(FITS)
    assert not [text for text in one.said if POLICY in text or "Error" in text], one.said


def test_a_reload_while_a_job_runs_finds_it_again(visit):
    one = visit()
    one.upload()
    one.explain("3000")
    one.page.wait_for_selector("#answer-heat img")
    one.page.reload()
    one.page.wait_for_selector(".running progress")
    one.page.wait_for_selector(".state.whole")
    assert "3,000 masks" in one.page.inner_text("#answer-content")


def test_a_page_of_less_than_6_mib_from_its_server_alone_names_the_rows_of_each_answer(chromium, address):
    """In a browser that has loaded nothing before."""
    one = Visit(Window(chromium), address)
    page = one.page
    one.upload()
    seen = []
    for masks in ("100", "150"):
        one.explain(masks)
        page.wait_for_selector(f"#answer-content >> text=superpixels, {masks} masks")
        page.wait_for_selector(".state.whole")
        parts = int(re.search(r"(\d+) superpixels", page.inner_text("#answer-content .summary"))[1])
        assert page.locator("#answer-content [data-table] [scope=col]").all_text_contents()[:2] == [
            "Part",
            "Coefficient",
        ]
        assert page.locator("#answer-content [data-table] [scope=row]").count() == parts > 10
        seen.append(page.text_content("#answer-content .table"))
    assert seen[0] != seen[1]
    assert 2**20 < one.loaded_bytes() < 6 * 2**20
    assert all(request.url.startswith((address, "data:", "blob:")) for request in one.requests)


def test_a_cancel_keeps_the_explanation_until_then(visit):
    one = visit()
    one.upload()
    one.explain("20000")
    one.page.wait_for_selector("#answer-heat img")
    one.page.click("#explain-cancel")
    one.page.wait_for_selector(".state.interrupted")
    assert "of 20000 masks" in one.page.inner_text("#answer-content")


def test_keys_alerts_and_an_introduction_that_stays_away_once_it_was_dismissed(visit):
    page = visit().page
    assert page.is_visible("#introduction")
    page.keyboard.press("?")
    assert page.is_visible("#keys")
    page.keyboard.press("Escape")
    assert not page.is_visible("#keys")
    page.keyboard.press("e")
    page.wait_for_selector("[role=alert] >> text=There is no photograph yet")
    content = {"name": "page.png", "mimeType": "image/png", "buffer": b"<html></html>"}
    page.set_input_files("#photo-upload input", content)
    page.wait_for_selector("[role=alert] >> text=page.png is no PNG")
    page.click("#introduction-done")
    page.wait_for_selector("#introduction", state="hidden")
    page.reload()
    page.wait_for_selector("#explain-run")
    assert not page.is_visible("#introduction")
