"""A job that waits is about what the page said when its button was pressed, whatever is changed before its turn."""

import threading

import numpy as np
from page_scene import Sessions, asked, browser, context, picture, served, upload
from region_scene import DEFAULTS, fill, rectangle, session_of
from test_manager import begun, result, scene  # noqa: F401

from limetheory.app.answers import MAIN, answer_of
from limetheory.app.drawing.cuts import key_of
from limetheory.app.jobs.manager import REFUSED, when_asked
from limetheory.app.limits import Limits
from limetheory.app.regions import regions_of

PATTERN = '{"kind":"setting","name":["ALL"]}'
NAMES, NUMBERS = (
    f'{{"field":"{name}","kind":"region-field","place":["ALL"]}}.value' for name in ("name", "superpixels")
)


def held(queue, folder):
    """The queue with a job of someone else in work; what lets it end."""
    free = threading.Event()
    queue.submit(Sessions(folder / "others", Limits()).of(Sessions.new_cookie()), "other", lambda: free.wait(60))
    return free.set


def test_the_arguments_are_those_of_the_moment_of_asking(scene, tmp_path):  # noqa: F811
    manager, (first, *_) = scene
    free, now = held(manager.queue, tmp_path), [1]

    @when_asked(lambda value: (value, list(now)))
    def job(tell, value, before):
        return {"value": value, "before": before, "now": list(now)}

    key, number = begun(manager, first, job, 7)
    now[0] = 2
    free()
    assert result(manager, first, key, number) == {"value": 7, "before": [1], "now": [2]}


def test_what_is_refused_when_asked_is_told_and_takes_no_place(scene):  # noqa: F811
    manager, (first, *_) = scene

    def refuse(value):
        raise ValueError("a number must be 1 or more, got 0; give another one")

    key, number = begun(manager, first, when_asked(refuse)(lambda tell: {}), 0)
    assert "got 0" in result(manager, first, key, number)[REFUSED] and manager.queue.get(number) is None


def place(field):
    return {"kind": "region-field", "field": field, "place": 0}


def pressed(client, session, number):
    """Explain with a number in the list that the server was not told of yet."""
    regions = regions_of(session)
    fields = [({"kind": "setting", "name": name}, value) for name, value in DEFAULTS.items()]
    values = {
        "explain-run.n_clicks": 1, f"{PATTERN}.value": fields, f"{PATTERN}.id": [(one, one) for one, _ in fields],
        "regions-shown.data": key_of(regions), NAMES: [(place("name"), regions.names[0])],
        NUMBERS: [(place("superpixels"), number)], "regions-outside.value": regions.outside,
        "regions-segmenter.value": regions.segmenter,
    }  # fmt: skip
    assert "job" in asked(client, "job-outcome.data", values, changed="explain-run.n_clicks").json


def test_an_explanation_that_waits_has_the_number_that_was_typed_and_what_is_typed_later_stays(tmp_path):
    page = context()
    client = browser(served(tmp_path, page))
    upload(client, picture(40, 30))
    rectangle(client, 0, 0, 20, 29)
    session, free = session_of(client, tmp_path), held(page.queue, tmp_path)
    pressed(client, session, 2)
    job = page.queue.running_of(session)
    assert regions_of(session).regions[0].superpixels == 2
    fill(client, "superpixels", 0, 5)
    free()
    job.wait(60)
    owners = np.array(answer_of(session, MAIN).facts["owners"])
    assert (owners == 0).sum() == 2 and regions_of(session).regions[0].superpixels == 5
