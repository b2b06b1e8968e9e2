"""Short tasks between the steps of a long one, and what is done while nobody asks."""

import os
import signal
import threading
import time
import warnings

import numpy as np
import pytest
from page_scene import picture

from limetheory.app.refusals import Refused
from limetheory.app.worker.messages import Done, Task
from limetheory.app.worker.preparing import Preparing
from limetheory.app.worker.scene import Scene
from limetheory.explaining.partial import Partial
from limetheory.images.edits.edit import Edit
from limetheory.images.edits.edits import Edits


@pytest.fixture
def prediction(tmp_path):
    (tmp_path / "b.png").write_bytes(picture(seed=3))
    return Task("predict", {"scene": Scene(tmp_path / "b.png", Edits((Edit("blur", None, {"radius": 2}),)), {})})


def never():
    return False


@pytest.mark.slow
def test_a_prediction_comes_while_an_explanation_goes_on_and_changes_nothing_of_it(started, task, prediction):
    worker = started("slow")
    (alone,) = (one.value for one in worker.results(task, never) if isinstance(one, Done))
    (predicted,) = (one.value for one in worker.aside(prediction, never) if isinstance(one, Done))
    between = []
    for one in worker.results(task, never):
        if isinstance(one, Partial) and one.done > 100 and not between:
            between = list(worker.aside(prediction, never))
        last = one
    assert isinstance(between[-1], Done) and isinstance(last, Done)
    np.testing.assert_array_equal(between[-1].value.after, predicted.after)
    np.testing.assert_array_equal(last.value.explanation.coefficients, alone.explanation.coefficients)
    assert last.value.record["warnings"] == alone.record["warnings"]


@pytest.mark.slow
def test_a_prediction_beside_a_process_that_is_killed_is_told_and_the_next_one_comes(started_alone, task, prediction):
    worker = started_alone("slow")
    told = worker.results(task, never)
    assert next(told) == "Finding superpixels"
    os.kill(worker.pid, signal.SIGKILL)
    with pytest.raises(Refused, match="process ended"):
        list(worker.aside(prediction, never))
    with pytest.raises(Refused, match="process ended"):
        list(told)
    assert isinstance(list(worker.aside(prediction, never))[-1], Done)
    assert isinstance(list(worker.results(task, never))[-1], Done)


@pytest.mark.slow
def test_a_short_task_that_cannot_be_done_leaves_the_long_one_alone(started, task):
    worker = started("slow")
    told = worker.results(task, never)
    next(told)
    with pytest.raises(Refused):
        list(worker.aside(Task("predict", {"scene": None}), never))
    assert isinstance(list(told)[-1], Done)


@pytest.mark.slow
def test_what_is_done_while_nobody_asks_ends_when_somebody_does(started_alone, task):
    worker = started_alone("slow")
    idle = threading.Thread(target=worker.while_idle, args=(task,))
    idle.start()
    time.sleep(1.0)  # of some 9 seconds of its masks
    begun = time.monotonic()
    assert next(worker.results(Task("cut", {"photo": None, "regions": ""}), never), None) == "Finding superpixels"
    idle.join(5)
    assert not idle.is_alive() and time.monotonic() - begun < 5


def test_the_photograph_that_was_chosen_last_is_looked_at_and_none_twice():
    done, begun, open_ = [], threading.Event(), threading.Event()

    def work(asked):
        begun.set()
        assert open_.wait(30)
        done.append(asked.arguments["photo"])

    preparing = Preparing(work)
    preparing.ask(None)
    assert begun.wait(30)
    for photo in ("a", "b", "c"):
        preparing.ask(photo)
    open_.set()
    end = time.monotonic() + 30
    while len(done) < 2 and time.monotonic() < end:
        time.sleep(0.01)
    assert done == [None, "c"]
    preparing.ask("d")
    while len(done) < 3 and time.monotonic() < end:
        time.sleep(0.01)
    assert done == [None, "c", "d"]


def test_a_network_is_brought_to_its_backend_once_and_a_function_is_not_asked(tmp_path, monkeypatch):
    from limetheory.app.worker import warming
    from limetheory.images.function_network import FunctionNetwork

    (tmp_path / "c.png").write_bytes(picture(seed=4))
    asked, told = [], []

    def levels(images):
        asked.append(len(images))
        return images.mean(axis=(1, 2))

    levels.input_size = 16
    network = FunctionNetwork(levels, "levels")
    monkeypatch.setattr(warming, "_WARM", set())
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        warming.prepare(network, told.append, photo=tmp_path / "c.png")
    assert told == ["Looking at the photograph", "Finding superpixels", "Asking the model"]
    assert sum(asked) < 10  # the photograph, and the checks of the model
    before = len(asked)
    warming.prepare(network, told.append, photo=tmp_path / "c.png")
    assert len(asked) == before
