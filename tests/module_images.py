"""A masked image of six superpixels and small torch modules for it."""

import numpy as np
import torch
from torch import nn

import limetheory as lt

D = 6


def masked_image():
    image = np.random.default_rng(0).random((12, 16, 3))
    return lt.MaskedImage(image, np.arange(192).reshape(12, 16) // 32, "blur")


class Viewing(nn.Module):
    """View-based, so that it needs contiguous input; keeps its inputs."""

    def __init__(self):
        super().__init__()
        weights = torch.as_tensor(np.random.default_rng(1).normal(size=(4, 3 * 12 * 16)), dtype=torch.float32)
        self.weights, self.seen = nn.Parameter(weights), []

    def forward(self, x):
        self.seen.append(x)
        return torch.tanh(x.view(len(x), -1) @ self.weights.T / 10)


class Answer(nn.Module):
    def __init__(self, answer):
        super().__init__()
        self.answer = answer

    def forward(self, x):
        return self.answer(x)


class Flat(nn.Module):
    """Linear in the pixels of one channel, written as networks for handwritten digits are."""

    def __init__(self):
        super().__init__()
        self.weights = nn.Parameter(torch.as_tensor(np.random.default_rng(4).normal(size=(2, 192)).astype(np.float32)))

    def forward(self, x):
        return x.view(-1, 192) @ self.weights.T
