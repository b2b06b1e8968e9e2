"""Processes of models, for a module or a test alone, and a task for them."""

import os
from contextlib import contextmanager
from pathlib import Path

import pytest
from page_scene import picture

from limetheory.app.worker.client import Worker
from limetheory.app.worker.messages import ModelSource, Task
from limetheory.explaining.budget import Masks
from limetheory.images.question import Question


@contextmanager
def workers():
    """A function that gives one worker of each model of worker_models, all of which are stopped in the end."""
    here, running = str(Path(__file__).parent), {}

    def start(model):
        if model not in running:
            running[model] = Worker(ModelSource(f"worker_models:{model}"), 10.0)
            running[model].start()
        return running[model]

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", os.pathsep.join([here, os.environ.get("PYTHONPATH", "")]))
        yield start
        for worker in running.values():
            worker.stop()


@pytest.fixture(scope="module")
def started():
    """Workers for tests that ask them to the end."""
    with workers() as start:
        yield start


@pytest.fixture
def started_alone():
    """Workers for a test that kills one, or leaves one with half of a task."""
    with workers() as start:
        yield start


@pytest.fixture
def task(tmp_path):
    (tmp_path / "a.png").write_bytes(picture())
    question = Question(segmenter="grid", segments=9, budget=Masks(3000), seed=1, batch_size=16)
    about = {"photo": tmp_path / "a.png", "name": "a.png", "question": question, "model": ModelSource("worker_models")}
    return Task("explain", about)
