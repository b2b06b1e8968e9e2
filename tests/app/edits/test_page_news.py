"""What the page says when its parts no longer fit each other, what it asks seldom, and a saved session of all parts."""

import json
import time

import numpy as np
import pytest
from edit_scene import done, explained, pressed, session_in, with_edits, with_region
from page_scene import context, picture

from limetheory.app.answers import MAIN, answer_of, facts_of
from limetheory.app.jobs.changing import DIFFERENCE, change_asked, change_job
from limetheory.app.jobs.exact import exact_job
from limetheory.app.jobs.queue import Job
from limetheory.app.limits import Limits
from limetheory.app.pages.answer import _notes
from limetheory.app.pages.edit import _copy
from limetheory.app.pages.status import settled_of
from limetheory.app.photos import put_photo
from limetheory.app.regions import change_regions, regions_of, undo
from limetheory.app.saved.opening import open_session
from limetheory.app.saved.writing import saved_session
from limetheory.app.uploads import checked
from limetheory.images.edits.edit import Edit


def said(component):
    return json.dumps([one.to_plotly_json() for one in component], default=lambda one: one.to_plotly_json())


@pytest.mark.slow
def test_an_explanation_of_other_regions_says_so_until_they_are_back(tmp_path):
    session = session_in(tmp_path)
    assert _notes(session) == []
    explained(session)
    assert _notes(session) == []
    with_region(session)
    assert "Press Explain again" in said(_notes(session))
    explained(session)
    assert _notes(session) == []
    change_regions(session, lambda found: found.rename("left", "animal"))
    assert "Press Explain again" in said(_notes(session))
    undo(session)
    assert _notes(session) == []


def test_a_part_of_an_answer_is_not_settled(tmp_path):
    session = session_in(tmp_path)
    assert settled_of(session) == 0
    explained(session)
    facts = facts_of(session, MAIN)
    assert settled_of(session) == facts["version"] > 0
    session.write_json("main.json", {**facts, "state": "part"})
    assert settled_of(session) == 0


def test_a_function_that_the_command_line_cannot_load_gets_no_command(tmp_path):
    session = session_in(tmp_path)
    explained(session)
    assert facts_of(session, MAIN)["command"].startswith("limetheory explain photo.png")
    explained(session, scene=context(model="models:brightness"))
    assert facts_of(session, MAIN)["command"] is None


def test_a_photograph_that_is_edited_in_a_copy_says_so(tmp_path):
    session = session_in(tmp_path)
    assert _copy(session) == ""
    put_photo(session, checked(picture(1030, 10), "wide.png", Limits()))
    assert "1024 pixels" in _copy(session)


def test_whoever_waits_for_a_job_hears_of_its_end_at_once(tmp_path):
    session = session_in(tmp_path)
    job = Job("1", session, "key", lambda: None)
    begun = time.monotonic()
    job.wait(0.05)
    assert time.monotonic() - begun >= 0.05
    job.work()
    begun = time.monotonic()
    job.wait(60)
    assert time.monotonic() - begun < 30


@pytest.mark.slow
def test_regions_the_exact_limit_and_a_difference_survive_a_saved_session(tmp_path):
    session = session_in(tmp_path / "one")
    with_region(session)
    change_regions(session, lambda found: found.with_outside(4, "grid"))
    with_edits(session, Edit("brightness", "left", {"offset": -0.3}))
    explained(session)
    done(session, exact_job)
    pressed(session, change_asked, change_job)
    other, names = session_in(tmp_path / "other", seed=3), {"photo": "toy"}
    open_session(other, saved_session(session, names), names, Limits(), lambda one: None)
    assert regions_of(other) == regions_of(session)
    for slot in (MAIN, DIFFERENCE):
        mine, theirs = (answer_of(one, slot) for one in (session, other))
        assert mine.explanation.coefficients.tobytes() == theirs.explanation.coefficients.tobytes()
        assert mine.explanation.standard_errors.tobytes() == theirs.explanation.standard_errors.tobytes()
        np.testing.assert_array_equal(mine.explanation.segments, theirs.explanation.segments)
    exact = facts_of(session, MAIN)["exact"]
    assert facts_of(other, MAIN)["exact"] == exact and len(exact) == answer_of(other, MAIN).explanation.d
    assert facts_of(other, DIFFERENCE)["explained"] == facts_of(other, MAIN)["version"]
    assert _notes(other) == []
