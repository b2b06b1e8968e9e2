"""Jobs follow a task to its end, and keep no result of another photograph."""

from types import SimpleNamespace

import pytest
from edit_scene import job_of, session_in
from page_scene import picture

from limetheory.app.jobs.following import followed
from limetheory.app.limits import Limits
from limetheory.app.photos import put_photo
from limetheory.app.refusals import Refused
from limetheory.app.uploads import checked
from limetheory.app.worker.messages import Done, Task
from limetheory.explaining.partial import Partial


class Told:
    """A worker that says what it was given, and notes whether it was asked to the end."""

    def __init__(self, *messages, between=lambda: None):
        self.messages, self.between, self.ended = messages, between, False

    def results(self, task, cancelled):
        yield from self.messages
        self.between()
        self.ended = True


def test_a_task_is_followed_to_its_end_so_that_the_process_stays(tmp_path):
    worker = Told("Beginning", Partial(3, 10), Done("result"))
    with job_of(session_in(tmp_path)) as told:
        assert followed(SimpleNamespace(worker=worker), told.append, Task("any"), "values") == "result"
    assert worker.ended
    assert [one.text for one in told[1:]] == ["Beginning", "3 of 10 values"] and told[-1].total == 10


def test_a_result_of_another_photograph_is_dropped(tmp_path):
    session = session_in(tmp_path)
    other = checked(picture(seed=9), "other.png", Limits())
    worker = Told(Done("result"), between=lambda: put_photo(session, other))
    with job_of(session) as told, pytest.raises(Refused, match="Another photograph"):
        followed(SimpleNamespace(worker=worker), told.append, Task("any"), "values")
