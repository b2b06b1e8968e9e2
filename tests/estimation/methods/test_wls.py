"""thm:clt: weighted least squares against scikit-learn, its standard errors against a naive loop."""

from dataclasses import replace

import naive
import numpy as np
import pytest
from sklearn.linear_model import LinearRegression, Ridge

import limetheory as lt
from limetheory.estimation.methods.copies import population_leverage
from limetheory.estimation.methods.wls import wls
from limetheory.estimation.samples.sample import draw

CASES = [*naive.exchangeable(6), naive.product(6), ("ImageDesign", (33, 0.25)), ("ImageDesign", (7, 1e3)),
         ("ImageDesign", (3, 0.05)), ("ImageDesign", (1, 0.25))]  # fmt: skip


class Recorded:
    """A nonlinear set function that keeps the masks it was asked about."""

    def __init__(self, block_size: int = 64):
        self.block_size, self.blocks = block_size, []

    def __call__(self, masks):
        self.blocks.append(masks.copy())
        return np.sin(masks @ np.arange(1.0, masks.shape[1] + 1)) + masks[:, 0]

    def __getattr__(self, name):
        if name != "masks":
            raise AttributeError(name)
        return np.concatenate(self.blocks)


@pytest.mark.slow
@pytest.mark.parametrize("block_size", [1, 64, 4096])
@pytest.mark.parametrize("include_original", [False, True])
@pytest.mark.parametrize("ridge", [0.0, 1.0, 30.0])
@pytest.mark.parametrize("case", CASES, ids=naive.name)
def test_wls_equals_scikit_learn_on_the_same_masks(case, ridge, include_original, block_size):
    design, F = getattr(lt, case[0])(*case[1]), Recorded(block_size)
    answer = lt.estimate(F, design, 150, rng=3, ridge=ridge, include_original=include_original)
    assert F.masks.shape == (150, design.d) and F.masks[0].all() >= include_original
    judge = Ridge(alpha=ridge) if ridge else LinearRegression()
    judge.fit(F.masks, Recorded()(F.masks), sample_weight=design.weight(F.masks))
    np.testing.assert_allclose(answer.coefficients, judge.coef_, rtol=1e-10, atol=1e-10)
    assert answer.intercept == pytest.approx(judge.intercept_, abs=1e-10) and answer.n_evaluations == 150


def sample_of(case, n: int) -> lt.Sample:
    design = getattr(lt, case[0])(*case[1])
    masks = design.sample(n, np.random.default_rng(1))
    return lt.Sample.of(masks, design.weight(masks), Recorded()(masks))


@pytest.mark.parametrize("ridge", [0.0, 1.0])
@pytest.mark.parametrize("case", CASES, ids=naive.name)
def test_standard_errors_are_the_hc3_sandwich(case, ridge):
    sample = sample_of(case, 120)
    masks = np.unpackbits(sample.bits, axis=1, count=sample.d).astype(float)
    beta, errors = naive.hc3(masks, sample.weights, sample.values, ridge)
    answer = wls(sample, ridge)
    np.testing.assert_allclose(answer.coefficients, beta[1:], rtol=1e-9, atol=1e-10)
    if sample.d > 1:  # with one superpixel the misfit is zero, and so are both
        np.testing.assert_allclose(answer.standard_errors, errors[1:], rtol=1e-7, atol=1e-11)
    effective = sample.weights.sum() ** 2 / (sample.weights**2).sum()
    assert answer.degrees_of_freedom == pytest.approx(max(effective - sample.d - 1, 1))


def sandwich(x, weights, targets, inverse, beta) -> np.ndarray:
    """Σ of the outer products of what each row does to the coefficients, HC3, row after row."""
    total = np.zeros_like(inverse)
    for row, weight, target in zip(x, weights, targets, strict=True):
        move = inverse @ row * weight * (target - row @ beta) / (1 - weight * row @ inverse @ row)
        total += np.outer(move, move)
    return total


