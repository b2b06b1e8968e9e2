"""`selection_probability` against closed forms and against the share of independent runs that select the same."""

import numpy as np
import pytest
from lime_rows import METHODS
from scipy.stats import binom, multivariate_normal, norm

import limetheory as lt
from limetheory.selection.normal_runs import normal_moments
from limetheory.selection.rows import select_rows

D = 6
DRAWS = 20_000


def normal(coefficients, covariance):
    coefficients, covariance = np.asarray(coefficients, float), np.asarray(covariance, float)
    return lt.Explanation(coefficients, 0.0, np.sqrt(np.diag(covariance)), 100, covariance=covariance)


def within(found, exact, errors=5.0):
    """Within five Monte Carlo errors: false alarms in 6e-7 of cases."""
    return abs(found.probability - exact) <= errors * max(np.sqrt(exact * (1 - exact) / found.draws), 1e-12)


@pytest.mark.slow
def test_of_two_positive_features_it_is_a_normal_probability():
    found = normal([3.0, 2.9], [[0.01, 0.004], [0.004, 0.02]])
    exact = norm.cdf(0.1 / np.sqrt(0.03 - 0.008))
    for method in METHODS:
        answer = lt.selection_probability(found, 1, method, design=lt.BernoulliDesign(2), draws=DRAWS)
        assert answer.selected == (0,) and within(answer, exact)
        assert answer.standard_error == pytest.approx(np.sqrt(exact * (1 - exact) / DRAWS), rel=0.05)
        np.testing.assert_allclose(answer.inclusion, [answer.probability, 1 - answer.probability])
    assert not within(answer, norm.cdf(0.1 / np.sqrt(0.03)))  # without the correlation


def test_the_order_of_a_path_is_an_orthant_probability():
    """P(β_0 > β_1 > β_2 > 0) = P(two differences > 0)."""
    covariance = np.diag([0.02, 0.01, 0.03])
    found = normal([5.2, 5.1, 5.0], covariance)
    contrasts = np.array([[1.0, -1, 0], [0, 1, -1]])
    exact = multivariate_normal(-contrasts @ found.coefficients, contrasts @ covariance @ contrasts.T).cdf([0, 0])
    answer = lt.selection_probability(found, 3, "forward", design=lt.BernoulliDesign(3), draws=DRAWS)
    assert answer.probability == 1 and answer.standard_error == 0
    assert abs(answer.same_order - exact) < 5 * np.sqrt(exact * (1 - exact) / DRAWS)


@pytest.mark.parametrize("method", METHODS)
def test_the_same_seed_gives_the_same_answer(method):
    F, design = table(2), lt.ImageDesign(D)
    answers = [lt.selection_probability(F, 2, method, design=design, n=200, rng=seed, draws=500) for seed in (1, 1, 2)]
    assert answers[0].probability == answers[1].probability
    assert (answers[0].inclusion != answers[2].inclusion).any()
    assert answers[0].inclusion.sum() <= 2 + 1e-12


def table(seed):
    rng = np.random.default_rng(seed)
    return lt.SetFunction(rng.normal(size=1 << D) + lt.Additive(0.2 * rng.normal(size=D))(lt.all_masks(D)))


@pytest.mark.slow
def test_without_ties_the_probability_tends_to_1_as_runs_grow():
    F, design = table(1), lt.ImageDesign(D)
    for method in METHODS:
        shares = [lt.selection_probability(F, 2, method, design=design, n=n, draws=2000).probability
                  for n in (100, 3000, 10**7)]  # fmt: skip
        assert shares[0] < shares[1] < shares[2] == 1


def test_normal_moments_have_the_covariance_of_sums_over_masks():
    """Of the mean of π z_0 F over n masks, by enumeration; five Monte Carlo errors of a variance."""
    F, design, n, draws = table(0), lt.ImageDesign(D), 10**6, 8000
    masks = lt.all_masks(D)
    shares, law = design.probability(masks), design.chance(masks)
    noise = np.sqrt(shares * design.density(masks) / n)
    blocks = normal_moments(masks.astype(float), F(masks), shares, noise, draws, np.random.default_rng(0))
    moments = np.concatenate([moment for _, moment in blocks])
    centred = (masks[:, 0] - shares @ masks[:, 0]) * (F(masks) - shares @ F(masks))
    mean = shares @ centred
    expected = law @ (design.density(masks) * (centred - mean)) ** 2 / n
    assert abs(moments[:, 0].mean() - mean) < 5 * np.sqrt(expected / draws)
    assert abs(moments[:, 0].var() / expected - 1) < 5 * np.sqrt(2 / draws)


