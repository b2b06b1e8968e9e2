"""The progress bar is not shown before two seconds or off a terminal, and it never changes what is iterated over."""

import io
import sys
from contextlib import suppress
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


@pytest.mark.skipif(sys.platform == "win32", reason="a pseudo-terminal")
@pytest.mark.parametrize("columns", [0, 60])
def test_a_terminal_of_no_known_width_has_a_bar_too(clock, monkeypatch, columns):
    import fcntl
    import os
    import pty
    import struct
    import termios

    reading, writing = pty.openpty()
    fcntl.ioctl(writing, termios.TIOCSWINSZ, struct.pack("HHHH", 0, columns, 0, 0))
    with os.fdopen(writing, "w") as terminal:
        monkeypatch.setattr("sys.stderr", terminal)
        for _ in progress.track([(1, k) for k in range(4)], 4, "masks"):
            clock.seconds += 60
    parts = []
    with suppress(OSError):  # the end, on Linux; one read gives only what has come through by then
        while part := os.read(reading, 1 << 16):
            parts.append(part)
    os.close(reading)
    shown = b"".join(parts).decode()
    assert "masks" in shown and "4/4" in shown
    assert max(len(line.rstrip()) for line in shown.split("\r")) <= (columns or 80)


class Bar:
    """As tqdm's bars; what is shown at each refresh is kept."""

    def __init__(self, label="", total=0):
        self.events, self.start_t, self.n = [(label, total)], 0.0, 0

    def set_description_str(self, label, refresh):
        self.label = label

    def refresh(self):
        self.events.append((self.label, self.n, self.total))

    def close(self):
        self.events.append("closed")


@pytest.fixture
def bar(clock, monkeypatch):
    bar = Bar()
    monkeypatch.setattr(progress, "_bar", lambda label, total: bar.__init__(label, total) or bar)
    monkeypatch.setattr(progress, "sys", SimpleNamespace(stderr=Terminal()))
    return bar


def test_steps_add_up_from_the_start(clock, bar):
    for _ in progress.track([(5, None), (5, None), (2, None)], 12, "images"):
        clock.seconds += 1.5
    assert bar.events == [("images", 12), ("images", 10, 12), ("images", 12, 12), "closed"]
    assert bar.start_t == -3.0  # the time left counts from the start of the work


def test_the_bar_is_closed_when_the_work_fails(clock, bar):
    with pytest.raises(KeyboardInterrupt):
        for item in progress.track([(1, 0), (1, 1)], 2, "images"):
            clock.seconds += 9
            if item == 1:
                raise KeyboardInterrupt
    assert bar.events[-1] == "closed"


def test_the_bar_is_closed_when_the_items_fail(clock, bar):
    def items():
        yield 1, "fine"
        raise RuntimeError("no more")

    with pytest.raises(RuntimeError, match="no more"):
        for _ in progress.track(items(), 2, "images"):
            clock.seconds += 9
    assert bar.events[-1] == "closed"


def test_description_and_total_may_change_on_the_way(clock, bar):
    with progress.ProgressBar("masks", 9) as shown:
        shown.advance(1, description="not yet")
        clock.seconds += 3
        shown.advance(2, total=7, description="masks: ±0.2 of ±0.1")
    assert bar.events[1:] == [("masks: ±0.2 of ±0.1", 2, 7), "closed"]


@pytest.fixture
def bars(clock, monkeypatch):
    made = []
    monkeypatch.setattr(progress, "_bar", lambda label, total: made.append(Bar(label, total)) or made[-1])
    monkeypatch.setattr(progress, "sys", SimpleNamespace(stderr=Terminal(), modules=sys.modules))
    return made


def test_what_is_awaited_is_shown_at_once_until_the_first_bar_takes_its_place(clock, bars):
    with progress.waiting("loading the network"):
        assert bars[0].events == [("loading the network", None)]
        for _ in progress.track([(1, None)], 1, "masks"):
            assert bars[0].events[-1] == "closed" and bars[1].events == [("masks", 1)]
        assert bars[1].events[-1] == "closed"
        for _ in progress.track([(1, None)], 1, "masks of the next depth"):
            pass
    assert len(bars) == 2  # the third would have been short


def test_what_is_awaited_is_gone_when_the_work_ends_or_fails(clock, bars):
    for error in (None, RuntimeError("refused")):
        try:
            with progress.waiting("loading the network"):
                if error:
                    raise error
        except RuntimeError:
            pass
        assert bars.pop().events[-1] == "closed" and not bars


def test_nothing_is_awaited_off_a_terminal(monkeypatch):
    monkeypatch.setattr("sys.stderr", io.StringIO())
    with progress.waiting("loading the network"):
        pass
    assert sys.stderr.getvalue() == ""


def test_a_terminal_says_what_is_awaited(monkeypatch):
    monkeypatch.setattr("sys.stderr", Terminal())
    with progress.waiting("loading the network"):
        assert "loading the network …" in sys.stderr.getvalue()


def test_a_notebook_shows_it_though_stderr_is_no_terminal(clock, monkeypatch):
    made = []
    kernel = SimpleNamespace(get_ipython=lambda: SimpleNamespace(config={"IPKernelApp": {}}))
    monkeypatch.setitem(sys.modules, "IPython", kernel)
    monkeypatch.setattr(progress, "_bar", lambda label, total: made.append(label) or Bar(label, total))
    assert run(clock, monkeypatch, io.StringIO(), 60)[0] == list("abcd") and made == ["masks"]
    monkeypatch.setitem(sys.modules, "IPython", SimpleNamespace(get_ipython=lambda: None))
    assert run(clock, monkeypatch, io.StringIO(), 60)[0] == list("abcd") and made == ["masks"]


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
