"""BayLIME against the normal equations, scikit-learn, a brute-force evidence, and its limits."""

import math

import naive
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize_scalar
from scipy.stats import multivariate_normal
from sklearn.linear_model import BayesianRidge

import limetheory as lt
from limetheory.estimation.variants.baylime import _fit, baylime, baylime_limit

DESIGNS = [("ImageDesign", (5, 0.25)), ("BernoulliDesign", (5, 0.3)), ("TextDesign", (5, 0.25)), naive.product(5)]
PRIOR = [0.5, -1.0, 0.0, 2.0, 0.3]
FULL = {"prior_mean": PRIOR, "prior_precision": 3.0, "noise_precision": 1.7}
PARTIAL = {"prior_mean": PRIOR, "prior_precision": 3.0}
GIVEN = {"non_informative": {}, "partial": PARTIAL, "full": FULL}


def built(case):
    return getattr(lt, case[0])(*case[1])


def table(d: int = 5, seed: int = 0) -> np.ndarray:
    rng = np.random.default_rng([d, seed])
    return naive.masks(d) @ rng.normal(size=d) + 0.5 * rng.normal(size=2**d)


def drawn(design, n: int, seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The masks, weights and values that a seed gives."""
    masks = design.sample(n, np.random.default_rng(seed))
    return masks.astype(float), design.weight(masks), table(design.d)[masks @ (1 << np.arange(design.d))]


def posterior(masks, weights, values, mean, prior, noise):
    """Posterior means (intercept first) and deviations by the normal equations, row after row, flat intercept."""
    rows = np.column_stack([np.ones(len(masks)), masks])
    precision = np.diag([0.0] + [prior] * masks.shape[1])
    right = precision @ [0.0, *mean]
    for row, weight, value in zip(rows, weights, values, strict=True):
        precision = precision + noise * weight * np.outer(row, row)
        right = right + noise * weight * value * row
    return np.linalg.solve(precision, right), np.sqrt(np.diag(np.linalg.inv(precision)))


@pytest.mark.parametrize("n", [2, 4, 60, 5000])
@pytest.mark.parametrize("case", DESIGNS, ids=naive.name)
def test_full_is_the_conjugate_posterior(case, n):
    design = built(case)
    found = baylime(lt.SetFunction(table()), design, n, 3, "full", **FULL)
    mean, deviations = posterior(*drawn(design, n, 3), PRIOR, 3.0, 1.7)
    np.testing.assert_allclose([found.intercept, *found.coefficients], mean, rtol=1e-9, atol=1e-10)
    np.testing.assert_allclose(found.standard_errors, deviations[1:], rtol=1e-9)
    assert (found.prior_precision, found.noise_precision) == (3.0, pytest.approx(1.7)) and found.n_evaluations == n
    assert found.prior_mean.tolist() == PRIOR and found.degrees_of_freedom == math.inf


@pytest.mark.parametrize("case", DESIGNS, ids=naive.name)
def test_non_informative_is_scikit_learn_s_bayesian_ridge(case):
    design = built(case)
    masks, weights, values = drawn(design, 80, 3)
    judge = BayesianRidge(max_iter=10_000, tol=1e-10).fit(masks, values, sample_weight=weights * 80 / weights.sum())
    found = baylime(lt.SetFunction(table()), design, 80, 3)
    np.testing.assert_allclose(found.coefficients, judge.coef_, rtol=1e-8)
    np.testing.assert_allclose(found.standard_errors, np.sqrt(np.diag(judge.sigma_)), rtol=1e-8)
    assert found.intercept == pytest.approx(judge.intercept_, rel=1e-8)
    assert found.prior_precision == pytest.approx(judge.lambda_) and not found.prior_mean.any()
    assert found.noise_precision == pytest.approx(judge.alpha_ * 80 / weights.sum())


def log_evidence(masks, weights, values, mean, prior, noise):
    """log of the n-dimensional normal density of the centred values, plus log Gamma(1e-6, 1e-6) of α."""
    weights = weights * len(weights) / weights.sum()
    rows, targets = masks - weights @ masks / len(masks), values - weights @ values / len(masks)
    covariance = np.diag(1 / (noise * weights)) + rows @ rows.T / prior
    return multivariate_normal.logpdf(targets, rows @ mean, covariance) + 1e-6 * (math.log(noise) - noise)


@pytest.mark.parametrize("prior", [0.05, 3.0, 400.0])
@pytest.mark.parametrize("mean", [PRIOR, [30.0, -20.0, 9.0, 0.0, 50.0]], ids=["near", "far"])
@pytest.mark.parametrize("case", DESIGNS, ids=naive.name)
def test_partial_maximises_the_evidence(case, mean, prior):
    design = built(case)
    data = drawn(design, 40, 5)
    found = baylime(lt.SetFunction(table()), design, 40, 5, "partial", prior_mean=mean, prior_precision=prior)
    grid = np.linspace(-12, 12, 200)
    scores = [log_evidence(*data, mean, prior, math.exp(t)) for t in grid]
    best = int(np.argmax(scores))
    brute = minimize_scalar(
        lambda t: -log_evidence(*data, mean, prior, math.exp(t)),
        bounds=(grid[max(best - 1, 0)], grid[min(best + 1, 199)]), method="bounded", options={"xatol": 1e-10},
    )  # fmt: skip
    scaled = found.noise_precision * data[1].sum() / 40
    assert math.log(scaled) == pytest.approx(brute.x, abs=1e-5)
    assert log_evidence(*data, mean, prior, 1.05 * scaled) < log_evidence(*data, mean, prior, scaled)  # mutants
    assert log_evidence(*data, mean, prior, scaled / 1.05) < log_evidence(*data, mean, prior, scaled)
    full = {"prior_mean": mean, "prior_precision": prior, "noise_precision": found.noise_precision}
    again = baylime(lt.SetFunction(table()), design, 40, 5, "full", **full)
    np.testing.assert_allclose(again.coefficients, found.coefficients, rtol=1e-12)


@pytest.mark.parametrize("case", DESIGNS, ids=naive.name)
def test_partial_at_scikit_learn_s_own_prior_finds_its_noise(case):
    design, F = built(case), lt.SetFunction(table())
    fitted = baylime(F, design, 80, 3)
    found = baylime(F, design, 80, 3, "partial", prior_mean=np.zeros(5), prior_precision=fitted.prior_precision)
    assert found.noise_precision == pytest.approx(fitted.noise_precision, rel=1e-7)
    np.testing.assert_allclose(found.coefficients, fitted.coefficients, rtol=1e-8)


def covariance(law, weight, values):
    """Cov_μ(z, z) and Cov_μ(z, F) by a sum over the masks, and α_0."""
    share, masks = law * weight / (law @ weight), naive.masks(5)
    rows = masks - share @ masks
    return (share[:, None] * rows).T @ rows, rows.T @ (share * values), law @ weight


@pytest.mark.parametrize("ridge", [0.0, 0.02, 1.0])
@pytest.mark.parametrize("case", DESIGNS, ids=naive.name)
def test_the_limit_is_ridge_regression_towards_the_prior_mean(case, ridge):
    gram, moment, mass = covariance(*naive.measure(*case), table())
    kappa = ridge / mass
    best = np.linalg.solve(gram, moment)
    expected = np.linalg.solve(gram + kappa * np.eye(5), gram @ best + kappa * np.array(PRIOR))
    found = baylime_limit(lt.SetFunction(table()), built(case), PRIOR, ridge)
    np.testing.assert_allclose(found.coefficients, expected, atol=1e-11)
    assert not found.standard_errors.any() and found.n_evaluations == 32


@pytest.mark.parametrize("ridge", [1e-9, 0.02, 1.0, 1e9])
@pytest.mark.parametrize("case", DESIGNS, ids=naive.name)
def test_all_masks_in_their_proportions_give_the_limit(case, ridge):
    law, weight = naive.measure(*case)
    sample = lt.Sample.of(naive.masks(5), law * weight, table())
    given = {"prior_mean": np.array(PRIOR), "prior_precision": 2 * ridge, "noise_precision": 2.0}
    found, limit = _fit(sample, given), baylime_limit(lt.SetFunction(table()), built(case), PRIOR, ridge)
    np.testing.assert_allclose(found.coefficients, limit.coefficients, atol=1e-9)
    assert found.intercept == pytest.approx(limit.intercept, abs=1e-9)
    target = lt.limit(lt.SetFunction(table()), built(case)).coefficients if ridge < 1e-6 else PRIOR
    if ridge in (1e-9, 1e9):  # the two ends
        np.testing.assert_allclose(found.coefficients, target, atol=1e-6)


@pytest.mark.parametrize("mode", GIVEN)
@pytest.mark.parametrize("case", DESIGNS, ids=naive.name)
def test_the_effect_of_the_prior_falls_like_one_over_n(case, mode):
    # Without randomness in the claim: at each seed the gap to weighted least squares on the same masks falls
    # about a hundredfold from n = 300 to 30,000. The mutant, λ growing with n, keeps its gap.
    design, F = built(case), lt.SetFunction(table())

    def gap(n, factor=1.0):
        given = {**GIVEN[mode]}
        if given:
            given["prior_precision"] = given["prior_precision"] * factor
        least_squares = lt.estimate(F, design, n, 9).coefficients
        return np.abs(baylime(F, design, n, 9, mode, **given).coefficients - least_squares).max()

    assert gap(30_000) < 0.02 * gap(300)
    assert mode == "non_informative" or gap(30_000, 100.0) > 0.2 * gap(300)


@pytest.mark.slow
@pytest.mark.parametrize("case", DESIGNS[:2], ids=naive.name)
def test_a_share_of_the_prior_that_is_held_gives_the_ridge_limit(case):
    # 300 repetitions at n = 1000: the mean is within 6 standard errors (false alarm < 1e-6) of the limit, plus a
    # bias of order 1/n; the limit without the prior (the mutant) is outside for some coefficient.
    design, F, rng = built(case), lt.SetFunction(table()), np.random.default_rng(4)
    given = {"prior_mean": PRIOR, "prior_precision": 100.0, "noise_precision": 1.0}
    answers = np.array([baylime(F, design, 1000, rng, "full", **given).coefficients for _ in range(300)])
    mean, error = answers.mean(axis=0), answers.std(axis=0) / math.sqrt(300)
    allowed = 6 * error + 2e-3
    assert (np.abs(mean - baylime_limit(F, design, PRIOR, 0.1).coefficients) < allowed).all()
    assert (np.abs(mean - lt.limit(F, design).coefficients) > allowed).any()


@pytest.mark.parametrize("mode", ["partial", "full"])
def test_one_mask_leaves_the_prior(mode):
    found = baylime(lt.SetFunction(table()), lt.ImageDesign(5), 1, 0, mode, **GIVEN[mode])
    np.testing.assert_array_equal(found.coefficients, PRIOR)
    np.testing.assert_allclose(found.standard_errors, 3.0**-0.5)


@pytest.mark.parametrize("mode", GIVEN)
def test_an_exact_fit_and_a_constant_stay_finite(mode):
    for F, weights in ((lt.Additive([1.0, -2.0, 0.0, 0.5, 3.0]), [1.0, -2.0, 0.0, 0.5, 3.0]),
                       (lambda masks: np.full(len(masks), 0.1), np.zeros(5))):  # fmt: skip
        found = baylime(F, lt.ImageDesign(5), 400, 0, mode, **GIVEN[mode])
        assert np.isfinite([found.noise_precision, found.prior_precision, *found.standard_errors]).all()
        if mode != "full":
            np.testing.assert_allclose(found.coefficients, weights, atol=1e-3)


@settings(max_examples=40)
@given(st.permutations(range(5)), st.floats(1e-3, 1e3), st.integers(0, 10**6), st.floats(-5, 5))
def test_units_names_and_offsets_do_not_matter(order, unit, seed, offset):
    law, weight = naive.measure("ImageDesign", (5, 0.25))
    masks, values = naive.masks(5), table(seed=seed)

    def answer(masks, values, mean, unit=1.0):
        given = {"prior_mean": np.asarray(mean), "prior_precision": 3 / unit**2, "noise_precision": 40 / unit**2}
        return _fit(lt.Sample.of(masks, law * weight, values), given)

    plain = answer(masks, values, PRIOR)
    other = answer(masks[:, order], unit * values + offset, unit * np.array(PRIOR)[order], unit)
    np.testing.assert_allclose(other.coefficients / unit, plain.coefficients[order], atol=1e-9 * max(1, 1 / unit))
    np.testing.assert_allclose(other.standard_errors / unit, plain.standard_errors[order], rtol=1e-9)


class Model:
    """A nonlinear function with exact values; may be interrupted."""

    def __init__(self, block_size, stop_at=None):
        self.block_size, self.stop_at, self.calls = block_size, stop_at, 0

    def __call__(self, masks):
        self.calls += 1
        if self.calls == self.stop_at:
            raise KeyboardInterrupt
        return (np.packbits(masks, axis=1)[:, 0] * 37 % 101).astype(float)


@pytest.mark.parametrize("mode", GIVEN)
def test_block_size_does_not_matter_and_interruptions_carry_what_is_finished(mode):
    whole = baylime(Model(4096), lt.ImageDesign(5), 128, 7, mode, **GIVEN[mode])
    assert np.array_equal(
        baylime(Model(9), lt.ImageDesign(5), 128, 7, mode, **GIVEN[mode]).coefficients, whole.coefficients
    )
    with pytest.raises(lt.Interrupted) as caught:
        baylime(Model(64, stop_at=3), lt.ImageDesign(5), 1000, 7, mode, **GIVEN[mode])
    assert caught.value.sample.n == 128
    np.testing.assert_array_equal(caught.value.explanation.coefficients, whole.coefficients)
    with pytest.raises(lt.Interrupted) as caught:
        baylime(Model(64, stop_at=1), lt.ImageDesign(5), 1000, 7, mode, **GIVEN[mode])
    assert caught.value.explanation is None


class Weightless(lt.BernoulliDesign):
    """A design whose weights all underflow."""

    def weight(self, masks):
        return np.zeros(len(masks))


@pytest.mark.parametrize("changes, error, words", [
    ({"n": 0}, ValueError, "n must be at least 1, got 0; draw more masks"),
    ({"mode": "non_informative", "n": 1, **dict.fromkeys(FULL)}, ValueError, "n must be at least 2, got 1"),
    ({"mode": "none"}, ValueError, "mode must be one of non_informative, partial, full, got 'none'"),
    ({"mode": "non_informative"}, ValueError, "mode 'non_informative' takes neither prior nor noise, got prior_mean"),
    ({"mode": "partial"}, ValueError, "takes prior_mean, prior_precision, got .*noise_precision; give just these or"),
    ({"noise_precision": None}, ValueError, "mode 'full' takes .*noise_precision, got prior_mean, prior_precision"),
    ({"prior_precision": 0.0}, ValueError, "prior_precision must be above 0, got 0.0"),
    ({"noise_precision": -1.0}, ValueError, "noise_precision must be above 0"),
    ({"prior_precision": "1"}, TypeError, "prior_precision must be a number"),
    ({"prior_mean": [1.0]}, ValueError, "prior_mean must have one number for each of the 5 coefficients, got 1"),
    ({"prior_mean": [np.nan] * 5}, ValueError, "prior_mean must be finite"),
    ({"F": 3}, TypeError, "F must be a callable"),
    ({"F": lt.Additive([1.0, 2.0])}, ValueError, "got 2 and 5; build the design with d=2"),
    ({"F": lambda masks: masks}, ValueError, "one number for each mask"),
    ({"design": 5}, TypeError, "design must be a limetheory design"),
    ({"design": lt.ShapleyDesign(5)}, ValueError, r"no sum constraint, got the efficient ShapleyDesign\(d=5\); use"),
    ({"design": Weightless(5)}, ValueError, "weights of the 50 masks drawn must have a positive sum, got 0"),
    ({"rng": "seed"}, TypeError, "rng must be None, a non-negative integer"),
])  # fmt: skip
def test_bad_arguments_are_refused(changes, error, words):
    arguments = {"F": lt.SetFunction(table()), "design": lt.ImageDesign(5), "n": 50, "rng": 0, "mode": "full", **FULL}
    with pytest.raises(error, match=words):
        baylime(**{**arguments, **changes})


@pytest.mark.parametrize("changes, error, words", [
    ({"model": 3}, TypeError, "F must be a callable"),
    ({"design": lt.ShapleyDesign(5)}, ValueError, "no sum constraint"),
    ({"prior_mean": [1.0]}, ValueError, "one number for each of the 5 coefficients"),
    ({"ridge": -0.1}, ValueError, "ridge must be at least 0"),
])  # fmt: skip
def test_refusals_of_the_limit(changes, error, words):
    arguments = {"model": lt.SetFunction(table()), "design": lt.ImageDesign(5), "prior_mean": PRIOR, "ridge": 0.1}
    with pytest.raises(error, match=words):
        baylime_limit(**{**arguments, **changes})
