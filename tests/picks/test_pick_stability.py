"""Redraws have the law of the standard errors, and shares are those of the normal law."""

import numpy as np
import pytest
from matrices import explanation
from scipy.stats import binom, norm

import limetheory as lt
from limetheory.picks.redraws import error_axes, redrawn

CORRELATED = lt.estimate(lt.Leaf(4, on=(0, 1), value=2.0), lt.ImageDesign(4), 30, 0)
ALONE = explanation("0123", [0.3, -0.2, 0.0, 0.5], [0.1, 0.2, 0.3, 0.0])
ZEROS = lt.Explanation(np.array([0.0, 0.5, 0.0, 1.0]), 0.0, CORRELATED.standard_errors, 9,
                       covariance=CORRELATED.covariance)  # fmt: skip


def test_the_axes_are_those_of_the_covariance_of_each_explanation():
    terms = lt.explanation_matrix([ALONE, [CORRELATED, ZEROS]]).terms
    expected = np.zeros((9, 9))
    expected[:3, :3] = np.diag([0.01, 0.04, 0.0])
    expected[3:7, 3:7] = CORRELATED.covariance
    expected[7:, 7:] = CORRELATED.covariance[np.ix_([1, 3], [1, 3])]
    axes = error_axes(terms).toarray()
    np.testing.assert_allclose(axes @ axes.T, expected, atol=1e-15)
    independent = np.diag(np.diag(expected))  # the mutant that ignores covariances
    assert np.abs(independent - expected).max() > 1e-3


def test_how_many_redraws_are_held_at_once_does_not_matter(monkeypatch):
    terms = lt.explanation_matrix([ALONE, CORRELATED]).terms
    together = np.array(list(redrawn(terms, np.random.default_rng(0), 50)))
    monkeypatch.setattr("limetheory.picks.redraws._NUMBERS_AT_ONCE", 24)
    apart = np.array(list(redrawn(terms, np.random.default_rng(0), 50)))
    np.testing.assert_allclose(together, apart, rtol=1e-14)
    assert together.shape == (50, 7)


def share_is(found, share, redraws, alarm=1e-6):
    """Whether a share of redraws is a binomial one, at this rate of false alarms."""
    low, high = binom.ppf([alarm / 2, 1 - alarm / 2], redraws, share) / redraws
    return low <= found <= high


@pytest.mark.slow
@pytest.mark.parametrize("difference", [0.0, 0.1, 0.3])
def test_inclusion_is_the_probability_under_the_normal_law(difference):
    # the larger of two coefficients is picked: false alarms below 1e-5 in all, over seeds
    W, errors = np.diag([1.0 + difference, 1.0]), np.diag([0.1, 0.1])
    found = lt.pick_stability(W, 1, 0, 2000, standard_errors=errors)
    expected = norm.cdf(difference / 0.1 / np.sqrt(2))
    assert share_is(found.inclusion[0], expected, 2000)
    if difference:  # the mutant with the law of another run, √2 as wide
        assert not share_is(found.inclusion[0], norm.cdf(difference / 0.1 / 2), 2000)
    np.testing.assert_allclose(found.frequencies, [found.inclusion[0], 1 - found.inclusion[0]], atol=1e-15)


@pytest.mark.slow
def test_covariances_count():
    # the two coefficients of each explanation move together, and W_ij is their difference
    covariance = 0.04 * np.array([[1.0, -0.9], [-0.9, 1.0]])
    names = (["a", "a"], ["b", "b"])
    given = [
        lt.Explanation(np.array([1.0, gap]), 0.0, np.full(2, 0.2), 9, covariance=covariance, names=name)
        for name, gap in zip(names, (0.2, 0.1), strict=True)
    ]
    with pytest.warns(UserWarning, match="share names"):
        found = lt.pick_stability(given, 1, 0, 2000)
    spread = np.sqrt(2 * covariance.sum())
    assert share_is(found.inclusion[0], norm.cdf(0.1 / spread), 2000)
    assert not share_is(found.inclusion[0], norm.cdf(0.1 / np.sqrt(4 * 0.04)), 2000)


