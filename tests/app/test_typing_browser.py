"""What is typed, and the field that has the keyboard, while the server draws their list anew, in headless Chromium."""

import numpy as np
import pytest
from region_scene import mask_file
from visits import quiet

pytestmark = pytest.mark.slow

LATE = """
    const send = window.fetch;
    [window.underWay, window.last] = [0, 0];
    window.fetch = async (address, options) => {
        const question = options && options.body ? JSON.parse(options.body) : {};
        const said = `${question.output} after ${question.changedPropIds}`;
        const late = window.late && window.late.every((part) => said.includes(part));
        if (late) window.late = null;
        window.underWay += 1;
        const answer = await send(address, options);
        [window.underWay, window.last] = [window.underWay - 1, performance.now()];
        if (late) {
            window.asked = true;
            await new Promise((done) => { window.answer = done; });
        }
        return answer;
    };
"""
"""An answer is given to the page when `window.answer` is called: the next one to a question whose outputs and reasons
have all that is in `window.late`."""

KEYBOARD = "() => [document.activeElement.value, JSON.parse(document.activeElement.id || 'null')]"
_DRAWN = "where => { const one = document.querySelector(where); return one && !one.limetheoryOld; }"
_BEGINS = "said => document.activeElement.value.startsWith(said)"
_FRAMES = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
NUMBER, NAME = ".regions-table input[type=number]", ".regions-table input[type=text]"


@pytest.fixture(scope="module")
def script():
    return LATE


@pytest.fixture(scope="module")
def address(page_of):
    return page_of("brightness")


@pytest.fixture
def page(visit):
    one = visit()
    one.upload()
    return one.page


def regions(page, *labels):
    """Regions by a mask whose stripes have these labels."""
    page.click("#regions-summary")
    stripes = np.repeat([0, *labels], 120 // (len(labels) + 1)).astype(np.uint8)
    mask = {"name": "m.png", "mimeType": "image/png", "buffer": mask_file(np.tile(stripes, (90, 1)))}
    page.set_input_files("#regions-upload input", mask)
    page.wait_for_selector(f"{NUMBER} >> nth={len(labels) - 1}")
    quiet(page)


def late(page, *parts):
    page.evaluate("parts => { window.late = parts; window.asked = false; }", parts)


def answered(page, drawn):
    """Give the page the late answer once it is there, and wait until what it draws has taken the place of before."""
    page.wait_for_function("() => window.asked")
    page.evaluate("where => { document.querySelector(where).limetheoryOld = true; window.answer(); }", drawn)
    page.wait_for_function(_DRAWN, arg=drawn)
    page.evaluate(_FRAMES)


def renamed_while_typing(page):
    regions(page, 1)
    late(page, "regions-list", "regions-version")
    page.fill(NAME, "zebra <b>")
    page.keyboard.press("Tab")
    page.keyboard.press("Control+a")
    page.keyboard.type("4")
    answered(page, NUMBER)


def type_at_the_start(page, text, behind=""):
    """Type letter by letter, as fast as the page draws them."""
    for end in range(1, len(text) + 1):
        page.keyboard.type(text[end - 1])
        page.wait_for_function(_BEGINS, arg=behind + text[:end])
        page.evaluate(_FRAMES)


def kept(page, *places):
    """The numbers of superpixels after all that the page has asked, and a reload."""
    quiet(page)
    page.reload()
    page.wait_for_selector(NUMBER)
    return [page.input_value(f"{NUMBER} >> nth={place}") for place in places]


def test_a_number_stays_while_the_answer_to_a_name_draws_the_list_anew(page):
    renamed_while_typing(page)
    value, place = page.evaluate(KEYBOARD)
    assert value == "4" and (place["field"], place["place"]) == ("superpixels", 0)
    page.keyboard.type("2")
    page.keyboard.press("Tab")
    assert kept(page, 0) == ["42"] and page.input_value(NAME) == "zebra <b>"


def test_the_number_would_be_lost_without_the_script(page):
    page.route("**/typing.js*", lambda route: route.fulfill(body="", content_type="text/javascript"))
    page.reload()
    page.wait_for_selector("#photo-preview img")
    renamed_while_typing(page)
    assert page.input_value(NUMBER) == "1" and page.evaluate("document.activeElement === document.body")


def test_a_name_stays_with_its_place_in_the_text(page):
    regions(page, 1)
    late(page, "regions-list", "regions-version")
    page.fill(NUMBER, "3")
    page.keyboard.press("Tab")
    page.click(NAME)
    page.keyboard.press("Home")
    type_at_the_start(page, "wild ")
    answered(page, NAME)
    type_at_the_start(page, "grey ", behind="wild ")
    page.keyboard.press("Enter")
    quiet(page)
    assert page.input_value(NAME).startswith("wild grey ") and page.input_value(NUMBER) == "3"
    assert page.evaluate(KEYBOARD)[1]["field"] == "name"


def test_a_number_goes_with_its_region_where_another_one_is_deleted(page):
    regions(page, 1, 2)
    for row, on in ((0, True), (1, False)):  # the last one of a file is selected
        page.set_checked(f".regions-table tbody tr >> nth={row} >> input[type=checkbox] >> nth=0", on, force=True)
        quiet(page)
    name = page.input_value(f"{NAME} >> nth=1")
    late(page, "regions-list", "regions-version")
    page.click("button:has-text('Delete')")
    page.click(f"{NUMBER} >> nth=1")
    page.keyboard.press("Control+a")
    page.keyboard.type("7")
    answered(page, NUMBER)
    assert page.evaluate(KEYBOARD)[1]["place"] == 0
    page.keyboard.press("Tab")
    assert kept(page, 0) == ["7"] and page.input_value(NAME) == name


def test_a_number_stays_while_a_job_draws_the_list_anew(page):
    regions(page, 1)
    late(page, "regions-list", "job-outcome")
    page.click("button:has-text('Show superpixels')")
    page.click("#regions-outside")
    page.keyboard.press("Control+a")
    page.keyboard.type("6")
    answered(page, "#regions-outside")
    assert page.evaluate("[document.activeElement.id, document.activeElement.value]") == ["regions-outside", "6"]


def test_a_change_that_was_made_while_the_list_was_drawn_is_in_it(page):
    regions(page, 1)
    late(page, "regions-list", "regions-version")
    page.fill(NAME, "zebra")
    page.keyboard.press("Tab")
    page.wait_for_function("() => window.asked")
    page.fill("#regions-outside", "9")
    with page.expect_request(lambda one: '"regions-outside.value"' in (one.post_data or "")):
        page.keyboard.press("Tab")
    page.evaluate("window.answer()")
    quiet(page)
    page.reload()
    page.wait_for_selector(NUMBER)
    assert page.input_value("#regions-outside") == "9" and page.input_value(NAME) == "zebra"


SEED = ".card input[id*='\"seed\"']"


def test_a_number_of_an_edit_stays_while_another_edit_is_added(page):
    page.click("#edit-name")
    page.click(".dash-dropdown-content >> text='noise'")
    page.click("#edit-add")
    page.wait_for_selector(SEED)
    quiet(page)
    late(page, "edit-list", "after edit-add")
    page.click("#edit-add")
    page.wait_for_function("() => window.asked")
    page.click(SEED)
    page.keyboard.press("Control+a")
    page.keyboard.type("37")
    page.evaluate("window.answer()")
    page.wait_for_selector(".card:nth-child(2)")
    page.evaluate(_FRAMES)
    assert page.evaluate("document.activeElement.value") == "37"
