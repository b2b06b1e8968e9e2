"""The photograph to draw on is enlarged and moved by wheel, keys, buttons and drags; drawings stay in its pixels."""

import base64
import io

import numpy as np
import pytest
from PIL import Image
from test_region_browser import HEIGHT, WIDTH, Drawing, striped

pytestmark = pytest.mark.slow
PLOT = "#regions-graph .js-plotly-plot"
OVERLAY = f"document.querySelector('{PLOT}').layout.images[1].source"
MODES = {"Rectangle": "drawrect", "Brush": "drawopenpath"}
FACTOR = "window.limetheoryZoom.factor()"


@pytest.fixture(scope="module")
def address(page_of):
    return page_of("brightness")


class Enlarged(Drawing):
    """The photograph under a mouse, enlarged about a pixel by a factor, as geometry says."""

    about, factor = (0.0, 0.0), 1.0

    def hold(self, title, how):
        super().hold(title, how)
        self.page.wait_for_function(
            f"mode => document.querySelector('{PLOT}')._fullLayout.dragmode === mode", arg=MODES.get(title, False)
        )

    def at(self, x, y):
        return super().at(*(one + (to - one) * self.factor for one, to in zip(self.about, (x, y), strict=True)))


@pytest.fixture
def scene(visit):
    one = visit()
    page = one.page
    page.set_input_files("#photo-upload input", {"name": "z.png", "mimeType": "image/png", "buffer": striped()})
    page.wait_for_selector("#photo-preview img")
    page.click("#regions-summary")
    page.wait_for_selector("#regions-graph .nsewdrag")
    _settled(page)
    return one, Enlarged(page)


def _settled(page):
    """Wait until plotly.js has fitted the photograph to its column, which it does a moment after it drew it."""
    before = None
    while before != (before := page.locator("#regions-graph .nsewdrag").bounding_box()):
        page.wait_for_timeout(700)


def drawn(page):
    """Where the picture over the photograph is coloured, (h, w) bool."""
    content = base64.b64decode(page.evaluate(OVERLAY).partition(",")[2])
    return np.asarray(Image.open(io.BytesIO(content)))[..., 3] > 0


def rectangle(first, last):
    """The pixels of a rectangle, and of one that is a pixel larger at each side."""
    y, x = np.mgrid[:HEIGHT, :WIDTH]
    return [
        (x >= first[0] - more) & (x <= last[0] + more) & (y >= first[1] - more) & (y <= last[1] + more)
        for more in (-1, 1)
    ]


def check(page, first, last):
    """A region is this rectangle, up to a pixel at its border, as soon as the picture is that of the list."""
    inner, outer = rectangle(first, last)
    for _ in range(50):
        found = drawn(page)
        if found[inner].all() and not found[~outer].any():
            return
        page.wait_for_timeout(100)
    seen = np.argwhere(found)[:, ::-1]
    raise AssertionError((seen.min(axis=0), seen.max(axis=0), found[inner].mean(), first, last))


def drag(page, drawing, first, last):
    page.mouse.move(*drawing.at(*first))
    page.mouse.down()
    page.mouse.move(*drawing.at(*last), steps=4)
    page.mouse.up()


def wheel(page, drawing, place, notches):
    page.mouse.move(*drawing.at(*place))
    page.keyboard.down("Control")
    for _ in range(abs(notches)):
        before = page.evaluate(FACTOR)
        page.mouse.wheel(0, -100 if notches > 0 else 100)
        page.wait_for_function(f"before => {FACTOR} !== before", arg=before)
    page.keyboard.up("Control")


