"""A callback of the page does nothing in a browser where one of its fields is missing: all of them are there."""

import json
import re
from pathlib import Path

import pytest
from page_scene import HERE, asked, browser, picture, served, upload
from region_scene import rectangle

from limetheory.app import application


@pytest.fixture
def client(tmp_path):
    return browser(served(tmp_path))


def identifiers(part):
    """The names of all components of a layout."""
    if isinstance(part, list):
        return set().union(*map(identifiers, part))
    if not isinstance(part, dict):
        return set()
    own = part["props"].get("id") if isinstance(part.get("props"), dict) else None
    return identifiers([*part.values()]) | ({own} if isinstance(own, str) else set())


def missing(client):
    """What a browser would not find of the callbacks whose inputs are not all missing."""
    there = identifiers(client.get("/_dash-layout", base_url=HERE).json)
    return sorted(
        {name for one in client.get("/_dash-dependencies", base_url=HERE).json for name in lacking(one, there)}
    )


def lacking(callback, there):
    """The names that a callback has and a layout has not; none where the layout has no input of the callback."""
    inputs, states = ({one["id"] for one in callback[kind]} for kind in ("inputs", "state"))
    outputs = {one.partition("@")[0].rpartition(".")[0] for one in callback["output"].strip(".").split("...")}
    found = {name for name in inputs | states | outputs if not name.startswith("{")}
    return found - there if inputs & there else set()


def test_every_field_of_a_callback_is_on_a_page_without_a_photograph(client):
    assert missing(client) == []


def test_every_field_of_a_callback_is_on_a_page_with_a_photograph(client):
    upload(client, picture(), "a.png")
    assert missing(client) == []


def test_a_field_that_is_nowhere_is_found():
    callback = {
        "inputs": [{"id": "a"}],
        "state": [{"id": "b"}, {"id": '{"kind":["ALL"]}'}],
        "output": "..c.x...d.y@1..",
    }
    assert lacking(callback, {"a", "d"}) == {"b", "c"} and lacking(callback, {"b"}) == set()


FIELDS = {"Input", "Textarea", "Dropdown", "Checklist", "RadioItems", "Slider"}
CHANGES = {"value", "contents", "n_clicks", "relayoutData"}


def holders(part, above=()):
    """The names of the components of a layout that have fields inside."""
    if isinstance(part, list):
        return set().union(*(holders(one, above) for one in part))
    if not isinstance(part, dict):
        return set()
    own = part["props"].get("id") if isinstance(part.get("props"), dict) else None
    names = (*above, own) if isinstance(own, str) else above
    return {*(above if part.get("type") in FIELDS else ()), *holders([*part.values()], names)}


def redraws(client):
    """The outputs of each callback that draws fields anew though nobody has changed or pressed anything."""
    drawn = {f"{name}.children" for name in holders(client.get("/_dash-layout", base_url=HERE).json)}
    for one in client.get("/_dash-dependencies", base_url=HERE).json:
        outputs = {name.partition("@")[0] for name in one["output"].strip(".").split("...")}
        if outputs & drawn and not {given["property"] for given in one["inputs"]} & CHANGES:
            yield outputs


def unordered(client, script):
    (listed,) = re.findall(r"const redraws = \[(.*)\]", script)
    return [outputs for outputs in redraws(client) if not outputs & set(json.loads(f"[{listed}]"))]


@pytest.mark.slow
def test_what_draws_fields_anew_waits_for_all_changes(client):
    upload(client, picture(60, 40), "a.png")
    rectangle(client, 0, 0, 20, 39)
    values = {"edit-add.n_clicks": 1, "edit-name.value": "rotate", "edit-of.value": ""}
    asked(client, "..edit-list.children...edit-message", values, changed="edit-add.n_clicks")
    script = (Path(application.__file__).parent / "assets" / "order.js").read_text()
    assert len(list(redraws(client))) >= 2 and unordered(client, script) == []
    (lost,) = unordered(client, script.replace('"edit-list.children", ', ""))
    assert "edit-list.children" in lost
