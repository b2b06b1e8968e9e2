"""Networks on torch's device meta are refused wherever one is taken, and the remedy works."""

import numpy as np
import pytest
import torch
from torch import nn
from toy_networks import SETTINGS, convolutional, random_images

import limetheory as lt
from limetheory.networks import OneOutput

IMAGE = np.random.default_rng(0).random((12, 12, 3))
LABELS = np.indices((12, 12))[0] // 4
TAKEN = {
    "Classifier": lambda network: lt.Classifier(network, **SETTINGS),
    "OneOutput": lambda network: OneOutput(network, 0),
    "explain_image": lambda network: lt.explain_image(network, IMAGE, segments=LABELS, n=8, rng=0),
    "gradients": lambda network: lt.superpixel_integrated_gradients(network, IMAGE, LABELS, target=0),
    "buffers": lambda network: lt.Classifier(nn.Sequential(convolutional(), network[-1]), **SETTINGS),
}


def without_numbers():
    return nn.Sequential(convolutional().to("meta"), nn.BatchNorm1d(5, affine=False, device="meta"))


@pytest.mark.parametrize("take", TAKEN.values(), ids=TAKEN)
def test_a_network_without_numbers_is_refused_in_one_line(take):
    with pytest.raises(ValueError, match=r"^a network must have its numbers in memory, got .* on the device meta, .*;"):
        take(without_numbers())


def test_the_remedy_works():
    network, weights = convolutional().to("meta"), convolutional().state_dict()
    network.load_state_dict(weights, assign=True)
    expected = lt.Classifier(convolutional(), **SETTINGS)(random_images(2, 3, 8, 8))
    assert torch.equal(lt.Classifier(network, **SETTINGS)(random_images(2, 3, 8, 8)), expected)


def test_images_that_do_not_fit_in_memory_are_refused(monkeypatch):
    def full(*args, **options):
        raise RuntimeError("DefaultCPUAllocator: can't allocate memory: you tried to allocate 9 bytes")

    monkeypatch.setattr(nn.functional, "interpolate", full)
    with pytest.raises(
        MemoryError, match=r"^2 images of the network's size must fit .* got 9 x 9 pixels; give a smaller"
    ):
        lt.Classifier(convolutional(), **{**SETTINGS, "size": 9})(random_images(2, 3, 8, 8))
