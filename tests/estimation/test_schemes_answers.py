"""Estimates with pairs, strata and leverage: seeds, blocks, interrupts, the ends of the range, and bad arguments."""

import naive
import numpy as np
import pytest
from schemes import METHODS, OTHERS, built, table

import limetheory as lt


class Model:
    """A nonlinear function, equal to the last bit however masks are grouped, which can be interrupted."""

    def __init__(self, block_size, stop_at=None):
        self.block_size, self.stop_at, self.calls, self.masks = block_size, stop_at, 0, []

    def __call__(self, masks):
        self.calls += 1
        assert len(masks) <= self.block_size
        if self.calls == self.stop_at:
            raise KeyboardInterrupt
        self.masks.append(masks.copy())
        return (np.packbits(masks[:, :8], axis=1)[:, 0] * 37 % 101).astype(float)


def equal(one, other):
    for field in ("coefficients", "covariance", "intercept", "n_evaluations", "degrees_of_freedom"):
        assert np.array_equal(getattr(one, field), getattr(other, field)), field


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("scheme", OTHERS)
@pytest.mark.parametrize("case", [("ImageDesign", (9, 0.25)), ("ShapleyDesign", (9,)), naive.product(9)],
                         ids=naive.name)  # fmt: skip
def test_the_answer_is_the_same_to_the_bit_for_every_block_size(case, scheme, method):
    if (case[0], scheme) == ("ProductDesign", "strata"):
        return
    answers = [lt.estimate(Model(size), built(case), 301, 7, method, sampling=scheme) for size in (1, 2, 7, 64, 4096)]
    for answer in answers[1:]:
        equal(answer, answers[0])
    other = lt.estimate(Model(64), built(case), 301, 8, method, sampling=scheme)
    assert (other.coefficients != answers[0].coefficients).any()


@pytest.mark.parametrize("scheme", ["pairs", "leverage"])
def test_the_answer_is_the_same_across_the_internal_block_of_4096(scheme):
    answers = [lt.estimate(Model(size), lt.ImageDesign(6), 9001, 7, sampling=scheme) for size in (999, 4096, 10_000)]
    equal(answers[0], answers[1])
    equal(answers[0], answers[2])


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("scheme", ["pairs", "leverage"])
def test_an_interruption_carries_the_explanation_of_the_finished_masks(scheme, method):
    with pytest.raises(lt.Interrupted, match="interrupted after 128 evaluations") as caught:
        lt.estimate(Model(64, stop_at=3), lt.ImageDesign(6), 1000, 5, method, sampling=scheme)
    equal(caught.value.explanation, lt.estimate(Model(64), lt.ImageDesign(6), 128, 5, method, sampling=scheme))


def test_an_interruption_between_complements_drops_the_first():
    with pytest.raises(lt.Interrupted, match="after 30 evaluations") as caught:
        lt.estimate(Model(1, stop_at=32), lt.ImageDesign(6), 1000, 5, sampling="pairs")
    equal(caught.value.explanation, lt.estimate(Model(64), lt.ImageDesign(6), 30, 5, sampling="pairs"))


@pytest.mark.parametrize("method", METHODS)
def test_an_interrupted_stratified_sample_is_explained_within_its_errors(method):
    # 128 of 600 planned masks: each coefficient within 6 of its standard errors of the limit, false alarm < 1e-5 with
    # some 100 degrees of freedom. Without the ratio (the mutant) the answer is of another limit.
    design, truth = lt.ImageDesign(10), lt.limit(Model(4096), lt.ImageDesign(10)).coefficients
    with pytest.raises(lt.Interrupted) as caught:
        lt.estimate(Model(64, stop_at=3), design, 600, 5, method, sampling="strata")
    sample, answer = caught.value.sample, caught.value.explanation
    assert sample.n == answer.n_evaluations == 128 and sample.strata is None and sample.ratio.shape == (128,)
    assert (np.abs(answer.coefficients - truth) < 6 * answer.standard_errors).all()
    assert np.isfinite(answer.standard_errors).all() and answer.standard_errors.max() < 40


@pytest.mark.parametrize("n", [64, 65, 200])
@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("case", [case for case in naive.every(6) if case[0] != "ProductDesign"], ids=naive.name)
def test_strata_are_exact_with_error_zero_once_every_mask_is_drawn(case, method, n):
    design, F = built(case), Model(64)
    answer, limit = lt.estimate(F, design, n, 0, method, sampling="strata"), lt.limit(Model(4096), design)
    np.testing.assert_allclose(answer.coefficients, limit.coefficients, atol=1e-9)
    assert answer.intercept == pytest.approx(limit.intercept, abs=1e-9) and not answer.standard_errors.any()
    assert answer.n_evaluations == len(np.concatenate(F.masks)) <= 64


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("scheme", OTHERS)
@pytest.mark.parametrize("case", [*naive.every(7), ("ImageDesign", (33, 0.05)), ("ImageDesign", (40, 0.25))],
                         ids=naive.name)  # fmt: skip
