"""The progress bar is not shown before two seconds or off a terminal, and it never changes what is iterated over."""

import io
from types import SimpleNamespace

import pytest

from limetheory import progress


class Terminal(io.StringIO):
    def isatty(self):
        return True


@pytest.fixture
def clock(monkeypatch):
    """A clock that the test sets; only progress.py reads it."""
    now = SimpleNamespace(seconds=0.0)
    monkeypatch.setattr(progress, "time", SimpleNamespace(monotonic=lambda: now.seconds))
    return now


def run(clock, monkeypatch, stream, seconds_each, total=4):
    monkeypatch.setattr("sys.stderr", stream)
    seen = []
    for item in progress.track([(1, k) for k in "abcd"], total, "masks"):
        seen.append(item)
        clock.seconds += seconds_each
    return seen, stream.getvalue()


def test_nothing_is_shown_before_two_seconds(clock, monkeypatch):
    assert run(clock, monkeypatch, Terminal(), 0.5) == (list("abcd"), "")


def test_nothing_is_shown_off_a_terminal(clock, monkeypatch):
    assert run(clock, monkeypatch, io.StringIO(), 60) == (list("abcd"), "")


def test_a_terminal_shows_label_and_count_after_two_seconds(clock, monkeypatch):
    monkeypatch.setenv("TERM", "xterm")
    seen, shown = run(clock, monkeypatch, Terminal(), 60)
    assert seen == list("abcd")
    assert "masks" in shown and "4/4" in shown


class Bar:
    def __init__(self):
        self.events, self.task_ids = [], [0]

    def add_task(self, label, total):
        self.events.append((label, total))

    def start(self):
        self.events.append("start")

    def update(self, task, completed):
        self.events.append(completed)

    def stop(self):
        self.events.append("stop")


@pytest.fixture
def bar(clock, monkeypatch):
    bar = Bar()
    monkeypatch.setattr(progress, "_bar", lambda: bar)
    monkeypatch.setattr(progress, "sys", SimpleNamespace(stderr=Terminal()))
    return bar


def test_steps_add_up_from_the_start(clock, bar):
    for _ in progress.track([(5, None), (5, None), (2, None)], 12, "images"):
        clock.seconds += 1.5
    assert bar.events == [("images", 12), "start", 10, 12, "stop"]


def test_the_bar_is_closed_when_the_work_fails(clock, bar):
    with pytest.raises(KeyboardInterrupt):
        for item in progress.track([(1, 0), (1, 1)], 2, "images"):
            clock.seconds += 9
            if item == 1:
                raise KeyboardInterrupt
    assert bar.events[-1] == "stop"


def test_the_bar_is_closed_when_the_items_fail(clock, bar):
    def items():
        yield 1, "fine"
        raise RuntimeError("no more")

    with pytest.raises(RuntimeError, match="no more"):
        for _ in progress.track(items(), 2, "images"):
            clock.seconds += 9
    assert bar.events[-1] == "stop"


def test_description_and_total_may_change_on_the_way(clock, monkeypatch):
    shown = []

    class Changing(Bar):
        def update(self, task, completed, **changes):
            shown.append((completed, changes))

    monkeypatch.setattr(progress, "_bar", Changing)
    monkeypatch.setattr(progress, "sys", SimpleNamespace(stderr=Terminal()))
    with progress.ProgressBar("masks", 9) as bar:
        bar.advance(1, description="not yet")
        clock.seconds += 3
        bar.advance(2, total=7, description="masks: ±0.2 of ±0.1")
    assert shown == [(2, {"total": 7, "description": "masks: ±0.2 of ±0.1"})]


@pytest.mark.parametrize(
    ("numbers", "text"),
    [
        ((0.0234, 0.01, 2310.4), "masks: ±0.0234 of ±0.01, about 2,310 more"),
        ((0.2, 0.01, float("inf")), "masks: ±0.2 of ±0.01, many more"),
        ((float("inf"), 0.01, float("inf")), "masks: first fit"),
    ],
)
def test_what_is_shown_of_a_half_width(numbers, text):
    assert progress.approaching(*numbers) == text
