"""Method "active": the posterior mean of the limit given values at active masks, and what it leaves uncertain."""

import naive
import numpy as np
import pytest
from scipy.special import expit, logit

import limetheory as lt
from limetheory.estimation.active.search import Search
from limetheory.estimation.methods import active as module
from limetheory.estimation.surrogates.families import Recipe
from limetheory.estimation.surrogates.gaussian_process import Kernel

D = 5
MASKS = naive.masks(D)
PROBABILITIES = np.random.default_rng(0).uniform(0.05, 0.95, 1 << D)
KERNEL = Kernel(np.array([0.2, 0.5, 1.0, 0.1, 0.7]), 0.8, 0.6, 0.3, 0.05)


def prior():
    """The covariance of F at every two masks by the definition, without noise."""
    return np.array([[
        KERNEL.amplitude * np.exp(-sum(KERNEL.rates[a != b])) + KERNEL.constant
        + KERNEL.slope * sum((2.0 * a - 1) * (2.0 * b - 1)) for b in MASKS] for a in MASKS
    ])  # fmt: skip


def posterior_mean(values, seen):
    mean, noisy = values[seen].mean(), prior()[np.ix_(seen, seen)] + KERNEL.noise * np.eye(len(seen))
    return mean + prior()[:, seen] @ np.linalg.solve(noisy, values[seen] - mean)


def answered(design, n, monkeypatch):
    """The explanation with a given kernel for values and log odds, and the indices of its masks."""
    monkeypatch.setattr("limetheory.estimation.active.search.averaged_recipe", lambda *_: Recipe(KERNEL, KERNEL))
    monkeypatch.setattr(module, "averaged_recipe", lambda *_: Recipe(KERNEL, KERNEL))
    asked = []

    def recorded(masks):
        asked.extend(masks @ (1 << np.arange(D)))
        return PROBABILITIES[masks @ (1 << np.arange(D))]

    found = lt.estimate(recorded, design, n, 3, "active")
    return found, np.array(list(dict.fromkeys(asked)))


@pytest.mark.parametrize("case", [("ImageDesign", (D, 0.25)), ("ShapleyDesign", (D,)), ("BernoulliDesign", (D, 0.4))],
                         ids=naive.name)  # fmt: skip
def test_the_mean_of_both_posteriors_with_the_values_that_are_known(case, monkeypatch):
    found, seen = answered(getattr(lt, case[0])(*case[1]), 14, monkeypatch)
    completed = (posterior_mean(PROBABILITIES, seen) + expit(posterior_mean(logit(PROBABILITIES), seen))) / 2
    completed[seen] = PROBABILITIES[seen]
    law, weight = naive.measure(*case)
    beta, intercept = naive.regression(completed, law * weight, efficient=case[0] == "ShapleyDesign")
    assert found.coefficients == pytest.approx(beta, abs=1e-11)
    assert found.intercept == pytest.approx(intercept, abs=1e-11)


def test_the_covariance_is_that_of_both_processes_with_their_disagreement_and_what_is_not_learned(monkeypatch):
    design, (law, _) = lt.BernoulliDesign(D, 0.4), naive.BernoulliDesign(D, 0.4)
    found, seen = answered(design, 14, monkeypatch)
    weights = law * design.influence(MASKS, np.ones(1 << D)).T

    def left(kernel_matrix, noise, slopes):
        full, own = kernel_matrix + noise * np.eye(1 << D), weights * slopes
        rest = full - full[:, seen] @ np.linalg.solve(full[np.ix_(seen, seen)], full[seen])
        return own @ rest @ own.T

    log_odds = expit(posterior_mean(logit(PROBABILITIES), seen))
    within = (left(prior(), 0.05, 1.0) + left(prior(), 0.05, log_odds * (1 - log_odds))) / 2
    betas = []
    for predicted in (posterior_mean(PROBABILITIES, seen), log_odds):
        completed = np.where(np.isin(np.arange(1 << D), seen), PROBABILITIES, predicted)
        betas.append(naive.regression(completed, law)[0])
    apart = np.outer(*2 * [(betas[0] - betas[1]) / 2])
    same = np.array([[(a == b).sum() - (a != b).sum() for b in MASKS] for a in MASKS])
    differ = np.array([[(a != b).sum() for b in MASKS] for a in MASKS])
    unlearned = left(0.5 * np.exp(-4 / D * differ) + 1 + same / D, 0.05, 1.0)
    q = (D + 2) / 14
    expected = (1 + q) * (within + apart) + q**2 * PROBABILITIES[seen].var() * unlearned
    assert found.covariance == pytest.approx(expected, abs=1e-10)
    assert found.standard_errors == pytest.approx(np.sqrt(np.diag(expected)), abs=1e-10)
    assert np.abs((1 + q) * within - expected).max() > 1e-5  # the mutant without the other two terms


