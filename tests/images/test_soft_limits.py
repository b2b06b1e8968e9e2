"""prop:soft: linear models of soft-masked images in closed form, and how far others are from crisp masks."""

import numpy as np
import pytest

import limetheory as lt
from limetheory.explaining.set_function import set_function
from limetheory.fitted.pixels import LinearPixels
from limetheory.images import MaskedImage, SoftMaskedImage, soft_masks

SHAPE = (12, 15)
SEGMENTS = np.add.outer(3 * (np.arange(12) // 4), np.arange(15) // 5)
RNG = np.random.default_rng(5)
IMAGE, REPLACEMENT, WEIGHTS = RNG.random(SHAPE), RNG.random(SHAPE), RNG.normal(size=SHAPE)
DESIGNS = [lt.ImageDesign(9), lt.TextDesign(9), lt.BernoulliDesign(9, 0.3), lt.ShapleyDesign(9)]


def soft(smoothing):
    return SoftMaskedImage(IMAGE, soft_masks(SEGMENTS, smoothing), REPLACEMENT, SEGMENTS)


@pytest.mark.parametrize("smoothing", ["gaussian", "bilinear", None])
@pytest.mark.parametrize("design", DESIGNS, ids=repr)
def test_a_linear_model_has_the_blended_differences_under_every_design(smoothing, design):
    masked, model = soft(smoothing), LinearPixels(WEIGHTS, 0.25)
    stated = np.einsum("jhw,hw->j", soft_masks(SEGMENTS, smoothing), WEIGHTS * (IMAGE - REPLACEMENT))
    table = lt.SetFunction(model(masked.compose(lt.all_masks(9))))
    assert lt.limit(table, design).coefficients == pytest.approx(stated, abs=1e-12)
    assert lt.limit(set_function(model, masked), design).coefficients == pytest.approx(stated, abs=1e-12)
    assert stated.sum() == pytest.approx(np.sum(WEIGHTS * (IMAGE - REPLACEMENT)), abs=1e-12)


@pytest.mark.parametrize("smoothing", ["gaussian", "bilinear"])
def test_crisp_differences_are_others(smoothing):
    crisp = np.bincount(SEGMENTS.ravel(), (WEIGHTS * (IMAGE - REPLACEMENT)).ravel())
    blended = np.einsum("jhw,hw->j", soft_masks(SEGMENTS, smoothing), WEIGHTS * (IMAGE - REPLACEMENT))
    assert np.abs(blended - crisp).max() > 0.1
    assert blended.sum() == pytest.approx(crisp.sum(), abs=1e-12)


def test_least_squares_returns_it_on_every_sample():
    F, design = set_function(LinearPixels(WEIGHTS), soft("gaussian")), lt.BernoulliDesign(9)
    found = lt.estimate(F, design, n=60, rng=2)
    assert found.coefficients == pytest.approx(lt.limit(F, design).coefficients, abs=1e-12)


@pytest.mark.parametrize("smoothing", ["gaussian", "bilinear"])
def test_a_model_that_is_not_linear_is_within_the_bound_of_crisp_masks(smoothing):
    """|f(x) − f(y)| ≤ Σ |λ_u| |x_u − y_u| of f = tanh(λᵀx), mask by mask and over all masks."""
    masks, states = soft_masks(SEGMENTS, smoothing), lt.all_masks(9)
    linear = LinearPixels(WEIGHTS)
    smooth, crisp = (np.tanh(linear(image.compose(states))) for image in (soft(smoothing), hard()))
    cost = np.abs(WEIGHTS * (IMAGE - REPLACEMENT))
    moved = np.abs(np.einsum("nj,jhw->nhw", states.astype(float), masks) - states[:, SEGMENTS])
    bound = np.einsum("nhw,hw->n", moved, cost)
    own = np.take_along_axis(masks, SEGMENTS[None], axis=0)[0]
    leak = np.sum((1 - own) * cost)
    assert np.all(np.abs(smooth - crisp) <= bound + 1e-12) and np.abs(smooth - crisp).max() > 0.05
    assert np.all(bound <= leak + 1e-12)
    assert bound.mean() == pytest.approx(leak / 2, abs=1e-12)
    limits = [lt.limit(lt.SetFunction(values), lt.BernoulliDesign(9)).coefficients for values in (smooth, crisp)]
    assert np.abs(limits[0] - limits[1]).max() <= leak


def hard():
    return MaskedImage(IMAGE, SEGMENTS, REPLACEMENT)
