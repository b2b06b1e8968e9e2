"""Side by side with Quantus 0.6. It evaluates float32, and its "black" is the image's minimum."""

import warnings

import numpy as np
import pytest
import torch
from torch import nn

import limetheory as lt
from limetheory.metrics import (
    curve,
    deletion_auc,
    effective_number,
    explanation_similarity,
    gini,
    infidelity,
    sensitivity,
)

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import quantus

pytestmark = pytest.mark.filterwarnings("ignore")

H, W, PATCH = 4, 6, 2
QUIET = {"disable_warnings": True, "display_progressbar": False}


@pytest.fixture(scope="module")
def module():
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        layers = nn.Conv2d(1, 4, 3, padding=1), nn.Tanh(), nn.Flatten(), nn.Linear(4 * H * W, 3)
        return nn.Sequential(*layers).eval()


@pytest.fixture(scope="module")
def image():
    return np.random.default_rng(0).uniform(0.2, 1, (H, W))


def attribution():
    return np.random.default_rng(1).normal(size=(H, W))


def arguments(image, attribution):
    return {"x_batch": image[None, None].astype(np.float32), "y_batch": np.array([1]),
            "a_batch": attribution[None, None].copy(), "channel_first": True, "device": "cpu"}  # fmt: skip


def function(module, image, labels):
    """Class 1 of the module as a set function of the grey image on its minimum, in float32 as Quantus has it."""

    def model(images):
        with torch.no_grad():
            return module(torch.as_tensor(images[:, None], dtype=torch.float32)).numpy()

    return lt.ModelFunction(model, lt.MaskedImage(image, labels, image.min()), 1)


def pixels():
    return np.arange(H * W).reshape(H, W)


