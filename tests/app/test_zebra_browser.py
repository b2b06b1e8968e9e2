"""The whole story on the bundled network: upload, mask, lasso, explain, rotate, compare, sweep, report, reload."""

import io
import os
from pathlib import Path

import numpy as np
import pytest
from chromium import running
from PIL import Image
from skimage import data
from test_edit_browser import move
from test_region_browser import Drawing
from visits import POLICY

pytestmark = pytest.mark.slow
SIDE, MASKS = 224, "150"


def as_png(pixels):
    content = io.BytesIO()
    Image.fromarray(pixels).save(content, "PNG")
    return content.getvalue()


@pytest.fixture(scope="module")
def photograph():
    """The file of LIMETHEORY_ZEBRA, else a cat of scikit-image; (name, bytes, (width, height))."""
    named = os.environ.get("LIMETHEORY_ZEBRA")
    if named:
        with Image.open(named) as one:
            return Path(named).name, Path(named).read_bytes(), one.size
    cat = Image.fromarray(data.chelsea()).resize((SIDE, SIDE))
    return "chelsea.png", as_png(np.asarray(cat)), cat.size


def ellipse(width, height):
    y, x = np.mgrid[:height, :width]
    return as_png(np.where((x / width - 0.5) ** 2 + (y / height - 0.5) ** 2 < 0.1, 255, 0).astype(np.uint8))


def put(page, where, name, content):
    page.set_input_files(f"{where} input", {"name": name, "mimeType": "image/png", "buffer": content})


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    with running(folder=tmp_path_factory.mktemp("kept")) as where:
        yield where


def test_the_whole_story(visit, photograph):
    name, content, (width, height) = photograph
    one = visit()
    page, drawing = one.page, Drawing(one.page, width, height)
    one.shot("zebra-1-empty")
    put(page, "#photo-upload", name, content)
    page.wait_for_selector("#photo-preview img")
    one.shot("zebra-2-photograph")
    page.click("#regions-summary")
    page.wait_for_selector("#regions-graph .nsewdrag")
    put(page, "#regions-upload", "mask.png", ellipse(width, height))
    drawing.names("mask")
    corner = np.array([[0.05, 0.05], [0.3, 0.05], [0.3, 0.25], [0.05, 0.25]]) * (width, height)
    drawing.lasso(*map(tuple, corner))
    drawing.names("mask", "region A")
    one.explain(MASKS)
    page.wait_for_selector("#status-running progress")
    page.wait_for_selector(".state.whole")
    one.shot("zebra-3-explained")
    page.click("#edit-add")
    page.wait_for_selector("#edited-content .pair")
    move(page, "90")
    page.click("#change-run")
    page.wait_for_selector("#difference-heat img")
    page.click("#section-sweep > summary")
    page.fill("#sweep-count", "5")
    page.keyboard.press("Tab")
    page.click("#sweep-run")
    page.wait_for_selector("#sweep-curves .js-plotly-plot")
    one.shot("zebra-4-edited")
    page.click("#panel-export > summary")
    with page.expect_download() as report:
        page.click("a[href$='report.html']")
    text = Path(report.value.path()).read_text()
    assert name in text and "rotate" in text and "region A" in text
    tables = ("#answer-content .table", "#difference-content .table", "#sweep-content table")
    before = [page.text_content(where) for where in tables]
    page.reload()
    page.wait_for_selector("#difference-heat img")
    page.wait_for_selector("#answer-bars .js-plotly-plot")
    page.wait_for_selector("#edit-list .dash-range-slider-input")
    assert [page.text_content(where) for where in tables] == before
    drawing.names("mask", "region A")
    for size in ("desktop", "tablet"):
        one.resize(size)
        one.shot(f"zebra-5-{size}-light")
        page.keyboard.press("t")
        one.shot(f"zebra-5-{size}-dark")
        page.keyboard.press("t")
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    page.fill(".regions-table input[type=text] >> nth=0", "animal")
    page.keyboard.press("Tab")
    page.wait_for_selector("#answer-notes >> text=regions have changed since")
    assert not [said for said in one.said if POLICY in said or "rror" in said], one.said
