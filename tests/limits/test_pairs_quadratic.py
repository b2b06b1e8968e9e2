"""prop:pairs-quadratic: a line on complement pairs has the slopes at the centre of the fit with all pairs."""

from itertools import combinations

import naive
import numpy as np
import pytest

import limetheory as lt

SYMMETRIC = [lt.ShapleyDesign, lt.BernoulliDesign, lambda d: lt.ImageDesign(d, np.inf)]
every_symmetric = pytest.mark.parametrize("design", SYMMETRIC, ids=["Shapley", "Bernoulli", "LIME without weights"])


class Recorded:
    """A set function of all orders, and the masks that it was asked for."""

    def __init__(self, d, seed=0):
        self.table, self.seen = lt.SetFunction(np.random.default_rng(seed).normal(size=2**d)), []

    def __call__(self, masks):
        self.seen.append(masks.copy())
        return self.table(masks)


def centre_of_the_fit_with_pairs(masks, values, ends=None):
    """The slopes at the centre of unweighted least squares on 1, z_j and z_i z_j, perhaps with both ends met."""
    d = masks.shape[1]
    pairs = list(combinations(range(d), 2))

    def columns(z):
        return np.column_stack([np.ones(len(z)), z, *(z[:, i] & z[:, j] for i, j in pairs)]).astype(float)

    X = columns(masks)
    matrix, right = X.T @ X, X.T @ values
    if ends is not None:
        met = columns(np.array([[False] * d, [True] * d]))
        matrix = np.block([[matrix, met.T], [met, np.zeros((2, 2))]])
        right = np.append(right, ends)
    found = np.linalg.lstsq(matrix, right, rcond=1e-10)[0]
    slopes = found[1 : d + 1].copy()
    for (i, j), q in zip(pairs, found[d + 1 : X.shape[1]], strict=True):
        slopes[[i, j]] += q / 2
    return slopes


def both(design, n, sampling, seed=0):
    """(a line on a sample, the slopes at the centre of the fit with pairs on the same one)."""
    F = Recorded(design.d)
    line = lt.estimate(F, design, n, seed, sampling=sampling).coefficients
    masks = np.concatenate(F.seen)
    ends = None
    if design.efficient:
        inner = masks.any(axis=1) & ~masks.all(axis=1)
        masks, ends = masks[inner], F.table.values[[0, -1]]
    return line, centre_of_the_fit_with_pairs(masks, F.table(masks), ends)


@every_symmetric
@pytest.mark.parametrize("n", [24, 80, 400])
def test_pairs_fit_all_interactions_of_order_two_whatever_their_number(design, n):
    # 24 masks are fewer than the 29 parameters with pairs
    line, centre = both(design(7), n, "pairs")
    np.testing.assert_allclose(line, centre, atol=1e-9)


@every_symmetric
def test_masks_that_are_no_pairs_do_not(design):
    line, centre = both(design(7), 80, "design")  # mutant
    assert np.abs(line - centre).max() > 1e-2


@every_symmetric
@pytest.mark.parametrize("d", [2, 3, 4, 7])
def test_limits_under_symmetric_designs_are_the_slopes_at_the_centre(design, d):
    F = lt.SetFunction(np.random.default_rng(d).normal(size=2**d))
    found = lt.limit(F, design(d)).coefficients
    np.testing.assert_allclose(lt.quadratic_limit(F, design(d)).centre_slopes, found, atol=1e-11)


def test_at_shapleys_design_they_are_the_shapley_values():
    values = np.random.default_rng(1).normal(size=64)
    found = lt.quadratic_limit(lt.SetFunction(values), lt.ShapleyDesign(6))
    np.testing.assert_allclose(found.centre_slopes, naive.shapley(values), atol=1e-12)
    assert np.abs(found.coefficients - naive.shapley(values)).max() > 0.1  # mutant: without interactions


def moments(masses):
    d = len(masses) - 1
    return [masses @ (2.0 * np.arange(d + 1) - d) ** power for power in (1, 3)]


@pytest.mark.parametrize("masses, equal", [
    ([11, 17, 2, 22, 7, 13], True),  # 12 ± (10, −5, 1): both moments vanish, although it is not symmetric
    ([11, 17, 2, 22, 7, 14], False),
    ([5, 1, 2, 2, 1, 5], True),
    ([12, 13, 9, 15, 11, 12], False),  # the first moment vanishes, the third does not
])  # fmt: skip
def test_two_moments_of_the_size_decide(masses, equal):
    assert (moments(np.array(masses)) == [0, 0]) is equal
    F, design = lt.Leaf(5, on=(0, 1)), lt.SizeLawDesign(masses)
    apart = np.abs(lt.quadratic_limit(F, design).centre_slopes - lt.limit(F, design).coefficients).max()
    assert apart < 1e-12 if equal else apart > 1e-3


@pytest.mark.parametrize("design", [lt.ImageDesign(6), lt.TextDesign(6, 0.4), lt.BernoulliDesign(6, 0.3)], ids=repr)
def test_elsewhere_the_difference_is_that_of_the_pairs_limits(design):
    F = lt.SetFunction(np.random.default_rng(5).normal(size=64))
    found = lt.quadratic_limit(F, design)
    inside, _, outside = lt.limit(lt.Leaf(6, on=(0, 1)), design).coefficients[:3]
    q = found.interactions
    others = q.sum() / 2 - q.sum(axis=1)
    expected = found.centre_slopes + (inside - 0.5) * q.sum(axis=1) + outside * others
    np.testing.assert_allclose(lt.limit(F, design).coefficients, expected, atol=1e-11)
    assert np.abs(found.centre_slopes - expected).max() > 1e-2


@pytest.mark.parametrize("nu", [0.1, 0.25, 1.0, 10.0])
def test_limes_kernel_has_a_first_moment_at_every_bandwidth(nu):
    for d in (3, 10, 50):
        assert lt.ImageDesign(d, nu).mean_size > d / 2