def test_what_is_drawn_enlarged_is_where_it_was_drawn(scene):
    one, drawing = scene
    page = one.page
    drawing.hold("Rectangle", "Drag from corner")
    wheel(page, drawing, (60, 50), 3)
    drawing.about, drawing.factor = (60, 50), np.e
    assert page.evaluate(FACTOR) == pytest.approx(np.e)
    drag(page, drawing, (55, 45), (80, 60))
    drawing.names("region A")
    check(page, (55, 45), (80, 60))
    assert page.evaluate(FACTOR) == pytest.approx(np.e)  # the change of the regions leaves the view alone
    one.shot("regions-enlarged")
    page.keyboard.press("Control+z")
    drawing.names()
    drag(page, drawing, (62, 52), (70, 58))
    drawing.names("region A")
    check(page, (62, 52), (70, 58))
    page.keyboard.press("0")
    page.wait_for_function(f"() => {FACTOR} === 1")
    drawing.factor = 1.0
    page.keyboard.press("Control+z")
    drawing.names()
    drag(page, drawing, (10, 20), (150, 90))
    drawing.names("region A")
    check(page, (10, 20), (150, 90))


def test_a_polygon_and_the_brush_are_in_the_pixels_of_the_photograph_too(scene):
    one, drawing = scene
    page = one.page
    wheel(page, drawing, (100, 75), 3)
    drawing.about, drawing.factor = (100, 75), np.e
    drawing.hold("Polygon", "Click the corners")
    drawing.click((80, 65), (120, 65), (120, 85), (80, 85))
    page.keyboard.press("Enter")
    drawing.names("region A")
    check(page, (80, 65), (120, 85))
    page.keyboard.press("Control+z")
    drawing.names()
    drawing.hold("Brush", "Paint over it")
    drag(page, drawing, (85, 75), (115, 75))
    drawing.names("region A")
    scale = drawing.at(1, 0)[0] - drawing.at(0, 0)[0]
    half = 24 / scale / 2  # pixels of the photograph under half of the brush
    rows = np.argwhere(drawn(page)[:, 100]).ravel()
    assert abs(len(rows) - 2 * half) <= 2 and abs(rows.mean() - 75) <= 1


def test_keys_buttons_and_drags_move_what_is_seen(scene):
    one, drawing = scene
    page = one.page
    page.click("#regions-enlarge")
    page.wait_for_function(f"() => Math.abs({FACTOR} - 1.5) < 1e-9")
    page.focus("#regions-picture")
    page.keyboard.press("+")
    page.wait_for_function(f"() => Math.abs({FACTOR} - 2.25) < 1e-9")
    middle = ((WIDTH - 1) / 2, (HEIGHT - 1) / 2)
    drawing.hold("Rectangle", "Drag from corner")
    page.focus("#regions-picture")
    page.keyboard.press("ArrowRight")  # by a fifth of what is seen
    shift = 0.2 * WIDTH / 2.25
    drawing.about, drawing.factor = (middle[0] + shift * 2.25 / 1.25, middle[1]), 2.25
    page.wait_for_timeout(300)
    drag(page, drawing, (110, 70), (130, 85))
    drawing.names("region A")
    check(page, (110, 70), (130, 85))
    page.keyboard.press("Control+z")
    drawing.names()
    drawing.hold("Move the view", "Drag the photograph")
    start, end = drawing.at(120, 75), drawing.at(110, 65)
    page.mouse.move(*start)
    page.mouse.down()
    page.mouse.move(*end, steps=4)
    page.mouse.up()
    page.wait_for_timeout(300)
    drawing.hold("Rectangle", "Drag from corner")
    drawing.about = tuple(one + 10 * 2.25 / 1.25 for one in drawing.about)
    drag(page, drawing, (120, 80), (140, 92))
    drawing.names("region A")
    check(page, (120, 80), (140, 92))
    page.click("#regions-whole")
    page.wait_for_function(f"() => {FACTOR} === 1")
    page.focus("#regions-picture")
    page.keyboard.press("ArrowRight")
    page.click("#regions-reduce")
    page.wait_for_timeout(200)
    assert page.evaluate(FACTOR) == 1


def test_another_photograph_is_seen_as_a_whole(scene):
    one, _ = scene
    page = one.page
    page.click("#regions-enlarge")
    page.wait_for_function(f"() => {FACTOR} > 1")
    one.upload("other.png")
    page.wait_for_function(f"() => {FACTOR} === 1")
