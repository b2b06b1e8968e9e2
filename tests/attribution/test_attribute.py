"""`attribute` on given masks is its formula, row after row, and refuses masks that lack what the formula needs."""

import by_hand
import naive
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import limetheory as lt
from limetheory.attribution import ATTRIBUTIONS, attribute

D = 5
VALUES = np.random.default_rng(3).uniform(0.1, 0.9, 2**D)
F = lt.SetFunction(VALUES)
LEAVE_ONE_OUT = np.vstack([np.ones((1, D), bool), ~np.eye(D, dtype=bool)])
KEEP_ONE = np.vstack([np.ones((1, D), bool), np.eye(D, dtype=bool)])


class Asked:
    """F, with the masks that it was asked for."""

    def __init__(self, block_size=4096):
        self.block_size, self.masks = block_size, []

    def __call__(self, masks):
        assert len(masks) <= self.block_size
        self.masks.append(masks.copy())
        return F(masks)

    @property
    def n(self):
        return sum(map(len, self.masks))


def drawn(n, seed=0):
    return np.random.default_rng(seed).random((n, D)) < 0.5


def with_one_part_rows(n, seed=0):
    return np.vstack([LEAVE_ONE_OUT, np.eye(D, dtype=bool), drawn(n, seed)])


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("method", by_hand.METHODS[:6])
def test_means_and_differences_are_their_formulas(method, seed):
    masks = with_one_part_rows(20, seed)
    found = attribute(F, masks, method)
    expected = by_hand.on_rows(method, masks, F(masks), VALUES[-1], VALUES[0])
    np.testing.assert_allclose(found.coefficients, expected, atol=1e-14)
    assert found.intercept == 0.0 and found.method == method


@pytest.mark.parametrize("method", ["ols", "lime", "kernel_shap"])
def test_regressions_are_exact_fractions(method):
    masks = drawn(40)
    found = attribute(F, masks, method)
    slopes, intercept = by_hand.regression(method, masks, VALUES)
    np.testing.assert_allclose(found.coefficients, slopes, atol=1e-12)
    assert found.intercept == pytest.approx(intercept, abs=1e-12) and found.method == method
    if method == "kernel_shap":
        assert found.coefficients.sum() == pytest.approx(VALUES[-1] - VALUES[0], abs=1e-12)
    mutant = by_hand.regression("ols" if method != "ols" else "lime", masks, VALUES)[0]
    assert np.abs(found.coefficients - mutant).max() > 1e-3


def test_lime_has_the_weights_of_the_design_and_a_shapley_design_is_not_weighted_twice():
    masks = drawn(40)
    narrow = naive.ImageDesign(D, 0.15)[1]
    found = attribute(F, masks, "lime", design=lt.ImageDesign(D, 0.15)).coefficients
    np.testing.assert_allclose(found, by_hand.regression("lime", masks, VALUES, narrow)[0], atol=1e-12)
    flat = attribute(F, masks, "lime", design=lt.ImageDesign(D, float("inf"))).coefficients
    np.testing.assert_allclose(flat, attribute(F, masks, "ols").coefficients, atol=1e-12)
    inner = masks[(masks.sum(axis=1) > 0) & (masks.sum(axis=1) < D)]
    once = attribute(F, inner, "kernel_shap", design=lt.ShapleyDesign(D)).coefficients
    counts = np.bincount(inner @ (1 << np.arange(D)), minlength=2**D)
    np.testing.assert_allclose(once, naive.regression(VALUES, counts, efficient=True)[0], atol=1e-12)
    assert np.abs(once - attribute(F, inner, "kernel_shap").coefficients).max() > 1e-3


@pytest.mark.parametrize("method", ["ols", "lime"])
def test_a_ridge_is_on_the_sum_of_weighted_squares(method):
    masks = drawn(30)
    found = attribute(F, masks, method, ridge=2.0).coefficients
    counts = np.bincount(masks @ (1 << np.arange(D)), minlength=2**D)
    expected = naive.regression(VALUES, by_hand.kernel_mass(method, counts, D), ridge=2)[0]
    np.testing.assert_allclose(found, expected, atol=1e-12)
    assert np.abs(found - attribute(F, masks, method).coefficients).max() > 1e-3
    few = attribute(F, masks[:4], method, ridge=2.0)  # a penalty needs no more masks than parts
    assert np.isfinite(few.coefficients).all()


@pytest.mark.slow
@given(st.integers(0, 10**6), st.sampled_from(["rise", "pda", "ols", "lime", "kernel_shap"]))
def test_a_permutation_of_the_parts_permutes_the_numbers(seed, method):
    rng = np.random.default_rng(seed)
    order, masks = rng.permutation(D), drawn(40, seed)
    found = attribute(lambda rows: F(rows[:, np.argsort(order)]), masks[:, order], method).coefficients
    np.testing.assert_allclose(found, attribute(F, masks, method).coefficients[order], atol=1e-10)


@pytest.mark.parametrize("method", ["rise", "pda", "ols", "lime", "kernel_shap"])
def test_values_may_be_moved_and_scaled(method):
    # a + b F: RISE moves by a, all others by nothing, and all scale with b
    masks = drawn(40)
    plain, other = attribute(F, masks, method), attribute(lambda rows: 3.0 - 2.0 * F(rows), masks, method)
    moved = 3.0 if method == "rise" else 0.0
    np.testing.assert_allclose(other.coefficients, moved - 2.0 * plain.coefficients, atol=1e-12)
    np.testing.assert_allclose(other.standard_errors, 2.0 * plain.standard_errors, rtol=1e-9)


