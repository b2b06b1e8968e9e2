"""The process of the model: it answers, it can be cancelled between batches, and it comes back when it was killed."""

import multiprocessing
import os
import signal
import time
from pathlib import Path

import pytest

from limetheory.app.refusals import Refused
from limetheory.app.worker.client import Worker
from limetheory.app.worker.messages import Done, ModelSource, Task
from limetheory.explaining.partial import Partial

pytestmark = pytest.mark.slow  # each starts a process


def never():
    return False


def test_a_task_is_told_in_parts_and_done(started, task):
    told = list(started("brightness").results(task, never))
    parts = [one for one in told if isinstance(one, Partial)]
    assert isinstance(told[-1], Done) and told[-1].value.explanation.n_masks == 3000
    assert parts[0].explanation is not None and parts[0].done < 100 and parts[-1].done == 3000


def test_a_killed_process_is_told_in_a_line_and_comes_back(started_alone, task):
    worker = started_alone("slow")
    killed = worker.pid
    with pytest.raises(Refused, match=r"process ended, .* started again; explain once more") as caught:
        for told in worker.results(task, never):
            if isinstance(told, Partial) and told.done > 100:
                os.kill(worker.pid, signal.SIGKILL)
    assert "\n" not in str(caught.value)
    first = next(worker.results(task, never))
    assert first == "Finding superpixels" and worker.pid != killed


def test_a_process_that_is_killed_between_two_tasks_comes_back(started_alone, task):
    worker = started_alone("slow")
    killed = worker.pid
    os.kill(killed, signal.SIGKILL)
    while killed in {one.pid for one in multiprocessing.active_children()}:
        time.sleep(0.01)
    assert next(worker.results(task, never)) == "Finding superpixels"


@pytest.mark.parametrize(("model", "words"), [("hungry", "ran out of memory"), ("deadly", "process ended")])
def test_a_model_that_ends_its_process_is_told_each_time(started, task, model, words):
    worker = started(model)
    for _ in range(2):
        with pytest.raises(Refused, match=words):
            list(worker.results(task, never))


def test_a_cancel_stops_between_batches_with_the_explanation_until_then(started_alone, task):
    worker, asked = started_alone("slow"), []
    told = []
    for one in worker.results(task, lambda: bool(asked)):
        told.append(one)
        if isinstance(one, Partial) and one.done > 150:
            asked.append(True)
    found = told[-1].value
    assert 150 < found.explanation.n_masks < 1000 and "interrupted after" in found.interrupted
    pid = worker.pid
    assert next(worker.results(task, never)) == "Finding superpixels"
    assert pid == worker.pid or worker.pid is None or pid is not None


def test_a_task_that_cannot_be_done_leaves_the_process_alone(started, task):
    worker = started("brightness")
    pid = worker.pid
    missing = Task("explain", {**task.arguments, "photo": Path("nowhere.png")})
    with pytest.raises(Refused, match="must name an existing file"):
        list(worker.results(missing, never))
    assert isinstance(list(worker.results(task, never))[-1], Done) and worker.pid == pid


@pytest.mark.parametrize("model", ["nowhere:model", "worker_models:none", "no_such_network"])
def test_a_model_that_cannot_be_loaded_is_told_in_a_line(started, model):
    with pytest.raises(Refused, match=f"The model {model} cannot be used: ") as caught:
        Worker(ModelSource(model), 1.0).start()
    assert "\n" not in str(caught.value)