@pytest.mark.parametrize("case", [*naive.exchangeable(5), ("ShapleyDesign", (5,)), ("ImageDesign", (1,)),
                                  ("ImageDesign", (2,)), ("ShapleyDesign", (2,)), ("ProductDesign", ([0.3, 0.6],))],
                         ids=naive.name)  # fmt: skip
def test_exact_where_every_mask_is_evaluated(case):
    design = getattr(lt, case[0])(*case[1])
    F = lt.SetFunction(np.random.default_rng(2).normal(size=1 << design.d))
    found, truth = lt.estimate(F, design, 1000, 1, "active"), lt.limit(F, design)
    assert found.coefficients == pytest.approx(truth.coefficients, abs=1e-10)
    assert found.intercept == pytest.approx(truth.intercept, abs=1e-10)
    assert not found.standard_errors.any() and found.n_evaluations <= (1 << design.d) + 1


@pytest.mark.parametrize("design", [lt.ImageDesign(10), lt.ShapleyDesign(12), lt.TextDesign(18)], ids=repr)
def test_additive_functions_are_nearly_exact_from_the_fewest_masks_on(design):
    weights = np.random.default_rng(3).normal(size=design.d)
    found = lt.estimate(lt.Additive(weights, 2.0), design, design.d + 4, 0, "active")
    assert found.coefficients == pytest.approx(weights, abs=1e-2 * np.abs(weights).max())
    assert found.method == "active" and found.standard_errors.min() > 0


def evidence(d, seed):
    """A probability whose log odds have interactions of all orders, as a network's have."""
    rng = np.random.default_rng(seed)
    slopes, pairs = rng.normal(size=d), np.triu(rng.normal(size=(d, d)), 1) / d**0.5
    return lambda z: expit(z @ slopes + np.einsum("ni,ij,nj->n", z, pairs, z) + np.sin(z @ slopes[::-1]) - 1)


@pytest.fixture(scope="module")
def repeated():
    """(functions, 2, d) errors and standard errors on 40 functions of d = 8, from 40 masks."""
    found, design = {}, lt.ImageDesign(8)
    for method in ("quadrature", "active"):
        rows = []
        for number in range(40):
            F = evidence(8, number)
            answer = lt.estimate(F, design, 40, number, method)
            rows.append([answer.coefficients - lt.limit(F, design).coefficients, answer.standard_errors])
        found[method] = np.array(rows)
    return found


@pytest.mark.slow
def test_a_smaller_error_than_masks_that_are_drawn(repeated):
    active, drawn = ((repeated[method][:, 0] ** 2).mean(axis=1) for method in ("active", "quadrature"))
    assert np.median(active / drawn) < 0.6 and active.mean() < 0.6 * drawn.mean()


@pytest.mark.slow
def test_intervals_hold_the_limit_as_often_as_they_say(repeated):
    # below 0.9 for a coverage of 0.95 in one of 1,000 runs if functions, of 8 coefficients each, were single draws
    gaps, errors = repeated["active"].transpose(1, 0, 2)
    covered = (np.abs(gaps) < 1.96 * errors).mean()
    assert covered > 0.9 and (np.abs(gaps) < 1.96 * errors / 3).mean() < 0.93


def test_same_seed_same_answer():
    one, same, other = (lt.estimate(evidence(9, 1), lt.ImageDesign(9), 30, k, "active").coefficients for k in (0, 0, 1))
    assert (one == same).all() and (one != other).any()


def test_too_many_masks_are_refused():
    with pytest.raises(ValueError, match=r"^active takes at most n = 1000 masks, got 1001; use method='quadrature' or"):
        lt.estimate(evidence(12, 0), lt.ImageDesign(12), 1001, 0, "active")


@pytest.mark.parametrize("design, fewest", [(lt.ImageDesign(9), 11), (lt.ShapleyDesign(9), 9)], ids=repr)
def test_the_fewest_masks_are_two_more_than_superpixels_with_the_ends(design, fewest):
    assert np.isfinite(lt.estimate(evidence(9, 0), design, fewest, 0, "active").coefficients).all()
    with pytest.raises(ValueError, match=f"n must be at least {fewest}, got {fewest - 1}; d = 9 coefficients need d"):
        lt.estimate(evidence(9, 0), design, fewest - 1, 0, "active")


def test_the_finished_part_is_explained_by_the_same_method_on_ctrl_c():
    F, asked = evidence(9, 0), []

    def interrupted(masks):
        asked.append(len(masks))
        if sum(asked) > 25:
            raise KeyboardInterrupt
        return F(masks)

    with pytest.raises(lt.Interrupted, match="interrupted after 22 evaluations") as caught:
        lt.estimate(interrupted, lt.ImageDesign(9), 60, 0, "active")
    part = caught.value.explanation
    assert part.method == "active" and part.n_evaluations == 23 and caught.value.sample.n == 22
    search = Search(F, lt.ImageDesign(9), 60, np.random.default_rng(0).spawn(2)[0])
    search.run()
    assert (search.masks[:22] == caught.value.sample.masks).all()
