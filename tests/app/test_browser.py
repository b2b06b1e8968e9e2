"""The story of a person in a headless Chromium: upload, explain, compare, reload; at two sizes, light and dark."""

import re

import pytest
from chromium import served
from visits import POLICY, SIZES, Visit

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    with served("slow", tmp_path_factory.mktemp("kept")) as where:
        yield where


@pytest.fixture
def visit(chromium, address, tmp_path):
    opened = []

    def begin(size="desktop"):
        opened.append(Visit(chromium, address, size, tmp_path))
        return opened[-1]

    yield begin
    for one in opened:
        one.context.close()


def test_the_whole_story_at_both_sizes(visit):
    for size in SIZES:
        one = visit(size)
        page = one.page
        one.shot(f"{size}-empty")
        one.upload()
        one.explain()
        page.wait_for_selector("#answer-heat img")
        one.shot(f"{size}-first")
        page.wait_for_selector(".state.whole")
        page.wait_for_selector("#compare-verdict strong")
        assert "superpixel" in page.inner_text("#compare-verdict")
        one.shot(f"{size}-finished")
        before = page.text_content("#answer-content .table")
        page.reload()
        page.wait_for_selector(".state.whole")
        assert page.text_content("#answer-content .table") == before
        page.wait_for_selector("#answer-heat img")
        page.wait_for_selector("#answer-bars .js-plotly-plot")
        assert "zebra.png" in page.inner_text("#photo-preview")
        assert page.input_value("#panel-explain .of-samples input") == "600"
        page.keyboard.press("t")
        page.wait_for_selector("html[data-theme]")
        one.shot(f"{size}-reloaded-dark")
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
        assert not [text for text in one.said if POLICY in text or "Error" in text], one.said


def test_the_page_weighs_less_than_6_mib_and_loads_from_its_server_alone(visit, address):
    one = visit()
    one.upload()
    one.explain("100")
    one.page.wait_for_selector(".state.whole")
    assert one.loaded_bytes() < 6 * 2**20
    assert all(request.url.startswith((address, "data:", "blob:")) for request in one.requests)


def test_a_reload_while_a_job_runs_finds_it_again(visit):
    one = visit()
    one.upload()
    one.explain("3000")
    one.page.wait_for_selector("#answer-heat img")
    one.page.reload()
    one.page.wait_for_selector(".running progress")
    one.page.wait_for_selector(".state.whole")
    assert "3,000 masks" in one.page.inner_text("#answer-content")


def test_the_table_of_coefficients_names_its_rows_and_follows_the_answer(visit):
    one = visit()
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


def test_a_cancel_keeps_the_explanation_until_then(visit):
    one = visit()
    one.upload()
    one.explain("20000")
    one.page.wait_for_selector("#answer-heat img")
    one.page.click("#explain-cancel")
    one.page.wait_for_selector(".state.interrupted")
    assert "of 20000 masks" in one.page.inner_text("#answer-content")


def test_a_pointer_on_a_superpixel_is_told_its_coefficient(visit):
    one = visit()
    one.upload()
    one.explain("200")
    one.page.wait_for_selector(".state.whole")
    one.page.wait_for_selector("#answer-bars .js-plotly-plot")  # which moves the map when it appears
    one.page.hover("#answer-heat")
    one.page.wait_for_selector("#pointer-tip >> text=/superpixel \\d+: [+-−]\\d/")


def test_an_upload_that_is_no_picture_is_told_and_a_screen_reader_hears_it(visit):
    one = visit()
    content = {"name": "page.png", "mimeType": "image/png", "buffer": b"<html></html>"}
    one.page.set_input_files("#photo-upload input", content)
    one.page.wait_for_selector("[role=alert] >> text=page.png is no PNG")


def test_the_introduction_stays_away_once_it_was_dismissed(visit):
    one = visit()
    assert one.page.is_visible("#introduction")
    one.page.click("#introduction-done")
    one.page.wait_for_selector("#introduction", state="hidden")
    one.page.reload()
    one.page.wait_for_selector("#explain-run")
    assert not one.page.is_visible("#introduction")


def test_keys_do_what_buttons_do(visit):
    one = visit()
    one.page.keyboard.press("?")
    assert one.page.is_visible("#keys")
    one.page.keyboard.press("Escape")
    assert not one.page.is_visible("#keys")
    one.page.keyboard.press("e")
    one.page.wait_for_selector("[role=alert] >> text=There is no photograph yet")
