"""Sweeps, stability tests and bias checks go with a saved session, and those of anyone else are refused."""

import copy
import json

import numpy as np
import pytest
from edit_scene import SETTINGS, done, pressed
from page_scene import HERE, browser, context, picture, served, upload
from saved_scene import changed, members, opened, saved
from test_two_users import layout, session_of

from limetheory.app.answers import version_of
from limetheory.app.edits import put_history
from limetheory.app.jobs.bias import BIAS, WHOLE, bias_asked, bias_job
from limetheory.app.jobs.explaining import explanation_job
from limetheory.app.jobs.repeating import STABILITY, stability_asked, stability_job
from limetheory.app.jobs.sweeping import SWEEP, sweep_asked, sweep_job
from limetheory.app.saved.studies import STUDIES
from limetheory.images.edits.edit import Edit
from limetheory.images.edits.edits import Edits
from limetheory.images.regions import History

NAMES = (SWEEP, STABILITY, BIAS)


@pytest.fixture(scope="module")
def scene(tmp_path_factory):
    """The page, a browser with all three results, and what it saves."""
    folder = tmp_path_factory.mktemp("studies")
    (folder / "photos").mkdir()
    for seed in (1, 2, 3):
        (folder / "photos" / f"{seed}.png").write_bytes(picture(seed=seed))
    page = context(photos=folder / "photos")
    client = browser(served(folder, page))
    upload(client, picture(40, 30), "zebra.png")
    session = session_of(client, folder)
    put_history(session, History(Edits((Edit("brightness", None, {"offset": 0.2}),))))
    done(session, explanation_job, SETTINGS, None, scene=page)
    pressed(session, sweep_asked, sweep_job, "0.offset", -0.5, 0.5, 5, [1], scene=page)
    pressed(session, stability_asked, stability_job, 3, "4, 20", 2, 60, scene=page)
    pressed(session, bias_asked, bias_job, WHOLE, scene=page)
    return folder, client, saved(client)


def test_all_three_are_opened_by_another_browser_as_they_were(scene):
    folder, client, content = scene
    other = browser(client.application)
    assert '"data": true' in opened(other, content)
    before, after = (session_of(one, folder) for one in (client, other))
    for name in NAMES:
        one, two = before.read_json(name), after.read_json(name)
        if name == STABILITY:
            assert two.pop("explained") == version_of(after) != one.pop("explained")
        assert one == two is not None
    shown = layout(other)
    assert "stability-content" in shown and "Not tested yet" not in shown and "No curve yet" not in shown
    assert "Not checked yet" not in shown and "again." not in _notes(shown)
    assert members(saved(other)).keys() == members(content).keys() >= set(NAMES)


def _notes(shown):
    return " ".join(part[:300] for part in shown.split("-notes")[1:])


def test_a_reload_keeps_them(scene):
    _, client, _ = scene
    first, second = layout(client), layout(client)
    assert first == second and "Not tested yet" not in first


@pytest.mark.parametrize("name", NAMES)
def test_each_is_of_the_model_of_the_page(scene, name):
    _, client, content = scene
    alone = {one: None for one in members(content) if one not in (name, "session.json", "photo", "edits.json")}
    other = browser(client.application)
    head = members(content)["session.json"]
    assert "explains the model" in opened(
        other, changed(content, **alone, **{"session.json": head.replace(b"toy", b"x")})
    )
    assert '"data": true' in opened(other, changed(content, **alone))


def _fields(value, path=()):
    """The places of everything in a value of JSON, but for inner items of lists behind the first."""
    yield path
    inside = value.items() if isinstance(value, dict) else enumerate(value[:1]) if isinstance(value, list) else ()
    for key, one in inside:
        yield from _fields(one, (*path, key))


WRONG = ({"type": "Script", "namespace": "dash_html_components", "props": {}}, [{}], 10**400, "x" * 5000)


@pytest.mark.parametrize("study", STUDIES, ids=lambda one: one.name)
def test_no_place_takes_a_component_a_list_or_what_is_too_large(scene, study):
    value = json.loads(members(scene[2])[study.name])
    assert study.fits(value)
    places = list(_fields(value))
    assert len(places) > 10
    for path in places:
        for wrong in WRONG:
            broken = copy.deepcopy({"": value})
            inside = broken
            for key in ("", *path)[:-1]:
                inside = inside[key]
            inside[("", *path)[-1]] = wrong
            assert not (isinstance(broken[""], dict) and study.fits(broken[""])), (path, wrong)
    for key in value:
        assert not study.fits({name: one for name, one in value.items() if name != key})
    assert not study.fits({**value, "more": 1})


def test_one_that_is_none_changes_nothing(scene):
    _, client, content = scene
    before = layout(client)
    for name in NAMES:
        said = opened(client, changed(content, **{name: b'{"titles": "a"}'}))
        assert f"{name} in it is of another kind" in said
    assert layout(client) == before and client.get("/", base_url=HERE).status_code == 200


def test_what_is_not_known_is_saved_as_such():
    from limetheory.app.jobs.repeating import _ends

    assert _ends((0.5, np.nan, np.inf)) == [0.5, None, None]
