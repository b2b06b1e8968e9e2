"""A picture, networks and models that are the same on every machine: integers over a power of two, no sines."""

import numpy as np
import torch
from public_names import Classifier
from torch import nn

SIZE = 48
NAMES = ["cup", "cat", "7"]


def picture(size=SIZE):
    """Four shades, a disc and a bar, with a fine pattern: (size, size, 3) uint8."""
    row, column = np.indices((size, size))
    disc = (row - size // 3) ** 2 + (column - size // 3) ** 2 < (size // 4) ** 2
    bar = (column > 2 * size // 3) & (row > size // 4)
    shade = 40 + 60 * (row > size // 2) + 30 * (column > size // 2)
    colour = np.stack([shade + 120 * disc, shade + 90 * bar, shade + 20 * disc + 15 * bar], axis=-1)
    return (colour + ((7 * row + 13 * column) % 5)[..., None]).astype(np.uint8)


def quarters(size=SIZE):
    """Twelve segments, 3 × 4: (size, size)."""
    row, column = np.indices((size, size))
    return (row * 3 // size) * 4 + column * 4 // size


def nested(size=SIZE):
    """Masks of two halves, of two parts of one and of three of the other: (7, size, size) bool."""
    row, column = np.indices((size, size))
    left, top, third = column < size // 2, row < size // 2, row * 3 // size
    return np.stack([left, ~left, left & top, left & ~top, *(~left & (third == k) for k in range(3))])


def weights(*shape, seed=0):
    """Seeded numbers of twelve bits in (−1/2, 1/2)."""
    return np.random.default_rng(seed).integers(-2048, 2048, shape) / 4096


def shares(images):
    """A callable model: three positive outputs that sum to one, rational in the pixels; (b, h, w, 3) → (b, 3)."""
    energy = images * images * np.arange(1, images.shape[2] + 1)[:, None] / images.shape[2]
    means = energy.mean(axis=(1, 2))
    corner = energy[:, : images.shape[1] // 2, : images.shape[2] // 2].mean(axis=(1, 2, 3))
    scores = 0.05 + means + (corner * means[:, 0])[:, None] * [8.0, 0.0, 2.0]
    return scores / scores.sum(axis=1, keepdims=True)


class Convolutional(nn.Module):
    """A convolution, a rectifier and a linear layer, with three outputs."""

    def __init__(self):
        super().__init__()
        self.first, self.last = nn.Conv2d(3, 4, 5, stride=3), nn.Linear(4, len(NAMES))
        for number, one in enumerate(self.parameters()):
            one.data = torch.as_tensor(weights(*one.shape, seed=number), dtype=torch.float32)
        self.eval()

    def forward(self, x):
        return torch.softmax(3 * self.last(torch.relu(self.first(x)).mean(dim=(2, 3))), dim=1)


class Logits(nn.Module):
    """Three smooth logits of 24 × 24 images."""

    def __init__(self):
        super().__init__()
        self.layer = nn.Linear(3 * 24 * 24, len(NAMES))
        for number, one in enumerate(self.parameters()):
            one.data = torch.as_tensor(weights(*one.shape, seed=number) / 8, dtype=torch.float32)

    def forward(self, x):
        return torch.tanh(self.layer(x.reshape(len(x), -1)))


def classifier(output="probabilities", precision="float32", backend="torch"):
    """A small `Classifier` in place of a bundled network."""
    return Classifier(
        Logits(), size=24, mean=[0.5] * 3, std=[0.5] * 3, class_names=NAMES, name="small", output=output,
        precision=precision, backend=backend,
    )  # fmt: skip
