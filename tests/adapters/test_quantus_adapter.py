"""limetheory as an explanation function of real metrics of Quantus."""

import warnings

import numpy as np
import pytest
import torch
from torch import nn

import limetheory as lt
from limetheory.adapters.quantus import explain_func

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import quantus

pytestmark = pytest.mark.filterwarnings("ignore::UserWarning")

H = W = 8
HALVES = (np.arange(W) >= 4).astype(int) * np.ones((H, 1), int)
QUIET = {"disable_warnings": True, "display_progressbar": False}


@pytest.fixture(scope="module")
def network():
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        return nn.Sequential(nn.Conv2d(3, 4, 3), nn.ReLU(), nn.Flatten(), nn.Linear(4 * 6 * 6, 3)).eval()


@pytest.fixture(scope="module")
def images():
    return np.random.default_rng(0).normal(size=(4, 3, H, W)).astype(np.float32)


def test_heatmaps_are_the_limit_of_a_linear_model(images):
    """β_j = Σ λ_u (ξ_u − ξ̄_u) over the entries of a superpixel (prop:linear), of either class and at each image."""
    torch.manual_seed(1)
    linear = nn.Sequential(nn.Flatten(), nn.Linear(3 * H * W, 2))
    weights = linear[1].weight.detach().numpy().reshape(2, 3, H, W)
    targets = np.array([0, 1, 1, 0])
    for replacement, hidden in ((0.0, 0.0), (-1.5, -1.5), (images[0], images[0])):
        found = explain_func(linear, images, targets, segments=HALVES, replacement=replacement, n=40, rng=0)
        gains = weights[targets] * (images - hidden)
        expected = np.stack([(gains * (HALVES == j)).sum((1, 2, 3)) for j in (0, 1)], 1)
        np.testing.assert_allclose(found, expected[:, HALVES][:, None], rtol=0, atol=1e-5)


def test_mean_colours_are_those_of_the_superpixels_whatever_the_scale(network, images):
    means = np.stack([images[..., HALVES == j].mean(-1) for j in (0, 1)], -1)[..., HALVES]
    named = explain_func(network, images[:1], [1], segments=HALVES, n=40, rng=0)
    given = explain_func(network, images[:1], [1], segments=HALVES, replacement=means[0], n=40, rng=0)
    np.testing.assert_allclose(named, given, rtol=0, atol=1e-5)


def test_it_is_the_answer_of_explain_image_where_images_are_levels(network):
    image = np.random.default_rng(1).random((H, W, 3))
    image[0, 0], image[0, 1] = 0.0, 1.0
    direct = lt.explain_image(network, image, target=2, segments="grid", n=80, rng=3, design=lt.ShapleyDesign)
    found = explain_func(
        network, np.moveaxis(image, -1, 0)[None], [2], segments="grid", n=80, rng=3, design=lt.ShapleyDesign
    )
    np.testing.assert_allclose(found[0, 0], direct.heatmap(), rtol=0, atol=1e-5)


def test_a_seed_gives_the_same_answer_on_any_batch_size(network, images):
    one, other = (explain_func(network, images, [0, 1, 2, 0], n=60, rng=5, batch_size=size) for size in (1, 64))
    np.testing.assert_allclose(one, other, rtol=0, atol=1e-5)


@pytest.mark.parametrize("channels", [1, 2, 5])
def test_any_number_of_channels(channels):
    module = nn.Sequential(nn.Conv2d(channels, 2, H), nn.Flatten())
    images = np.random.default_rng(2).normal(size=(2, channels, H, W))
    assert explain_func(module, images, [0, 1], segments="slic", n=80, rng=0).shape == (2, 1, H, W)


@pytest.mark.slow
def test_metrics_of_quantus_take_it(network, images):
    targets = np.array([0, 1, 2, 1])
    options = {"segments": "grid", "n": 100, "rng": 0}
    metrics = {
        "sparseness": quantus.Sparseness(**QUIET),
        "flipping": quantus.PixelFlipping(features_in_step=16, perturb_baseline="black", **QUIET),
        "sensitivity": quantus.MaxSensitivity(nr_samples=2, **QUIET),
    }
    for name, metric in metrics.items():
        scores = metric(
            model=network, x_batch=images, y_batch=targets, a_batch=None, device="cpu", channel_first=True,
            explain_func=explain_func, explain_func_kwargs=dict(options),
        )  # fmt: skip
        assert len(scores) == 4 and np.isfinite(np.asarray(scores, float)).all(), name


def test_the_module_is_left_in_its_mode(network, images):
    network.train()
    explain_func(network, images[:1], [0], n=60, rng=0)
    assert network.training
    network.eval()


REFUSED = {
    "no module": ({"model": np.mean}, "model must be of the class Module"),
    "rows": ({"inputs": np.ones((2, 5))}, r"must have the shape \(b, c, h, w\), got \(2, 5\)"),
    "a target too few": ({"targets": [0]}, "a class index from 0 for each of 2 images"),
    "targets that are no index": ({"targets": [0.5, 1.0]}, "a class index"),
    "a class before the first": ({"targets": [-1, 0]}, "a class index from 0 for each of 2 images"),
    "no image": ({"inputs": np.ones((0, 3, H, W)), "targets": []}, "inputs must have one image at least, got shape"),
    "a class that is not there": ({"targets": [0, 7]}, "target must be an output of each example, got 7"),
    "a replacement of another shape": ({"replacement": np.ones(3)}, "a name, a number or an array of shape"),
    "a name that is none": ({"replacement": "black"}, "replacement must be mean, blur"),
    "a batch of none": ({"batch_size": 0}, "batch_size must be at least 1"),
    "no design": ({"design": 3}, "design must be"),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_refusals_are_one_line(name, network, images):
    arguments, words = REFUSED[name]
    call = {"model": network, "inputs": images[:2], "targets": [0, 1], "n": 60, **arguments}
    with pytest.raises((TypeError, ValueError), match=words) as found:
        explain_func(**call)
    assert len(str(found.value).splitlines()) == 1
