"""Jobs about edits that wait are about the session as it was when their button was pressed."""

import pytest
from edit_scene import done, explained, session_in, with_edits
from page_scene import asked, browser, context, picture, served, upload
from region_scene import rectangle, session_of
from test_when_asked import held

from limetheory.app.answers import facts_of
from limetheory.app.edits import edits_now
from limetheory.app.jobs.bias import BIAS, PLACE
from limetheory.app.jobs.changing import DIFFERENCE
from limetheory.app.jobs.manager import REFUSED
from limetheory.app.jobs.repeating import STABILITY
from limetheory.app.jobs.sweeping import SWEEP, sweep_asked, sweep_job
from limetheory.app.limits import Limits
from limetheory.app.photos import put_photo
from limetheory.app.refusals import Refused
from limetheory.app.regions import change_regions, regions_of
from limetheory.app.uploads import checked
from limetheory.images.edits.edit import Edit

FIELDS = {
    "change": {},
    "sweep": {
        "sweep-parameter.value": "0.offset", "sweep-first.value": -0.1, "sweep-last.value": 0.1, "sweep-count.value": 2,
    },
    "bias": {"bias-of.value": PLACE},
    "stability": {
        "stability-seeds.value": 2, "stability-counts.value": "", "stability-noises.value": 0,
        "stability-masks.value": 60,
    },
}  # fmt: skip


@pytest.fixture
def scene(tmp_path):
    """A browser with an explained photograph, a region and an edit, while a job of someone else is in work."""
    folder = tmp_path / "photographs"
    folder.mkdir()
    for seed in range(2):
        (folder / f"{seed}.png").write_bytes(picture(40, 30, seed=seed))
    page = context(photos=folder)
    client = browser(served(tmp_path, page))
    upload(client, picture(40, 30))
    rectangle(client, 0, 0, 20, 29)
    session = session_of(client, tmp_path)
    explained(session, scene=page)
    with_edits(session, Edit("brightness", regions_of(session).names[0], {"offset": -0.2}))
    return page, client, session, held(page.queue, tmp_path)


def press(client, button):
    """The answer of the server to a button with its fields."""
    name = f"{button}-run.n_clicks"
    return asked(client, "job-outcome.data", {name: 1, **FIELDS[button]}, changed=name).json


def kept(session, button):
    if button == "change":
        return facts_of(session, DIFFERENCE)
    return session.read_json({"sweep": SWEEP, "bias": BIAS, "stability": STABILITY}[button])


@pytest.mark.slow
@pytest.mark.parametrize("button", sorted(FIELDS))
def test_a_job_that_waits_has_the_edits_and_regions_of_when_it_was_asked_for(scene, button):
    page, client, session, free = scene
    before = edits_now(session).stamp
    assert "job" in press(client, button)
    job = page.queue.running_of(session)
    with_edits(session)
    change_regions(session, lambda regions: regions.remove(regions.names[0]))
    assert edits_now(session).stamp != before
    free()
    job.wait(120)
    assert REFUSED not in job.result, job.result
    assert kept(session, button).get("stamp", before) == before


def test_a_job_about_another_photograph_than_that_of_now_is_refused(tmp_path):
    session, page = session_in(tmp_path), context()
    with_edits(session, Edit("brightness", None, {"offset": -0.2}))
    question = sweep_asked(page, session, "0.offset", -0.1, 0.1, 2, [])
    put_photo(session, checked(picture(30, 30, seed=9), "other.png", Limits()))
    with pytest.raises(Refused, match="Another photograph was chosen meanwhile"):
        done(session, sweep_job, question, scene=page)
    assert kept(session, "sweep") is None