# seed, design, n, k, method: the population's selection is in doubt in each of them
CASES = [
    (1, lt.ImageDesign(D), 300, 2, "highest_weights"),
    (6, lt.ImageDesign(D), 1000, 3, "forward"),
    (5, lt.ImageDesign(D, 0.15), 300, 2, "lasso_path"),
    (2, lt.TextDesign(D), 300, 3, "forward"),
    (4, lt.ProductDesign(np.linspace(0.2, 0.8, D)), 300, 2, "lasso_path"),
]
ALARM = 1e-6


def agrees(hits, runs, probability, error):
    """Whether a share of runs has a probability, known up to four of its errors: a false alarm in 1e-6 of cases."""
    low, high = max(probability - 4 * error, 0), min(probability + 4 * error, 1)
    return binom.ppf(ALARM / 2, runs, low) <= hits <= binom.isf(ALARM / 2, runs, high)


def passes(probability, wrong, runs):
    """How often a share of runs with a probability agrees with a wrong one."""
    hits = np.arange(runs + 1)
    accepted = [agrees(hit, runs, wrong, 0.005) for hit in hits]
    return float(binom.pmf(hits, runs, probability)[accepted].sum())


def fitted(F, design, n, seed):
    """A run's own rows, and its coefficients by least squares."""
    masks = design.sample(n, np.random.default_rng(seed))
    weights, values = design.weight(masks), F(masks)
    rows = np.column_stack([np.ones(n), masks])
    beta = np.linalg.solve(rows.T @ (weights[:, None] * rows), rows.T @ (weights * values))
    return masks.astype(float), values, weights, beta[1:]


@pytest.mark.slow
@pytest.mark.parametrize("case", CASES, ids=str)
def test_runs_that_select_by_their_explanation(case):
    """600 runs, false alarms in 1e-6 of cases; a quarter of the covariance is rejected (passes in less than 1e-6)."""
    seed, design, n, k, method = case
    F, runs = table(seed), 600
    exact, spread = lt.limit(F, design), lt.asymptotic_covariance(F, design) / n
    forecast = lt.selection_probability(exact, k, method, design=design, covariance=spread, draws=DRAWS)
    wrong = lt.selection_probability(exact, k, method, design=design, covariance=spread / 4, draws=DRAWS)
    hits, paths = 0, 0
    for run in range(runs):
        beta = fitted(F, design, n, run)[-1]
        found = lt.Explanation(beta, 0.0, np.zeros(D), n)
        chosen = lt.select_features(found, k, method, design=design).tolist()
        hits += set(chosen) == set(forecast.selected)
        paths += tuple(chosen) == forecast.selected
    assert agrees(hits, runs, forecast.probability, forecast.standard_error)
    assert agrees(paths, runs, forecast.same_order, forecast.standard_error)
    assert not agrees(hits, runs, wrong.probability, wrong.standard_error)
    assert passes(forecast.probability, wrong.probability, runs) < 1e-6


def nearly_additive(weights, noise):
    """Coefficients that few masks determine well."""
    rng = np.random.default_rng(0)
    return lt.SetFunction(lt.Additive(weights)(lt.all_masks(D)) + noise * rng.normal(size=1 << D))


# F, design, n, k, method: lime's own selection is in doubt in each of them
ON_ROWS = [
    (table(6), lt.ImageDesign(D), 1000, 2, "highest_weights"),
    (table(6), lt.ImageDesign(D), 1000, 3, "forward"),
    (nearly_additive([3, 1, 0.98, -2, 0.5, 0.1], 0.05), lt.ImageDesign(D), 3000, 3, "lasso_path"),
    (nearly_additive([3, 1, 0.98, -2, 0.5, 0.1], 0.05), lt.ProductDesign(np.linspace(0.3, 0.6, D)), 3000, 3, "forward"),
    (nearly_additive([2, -1, 0.97, 1.5, -0.2, 0.1], 0.02), lt.TextDesign(D), 3000, 3, "forward"),
]


