"""The panels "Edit" and "What changes" show what a session holds, and say what is of other edits."""

import pytest
from edit_scene import explained, job_of, pressed, session_in, with_edits, with_region
from page_scene import context

from limetheory.app.answers import answer_of
from limetheory.app.figures.curves import sweep_curves
from limetheory.app.figures.paired import paired_changes
from limetheory.app.jobs.bias import PLACE, bias_asked, bias_job
from limetheory.app.jobs.changing import DIFFERENCE, change_asked, change_job
from limetheory.app.jobs.editing import prediction_job
from limetheory.app.jobs.repeating import stability_asked, stability_job
from limetheory.app.jobs.sweeping import sweep_asked, sweep_job
from limetheory.app.pages import changes, edit
from limetheory.app.pages.verdict import verdict
from limetheory.app.sessions.session import Session
from limetheory.images.edits.edit import Edit
from limetheory.statistics import above

NAME = "<b>stripe</b>"
STALE = ("of the edits or the explanation before", "sweep again", "test again", "check again", "of the edits before")


def shown(session, panel=changes.PANEL):
    return str(panel.shown(context(), session).to_plotly_json()).lower()


@pytest.fixture
def worked(tmp_path):
    session = session_in(tmp_path)
    with_region(session, NAME)
    explained(session)
    with_edits(session, Edit("brightness", NAME, {"offset": -0.4}))
    with job_of(session):
        prediction_job(context(), lambda progress: None)
    pressed(session, change_asked, change_job)
    pressed(session, sweep_asked, sweep_job, "0.offset", -1, 0, 3, [])
    pressed(session, stability_asked, stability_job, 2, "", 2, 60)
    pressed(session, bias_asked, bias_job, PLACE)
    return session


def test_an_empty_session_says_the_next_step(tmp_path):
    empty = Session(tmp_path / "empty", 10**7, lambda folder: None)
    found = shown(empty)
    assert "choose a photograph first" in found and "then press the button above" in found
    assert "choose one above and add it" in shown(empty, edit.PANEL)


@pytest.mark.slow
def test_a_reload_shows_all_results(worked):
    found = shown(worked)
    for words in (
        "after the edits",
        "difference-heat",
        "sweep-curves",
        "overlap (csi)",
        "mean change",
        "too few inputs",
    ):
        assert words in found
    assert not [words for words in STALE if words in found]
    assert "what changes" in shown(worked, edit.PANEL) and "1. brightness" in shown(worked, edit.PANEL)


@pytest.mark.slow
def test_results_of_other_edits_say_so(worked):
    with_edits(worked, Edit("brightness", NAME, {"offset": 0.4}))
    found = shown(worked)
    assert [words for words in STALE if words in found] == [one for one in STALE if one != "test again"]
    explained(worked, seed=6)
    assert "test again" in shown(worked)


@pytest.mark.slow
def test_the_change_of_two_parts_is_compared_by_pairs(worked):
    answer = answer_of(worked, DIFFERENCE)
    said = str(verdict(answer, 0, 1, "", "the change of "))
    expected = above(answer.explanation, 0, 1)
    assert f"{expected.difference:+.3g}" in said and f"{expected.standard_error:.2g}" in said
    assert "the change of" in said and "two different" in str(verdict(answer, 1, 1, "", ""))
    assert "two different" in str(verdict(answer, True, 99, "", ""))


def test_names_are_no_markup_in_figures():
    curves = sweep_curves([0, 1], [[0, 1]], [NAME], f"1. blur {NAME}", "probability", 0)
    points = paired_changes([NAME], [0.5], [0.5, None, None], "change")
    assert "<b>" not in str(curves) + str(points) and "&lt;b&gt;" in str(curves) and "&lt;b&gt;" in str(points)


def test_a_warning_of_a_coefficient_names_the_part_as_the_table_does(tmp_path):
    session = session_in(tmp_path)
    with_region(session, NAME)
    explained(session, samples=60)
    with_edits(session, Edit("brightness", NAME, {"offset": -0.4}))
    pressed(session, change_asked, change_job)
    answer = answer_of(session, DIFFERENCE)
    (told,) = [one for one in answer.facts["warnings"] if "effective masks" in one]
    number = int(told.split("coefficient ")[1].split()[0])
    said = told.replace(f"coefficient {number}", answer.facts["names"][number])
    assert f"'{said.lower()}'" in shown(session) and told.lower() not in shown(session)
