"""Networks on flattened pixels and on grey levels: what is refused says what to give, and that is taken."""

import numpy as np
import pytest
import torch
from torch import nn

import limetheory as lt

IMAGE = np.random.default_rng(0).random((8, 8, 3))


@pytest.fixture
def flat():
    torch.manual_seed(0)
    return nn.Sequential(nn.Linear(3 * 8 * 8, 5), nn.ReLU(), nn.Linear(5, 2))


def explained(model, image=IMAGE):
    return lt.explain_image(model, image, segments="grid", n=60, rng=0)


def classified(network, size=8):
    return lt.Classifier(network, mean=0.5, std=0.2, size=size)


def test_a_network_of_vectors_is_refused_with_a_remedy_that_works(flat):
    part = "images (b, c, h, w), got one that takes vectors of 192 numbers; give "
    with pytest.raises(ValueError) as caught:
        explained(flat)
    assert str(caught.value) == f"a network must take {part}nn.Sequential(nn.Flatten(), network)"
    with pytest.raises(ValueError) as caught:
        explained(classified(flat))
    assert str(caught.value).endswith(f"{part}Classifier(nn.Sequential(nn.Flatten(), network), ...)")
    raw, wrapped = (
        explained(one) for one in (nn.Sequential(nn.Flatten(), flat), classified(nn.Sequential(nn.Flatten(), flat)))
    )
    assert np.abs(raw.coefficients).max() > 0.001 and np.abs(wrapped.coefficients).max() > 0.001


@pytest.mark.parametrize("sides", [(8, 8), (6, 4)])
def test_a_network_that_flattens_is_not_told_to_flatten(sides):
    """Mutant: whatever takes vectors counts as a network of vectors."""
    network = nn.Sequential(nn.Flatten(), nn.Linear(3 * sides[0] * sides[1], 2))
    with pytest.raises((ValueError, RuntimeError)) as caught:
        explained(classified(network, size=10))
    assert "vectors" not in str(caught.value)
    assert explained(classified(network, size=sides)).coefficients.any()


def test_grey_levels_are_one_channel():
    grey = np.random.default_rng(1).random((16, 12))
    network = classified(nn.Sequential(nn.Conv2d(1, 2, 3), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(2, 2)))
    prepared = network.prepare(grey)
    assert prepared.shape == (8, 8, 1) and prepared.tolist() == network.prepare(grey[..., None]).tolist()
    assert (
        explained(network, prepared).coefficients.tolist() == explained(network, prepared[..., 0]).coefficients.tolist()
    )


@pytest.mark.parametrize("shape", [(16, 12), (16, 12, 1)])
def test_grey_levels_for_a_network_of_colours(shape):
    network = lt.Classifier(nn.Conv2d(3, 2, 8), mean=[0.5] * 3, std=[0.2] * 3, size=8)
    grey = np.full(shape, 0.25)
    with pytest.raises(
        ValueError, match=r"shape \(h, w, 3\), got .*; give as_image\(image\), which makes colours of grey"
    ):
        network.prepare(grey)
    assert network.prepare(lt.as_image(grey)).shape == (8, 8, 3)
    with pytest.raises(ValueError, match="give one picture, channels last"):  # mutant: the remedy for whatever is wrong
        network.prepare(np.full((4, 4, 2), 0.25))
