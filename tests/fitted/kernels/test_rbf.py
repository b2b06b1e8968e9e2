"""prop:factor from bumps over the pixels to products over the superpixels, by the definition."""

import math

import naive
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

import limetheory as lt

M, P, D = 3, 6, 3
NUMBERS = st.floats(-2, 2)
OWNER = [0, 2, 2, 1, 0, 2]


def by_definition(model, x):
    parts = zip(model.weights, model.log_scale, model.support, model.precision, strict=True)
    return model.intercept + sum(
        w * math.exp(scale - sum(g * (a - b) ** 2 for g, a, b in zip(precision, x, s, strict=True)))
        for w, scale, s, precision in parts
    )


PRECISIONS = st.one_of(st.floats(0, 2), *(arrays(float, shape, elements=st.floats(0, 2)) for shape in ((P,), (M, P))))


ONE_EACH = arrays(float, M, elements=NUMBERS)


@pytest.mark.slow
@given(arrays(float, (M, P), elements=NUMBERS), ONE_EACH, PRECISIONS, ONE_EACH,
       arrays(float, (2, P), elements=NUMBERS), st.sampled_from(naive.every(D)))  # fmt: skip
def test_prop_factor_of_bumps_equals_enumeration(support, weights, precision, log_scale, ends, case):
    model = lt.RBFExpansion(support, weights, precision, 0.5, log_scale)
    inputs = [[ends[0, u] if mask[j] else ends[1, u] for u, j in enumerate(OWNER)] for mask in naive.masks(D)]
    values = [by_definition(model, x) for x in inputs]
    F, scale = model.on_superpixels(*ends, OWNER), max(1, np.exp(log_scale).max())
    np.testing.assert_allclose(model(np.array(inputs)), values, rtol=0, atol=1e-12 * scale)
    np.testing.assert_allclose(F(naive.masks(D)), values, rtol=0, atol=1e-13 * scale)
    design = getattr(lt, case[0])(*case[1])
    closed, table = lt.limit(F, design), lt.limit(lt.SetFunction(values), design)
    np.testing.assert_allclose(closed.coefficients, table.coefficients, rtol=0, atol=1e-12 * scale)


def test_far_centres_and_scales_beyond_float64_balance():
    model = lt.RBFExpansion([[40.0, 40.0]], [1.0], 1.0, log_scale=[3000.0])
    F = model.on_superpixels([1.0, 1.0], [0.0, 0.5], [0, 1])
    expected = [math.exp(3000 - a - b) for a, b in ((1600, 39.5**2), (39**2, 39.5**2), (1600, 39**2), (39**2, 39**2))]
    np.testing.assert_allclose(F(naive.masks(2)), expected, rtol=1e-11)


def test_a_superpixel_whose_replacement_is_the_original_is_an_exact_dummy():
    rng = np.random.default_rng(0)
    model, x = lt.RBFExpansion(rng.normal(size=(4, P)), rng.normal(size=4), 0.3), rng.normal(size=P)
    other = np.where(np.array(OWNER) == 2, x, x + 1)
    F = model.on_superpixels(x, other, OWNER)
    assert (F.on[:, 2] == F.off[:, 2]).all()
    assert lt.limit(F, lt.ProductDesign([0.3, 0.4, 0.5])).coefficients[2] == 0


def test_blocks_change_nothing(monkeypatch):
    rng = np.random.default_rng(1)
    model = lt.RBFExpansion(rng.normal(size=(7, P)), rng.normal(size=7), 0.3)
    x, labels = rng.normal(size=(5, P)), [1, 0, 2, 1, 0, 2]
    whole, F = model(x), model.on_superpixels(x[0], x[1], labels)
    monkeypatch.setattr("limetheory.fitted.kernels.rbf._BLOCK", 2 * P)
    np.testing.assert_allclose(model(x), whole, rtol=1e-14)
    assert (model.on_superpixels(x[0], x[1], labels).on == F.on).all()


def test_images_and_their_superpixels():
    rng = np.random.default_rng(2)
    masked = lt.MaskedImage(rng.random((2, 3, 3)), np.array([[0, 0, 1], [2, 2, 1]]))
    model = lt.RBFExpansion(rng.random((4, 18)), rng.normal(size=4), 0.7, -0.2)
    F = lt.set_function(model, masked)
    np.testing.assert_allclose(F(naive.masks(3)), model(masked.compose(naive.masks(3))), rtol=1e-13)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (([1.0], [1.0], 1.0), r"support must have shape \(m, p\) with m, p ≥ 1, got \(1,\)"),
        (([[np.nan]], [1.0], 1.0), "support must be finite, got 1 NaN or infinite"),
        (([[1.0]], [1.0, 2.0], 1.0), "weights must have one entry for each of the 1 centres, got 2"),
        (([[1.0]], [1.0], -1.0), r"precision must be non-negative, .* got \(\) with minimum -1"),
        (([[1.0, 2.0]], [1.0], [1.0, 2.0, 3.0]), r"or of shape \(2,\) or \(1, 2\), got \(3,\)"),
        (([[1.0]], [1.0], 1.0, np.inf), "intercept must be finite"),
        (([[1.0]], [1.0], 1.0, 0.0, [1.0, 2.0]), "log_scale must have one entry"),
    ],
)
def test_an_expansion_refuses(arguments, message):
    with pytest.raises(ValueError, match=message):
        lt.RBFExpansion(*arguments)


def test_inputs_and_owners_that_do_not_fit_are_refused():
    model = lt.RBFExpansion(np.zeros((1, 4)), [1.0], 1.0)
    with pytest.raises(ValueError, match=r"the 4 features of the fit, got a batch of shape \(2, 3, 3\); resize"):
        model(np.zeros((2, 3, 3)))
    with pytest.raises(ValueError, match="inputs must be finite"):
        model(np.full((1, 4), np.nan))
    with pytest.raises(ValueError, match="owner must number the superpixel of each of the 4 features"):
        model.on_superpixels(np.zeros(4), np.ones(4), [0, 1])
