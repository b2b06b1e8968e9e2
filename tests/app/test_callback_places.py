"""A callback of the page does nothing in a browser where one of its fields is missing: all of them are there."""

import pytest
from page_scene import HERE, browser, picture, served, upload


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