@pytest.mark.parametrize("ridge", [0.0, 1.0])
@pytest.mark.parametrize("case", [*naive.exchangeable(6), naive.product(6)], ids=naive.name)
def test_the_covariance_is_the_hc3_sandwich_off_the_diagonal_too(case, ridge):
    sample = sample_of(case, 120)
    masks = np.unpackbits(sample.bits, axis=1, count=6).astype(float)
    x = np.column_stack([np.ones(120), masks])
    inverse = np.linalg.inv((x.T * sample.weights) @ x + np.diag([0.0] + [ridge] * 6))
    beta = inverse @ (x.T * sample.weights) @ sample.values
    expected = sandwich(x, sample.weights, sample.values, inverse, beta)[1:, 1:]
    answer = wls(sample, ridge)
    np.testing.assert_allclose(answer.covariance, expected, rtol=1e-7, atol=1e-9 * np.abs(expected).max())
    assert np.array_equal(np.sqrt(np.diag(answer.covariance)), answer.standard_errors)


def test_kernel_shap_s_covariance_is_that_of_the_free_coordinates():
    F, design = Recorded(), lt.ShapleyDesign(5)
    answer = wls(draw(F, design, 100, np.random.default_rng(2)))
    values = Recorded()(F.masks)
    free = np.arange(102) >= 2  # F(0) and F(1) are asked first
    (empty,), (full,) = values[~F.masks.any(axis=1)], values[F.masks.all(axis=1)]
    z, last = F.masks[free, :-1].astype(float), F.masks[free, -1].astype(float)
    x, targets = z - last[:, None], values[free] - empty - last * (full - empty)
    weights = design.weight(F.masks[free])
    inverse = np.linalg.inv((x.T * weights) @ x)
    rest = sandwich(x, weights, targets, inverse, inverse @ (x.T * weights) @ targets)
    back = np.vstack([np.eye(4), -np.ones(4)])  # β_5 is what is left
    np.testing.assert_allclose(answer.covariance, back @ rest @ back.T, rtol=1e-8, atol=1e-12)


def as_drawn(sample, design, found, *arguments, **options):
    """Standard errors without the terms that `small_sample_correction` adds."""
    return found


def line_at(x, root, values, kept, row):
    return row @ np.linalg.lstsq(root[kept, None] * x[kept], root[kept] * values[kept], rcond=None)[0]


@pytest.mark.parametrize(
    "case", [("ImageDesign", (4, 0.25)), naive.product(4), ("ShapleyDesign", (4,))], ids=naive.name
)
def test_the_unbiased_method_s_covariance_is_that_of_its_terms_with_lines_through_other_masks(case, monkeypatch):
    monkeypatch.setattr("limetheory.estimation.methods.unbiased.small_sample_correction", as_drawn)
    design, F, n = getattr(lt, case[0])(*case[1]), Recorded(), 103
    answer = lt.estimate(F, design, n, rng=5, method="unbiased")
    masks = F.masks[-n:]
    values, weights = Recorded()(masks), design.weight(masks)
    x, root = np.column_stack([np.ones(n), masks]), np.sqrt(weights)
    misfits = np.zeros(n)
    for i in range(n):
        copies = (masks == masks[i]).all(axis=1)
        without = values[i] - line_at(x, root, values, ~copies, x[i])
        if copies.sum() > 1:
            without *= 1 - population_leverage(design, masks[i : i + 1])[0]
        alone = values[i] - line_at(x, root, values, np.arange(n) != i, x[i])
        misfits[i] = max(without, alone, key=abs)
    terms = (weights * misfits)[:, None] * x @ np.linalg.pinv(naive.gram(4, np.multiply(*naive.measure(*case))))
    if design.efficient:  # the coefficients move within their sum
        terms[:, 1:] -= terms[:, 1:].mean(axis=1, keepdims=True)
    np.testing.assert_allclose(answer.covariance, terms[:, 1:].T @ terms[:, 1:] / n**2, rtol=1e-7, atol=1e-12)
    np.testing.assert_allclose(answer.standard_errors, np.sqrt(np.diag(answer.covariance)), rtol=1e-12)