@pytest.mark.slow
def test_the_largest_are_chosen_anew_in_each_redraw():
    # of one explanation the larger of two coefficients counts; the other instance covers the first feature
    first = explanation("ab", [1.1, 1.0], [0.1, 0.1])
    second = explanation("ab", [5.0, 0.0])
    found = lt.pick_stability([second, first], 1, 0, 2000, largest=1)
    assert found.coverage == pytest.approx(np.sqrt(6.1)) and found.share == pytest.approx(1.0)
    low, high = found.share_interval
    assert low == pytest.approx(np.sqrt(5) / (np.sqrt(5) + 1), abs=0.05) and high == pytest.approx(1.0)


def test_limits_are_picked_for_certain():
    models = [lt.Additive(weights) for weights in ([1.0, 0, 0], [0, 2.0, 0], [0, 0.5, 1.0])]
    given = [lt.limit(model, lt.ImageDesign(3)) for model in models]
    found = lt.pick_stability(given, 2, 0, 20, largest=2)
    assert found.inclusion.tolist() == [1.0, 1.0] and sorted(found.frequencies.tolist()) == [0.0, 1.0, 1.0]
    assert found.coverage_interval.tolist() == [found.coverage] * 2
    assert found.coverage == lt.coverage(given, found.indices, largest=2)


def test_coefficients_of_0_stay_0():
    found = lt.pick_stability([[0.0, 1.0], [2.0, 0.0]], 1, 0, 50, standard_errors=np.ones((2, 2)) * 0.01)
    assert found.share_interval == pytest.approx([np.sqrt(2) / (1 + np.sqrt(2))] * 2, abs=0.01)


def test_a_seed_fixes_everything_and_shares_add_up_to_the_budget():
    rng = np.random.default_rng(0)
    W = rng.normal(size=(10, 12)) * (rng.random((10, 12)) < 0.3)
    found, again = (lt.pick_stability(W, 4, 5, 60, standard_errors=0.3 * np.ones_like(W)) for _ in range(2))
    np.testing.assert_array_equal(found.frequencies, again.frequencies)
    assert found.frequencies.sum() == pytest.approx(4) and found.inclusion.tolist() == list(
        found.frequencies[found.indices]
    )
    assert found.indices.tolist() == lt.submodular_pick(W, 4).tolist()
    low, high = found.coverage_interval
    assert low < high and 0 < found.share_interval[0] <= found.share_interval[1] <= 1
    narrow = lt.pick_stability(W, 4, 5, 60, standard_errors=0.3 * np.ones_like(W), level=0.5).coverage_interval
    assert low <= narrow[0] <= narrow[1] <= high


def test_infinite_standard_errors_are_refused_and_the_remedy_works():
    bad = explanation("ab", [1.0, 0.5], [np.inf, 0.1])
    given = [explanation("ab", [1.0, 2.0]), [explanation("ab", [1.0, 2.0]), bad]]
    with pytest.raises(
        ValueError, match=r"finite to redraw coefficients, got 1 infinite or NaN, first for instance 1;"
    ):
        lt.pick_stability(given, 1)
    assert lt.pick_stability(given[:1], 1).inclusion.tolist() == [1.0]
    assert lt.submodular_pick(given, 1).tolist() == [0]


def test_a_matrix_without_standard_errors_is_refused_and_the_remedy_works():
    W = np.array([[1.0, 2.0], [3.0, 0.0]])
    for given in (W, lt.explanation_matrix(W)):
        with pytest.raises(ValueError, match="must be known to redraw coefficients, got none for a matrix; give stand"):
            lt.pick_stability(given, 1)
    errors = np.full((2, 2), 0.1)
    found = [
        lt.pick_stability(W, 1, standard_errors=errors),
        lt.pick_stability(lt.explanation_matrix(W, standard_errors=errors), 1),
    ]
    assert found[0].inclusion == found[1].inclusion == [1.0]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"redraws": 0}, "redraws must be at least 1, got 0; redraw at least once"),
        ({"level": 95}, "level must be above 0 and below 1, got 95; write 0.95 for 95 %"),
        ({"ties": "any"}, "ties must be one of first, last, got 'any'"),
    ],
)
def test_options_out_of_range_are_refused(options, said):
    with pytest.raises(ValueError, match=said):
        lt.pick_stability([[1.0, 2.0]], 1, **options)
