"""Infidelity and sensitivity against loops and closed forms."""

import naive
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scenes import table

import limetheory as lt
from limetheory.metrics import infidelity, sensitivity


def loop(F, beta, masks, probability):
    full = F(np.ones((1, len(beta)), bool))[0]
    terms = [p * (sum(b for b, on in zip(beta, z, strict=True) if not on) - (full - F(z[None])[0])) ** 2
             for z, p in zip(masks, probability, strict=True)]  # fmt: skip
    return sum(terms)


@pytest.mark.slow
@given(st.lists(st.integers(-9, 9).map(float), min_size=1, max_size=6), st.booleans())
def test_exact_coefficients_of_an_additive_function_have_none(c, scale):
    for design in (lt.BernoulliDesign(len(c)), lt.ImageDesign(len(c))):
        assert infidelity(lt.Additive(c, 5.0), c, design, scale=scale) == pytest.approx(0, abs=1e-20)
        assert infidelity(lt.Additive(c, 5.0), np.add(c, 1), design) > 1e-4


@pytest.mark.parametrize("name", ["ImageDesign", "TextDesign", "BernoulliDesign", "ShapleyDesign"])
def test_enumerated_infidelity_is_the_loop_over_the_measure(name):
    F, beta = table(4), np.array([0.5, -1.0, 0.2, 0.0])
    law, weight = naive.measure(name, (4,))
    mass = law * weight / (law @ weight)
    found = infidelity(F, beta, getattr(lt, name)(4))
    assert found == pytest.approx(loop(F, beta, naive.masks(4), mass), rel=1e-12)
    assert abs(found - loop(F, beta, naive.masks(4), np.full(16, 1 / 16))) > 1e-3 or name == "BernoulliDesign"


def test_masks_are_equally_likely():
    F, beta = table(3), np.array([1.0, 0.0, -1.0])
    masks = naive.masks(3)[[1, 1, 6]]
    assert infidelity(F, beta, masks) == pytest.approx(loop(F, beta, masks, [1 / 3] * 3), rel=1e-12)


def test_one_coefficient_too_large_by_delta_costs_delta_squared_times_its_chance():
    assert infidelity(lt.Additive([1.0, 2.0]), [1.5, 2.0], lt.BernoulliDesign(2, 0.2)) == pytest.approx(0.8 * 0.25)


def test_scaling_is_optimal():
    F, beta, design = table(4), np.array([0.5, -1.0, 0.2, 0.3]), lt.ImageDesign(4)
    best = infidelity(F, beta, design, scale=True)
    around = [infidelity(F, a * beta, design) for a in np.linspace(-3, 3, 601)]
    assert best <= min(around) + 1e-12 and min(around) - best < 1e-3
    assert infidelity(F, 100 * beta, design, scale=True) == pytest.approx(best, rel=1e-9)
    assert infidelity(F, [0.0] * 4, design, scale=True) == infidelity(F, [0.0] * 4, design)


@pytest.mark.parametrize("design", [lt.ImageDesign(5), lt.BernoulliDesign(5, 0.3)])
def test_sampled_infidelity_tends_to_the_enumerated_one(design):
    # Over 40 seeds of n = 4000 the mean is within 5 of its standard errors: fails by chance 6e-7; the law without
    # its weight (or p = 1/2) lies more than 20 of them off.
    F, beta = table(5), np.ones(5)
    found = np.array([infidelity(F, beta, design, n=4000, rng=seed) for seed in range(40)])
    bar = 5 * found.std(ddof=1) / np.sqrt(40)
    assert abs(found.mean() - infidelity(F, beta, design)) < bar
    assert abs(found.mean() - infidelity(F, beta, lt.BernoulliDesign(5))) > 4 * bar


def test_one_call_of_all_masks():
    calls = []
    F = table(4)
    infidelity(lambda masks: calls.append(len(masks)) or F(masks), [0.0] * 4, lt.BernoulliDesign(4))
    assert calls == [17]


@pytest.mark.parametrize(
    ("law", "options", "kind", "words"),
    [
        (lt.BernoulliDesign(4), {}, ValueError, r"masks must have shape \(n, 3\)"),
        (np.full((2, 3), 0.5), {}, ValueError, "law must be True and False, 0 and 1 or 0 and 255, got 0.5 to 0.5"),
        (0.5, {}, TypeError, r"law must be a design or masks \(n, d\), got 0.5; try BernoulliDesign\(d\)"),
        (np.ones((0, 3), bool), {}, ValueError, r"got \(0, 3\)"),
        (lt.BernoulliDesign(3), {"n": 0}, ValueError, "n must be at least 1"),
        (lt.BernoulliDesign(17), {}, ValueError, "n must be given above d = 16"),
    ],
)
def test_bad_arguments_are_refused(law, options, kind, words):
    with pytest.raises(kind, match=words):
        infidelity(table(3), [1.0, 2.0, 3.0], law, **options)


def test_sensitivity_is_that_of_the_loop():
    image, matrix = np.random.default_rng(0).random((3, 4)), np.random.default_rng(1).normal(size=(2, 12))
    rng, changes = np.random.default_rng(5), []
    for _ in range(6):
        noise = np.clip(image + rng.uniform(-0.1, 0.1, (3, 4)), 0, 1)
        changes.append(np.linalg.norm(matrix @ (noise - image).ravel()) / np.linalg.norm(matrix @ image.ravel()))
    found = sensitivity(lambda picture: matrix @ picture.ravel(), image, radius=0.1, n=6, rng=5)
    assert found == pytest.approx((max(changes), np.mean(changes)), rel=1e-12)


def test_sensitivity_is_bounded_by_the_norm_and_grows_with_n():
    image = np.full((2, 3), 0.5)
    few, many = (sensitivity(lambda x: 2 * x.ravel(), image, radius=0.1, n=n, relative=False) for n in (3, 300))
    assert few.maximum <= many.maximum <= 2 * 0.1 * np.sqrt(6) and many.maximum > 0.7 * 2 * 0.1 * np.sqrt(6)


def test_a_constant_explanation_is_not_sensitive_and_an_empty_one_has_no_relative_change():
    image = np.full((2, 3), 0.5)
    assert sensitivity(lambda x: [1.0, 2.0], image) == (0.0, 0.0)
    assert np.isnan(sensitivity(lambda x: [0.0, 0.0], image)).all()


def test_segments_must_stay():
    lengths = iter([2, 3])
    with pytest.raises(ValueError, match="keep 2 segments, got 3"):
        sensitivity(lambda x: np.ones(next(lengths)), np.full((2, 2), 0.5))


def test_masks_with_gaps_are_refused():
    with pytest.raises(TypeError, match="law must be an array without gaps, got a masked array; fill it"):
        infidelity(lt.Additive([1.0, 2.0]), [1.0, 2.0], np.ma.array([[True, False]], mask=[[False, True]]))
