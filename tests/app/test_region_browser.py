"""Regions in a headless Chromium: a mask, a lasso, a polygon, undo, an explanation, and a reload at another size."""

import io

import numpy as np
import pytest
from PIL import Image
from region_scene import mask_file
from visits import POLICY

pytestmark = pytest.mark.slow
HEIGHT, WIDTH = 150, 200
FITS = "document.documentElement.scrollWidth <= window.innerWidth"


@pytest.fixture(scope="module")
def address(page_of):
    return page_of("brightness")


def animal():
    """The mask of an ellipse with legs."""
    y, x = np.mgrid[:HEIGHT, :WIDTH]
    body = ((x - 100) / 60) ** 2 + ((y - 70) / 32) ** 2 < 1
    legs = (y > 80) & (y < 130) & np.isin(x // 6, [9, 12, 21, 24])
    return body | legs


def striped():
    """A photograph of a striped animal on grass."""
    y, x = np.mgrid[:HEIGHT, :WIDTH]
    rng = np.random.default_rng(0)
    grass = np.stack([0.35 + 0.1 * rng.random((HEIGHT, WIDTH)), np.full((HEIGHT, WIDTH), 0.5), 0.25 + 0 * x], axis=2)
    stripes = (0.5 + 0.5 * np.sign(np.sin((x + y / 3) / 3)))[..., None].repeat(3, axis=2)
    content = io.BytesIO()
    Image.fromarray((255 * np.where(animal()[..., None], stripes, grass)).astype(np.uint8)).save(content, "PNG")
    return content.getvalue()


class Drawing:
    """The photograph of the panel "Regions", under a mouse."""

    def __init__(self, page, width=WIDTH, height=HEIGHT):
        self.page, self._width, self._height = page, width, height

    def at(self, x, y):
        """Where the pixel (x, y) of the photograph is on the screen."""
        surface = self.page.locator("#regions-graph .nsewdrag")
        surface.scroll_into_view_if_needed()
        box = surface.bounding_box()
        return box["x"] + (x + 0.5) * box["width"] / self._width, box["y"] + (y + 0.5) * box["height"] / self._height

    def lasso(self, *places):
        self.page.mouse.move(*self.at(*places[0]))
        self.page.mouse.down()
        for place in places[1:]:
            self.page.mouse.move(*self.at(*place), steps=5)
        self.page.mouse.up()

    def click(self, *places):
        for place in places:
            self.page.mouse.click(*self.at(*place))
            self.page.wait_for_timeout(450)  # two clicks within 300 milliseconds are a double click to plotly.js

    def hold(self, title, how):
        self.page.click(f"#regions-tool label:has-text('{title}')")
        self.page.wait_for_selector(f"#regions-how >> text={how}")

    def names(self, *expected):
        """Wait until these regions are in the list."""
        self.page.wait_for_function(_NAMES, arg=list(expected))


_OVERLAY = "document.querySelector('#regions-graph .js-plotly-plot').layout.images[1].source"
_NAMES = """expected => {
  const fields = [...document.querySelectorAll(".regions-table input[type=text]")];
  return JSON.stringify(fields.map((one) => one.value)) === JSON.stringify(expected);
}"""


def test_a_mask_a_lasso_and_a_polygon_are_explained_undone_and_there_after_a_reload(visit):
    one = visit()
    page, drawing = one.page, Drawing(one.page)
    page.set_input_files("#photo-upload input", {"name": "z.png", "mimeType": "image/png", "buffer": striped()})
    page.wait_for_selector("#photo-preview img")
    page.click("#regions-summary")
    mask = {"name": "mask.png", "mimeType": "image/png", "buffer": mask_file(255 * animal())}
    page.set_input_files("#regions-upload input", mask)
    drawing.names("mask")
    drawing.lasso((10, 10), (60, 8), (60, 25), (10, 28))
    drawing.names("mask", "region A")
    drawing.hold("Polygon", "Click the corners")
    drawing.click((150, 110), (190, 110), (190, 140))
    page.keyboard.press("Enter")
    drawing.names("mask", "region A", "region B")
    page.keyboard.press("Control+z")
    drawing.names("mask", "region A")
    page.keyboard.press("Control+Shift+Z")
    drawing.names("mask", "region A", "region B")
    page.fill(".regions-table input[type=text] >> nth=0", "zebra <b>")
    page.keyboard.press("Tab")
    drawing.names("zebra <b>", "region A", "region B")
    page.fill(".regions-table input[type=number] >> nth=0", "4")
    with page.expect_response(lambda one: "_dash-update-component" in one.url):  # the number is kept by the server
        page.keyboard.press("Tab")
    one.shot("regions-drawn")
    one.explain("200")
    page.wait_for_selector(".state.whole")
    page.click("#beside-plain")
    page.wait_for_selector("text=both maps")
    table = page.text_content("#answer-content .table")
    assert "zebra <b> 1" in table and "region A" in table and "outside 3" in table
    one.shot("regions-explained")
    assert page.evaluate(FITS)
    one.resize("tablet")
    page.reload()
    page.wait_for_selector(".state.whole")
    drawing.names("zebra <b>", "region A", "region B")
    assert page.text_content("#answer-content .table") == table
    page.wait_for_selector("text=both maps")
    page.keyboard.press("t")
    one.shot("regions-reloaded-tablet")
    assert page.evaluate(FITS)
    drawing.hold("Polygon", "Click the corners")
    drawing.click((10, 120), (60, 120), (60, 138))
    page.keyboard.press("Enter")
    drawing.names("zebra <b>", "region A", "region B", "region C")
    assert not [text for text in one.said if POLICY in text or "rror" in text], one.said


def test_clicked_superpixels_and_objects_are_drawn(visit):
    one = visit()
    page, drawing = one.page, Drawing(one.page)
    page.set_input_files("#photo-upload input", {"name": "z.png", "mimeType": "image/png", "buffer": striped()})
    page.wait_for_selector("#photo-preview img")
    page.click("#regions-summary")
    page.wait_for_selector("#regions-graph .nsewdrag")
    before = page.evaluate(_OVERLAY)
    drawing.hold("Superpixel", "Click superpixels")
    page.wait_for_function(f"before => {_OVERLAY} !== before", arg=before)
    drawing.click((100, 70))
    drawing.names("region A")
    drawing.hold("Object", "Click on an object")
    drawing.click((100, 70))
    page.wait_for_selector("#regions-scale")
    one.shot("regions-object")
    page.click("button:has-text('Take it')")
    drawing.names("region A", "object A")
    assert not page.is_visible("#regions-proposal")