def test_kernel_shap_is_least_squares_in_the_coordinates_that_keep_the_constraint():
    F, design = Recorded(), lt.ShapleyDesign(5)
    answer = lt.estimate(F, design, 100, rng=2)
    values = Recorded()(F.masks)
    free = F.masks.sum(axis=1) % 5 > 0
    assert answer.n_evaluations == len(values) == 102 and free.sum() == 100
    (empty,), (full,) = values[~F.masks.any(axis=1)], values[F.masks.all(axis=1)]
    z, targets = F.masks[free].astype(float), values[free] - empty
    last = z[:, -1]  # β_5 = F(1) − F(0) − Σ_{j<5} β_j
    rest = np.linalg.lstsq(z[:, :-1] - last[:, None], targets - last * (full - empty), rcond=None)[0]
    np.testing.assert_allclose(answer.coefficients, [*rest, full - empty - rest.sum()], atol=1e-12)
    assert answer.intercept == empty


@pytest.mark.parametrize(
    "case", [*naive.every(7), ("ImageDesign", (33, 0.05)), ("ImageDesign", (1, 1e3))], ids=naive.name
)
def test_an_additive_function_is_explained_exactly_with_the_error_of_three_unseen_masks(case):
    design = getattr(lt, case[0])(*case[1])
    F, n = lt.Additive(np.arange(1.0, design.d + 1), -2.0), 12 * design.d + 40
    for method in ("wls", "unbiased"):
        answer, sample = lt.estimate(F, design, n, rng=0, method=method), draw(F, design, n, np.random.default_rng(0))
        np.testing.assert_allclose(answer.coefficients, F.weights, rtol=1e-8)
        assert answer.intercept == pytest.approx(-2.0, abs=1e-6)
        assert wls(sample).standard_errors.max() < 1e-6  # the sandwich alone sees no misfit
        every = len(np.unique(sample.bits, axis=0)) == design.support_size
        finite = np.isfinite(answer.standard_errors)
        if method == "unbiased" and not every and finite.any():
            influence = design.influence(sample.masks, np.ones(n)) / n
            floor = np.sqrt(3 * (influence**4).sum(axis=0) / (influence**2).sum(axis=0)) * sample.scale
            np.testing.assert_allclose(answer.standard_errors[finite], floor[finite], rtol=1e-6)


def test_the_error_of_unseen_masks_drops_to_0_with_the_last_mask_but_never_of_random_values():
    F, design = lt.Additive([1.0, -2.0, 0.5, 3.0]), lt.BernoulliDesign(4)
    masks = np.vstack([lt.all_masks(4)] * 4)

    def errors(kept, random=False):
        sample = lt.Sample.of(kept, np.ones(len(kept)), F(kept))
        return wls(replace(sample, random=random), 0.0, design).standard_errors

    without_one = masks[~masks.all(axis=1)]  # 60 of 64 masks: all but copies of one
    assert (errors(without_one) > 0.3).all() and (errors(without_one) < 1.0).all()
    assert errors(masks).max() < 1e-12
    z = np.column_stack([np.ones(64), masks])
    influence = (z @ np.linalg.inv(z.T @ z))[:, 1:]
    floor = np.sqrt(3 * (influence**4).sum(axis=0) / (influence**2).sum(axis=0)) * np.ptp(F(masks))
    np.testing.assert_allclose(errors(masks, random=True), floor, rtol=1e-9)


def test_d_plus_one_masks_of_full_rank_give_an_additive_function_but_no_standard_error():
    masks = np.vstack([np.zeros(4, bool), np.eye(4, dtype=bool)])
    answer = wls(lt.Sample.of(masks, np.ones(5), masks @ np.array([1.0, 2, 3, 4]) + 0.5))
    np.testing.assert_allclose([answer.intercept, *answer.coefficients], [0.5, 1, 2, 3, 4], atol=1e-12)
    assert np.isinf(answer.standard_errors).all() and np.isinf(answer.interval()).all()
    assert np.isinf(answer.simultaneous_interval()).all() and np.isinf(np.diag(answer.covariance)).all()


def test_coefficients_that_the_masks_do_not_determine_have_infinite_error():
    rng = np.random.default_rng(0)
    masks = rng.random((60, 5)) < 0.5
    masks[:, 1] = masks[:, 0]  # two superpixels always together
    masks[:, 4] = True  # and one that never changes
    answer = wls(lt.Sample.of(masks, np.ones(60), rng.normal(size=60)))
    assert np.isinf(answer.standard_errors).tolist() == [True, True, False, False, True]
    assert np.array_equal(np.isinf(answer.covariance), np.diag([True, True, False, False, True]))
    assert not answer.covariance[[0, 1, 4]][:, [2, 3]].any() and answer.covariance[2, 3] != 0
    assert np.isinf(answer.simultaneous_interval()).all(axis=1).tolist() == [True, True, False, False, True]
    assert answer.coefficients[0] == pytest.approx(answer.coefficients[1], abs=1e-12)
    assert answer.coefficients[4] == pytest.approx(0, abs=1e-12)


