"""A model's process for each test, and a task for it."""

import os
from pathlib import Path

import pytest
from page_scene import picture

from limetheory.app.worker.client import Worker
from limetheory.app.worker.messages import ModelSource, Task
from limetheory.explaining.budget import Masks
from limetheory.images.question import Question


@pytest.fixture
def started(monkeypatch):
    """A function that starts a worker with a model of worker_models, which is stopped behind the test."""
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(Path(__file__).parent), os.environ.get("PYTHONPATH", "")]))
    workers = []

    def start(model, patience=10.0):
        workers.append(Worker(ModelSource(f"worker_models:{model}"), patience))
        workers[-1].start()
        return workers[-1]

    yield start
    for worker in workers:
        worker.stop()


@pytest.fixture
def task(tmp_path):
    (tmp_path / "a.png").write_bytes(picture())
    question = Question(segmenter="grid", segments=9, budget=Masks(3000), seed=1, batch_size=16)
    about = {"photo": tmp_path / "a.png", "name": "a.png", "question": question, "model": ModelSource("worker_models")}
    return Task("explain", about)