def patches():
    rows, columns = np.indices((H, W)) // PATCH
    return rows * (W // PATCH) + columns


def test_pixel_flipping_is_the_deletion_curve(module, image):
    metric = quantus.PixelFlipping(features_in_step=1, normalise=False, abs=False, perturb_baseline="black", **QUIET)
    theirs = metric(model=module, softmax=False, **arguments(image, attribution()))[0]
    ours = curve(function(module, image, pixels()), attribution().ravel())
    np.testing.assert_allclose(ours.points[1:, 1], theirs, atol=1e-6)
    mutant = curve(function(module, image, pixels()), -attribution().ravel())
    assert abs(mutant.points[1:, 1] - theirs).max() > 0.01


def test_area_of_pixel_flipping(module, image, monkeypatch):
    # Quantus 0.6 calls np.trapz, which NumPy 2.4 no longer has.
    if hasattr(np, "trapezoid"):  # NumPy 2
        monkeypatch.setattr(np, "trapz", np.trapezoid, raising=False)
    metric = quantus.PixelFlipping(features_in_step=1, normalise=False, abs=False, perturb_baseline="black",
                                   return_auc_per_sample=True, **QUIET)  # fmt: skip
    theirs = metric(model=module, softmax=False, **arguments(image, attribution()))[0]
    F, d = function(module, image, pixels()), H * W
    # Theirs starts after the first pixel and counts steps.
    first, second = curve(F, attribution().ravel()).values[:2]
    ours = deletion_auc(F, attribution().ravel()) * d - (first + second) / 2
    assert ours == pytest.approx(theirs, abs=1e-4)


@pytest.mark.parametrize("order", ["morf", "lerf"])
def test_region_perturbation_is_the_deletion_curve_of_patches(module, image, order):
    metric = quantus.RegionPerturbation(patch_size=PATCH, order=order, regions_evaluation=6, normalise=False,
                                        abs=False, perturb_baseline="black", **QUIET)  # fmt: skip
    theirs = metric(model=module, softmax=False, **arguments(image, attribution()))[0]
    scores = np.bincount(patches().ravel(), attribution().ravel())
    values = curve(function(module, image, patches()), scores if order == "morf" else -scores).points[:, 1]
    np.testing.assert_allclose(values[0] - values[1:], theirs, atol=1e-6)
    assert abs(values[0] - values[:-1] - theirs).max() > 1e-3


def test_irof_is_the_area_over_the_normalised_deletion_curve(module, image, monkeypatch):
    if hasattr(np, "trapezoid"):  # NumPy 2
        monkeypatch.setattr(np, "trapz", np.trapezoid, raising=False)
    monkeypatch.setattr(quantus.helpers.utils, "get_superpixel_segments", lambda img, segmentation_method: patches())
    metric = quantus.IROF(normalise=False, abs=False, perturb_baseline="black", return_aggregate=False, **QUIET)
    theirs = metric(model=module, softmax=True, **arguments(image, attribution()))[0]
    soft = nn.Sequential(module, nn.Softmax(dim=1))
    scores = np.bincount(patches().ravel(), attribution().ravel()) / PATCH**2
    y = curve(function(soft, image, patches()), scores).points[:, 1]
    assert len(y) - 1 - np.sum((y[1:-1] + y[2:]) / 2) / y[0] == pytest.approx(theirs, abs=1e-5)


@pytest.mark.parametrize("patch", [1, PATCH])
def test_infidelity_under_their_law(module, image, patch):
    metric = quantus.Infidelity(perturb_patch_sizes=[patch], n_perturb_samples=1, normalise=False, abs=False,
                                perturb_baseline="black", **QUIET)  # fmt: skip
    theirs = metric(model=module, softmax=False, **arguments(image, attribution()))[0]
    labels = pixels() if patch == 1 else patches()
    d = labels.max() + 1
    # Their perturbation of a block is kept for all later blocks; Σ a (x − x') is then Σ_j β_j over the blocks so far.
    masks = np.arange(d)[None] > np.arange(d)[:, None]
    beta = np.bincount(labels.ravel(), (attribution() * (image - image.min())).ravel())
    F = function(module, image, labels)
    assert infidelity(F, beta, masks) == pytest.approx(theirs, rel=1e-5)
    assert infidelity(F, beta, ~np.eye(d, dtype=bool)) != pytest.approx(theirs, rel=1e-2)


def test_sparseness_is_gini(module, image):
    metric = quantus.Sparseness(normalise=False, abs=True, **QUIET)
    theirs = metric(model=module, **arguments(image, attribution()))[0]
    # Theirs adds 1e-7 to every entry.
    assert gini(attribution().ravel()) == pytest.approx(theirs, abs=1e-6)
    assert gini(np.abs(attribution().ravel()) + 1e-7) == pytest.approx(theirs, abs=1e-12)


def test_complexity_is_the_logarithm_of_the_effective_number(module, image):
    metric = quantus.Complexity(normalise=False, abs=True, **QUIET)
    theirs = metric(model=module, **arguments(image, attribution()))[0]
    # Theirs adds 1e-12 inside the logarithm.
    assert np.log(effective_number(attribution().ravel())) == pytest.approx(theirs, abs=1e-10)


def test_max_sensitivity_under_the_same_noise(module, image):
    matrix = np.random.default_rng(2).normal(size=(H * W, H * W))
    rng = np.random.default_rng(7)

    def noise(arr, indices, **_):
        return np.clip(arr + rng.uniform(-0.1, 0.1, (H, W)).reshape(1, -1), 0, 1)

    def explain(model, inputs, targets, **_):
        return (np.tanh(np.asarray(inputs, float).reshape(len(inputs), -1)) @ matrix.T).reshape(-1, 1, H, W)

    given = arguments(image, attribution()) | {"a_batch": explain(None, image[None].astype(np.float32), None)}
    metric = quantus.MaxSensitivity(nr_samples=5, normalise=False, abs=False, perturb_func=noise, **QUIET)
    theirs = metric(model=module, explain_func=explain, **given)[0]
    ours = sensitivity(lambda x: matrix @ np.tanh(x.ravel()), image, radius=0.1, n=5, rng=7)
    assert ours.maximum == pytest.approx(theirs, rel=1e-5) and ours.mean < 0.99 * theirs


def test_similarity_of_explanations_is_their_spearman():
    a, b = attribution().ravel(), np.round(attribution().ravel() ** 2, 1)
    assert explanation_similarity(a, b) == pytest.approx(quantus.similarity_func.correlation_spearman(a, b), abs=1e-12)
