"""Dash's background callbacks on the queue: what a browser asked is answered to it alone."""

import threading
import time

import pytest
from flask import Flask, g
from page_scene import Sessions

from limetheory.app.jobs.manager import HOLD, QueueManager, short
from limetheory.app.jobs.progress import Progress
from limetheory.app.jobs.queue import JobQueue
from limetheory.app.limits import Limits
from limetheory.app.refusals import Refused


@pytest.fixture
def scene(tmp_path):
    sessions = Sessions(tmp_path / "kept", Limits())
    return QueueManager(JobQueue(Limits(jobs=2, jobs_of_one=1))), [sessions.of(Sessions.new_cookie()) for _ in range(3)]


class As:
    """A request of a browser."""

    def __init__(self, session):
        self._context, self._session = Flask("test").test_request_context(), session

    def __enter__(self):
        self._context.push()
        g.limetheory_session = self._session

    def __exit__(self, *error):
        self._context.pop()


def begun(manager, session, function, *arguments):
    with As(session):
        key = manager.build_cache_key(function, arguments, [], None)
        return key, manager.call_job_fn(key, manager.make_job_fn(function, True), arguments, {})


def result(manager, session, key, job):
    end = time.monotonic() + 30
    with As(session):
        while not manager.result_ready(key) and time.monotonic() < end:
            time.sleep(0.005)
        return manager.get_result(key, job)


def echo(tell, value):
    tell(Progress("half", 1, 2))
    return {"value": value}


def test_a_result_is_given_once_to_the_browser_that_asked(scene):
    manager, (first, second, _) = scene
    key, job = begun(manager, first, echo, 7)
    assert result(manager, first, key, job) == {"value": 7}
    with As(first):
        assert manager.get_result(key, job) is manager.UNDEFINED
    with As(second):
        assert manager.get_result(key, job) is manager.UNDEFINED


def test_equal_questions_of_two_browsers_are_two_jobs(scene):
    manager, (first, second, _) = scene
    (key, job), (other_key, other) = begun(manager, first, echo, 1), begun(manager, second, echo, 1)
    assert key != other_key and job != other
    with As(second):
        assert manager.get_result(key, job) is manager.UNDEFINED and manager.get_progress(key) is None
    assert result(manager, first, key, job) == result(manager, second, other_key, other) == {"value": 1}


def test_a_browser_cannot_cancel_the_job_of_another(scene):
    manager, (first, second, _) = scene
    _, job = begun(manager, first, lambda tell: time.sleep(0.3))
    with As(second):
        manager.terminate_job(job)
    assert not manager.queue.get(job).cancelled()
    with As(first):
        manager.terminate_job(job)
    assert manager.queue.get(job).cancelled()


def test_a_full_queue_is_told_as_a_result(scene):
    manager, visitors = scene
    slow = lambda tell: time.sleep(0.5)  # noqa: E731
    for one in visitors[:2]:
        begun(manager, one, slow)
    key, job = begun(manager, visitors[2], slow)
    assert "Too many" in result(manager, visitors[2], key, job)["refused"] and not manager.job_running(job)


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (Refused("Choose another."), "Choose another."),
        (ValueError("two\nlines"), "two lines"),
        (KeyError("x"), "KeyError"),
    ],
)
def test_errors_are_told_in_a_line(scene, error, words):
    manager, (first, *_) = scene

    def fails(tell):
        raise error

    key, job = begun(manager, first, fails)
    told = result(manager, first, key, job)["refused"]
    assert words in told and "\n" not in told and "Traceback" not in told


def refuses(tell, value):
    raise ValueError(f"got {value}")


def test_what_a_browser_asked_is_not_told_back_at_full_length(scene):
    manager, (first, *_) = scene
    key, job = begun(manager, first, refuses, "x" * 1_000_000)
    assert len(result(manager, first, key, job)["refused"]) < 400


def test_a_waiting_job_says_how_many_are_before_it(scene):
    manager, (first, second, _) = scene
    begun(manager, first, lambda tell: time.sleep(0.5))
    key, _ = begun(manager, second, echo, 1)
    with As(second):
        assert manager.get_progress(key)[0]["text"] == "Waiting: one explanation is before yours"


def test_news_come_at_once_then_once_in_a_second_and_with_a_newer_answer_at_once(scene, monkeypatch):
    manager, (session, *_) = scene
    now, end = [100.0], threading.Event()
    monkeypatch.setattr("limetheory.app.jobs.queue.time.monotonic", lambda: now[0])
    key, number = begun(manager, session, lambda tell: end.wait(30))
    job = manager.queue.get(number)

    def told(done, version, seconds):
        job.progress = Progress("masks", done, 9, version)
        now[0] += seconds
        return [one["done"] for one in manager.get_progress(key) or []]

    with As(session):
        asked = time.perf_counter()
        assert told(1, 0, 0) == [1] and time.perf_counter() - asked < HOLD
        assert told(2, 0, 0.9) == [] and told(3, 1, 0) == [3]
        assert told(4, 1, 0.9) == [] and told(5, 1, 0.2) == [5] and told(6, 1, 0.5) == []
    end.set()


def test_a_question_that_is_held_is_answered_when_there_is_a_newer_answer(scene):
    _, (session, *_) = scene
    manager, told_once, end = QueueManager(JobQueue(Limits()), hold=60), threading.Event(), threading.Event()

    def works(tell):
        assert told_once.wait(30)
        for done, version in ((1, 0), (2, 0), (3, 1)):
            tell(Progress("masks", done, 9, version))
        assert end.wait(30)

    key, _ = begun(manager, session, works)
    with As(session):
        assert manager.get_progress(key)[0]["version"] == 0
        told_once.set()
        asked = time.perf_counter()
        assert manager.get_progress(key)[0]["version"] == 1 and time.perf_counter() - asked < 30
    end.set()


def test_a_callback_that_is_marked_as_short_does_not_wait_for_an_explanation(scene):
    manager, (session, *_) = scene
    gate = threading.Event()

    def long(tell):
        assert gate.wait(30)
        return "long"

    @short
    def quick(tell):
        return "quick"

    waiting = begun(manager, session, long)
    assert result(manager, session, *begun(manager, session, quick)) == "quick"
    gate.set()
    assert result(manager, session, *waiting) == "long"
