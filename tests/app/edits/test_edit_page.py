"""The panel "Edit" as a browser asks it: add an edit of a region, change its fields, and see regions come and go."""

import pytest
from page_scene import asked, browser, picture, served, upload, words
from region_scene import press, rectangle, session_of

from limetheory.app.edits import edits_now, edits_of
from limetheory.app.regions import regions_of

LIST, FIELDS, FOLLOW = "..edit-list.children...edit-message", "edits-version.data@", "..edit-list.children@"
ON, REGION = '{"kind":"edit-on","row":["ALL"]}.value', '{"kind":"edit-region","row":["ALL"]}.value'
VALUE = '{"kind":"edit-value","name":["ALL"],"row":["ALL"]}'


@pytest.fixture
def client(tmp_path):
    found = browser(served(tmp_path))
    upload(found, picture(60, 40))
    rectangle(found, 0, 0, 20, 39)
    return found


def add(client, name, region=""):
    values = {"edit-add.n_clicks": 1, "edit-name.value": name, "edit-of.value": region}
    return asked(client, LIST, values, changed="edit-add.n_clicks")


def fill(client, session, **changed):
    edits = edits_of(session)
    places = [
        ({"kind": "edit-value", "name": name, "row": row}, changed.get(name, value))
        for row, edit in enumerate(edits)
        for name, value in edit.parameters.items()
    ]
    values = {
        ON: [({"kind": "edit-on", "row": row}, ["on"]) for row in range(len(edits))],
        REGION: [({"kind": "edit-region", "row": row}, edit.region or "") for row, edit in enumerate(edits)],
        f"{VALUE}.value": places, f"{VALUE}.id": [(place, place) for place, _ in places],
    }  # fmt: skip
    output = next(
        one["output"] for one in client.get("/_dash-dependencies", base_url="http://127.0.0.1:8050").json
        if any("edit-on" in given["id"] for given in one["inputs"])
    )  # fmt: skip
    return asked(client, output, values, changed=f"{VALUE}.value")


@pytest.mark.slow
def test_an_edit_of_a_region_is_added_and_its_fields_change_it(client, tmp_path):
    session = session_of(client, tmp_path)
    (name,) = regions_of(session).names
    assert "1. rotate" in words(add(client, "rotate", name))
    assert edits_now(session).masks[name].any() and edits_of(session)[0].region == name
    assert edits_now(session).stamp not in words(fill(client, session))
    answer = words(fill(client, session, angle=30))
    assert edits_of(session)[0].parameters["angle"] == 30 and edits_now(session).stamp in answer
    assert "at most 180" in words(fill(client, session, angle=300))
    assert edits_of(session)[0].parameters["angle"] == 30


def test_what_is_no_edit_is_refused_in_words(client):
    assert "edit must be one of" in words(add(client, "<script>"))


@pytest.mark.slow
def test_regions_that_come_and_go_reach_the_list(client, tmp_path):
    session = session_of(client, tmp_path)
    (name,) = regions_of(session).names
    add(client, "blur", name)
    before = edits_now(session).stamp
    rectangle(client, 30, 0, 50, 39)
    answer = asked(client, FOLLOW, {"edits-version.data": before}, changed="regions-version.data")
    assert regions_of(session).names[1] in words(answer) and edits_now(session).stamp == before
    press(client, "undo")
    press(client, "undo")
    answer = words(asked(client, FOLLOW, {"edits-version.data": before}, changed="regions-version.data"))
    assert f"{name} (not in this photograph)" in answer
    assert edits_now(session).stamp in answer and edits_now(session).stamp != before
