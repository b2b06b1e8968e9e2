"""`select_features`: the population against a sample of all masks, refusals in one line."""

import numpy as np
import pytest
from lime_rows import METHODS, lime_selects

import limetheory as lt
from limetheory.designs import Design

D = 7
DESIGNS = [
    lt.ImageDesign(D), lt.ImageDesign(D, 0.1), lt.ImageDesign(D, np.inf), lt.TextDesign(D), lt.BernoulliDesign(D, 0.3),
    lt.ProductDesign(np.linspace(0.15, 0.8, D)), lt.ProductDesign(np.linspace(0.3, 0.6, D), np.linspace(0.4, 1, D)),
    lt.SizeLawDesign([0.5, 1, 0, 2, 1, 3, 1, 1]), lt.ImageDesign(10), lt.ImageDesign(1),
]  # fmt: skip


def table(d, seed=0):
    return lt.SetFunction(np.random.default_rng(seed).normal(size=1 << d))


def every_mask(F, design):
    """All masks with a probability, at their exact weights."""
    masks = lt.all_masks(design.d)
    shares = design.probability(masks)
    return lt.Sample.of(masks[shares > 0], shares[shares > 0], F(masks[shares > 0]))


@pytest.mark.parametrize("design", DESIGNS, ids=repr)
@pytest.mark.parametrize("seed", range(3))
def test_the_population_selects_what_a_sample_of_all_masks_selects(design, seed):
    F = table(design.d, seed)
    exact, sample = lt.limit(F, design), every_mask(F, design)
    ones = np.ones(design.d)
    for k in range(1, design.d + 1):
        for method in ("forward", "lasso_path", "auto", "none"):
            expected = lt.select_features(sample, k, method, instance=ones).tolist()
            if method != "auto" or k <= 6:
                assert lt.select_features(exact, k, method, design=design).tolist() == expected
    # lime's ridge of 0.01 is on sums of weights: with weights of sum 10^9 it is none
    heavy = lt.Sample.of(sample.masks, 1e9 * sample.weights, sample.values)
    for k in range(1, design.d + 1):
        expected = lt.select_features(heavy, k, "highest_weights", instance=ones).tolist()
        assert lt.select_features(exact, k, "highest_weights").tolist() == expected


@pytest.mark.slow
def test_selection_by_size_alone_is_another():
    """The mutant: the largest coefficients in place of K-LASSO and of the forward path."""
    design, unlike = lt.ProductDesign(np.linspace(0.15, 0.8, D)), {"forward": 0, "lasso_path": 0}
    for seed in range(60):
        exact = lt.limit(table(D, seed), design)
        top = set(lt.select_features(exact, 3, "highest_weights").tolist())
        for method in unlike:
            unlike[method] += set(lt.select_features(exact, 3, method, design=design).tolist()) != top
    assert min(unlike.values()) >= 3


@pytest.mark.parametrize("seed", range(5))
def test_at_infinite_bandwidth_all_methods_are_the_order_of_sizes(seed):
    design = lt.ImageDesign(D, np.inf)
    exact = lt.limit(table(D, seed), design)
    for k in range(1, D + 1):
        order = np.argsort(-np.abs(exact.coefficients))[:k].tolist()
        assert lt.select_features(exact, k, "forward", design=design).tolist() == order
        assert lt.select_features(exact, k, "highest_weights").tolist() == order
        assert lt.select_features(exact, k, "lasso_path", design=design).tolist() == sorted(order)


@pytest.mark.slow
@pytest.mark.parametrize("method", METHODS)
def test_a_sample_selects_what_lime_selects_with_its_first_mask_as_the_instance(method):
    rng = np.random.default_rng(4)
    for d in (4, 9):
        masks = lt.TextDesign(d).sample(60, rng)
        weights, values = lt.TextDesign(d).weight(masks), rng.normal(size=60)
        for k in range(1, d + 1):
            found = lt.select_features(lt.Sample.of(masks, weights, values), k, method).tolist()
            assert found == lime_selects(masks.astype(float), values, weights, k, method)


def test_auto_is_forward_up_to_six_features():
    rng = np.random.default_rng(0)
    masks = lt.ImageDesign(9).sample(80, rng)
    sample = lt.Sample.of(masks, np.ones(80), rng.normal(size=80))
    for k, method in ((6, "forward"), (7, "highest_weights")):
        assert lt.select_features(sample, k).tolist() == lt.select_features(sample, k, method).tolist()


class WithDesign(lt.Explanation):
    """An explanation with its design, as those of images have it."""

    design = lt.ImageDesign(D, 0.1)


def test_the_design_of_an_explanation_is_its_own_unless_another_is_given():
    exact = lt.limit(table(D), WithDesign.design)
    own = WithDesign(exact.coefficients, exact.intercept, exact.standard_errors, 0)
    for method in METHODS:
        assert (
            lt.select_features(own, 3, method).tolist()
            == lt.select_features(exact, 3, method, design=WithDesign.design).tolist()
        )


