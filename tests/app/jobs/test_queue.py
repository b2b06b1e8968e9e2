"""Jobs run one after the other in the order in which they came; so many wait, and no more."""

import gc
import threading
import time
import weakref

import pytest
from page_scene import Sessions

from limetheory.app.jobs.queue import JobQueue, current_job
from limetheory.app.limits import Limits
from limetheory.app.refusals import Refused


@pytest.fixture
def visitors(tmp_path):
    sessions = Sessions(tmp_path / "kept", Limits())
    return [sessions.of(Sessions.new_cookie()) for _ in range(5)]


class Gate:
    """Work that waits until it is let through."""

    def __init__(self):
        self.order, self.open = [], threading.Event()

    def work(self, name):
        def run():
            assert self.open.wait(30)
            self.order.append(name)
            return name

        return run


def done(job):
    end = time.monotonic() + 30
    while job.finished is None and time.monotonic() < end:
        time.sleep(0.005)
    return job.result


def test_jobs_run_in_order_and_each_keeps_its_result(visitors):
    queue, gate = JobQueue(Limits()), Gate()
    jobs = [queue.submit(one, str(place), gate.work(place)) for place, one in enumerate(visitors)]
    assert [queue.before(job) for job in jobs] == [0, 1, 2, 3, 4]
    gate.open.set()
    assert [done(job) for job in jobs] == gate.order == [0, 1, 2, 3, 4]


def test_so_many_jobs_wait_and_no_more(visitors):
    queue, gate = JobQueue(Limits(jobs=3, jobs_of_one=2)), Gate()
    jobs = [queue.submit(one, "k", gate.work("k")) for one in visitors[:3]]
    with pytest.raises(Refused, match="Too many explanations are waiting"):
        queue.submit(visitors[3], "k", gate.work("k"))
    gate.open.set()
    assert [done(job) for job in jobs] == ["k"] * 3
    assert done(queue.submit(visitors[3], "k", gate.work("later"))) == "later"


def test_one_browser_cannot_fill_the_queue(visitors):
    queue, gate = JobQueue(Limits(jobs=10, jobs_of_one=2)), Gate()
    for _ in range(2):
        queue.submit(visitors[0], "k", gate.work("k"))
    with pytest.raises(Refused, match="Your earlier explanation is still running"):
        queue.submit(visitors[0], "k", gate.work("k"))
    other = queue.submit(visitors[1], "k", gate.work("other"))
    gate.open.set()
    assert done(other) == "other"


def test_a_browser_cancels_its_own_jobs_alone(visitors):
    queue, gate = JobQueue(Limits()), Gate()
    first, second = (queue.submit(one, "k", gate.work("k")) for one in visitors[:2])
    queue.cancel_all_of(visitors[1])
    assert second.cancelled() and not first.cancelled()
    gate.open.set()
    done(second)


def test_a_job_that_waits_is_dropped_when_it_is_cancelled(visitors):
    queue, gate = JobQueue(Limits()), Gate()
    first, second = (queue.submit(one, "k", gate.work(one.name)) for one in visitors[:2])
    second.cancel()
    gate.open.set()
    done(first)
    done(second)
    assert gate.order == [visitors[0].name]


def test_a_job_that_fails_does_not_end_the_queue(visitors):
    queue = JobQueue(Limits())

    def fails():
        raise MemoryError

    broken = queue.submit(visitors[0], "k", fails)
    after = queue.submit(visitors[0], "k", lambda: current_job().number)
    assert done(after) == after.number and broken.finished is not None


def test_a_full_disk_does_not_end_the_queue(visitors):
    queue = JobQueue(Limits())

    def fails():
        raise OSError(28, "No space left on device")

    queue.submit(visitors[0], "k", fails)
    assert done(queue.submit(visitors[0], "k", lambda: 1)) == 1


def test_a_job_that_was_cancelled_before_it_began_takes_no_place(visitors):
    gate, queue = Gate(), JobQueue(Limits(jobs=10, jobs_of_one=2))
    first = queue.submit(visitors[0], "running", gate.work("running"))
    waiting = queue.submit(visitors[0], "waiting", gate.work("waiting"))
    with pytest.raises(Refused):
        queue.submit(visitors[0], "third", gate.work("third"))
    waiting.cancel()
    last = queue.submit(visitors[0], "last", gate.work("last"))
    while not first.begun:
        time.sleep(0.005)
    first.cancel()  # it runs, so that it keeps its place
    with pytest.raises(Refused):
        queue.submit(visitors[0], "fourth", gate.work("fourth"))
    gate.open.set()
    assert done(last) == "last" and gate.order == ["running", "last"]


class Asked:
    """What a browser asked, which may be large."""

    def __call__(self):
        return 1


@pytest.mark.slow
def test_jobs_that_are_cancelled_before_their_turn_do_not_pile_up(visitors):
    gate, queue = Gate(), JobQueue(Limits(jobs=10, jobs_of_one=2))
    queue.submit(visitors[0], "running", gate.work("running"))
    asked = [Asked() for _ in range(50)]
    held = [weakref.ref(one) for one in asked]
    while asked:
        queue.submit(visitors[0], "k", asked.pop()).cancel()
    assert queue.before(queue.submit(visitors[0], "last", gate.work("last"))) == 1
    gc.collect()
    assert not [one for one in held if one() is not None]
    gate.open.set()


@pytest.mark.slow
def test_a_result_that_waits_for_its_browser_holds_nothing_of_what_was_asked(visitors):
    queue, asked = JobQueue(Limits()), Asked()
    held, job = weakref.ref(asked), queue.submit(visitors[0], "k", asked)
    del asked
    assert done(job) == 1
    gc.collect()
    assert held() is None


def test_a_short_job_waits_for_short_ones_alone(visitors):
    queue, gate, other = JobQueue(Limits(jobs=4, jobs_of_one=1)), Gate(), Gate()
    long = queue.submit(visitors[0], "long", gate.work("long"))
    short = queue.submit(visitors[0], "short", other.work("short"), short=True)
    behind = queue.submit(visitors[1], "behind", other.work("behind"), short=True)
    assert (queue.before(long), queue.before(short), queue.before(behind)) == (0, 0, 1)
    other.open.set()
    assert [done(short), done(behind)] == ["short", "behind"] and long.finished is None
    gate.open.set()
    assert done(long) == "long" and other.order == ["short", "behind"]