@pytest.mark.slow
@pytest.mark.parametrize("case", ON_ROWS, ids=[f"{method} {design}" for _, design, _, _, method in ON_ROWS])
def test_runs_of_lime(case):
    """600 runs that select on their rows, as lime does: false alarms in 1e-6 of cases.

    In the last three the law of the coefficients alone, with the exact covariances of masks, says that every run
    selects the same, and is rejected (passes in less than 1e-6): prop:selection, (iv).
    """
    F, design, n, k, method = case
    runs, hits = 600, 0
    forecast = lt.selection_probability(F, k, method, design=design, n=n, draws=DRAWS)
    for run in range(runs):
        rows, values, weights, _ = fitted(F, design, n, run)
        chosen = select_rows(rows, values, weights, np.ones(D), k, method).tolist()
        hits += set(chosen) == set(forecast.selected)
    assert agrees(hits, runs, forecast.probability, forecast.standard_error)
    if n == 3000:
        spread = lt.asymptotic_covariance(F, design) / n
        alone = lt.selection_probability(lt.limit(F, design), k, method, design=design, covariance=spread, draws=DRAWS)
        assert not agrees(hits, runs, alone.probability, alone.standard_error)
        assert passes(forecast.probability, alone.probability, runs) < 1e-6


@pytest.mark.parametrize("method", METHODS)
def test_a_sample_of_every_mask_so_many_times_is_the_population(method):
    """Masks of equal probability, 16 of each: the sums of n masks have the same law; five Monte Carlo errors."""
    F, design, times, draws = table(6), lt.ImageDesign(D), 16, 4000
    masks = np.repeat(lt.all_masks(D), times, axis=0)
    found = lt.selection_probability(lt.Sample.of(masks, design.weight(masks), F(masks)), 2, method, draws=draws)
    other, fewer = (lt.selection_probability(F, 2, method, design=design, n=n, rng=1, draws=draws)
                    for n in (len(masks), len(masks) // 8))  # fmt: skip
    share = other.probability
    allowed = 5 * np.sqrt(2 * share * (1 - share) / draws)
    assert found.selected == other.selected and abs(found.probability - share) < allowed
    assert abs(fewer.probability - share) > allowed


def test_pairs_are_drawn_together():
    """F even under z → 1 − z: pairs know its coefficients, 0, exactly, and single masks do not."""
    rng = np.random.default_rng(0)
    rows, values = np.repeat(rng.random((40, D)) < 0.5, 2, axis=0), np.repeat(rng.normal(size=40), 2)
    rows[1::2] ^= True
    shares = np.full(80, 1 / 80)
    spread = [
        np.concatenate([m for _, m in normal_moments(rows.astype(float), values, shares, shares, 50, rng, units)]).std()
        for units in (np.arange(80) // 2, None)
    ]
    assert spread[0] < 1e-12 < spread[1]


SET = table(0)
EXACT = lt.limit(SET, lt.ImageDesign(D))
SAMPLE = lt.Sample.of(lt.all_masks(D), np.ones(64), SET(lt.all_masks(D)))
IMAGE = lt.ImageDesign(D)


@pytest.mark.parametrize(
    ("source", "arguments", "message"),
    [
        (EXACT, dict(k=2, design=IMAGE), "got an exact limit; give covariance=asymptotic_covariance"),
        (EXACT, dict(k=2), "got an explanation without one"),
        (EXACT, dict(k=2, design=IMAGE, covariance=np.eye(3)), r"shape \(6, 6\), got \(3, 3\)"),
        (EXACT, dict(k=2, design=IMAGE, n=5), "n does not go with an Explanation, got 5; leave it out"),
        (EXACT, dict(k=9, design=IMAGE), "k must be at most the number of features, 6, got 9"),
        (SAMPLE, dict(k=2, n=5), "n does not go with a Sample"),
        (SAMPLE, dict(k=2, method="lasso"), "did you mean 'lasso_path'"),
        (SET, dict(k=2, design=IMAGE), "needs the design and the number of masks of a run, got design=ImageDesign"),
        (SET, dict(k=2, n=50), "got design=None, n=50"),
        (SET, dict(k=2, n=50, design=lt.ImageDesign(5)), "design must have d = 6"),
        (SET, dict(k=2, n=50, design=lt.ShapleyDesign(D)), "no sum constraint"),
        (lt.Additive(np.ones(17)), dict(k=2, n=50, design=lt.ImageDesign(17)), "d ≤ 16, got 17"),
    ],
)
def test_refusals_are_one_line(source, arguments, message):
    with pytest.raises(ValueError, match=message) as error:
        lt.selection_probability(source, **arguments)
    assert "\n" not in str(error.value)


def test_what_is_no_source_is_refused():
    with pytest.raises(TypeError, match="an Explanation, a Sample or a set function is needed, got list"):
        lt.selection_probability([1.0], 1)