class Coupled(lt.BernoulliDesign):
    """A design whose covariances come from its Gram matrix."""

    def covariance(self):
        return Design.covariance(self)


def test_another_design_has_its_covariances_from_its_gram_matrix():
    F = table(D)
    for method in METHODS:
        plain, own = lt.BernoulliDesign(D, 0.3), Coupled(D, 0.3)
        found = [lt.select_features(lt.limit(F, one), 4, method, design=one).tolist() for one in (plain, own)]
        assert found[0] == found[1]


EXACT = lt.limit(table(D), lt.ImageDesign(D))
RIDGED = lt.estimate(table(D), lt.ImageDesign(D), 200, 0, ridge=1.0)
MASKS = lt.ImageDesign(D).sample(30, np.random.default_rng(0))
SAMPLE = lt.Sample.of(MASKS, np.ones(30), np.arange(30.0))


def unchecked(weights, values=None):
    """A sample that `Sample.of` would refuse."""
    return lt.Sample(D, SAMPLE.bits, np.asarray(weights), SAMPLE.values if values is None else np.asarray(values))


REFUSED = [
    (dict(explanation_or_sample=EXACT, k=0), "k must be at least 1, got 0; select one feature at least"),
    (dict(explanation_or_sample=EXACT, k=8), "k must be at most the number of features, 7, got 8; method 'none'"),
    (dict(explanation_or_sample=SAMPLE, k=8), "k must be at most the number of features, 7, got 8; method 'none'"),
    (dict(explanation_or_sample=EXACT, k=2, method="foward"), "got 'foward'; did you mean 'forward'?"),
    (dict(explanation_or_sample=EXACT, k=2, method=3), "got 3; choose one of these"),
    (dict(explanation_or_sample=EXACT, k=2), "got an explanation without one; give design=ImageDesign"),
    (dict(explanation_or_sample=EXACT, k=2, design=lt.ImageDesign(6)), "design must have d = 7, got ImageDesign"),
    (dict(explanation_or_sample=EXACT, k=2, design=lt.ShapleyDesign(7)), "no sum constraint, got the efficient"),
    (dict(explanation_or_sample=RIDGED, k=2, design=lt.ImageDesign(7)), "got method 'wls, ridge'; select from"),
    (dict(explanation_or_sample=lt.slime_limit(table(D), lt.ImageDesign(D), 3), k=2, design=lt.ImageDesign(7)),
     "got SparseExplanation; select from"),
    (dict(explanation_or_sample=lt.refit(SAMPLE, [1, 2]), k=2, design=lt.ImageDesign(7)), "2 of 7 selected'; select"),
    (dict(explanation_or_sample=EXACT, k=2, method="highest_weights", instance=[1.0]), "must have 7 entries, got 1"),
    (dict(explanation_or_sample=EXACT, k=2, method="highest_weights", level=95), "level must be above 0 and below 1"),
    (dict(explanation_or_sample=unchecked([np.nan, *[1.0] * 29]), k=2), "weights must be finite and at least 0, got 1"),
    (dict(explanation_or_sample=unchecked([-1.0, *[1.0] * 29]), k=2), "weights must be finite and at least 0, got 1"),
    (dict(explanation_or_sample=unchecked(np.zeros(30)), k=2), "positive sum, got 0"),
    (dict(explanation_or_sample=unchecked(np.ones(30), [np.inf, *[1.0] * 29]), k=2), "values must be finite, got 1"),
    (dict(explanation_or_sample=lt.Sample.of(MASKS[:1], [1.0], [1.0]), k=2), "2 masks at least, got 1"),
    (dict(explanation_or_sample=lt.Sample.of(MASKS, np.ones(30), np.ones(30), (0.0, 1.0)), k=2), "got a sample with"),
]  # fmt: skip


@pytest.mark.parametrize(("arguments", "message"), REFUSED, ids=[message[:40] for _, message in REFUSED])
def test_refusals_are_one_line(arguments, message):
    with pytest.raises(ValueError) as error:
        lt.select_features(**arguments)
    assert message in str(error.value) and "\n" not in str(error.value)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((np.ones(3), 2), "an Explanation or a Sample is needed, got ndarray"),
        ((EXACT, 2.5), "k must be an integer, got 2.5"),
    ],
)
def test_refusals_of_types(arguments, message):
    with pytest.raises(TypeError, match=message):
        lt.select_features(*arguments)


def test_coefficients_that_are_not_determined_are_refused():
    few = lt.Explanation(np.ones(3), 0.0, np.array([0.1, np.inf, 0.1]), 5)
    with pytest.raises(ValueError, match="must be determined by the masks, got 1"):
        lt.select_features(few, 1, "forward", design=lt.ImageDesign(3))
