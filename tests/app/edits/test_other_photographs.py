"""Another photograph behind a region: chosen among the examples or uploaded, kept, saved, reported, and refused."""

import io
import json
import re

import numpy as np
import pytest
from page_scene import asked, browser, context, data_url, picture, served, upload, words
from PIL import Image
from saved_scene import changed, members, opened, saved
from test_two_users import layout, session_of

from limetheory.app.backgrounds import MOST, backgrounds_of
from limetheory.app.edits import carried_out, edits_now, edits_of, put_history
from limetheory.app.exports.parts import edited_photo, reported_edits
from limetheory.app.limits import Limits
from limetheory.app.refusals import Refused
from limetheory.app.regions import change_regions
from limetheory.images.edits.edit import Edit
from limetheory.images.edits.edits import Edits
from limetheory.images.edits.other_background import other_background
from limetheory.images.regions import History, Region
from limetheory.pictures import load_image

LEFT = np.arange(40)[None].repeat(30, axis=0) < 20
VALUE = '{"kind":"edit-value","name":["ALL"],"row":["ALL"]}'


@pytest.fixture
def scene(tmp_path):
    """A browser with a region and the edit, and its session; the page has two photographs of a folder."""
    (tmp_path / "photos").mkdir()
    for seed in (1, 2):
        (tmp_path / "photos" / f"{seed}.png").write_bytes(picture(seed=seed))
    client = browser(served(tmp_path, context(photos=tmp_path / "photos", limits=Limits(photo_pixels=300_000))))
    upload(client, picture(40, 30), "zebra.png")
    session = session_of(client, tmp_path)
    change_regions(session, lambda found: found.add(Region("left", LEFT)))
    put_history(session, History(Edits((Edit("other_background", "left", {"feather": 0}),))))
    return client, session


def chosen(client, name):
    """Choose a photograph of the list."""
    fields = [({"kind": "edit-value", "name": one, "row": 0}, value) for one, value in
              (("photograph", name), ("feather", 0))]  # fmt: skip
    values = {
        '{"kind":"edit-on","row":["ALL"]}.value': [({"kind": "edit-on", "row": 0}, ["on"])],
        '{"kind":"edit-region","row":["ALL"]}.value': [({"kind": "edit-region", "row": 0}, "left")],
        f"{VALUE}.value": fields, f"{VALUE}.id": [(one, one) for one, _ in fields],
    }  # fmt: skip
    return asked(client, "edits-version.data", values, changed=f"{VALUE}.value")


def sent(client, content, name="beach.png"):
    """Upload a photograph for the edit."""
    pattern, one = '{"kind":"edit-photograph","row":["ALL"]}', {"kind": "edit-photograph", "row": 0}
    values = {f"{pattern}.contents": [(one, data_url(content))], f"{pattern}.filename": [(one, name)]}
    return asked(client, "edit-list.children", values, changed=f"{pattern}.contents",
                 triggered='{"kind":"edit-photograph","row":0}.contents')  # fmt: skip


def pixels(content):
    return np.asarray(Image.open(io.BytesIO(content))) / 255


def test_an_example_and_a_file_are_shown_behind_the_region(scene):
    client, session = scene
    assert "stamp" not in words(chosen(client, "2.png")) and [*backgrounds_of(session)] == ["2.png"]
    photo = load_image(session.path(session.read_json("photo.json")["place"]))
    for content, name in ((picture(seed=2), "2.png"), (picture(seed=7), "beach.png")):
        if name == "beach.png":
            assert "beach.png" in words(sent(client, content))
        expected = other_background(photo, LEFT, pixels(content), 0)
        np.testing.assert_allclose(edited_photo(session), expected.pixels, rtol=0, atol=1e-12)
        assert edits_of(session)[0].photographs == (name,)
    (told,) = reported_edits(session)
    digest = backgrounds_of(session)["beach.png"].digest
    assert told.parameters["photograph"] == f"beach.png, SHA-256 {digest}"


def test_two_files_of_one_name_are_told_apart_and_the_same_one_is_kept_once(scene):
    client, session = scene
    stamps = []
    for seed in (7, 8, 7):
        sent(client, picture(seed=seed))
        stamps.append((edits_now(session).stamp, edits_of(session)[0].photographs))
    assert [names for _, names in stamps] == [("beach.png",), ("beach.png (2)",), ("beach.png",)]
    assert stamps[0] == stamps[2] != stamps[1] and len(backgrounds_of(session)) == 2


