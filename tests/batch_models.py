"""A small image, models that mix the images of a batch, and the check on given answers."""

import numpy as np
import torch
from torch import nn

from limetheory.explaining import batch_dependence

D = 6
LABELS = np.arange(192).reshape(12, 16) // 32
IMAGE = np.random.default_rng(0).random((12, 16, 3))


class Normed(nn.Module):
    """A convolution behind a batch norm."""

    def __init__(self, **norm):
        super().__init__()
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(0)
            self.norm, self.last = nn.BatchNorm2d(3, **norm), nn.Conv2d(3, 4, 12)

    def forward(self, x):
        return self.last(self.norm(x)).mean(dim=(2, 3))


def means(images):
    return images.mean(axis=(1, 2))


def capacity(images):
    """A model that evaluates eight images and returns zeros for the others."""
    return means(images) * (np.arange(len(images)) < 8)[:, None]


def centred(images):
    """Outputs minus the mean of the batch, for batches of three or more."""
    return means(images) - means(images).mean(axis=0) * (len(images) > 2)


ALONE, OTHER = np.array([0.9, 0.1]), np.array([0.2, 0.8])


def check(pair=(ALONE, OTHER), copies=(ALONE, OTHER), alone=(ALONE, OTHER), target=0):
    """The check on answers to the two images in a batch of both, of copies, and alone."""

    def ask(batch):
        source = alone if len(batch) == 1 else pair if batch[0] != batch[1] else copies
        return np.array([source[image] for image in batch])

    batch_dependence.check_batch_dependence(np.asarray(alone[0]), ask, 2, target)