@pytest.mark.parametrize("block_size", [1, 7, 4096])
@pytest.mark.parametrize("method", by_hand.METHODS)
def test_each_mask_is_asked_for_once_and_blocks_change_nothing(method, block_size):
    masks = with_one_part_rows(40)
    masks = masks[masks.any(axis=1)]  # with the full mask, and without the empty one
    asked = Asked(block_size)
    found = attribute(asked, masks, method)
    beside = 2 if method == "kernel_shap" else 0
    assert asked.n == len(masks) + beside and found.n_evaluations == asked.n
    np.testing.assert_array_equal(np.concatenate(asked.masks)[beside:], masks)
    whole = attribute(F, masks, method)
    assert (found.coefficients == whole.coefficients).all()
    assert (found.standard_errors == whole.standard_errors).all()


@pytest.mark.parametrize(("method", "beside"), [("rise", 0), ("pda", 1), ("ols", 0), ("kernel_shap", 2)])
def test_ends_that_no_mask_has_are_asked_for_besides(method, beside):
    masks = drawn(60)
    inner = masks[(masks.sum(axis=1) > 0) & (masks.sum(axis=1) < D)]
    asked = Asked()
    found = attribute(asked, inner, method)
    assert found.n_evaluations == asked.n == len(inner) + beside
    both = attribute(Asked(), np.vstack([inner, np.ones((1, D), bool), np.zeros((1, D), bool)]), "kernel_shap")
    assert both.n_evaluations == len(inner) + 2


def test_a_sample_is_attributed_without_asking_again():
    design = lt.ShapleyDesign(D)
    masks = design.sample(60, np.random.default_rng(0))
    ends = (float(VALUES[0]), float(VALUES[-1]))
    sample = lt.Sample.of(masks, design.weight(masks), F(masks), ends)
    for method in ("rise", "pda", "ols", "kernel_shap"):
        asked = Asked()
        found = attribute(asked, sample, method, design=design)
        assert asked.n == 0
        fresh = attribute(F, masks, method, design=design)
        np.testing.assert_allclose(found.coefficients, fresh.coefficients, atol=1e-14)
        np.testing.assert_allclose(found.standard_errors, fresh.standard_errors, rtol=1e-12)
    unsaid = attribute(F, sample, "kernel_shap")  # a sample with ends is one of a Shapley design
    np.testing.assert_allclose(unsaid.coefficients, found.coefficients, atol=1e-14)


def test_a_sample_with_weights_of_its_own_keeps_them_for_lime_alone():
    masks = drawn(40)
    weights = np.random.default_rng(1).uniform(0.5, 2.0, 40)
    sample = lt.Sample.of(masks, weights, F(masks))
    found = attribute(F, sample, "lime").coefficients
    expected = naive.regression(VALUES, np.bincount(masks @ (1 << np.arange(D)), weights, minlength=2**D))[0]
    np.testing.assert_allclose(found, expected, atol=1e-12)
    for method in ("rise", "pda", "ols"):
        np.testing.assert_allclose(
            attribute(F, sample, method).coefficients, attribute(F, masks, method).coefficients, atol=1e-12
        )


class Interrupting(Asked):
    def __call__(self, masks):
        if len(self.masks) == 3:
            raise KeyboardInterrupt
        return super().__call__(masks)


def test_an_interruption_carries_the_attribution_of_the_finished_masks():
    masks = drawn(200)
    masks = masks[~masks.all(axis=1)][:100]
    for method, asked_before in (("rise", 0), ("pda", 1), ("ols", 0), ("kernel_shap", 2)):
        done = 60 - 20 * asked_before  # F(1), and F(0), are asked for first, each by a call
        with pytest.raises(lt.Interrupted, match=f"interrupted after {done} evaluations") as caught:
            attribute(Interrupting(20), masks, method)
        part = caught.value.explanation
        np.testing.assert_array_equal(part.coefficients, attribute(F, masks[:done], method).coefficients)
        assert part.n_evaluations == done + asked_before
    with pytest.raises(lt.Interrupted) as caught:
        attribute(Interrupting(1), masks, "ols")  # three masks are too few for five slopes
    assert caught.value.explanation is None


def test_ciu_of_a_constant_is_zero():
    for method, rows in (("ciu", LEAVE_ONE_OUT), ("ciu_inverse", KEEP_ONE)):
        found = attribute(lambda masks: np.full(len(masks), 0.3), rows, method)
        assert not found.coefficients.any() and not found.standard_errors.any()


@pytest.mark.parametrize("name", ["rise", "pda", "ciu", "ols", "kernel_shap"])
def test_all_masks_of_some_sizes_are_no_draws_and_have_no_error(name):
    assert not attribute(F, LEAVE_ONE_OUT, name).standard_errors.any()
    assert not attribute(F, lt.all_masks(D), name).standard_errors.any()
    if name == "ciu":  # the range of F over masks that were drawn is not known for certain
        assert np.isinf(attribute(F, with_one_part_rows(10), name).standard_errors).all()
        return
    for other in (np.vstack([lt.all_masks(D)] * 2), lt.all_masks(D)[:-2]):
        assert attribute(F, other, name).standard_errors.any()
    by_law = lt.all_masks(D), lt.BernoulliDesign(D, 0.3)  # these masks have other probabilities under the design
    assert attribute(F, by_law[0], name, design=by_law[1]).standard_errors.any()
    assert not attribute(F, by_law[0], name, design=lt.BernoulliDesign(D)).standard_errors.any()


def test_every_row_of_the_table_has_a_test_of_its_formula():
    assert set(by_hand.METHODS) == set(ATTRIBUTIONS.own)
