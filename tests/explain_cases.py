"""A small classifier and a mask generator for the tests of `limetheory explain`."""

import json
import math

import numpy as np
import pytest
import torch
from torch import nn

from limetheory.cli.main import run
from limetheory.networks import Classifier

NAMES = ["<b>cup</b>", "cat", "7"]
OPTIONS = ["--samples", "60", "--segments", "8"]


class Tiny(nn.Module):
    """Three smooth logits of 24×24 images, which raise KeyboardInterrupt after a number of images."""

    def __init__(self, stop_after=math.inf):
        super().__init__()
        weights = np.random.default_rng(0).normal(size=(3, 3 * 24 * 24)) / 20
        self.weights, self.images, self.stop_after = nn.Parameter(torch.as_tensor(weights).float()), 0, stop_after

    def forward(self, x):
        self.images += len(x)
        if self.images > self.stop_after:
            raise KeyboardInterrupt
        return torch.tanh(x.reshape(len(x), -1) @ self.weights.T)


def classifier(output="probabilities", precision="float32", backend="torch", stop_after=math.inf):
    return Classifier(
        Tiny(stop_after), size=24, mean=[0.5] * 3, std=[0.5] * 3, class_names=NAMES,
        name="tiny", output=output, precision=precision, backend=backend,
    )  # fmt: skip


def refused(capsys, arguments, part):
    """Check for exit code 2 and exactly one line on stderr that contains ``part``."""
    assert run(["explain", *arguments]) == 2
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 1 and lines[0].startswith("limetheory: "), lines
    assert part in lines[0]


def read(path):
    return json.loads(path.read_text(encoding="utf-8"), parse_constant=lambda name: pytest.fail(f"{name} in JSON"))


def stopping(monkeypatch, images):
    monkeypatch.setattr(
        "limetheory.networks.load_model",
        lambda name, weights, device, reference, **how: classifier(**{**how, "backend": "torch"}, stop_after=images),
    )


class Halves:
    """A mask generator that returns the left and the right half, and the quarters of the left half."""

    def __init__(self, checkpoint=None):
        assert checkpoint in (None, "weights.pth")

    def generate(self, image):
        row, column = np.indices(image.shape[:2]) / np.array(image.shape[:2])[:, None, None]
        left, top = column < 0.5, row < 0.5
        return [{"segmentation": mask} for mask in (left, ~left, left & top, left & ~top)]
