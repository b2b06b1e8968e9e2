"""A session with a photograph, regions, an explanation and edits, and the jobs of the page run on it at once."""

import contextlib

import numpy as np
from page_scene import context, picture

from limetheory.app.edits import put_history
from limetheory.app.jobs import queue as queue_module
from limetheory.app.jobs.explaining import explanation_job
from limetheory.app.jobs.queue import Job
from limetheory.app.limits import Limits
from limetheory.app.photos import put_photo
from limetheory.app.questions import DEFAULTS
from limetheory.app.regions import change_regions, regions_of
from limetheory.app.sessions.store import Sessions
from limetheory.app.uploads import checked
from limetheory.images.edits.edits import Edits
from limetheory.images.regions import History, Region

SETTINGS = {**DEFAULTS, "segmenter": "grid", "segments": 9, "samples": 200, "seed": 5}


def session_in(folder, width=60, height=40, seed=0):
    """A session with a photograph."""
    found = Sessions(folder / "sessions", Limits()).of(Sessions.new_cookie())
    put_photo(found, checked(picture(width, height, seed=seed), "photo.png", Limits()))
    return found


def with_region(session, name="left", shape=(40, 60)):
    """With a region: the left third."""
    mask = np.zeros(shape, bool)
    mask[:, : shape[1] // 3] = True
    change_regions(session, lambda regions: regions.add(Region(name, mask)))
    return mask


def with_edits(session, *edits):
    """With a list of edits."""
    put_history(session, History(Edits(edits)))


@contextlib.contextmanager
def job_of(session):
    """The current job is one of the session; it gives what was told of its progress."""
    job, told = Job("7", session, "key", lambda: None), []
    token = queue_module._CURRENT.set(job)
    try:
        yield told
    finally:
        queue_module._CURRENT.reset(token)


def done(session, job, *arguments, scene=None):
    """Run a job; what it gives to the page."""
    with job_of(session) as told:
        return job(scene or context(), told.append, *arguments)


def pressed(session, asked, job, *fields, scene=None):
    """Run a job about the session as it is when its button is pressed."""
    page = scene or context()
    return done(session, job, asked(page, session, *fields), scene=page)


def explained(session, scene=None, **more):
    """Explain the photograph of the session."""
    return done(session, explanation_job, {**SETTINGS, **more}, regions_of(session), scene=scene)