def test_many_copies_of_one_mask_determine_nothing():
    answer = wls(lt.Sample.of(np.ones((20, 3)), np.ones(20), np.ones(20)))
    assert np.isinf(answer.standard_errors).all()


def test_standard_errors_are_infinite_if_only_d_plus_one_different_masks_occur():
    masks = np.vstack([np.zeros(3, bool), np.eye(3, dtype=bool)])[np.arange(40) % 4]
    answer = wls(lt.Sample.of(masks, np.ones(40), np.cos(masks @ np.arange(1.0, 4.0))))
    assert np.isinf(answer.standard_errors).all()


def test_coefficients_that_depend_on_copies_of_one_mask_have_infinite_error_for_every_block_size(monkeypatch):
    rng = np.random.default_rng(0)
    masks = rng.random((60, 5)) < 0.5
    masks[:, 3] = True
    masks[[7, 20, 41]] = [True, False, True, False, True]  # the only masks without superpixel 3
    values, hanging = rng.normal(size=60), [False, False, False, True, False]
    values[[7, 20, 41]] = 0.3
    sample = lt.Sample.of(masks, rng.random(60), values)
    answer = wls(sample)
    assert np.isinf(answer.standard_errors).tolist() == hanging
    monkeypatch.setattr("limetheory.estimation.samples.sample.BLOCK", 7)
    assert np.isinf(wls(sample).standard_errors).tolist() == hanging
    assert np.isfinite(wls(sample, ridge=1.0).standard_errors).all()
    masks[41, 1] = True  # a second mask without it
    assert np.isfinite(wls(lt.Sample.of(masks, np.ones(60), values)).standard_errors).all()


def test_coefficients_that_depend_on_one_mask_are_exact_if_all_masks_are_drawn():
    masks = naive.masks(1)[np.arange(9) % 2] > 0
    assert wls(lt.Sample.of(masks, np.ones(9), masks[:, 0] * 2.0)).standard_errors[0] < 1e-12


def test_the_ends_of_a_constrained_fit_count_as_seen():
    masks = np.array([[True, False], [False, True]])[np.arange(9) % 2]
    answer = wls(lt.Sample.of(masks, np.ones(9), np.where(masks[:, 0], 1.0, 3.0), ends=(0.0, 4.0)))
    assert answer.coefficients == pytest.approx([1, 3]) and answer.standard_errors.max() < 1e-6


def test_a_coefficient_may_depend_on_masks_of_an_exhausted_stratum_alone():
    design = lt.GlimeDesign(8, 0.1)  # next to nothing but the sizes 8 and 7, whose nine masks are all drawn
    F = lt.SetFunction(np.random.default_rng(8).normal(size=256))
    answer = lt.estimate(F, design, 60, rng=0, sampling="strata")
    assert answer.standard_errors.max() < 1e-6
    assert answer.coefficients == pytest.approx(lt.limit(F, design).coefficients, abs=1e-6)


def test_weights_that_all_underflow_are_refused_with_the_remedy():
    with pytest.raises(ValueError, match=r"positive sum, got 0 .*such as a wider bandwidth"):
        wls(lt.Sample.of(np.eye(3), np.zeros(3), np.ones(3)))


def test_tiny_weights_give_the_answer_of_the_same_weights_scaled_up():
    sample = sample_of(("ImageDesign", (6, 0.25)), 100)
    masks = np.unpackbits(sample.bits, axis=1, count=6)
    tiny, plain = (wls(lt.Sample.of(masks, sample.weights * c, sample.values)) for c in (2.0**-700, 1.0))
    np.testing.assert_allclose(tiny.coefficients, plain.coefficients, rtol=1e-9)
    np.testing.assert_allclose(tiny.interval(), plain.interval(), rtol=1e-9)
