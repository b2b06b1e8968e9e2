"""What is asked of Captum and of the adapter alike: forward functions, inputs and arguments, drawn from a seed."""

from typing import Any

import torch
from torch import nn


class Two(nn.Module):
    """Three scores of two inputs, with a scale for each example and a power."""

    def __init__(self):
        super().__init__()
        self.first, self.second = nn.Linear(4, 3).double(), nn.Linear(6, 3).double()

    def forward(self, a, b, scale=1.0, power=1):
        scores = self.first(a) * torch.tanh(self.second(b.flatten(1)))
        return (scores * torch.as_tensor(scale).reshape(-1, 1)) ** power


def questions() -> dict[str, tuple[Any, Any, dict[str, Any]]]:
    """Forward function, inputs and other arguments of ``attribute``, by name."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(20)
        rows = nn.Sequential(nn.Linear(5, 8), nn.Tanh(), nn.Linear(8, 3)).double()
        picture = nn.Sequential(nn.Conv2d(2, 4, 3), nn.Tanh(), nn.Flatten(), nn.Linear(16, 3)).double()
        two = Two()
        row, batch = torch.randn(1, 5).double(), torch.randn(3, 5).double()
        image, images = torch.randn(1, 2, 4, 4).double(), torch.randn(3, 2, 4, 4).double()
        a, b = torch.randn(3, 4).double(), torch.randn(3, 2, 3).double()
    halves = torch.tensor([[4, 4, 7, 7]] * 2 + [[9, 9, 7, 4]] * 2)[None, None]  # from 4, with gaps
    each = torch.tensor([[0, 0, 1, 1, 2], [0, 1, 2, 3, 3], [1, 1, 0, 0, 0]])
    left, right = torch.tensor([[0, 1, 1, 3]]), torch.tensor([[[3, 0, 5], [5, 6, 6]]])  # shared between inputs
    return {
        "a row": (rows, row, {"target": 1}),
        "a row that no tensor of targets splits": (rows, row, {"target": torch.tensor([2])}),
        "an image": (picture, image, {"target": 0, "feature_mask": halves, "baselines": 0.25}),
        "images": (picture, images, {"target": [0, 2, 1], "feature_mask": halves, "baselines": images[:1].roll(1, 3)}),
        "a batch": (rows, batch, {"target": [2, 0, 1]}),
        "a batch with masks and baselines of its own": (
            rows, batch, {"target": torch.tensor([0, 1, 1]), "feature_mask": each, "baselines": batch.roll(1, 0)},
        ),
        "two inputs": (
            two, (a[:1], b[:1]), {
                "target": 2, "feature_mask": (left, right), "baselines": (0.5, b[1:2]),
                "additional_forward_args": (2.0, 2),
            },
        ),
        "a batch of two inputs": (
            two, (a, b), {
                "target": 1, "feature_mask": (left, right), "baselines": (a.roll(1, 0), 1),
                "additional_forward_args": (torch.tensor([1.0, 2.0, -1.0]).double(), 1),
            },
        ),
        "outputs with two axes": (
            lambda x: torch.stack([rows(x), rows(-x)], dim=1), batch, {"target": [(0, 1), (1, 2), (1, 0)]},
        ),
        "a tuple as target": (lambda x: torch.stack([rows(x), rows(-x)], dim=1), row, {"target": (1, 2)}),
    }  # fmt: skip


def scalars() -> dict[str, tuple[Any, Any, dict[str, Any]]]:
    """Those whose forward function returns one number for a whole batch."""
    rows, batch, _ = questions()["a batch"]
    two, pair, options = questions()["a batch of two inputs"]
    options = {key: value for key, value in options.items() if key != "target"}
    each = torch.tensor([[0, 0, 1, 1, 2], [0, 1, 2, 3, 3], [1, 1, 0, 0, 0]])
    return {
        "a number": (lambda x: rows(x).square().sum().item(), batch, {}),
        "a tensor of no axis": (lambda x: rows(x).square().sum(), batch, {"feature_mask": each}),
        "a tensor of one": (lambda x: rows(x).square().sum().reshape(1), batch, {"baselines": batch.roll(1, 0)}),
        "an integer": (lambda x: int(10 * rows(x).square().sum().item()), batch, {"baselines": 2}),
        "two inputs": (lambda *inputs: two(*inputs).sum(), pair, options),
    }