def test_an_additive_function_is_explained_exactly_and_shows_no_misfit(case, scheme, method, monkeypatch):
    for name in ("wls", "unbiased"):  # the sandwich alone, without misfits that no mask shows
        corrected = f"limetheory.estimation.methods.{name}.small_sample_correction"
        monkeypatch.setattr(corrected, lambda _, __, found, *___, **____: found)
    if (case[0], scheme) == ("ProductDesign", "strata"):
        return
    design = built(case)
    F = lt.Additive(np.arange(1.0, design.d + 1), -2.0)
    answer = lt.estimate(F, design, 16 * design.d + 41, 0, method, sampling=scheme)
    np.testing.assert_allclose(answer.coefficients, F.weights, rtol=1e-7)
    assert answer.intercept == pytest.approx(-2.0, abs=1e-6) and answer.standard_errors.max() < 1e-6


@pytest.mark.parametrize("scheme, n, method", [("pairs", 10, "wls"), ("pairs", 8, "unbiased"), ("strata", 6, "wls"),
                                               ("strata", 4, "unbiased"), ("leverage", 6, "wls")])  # fmt: skip
def test_the_fewest_masks_allowed_give_a_finite_answer(scheme, n, method):
    for seed in range(5):
        answer = lt.estimate(Model(64), lt.ImageDesign(5), n, seed, method, sampling=scheme)
        assert np.isfinite([answer.intercept, *answer.coefficients]).all()
        assert not np.isnan(answer.standard_errors).any()


@pytest.mark.parametrize("n", [10, 11, 12])
def test_standard_errors_are_infinite_if_there_are_at_most_as_many_pairs_as_parameters(n):
    answer = lt.estimate(Model(64), lt.BernoulliDesign(5), n, 0, sampling="pairs")
    assert np.isinf(answer.standard_errors).all()


@pytest.mark.parametrize("scheme", OTHERS)
def test_one_superpixel_is_explained_exactly(scheme):
    for method in METHODS:
        answer = lt.estimate(lt.SetFunction([1.0, 3.0]), lt.ImageDesign(1), 40, 0, method, sampling=scheme)
        assert answer.coefficients == pytest.approx([2.0], abs=1e-12)
        assert answer.standard_errors == pytest.approx([0.0], abs=1e-7)


@pytest.mark.slow
def test_ridge_of_pairs_and_leverage_tends_to_the_same_limit():
    # 6 standard errors of the mean of 100 plus a bias of order 1/n; the limit without ridge (the mutant) is outside.
    design, F, rng = lt.ImageDesign(5), lt.SetFunction(table(5)), np.random.default_rng(0)
    for scheme in ("pairs", "leverage", "design"):
        answers = [lt.estimate(F, design, 1000, rng, ridge=200.0, sampling=scheme).coefficients for _ in range(100)]
        mean, error = np.mean(answers, axis=0), np.std(answers, axis=0) / np.sqrt(100)
        assert (np.abs(mean - lt.limit(F, design, ridge=0.2).coefficients) < 6 * error + 2e-3).all()
        assert (np.abs(mean - lt.limit(F, design).coefficients) > 6 * error + 2e-3).any()


class Foreign(lt.Design):
    """A design that is neither exchangeable nor a product."""

    d = 3
    total_mass = marginals = centred = alpha = probability = density = None
    gram = gram_inverse = condition = solve = shrink = chance = squared_influence = None

    def weight(self, masks):
        return np.ones(len(masks))

    def sample(self, n, rng):
        return rng.random((n, 3)) < 0.5


@pytest.mark.parametrize("changes, words", [
    ({"sampling": "halton"}, "sampling must be one of design, pairs, strata, balanced, leverage, got 'halton'"),
    ({"sampling": "pairs", "n": 9}, "n must be at least 10, got 9; d = 5 coefficients need d pairs"),
    ({"sampling": "pairs", "n": 7, "method": "unbiased"}, "n must be at least 8, got 7"),
    ({"sampling": "pairs", "method": "adjusted"}, "method 'adjusted' chooses masks by itself, got sampling='pairs'"),
    ({"sampling": "strata", "include_original": True}, "include_original chooses masks .*use sampling 'design'"),
    ({"sampling": "strata", "design": lt.ProductDesign([0.5] * 5)}, "'strata' needs an exchangeable .* ProductDesign"),
    ({"sampling": "strata", "design": Foreign()}, "needs an exchangeable design .*got Foreign; use sampling 'pairs'"),
])  # fmt: skip
def test_refusals_are_one_line_with_the_remedy(changes, words):
    with pytest.raises(ValueError, match=words) as caught:
        lt.estimate(**{"F": Model(64), "design": lt.ImageDesign(5), "n": 50, "rng": 0, **changes})
    assert "\n" not in str(caught.value)
