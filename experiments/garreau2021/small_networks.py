"""The four small architectures of the study, in torch: one hidden layer, and one to three blocks of convolutions."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import TypeVar

import numpy as np
import torch
from torch import nn

import limetheory as lt
from experiments.garreau2021.datasets import Labelled, colours, labelled
from limetheory.progress import track

HIDDEN, DENSE, CLASSES = 32, 128, 10
Layer = TypeVar("Layer", nn.Conv2d, nn.Linear)
CHANNELS = (32, 64, 128)
BLOCKS = {"Simple": 0, "VGG1": 1, "VGG2": 2, "VGG3": 3}
BATCH, VALIDATION = 64, 0.1
RATE = 1e-3
"""The learning rate of Adam, its default; with which optimiser the networks of the study were trained is not known."""


def architecture(name: str, height: int, width: int) -> nn.Sequential:
    """An untrained network for images (b, 3, height, width), with logits of ten classes.

    Convolutions and the dense layer before the last one have He's uniform initial weights.
    """
    blocks = BLOCKS[name]
    if not blocks:
        return nn.Sequential(nn.Flatten(), nn.Linear(3 * height * width, HIDDEN), nn.Sigmoid(),
                             nn.Linear(HIDDEN, CLASSES))  # fmt: skip
    layers: list[nn.Module] = []
    channels = 3
    for wider in CHANNELS[:blocks]:
        layers += [_convolution(channels, wider), nn.ReLU(), _convolution(wider, wider), nn.ReLU(), nn.MaxPool2d(2)]
        channels, height, width = wider, height // 2, width // 2
    dense = _he(nn.Linear(channels * height * width, DENSE))
    return nn.Sequential(*layers, nn.Flatten(), dense, nn.ReLU(), nn.Linear(DENSE, CLASSES))


def _convolution(channels: int, wider: int) -> nn.Conv2d:
    return _he(nn.Conv2d(channels, wider, 3, padding=1))


def _he(layer: Layer) -> Layer:
    nn.init.kaiming_uniform_(layer.weight, nonlinearity="relu")
    if layer.bias is not None:
        nn.init.zeros_(layer.bias)
    return layer


@lru_cache(maxsize=2)
def trained(name: str, dataset: str, folder: Path | None, epochs: int, seed: int) -> tuple[nn.Sequential, float]:
    """A network after training, and its accuracy on the images that it was not trained on."""
    data = labelled(dataset, folder)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        network = architecture(name, *data.train.shape[1:3])
        _fit(network, data, epochs)
    return network, accuracy(network, data.test, data.test_labels)


def _fit(network: nn.Sequential, data: Labelled, epochs: int) -> None:
    """Cross-entropy with Adam on all but a tenth of the images, whose order is new in every epoch.

    The tenth is the study's validation set, by which nothing is chosen.
    """
    images, labels = data.train, torch.as_tensor(data.train_labels.astype(np.int64))
    order = torch.randperm(len(images))[round(VALIDATION * len(images)) :]
    optimiser = torch.optim.Adam(network.parameters(), lr=RATE)
    network.train()
    batches = ((1, batch) for _ in range(epochs) for batch in order[torch.randperm(len(order))].split(BATCH))
    for batch in track(batches, epochs * -(-len(order) // BATCH), "batches"):
        optimiser.zero_grad()
        nn.functional.cross_entropy(network(_tensor(images[batch])), labels[batch]).backward()
        optimiser.step()
    network.eval()


def accuracy(network: nn.Module, images: np.ndarray, labels: np.ndarray) -> float:
    """The share of images whose top class is their label."""
    with torch.inference_mode():
        parts = [network(_tensor(part)).argmax(dim=1) for part in np.array_split(images, -(-len(images) // 256))]
    return float((torch.cat(parts).numpy() == labels).mean())


def _tensor(levels: np.ndarray) -> torch.Tensor:
    """(n, h, w[, 3]) uint8 → (n, 3, h, w) float32 in [0, 1]."""
    return torch.as_tensor(colours(levels).astype(np.float32)).permute(0, 3, 1, 2).contiguous()


def classifiers(network: nn.Module, name: str) -> tuple[lt.Classifier, lt.Classifier]:
    """The network with probabilities, and with logits."""
    shape = {"size": None, "mean": [0.0] * 3, "std": [1.0] * 3, "name": name}
    return lt.Classifier(network, **shape), lt.Classifier(network, **shape, output="logits")