def test_the_oldest_that_no_edit_shows_makes_room(scene):
    client, session = scene
    for seed in range(MOST + 2):
        sent(client, picture(seed=10 + seed), f"{seed}.jpg")
    names = [*backgrounds_of(session)]
    assert names == [f"{seed}.jpg" for seed in range(2, MOST + 2)]
    files = [name for name in session.files() if name.startswith("background-")]
    assert len(files) == MOST
    put_history(session, History(Edits(tuple(Edit("other_background", None, {"photograph": one}) for one in names))))
    assert "edits show all of them" in words(sent(client, picture(seed=50)))


@pytest.mark.parametrize(
    ("content", "said"),
    [(b"GIF89a<script>", "is damaged|is no PNG"), (b"<html>", "is no PNG"), (picture(800, 600), "more than 300,000")],
)
def test_what_is_no_photograph_is_refused_as_the_first_one_is(scene, content, said):
    client, session = scene
    assert re.search(said, words(sent(client, content))) and not backgrounds_of(session)
    assert edits_of(session)[0].photographs == ()


def test_a_name_that_a_browser_made_up_shows_nothing_and_is_told(scene):
    client, session = scene
    chosen(client, "../../etc/passwd")
    with pytest.raises(Refused, match=r"Edit 1 \(other_background\) shows the photograph .* is not here"):
        carried_out(session)
    assert not backgrounds_of(session)


def test_another_photograph_forgets_them(scene):
    client, session = scene
    sent(client, picture(seed=7))
    upload(client, picture(seed=9), "other.png")
    assert not backgrounds_of(session) and not [one for one in session.files() if one.startswith("background")]


def test_they_go_with_a_saved_session(scene, tmp_path):
    client, session = scene
    for seed in (7, 8):
        sent(client, picture(seed=seed))
    content = saved(client)
    other = browser(client.application)
    assert '"data": true' in opened(other, content)
    after = session_of(other, tmp_path)
    assert edits_now(after).stamp == edits_now(session).stamp and members(saved(other)) == members(content)
    np.testing.assert_array_equal(edited_photo(after), edited_photo(session))
    assert "beach.png (2)" in layout(other)


ONE = {"name": "a", "digest": "0" * 64}
WRONG = {
    "no list": {"backgrounds.json": b'{"name": "a"}'},
    "a path": {"backgrounds.json": json.dumps([{"name": "a", "digest": "../../x"}] * 2).encode()},
    "more facts": {"backgrounds.json": json.dumps([{**ONE, "place": "photo.json"}] * 2).encode()},
    "one twice": {"backgrounds.json": json.dumps([ONE] * 2).encode()},
    "a component": {"backgrounds.json": json.dumps([{**ONE, "name": {"type": "Script"}}] * 2).encode()},
    "one that is missing": {"background-1": None}, "one too many": {"background-2": picture(seed=1)},
    "no picture": {"background-1": b"<svg/>"}, "too many pixels": {"background-1": picture(800, 600)},
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG)
def test_those_of_anyone_else_are_refused_and_change_nothing(scene, name):
    client, session = scene
    for seed in (7, 8):
        sent(client, picture(seed=seed))
    before = {one: session.read_bytes(one) for one in session.files()}
    assert "That did not work" in opened(client, changed(saved(client), **WRONG[name]))
    assert before == {one: session.read_bytes(one) for one in session.files()}


def test_an_edit_outside_nothing_says_why_it_has_no_effect(scene):
    from limetheory.app.pages.edited import _outside

    _, session = scene
    assert "choose a photograph for it" in _outside(edits_now(session))[0]
    put_history(session, History(Edits((Edit("replace_background"), Edit("other_background", "left", on=False)))))
    (said,) = _outside(edits_now(session))
    assert said.startswith("Edit 1 (replace background) has no effect: outside of the whole photograph is nothing.")


def test_the_first_region_is_offered_to_edits_before_anybody_chose(scene):
    client, _ = scene
    only = [{"label": "the whole photograph", "value": ""}]
    both = [*only, {"label": "left", "value": "left"}]
    for before, kept in ((only, "left"), (both, "")):
        values = {"edit-of.value": "", "edit-of.options": before}
        answer = asked(client, "edit-of.options", values, changed="regions-version.data")
        assert answer.json["response"]["edit-of"]["value"] == kept
