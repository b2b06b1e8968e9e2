"""Small networks of three channels, and images for them."""

import torch
from torch import nn

SETTINGS = {"size": 8, "mean": (0.5, 0.4, 0.3), "std": (0.2, 0.3, 0.4), "name": "toy"}


class Recorder(nn.Module):
    """Keeps what reaches the network; its logits are the channel means."""

    def forward(self, images):
        """Return the channel means."""
        self.seen = images
        return images.mean(dim=(2, 3))


def convolutional():
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        layers = nn.Conv2d(3, 6, 3), nn.BatchNorm2d(6), nn.ReLU(), nn.Dropout(0.5)
        return nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(6, 4))


def random_images(*shape):
    return torch.rand(*shape, generator=torch.Generator().manual_seed(1))


def as_batch(image):
    return torch.from_numpy(image.transpose(2, 0, 1)[None].copy())
