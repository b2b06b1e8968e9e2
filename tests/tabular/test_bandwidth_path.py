"""Coefficients that vanish or flip with the bandwidth: in closed form, and from one sample weighted anew."""

import warnings

import numpy as np
import pytest
from sklearn.datasets import load_iris

import limetheory as lt
from limetheory.tabular import BandwidthPath, bandwidth_path

X, ROW = load_iris().data, load_iris().data[60]
MASKED = lt.MaskedRow(ROW, X)
EDGES = MASKED.bins.edges


def in_bin(rows, j):
    return np.searchsorted(EDGES[j], rows[:, j]) == MASKED.own[j]


def flipping(rows):
    """−0.4 z_0 + z_0 z_1: the coefficient of z_0 is P_μ(z_1 = 1) − 0.4, which falls with the bandwidth."""
    return -0.4 * in_bin(rows, 0) + 1.0 * (in_bin(rows, 0) & in_bin(rows, 1))


FLIPPING = lt.Multilinear(4, {frozenset({0}): -0.4, frozenset({0, 1}): 1.0})


def zero():
    """The bandwidth at which P_μ(z_1 = 1) is 0.4."""
    share = MASKED.keep[1]
    return np.sqrt(-0.5 / np.log(share / (1 - share) * 0.6 / 0.4))


def test_the_closed_form_changes_its_sign_where_theory_says():
    widths = np.geomspace(0.3, 6, 200)
    with pytest.warns(lt.BandwidthWarning, match=f"{MASKED.conditions[0]}.*changes its sign at bandwidth") as caught:
        path = bandwidth_path(FLIPPING, MASKED, bandwidths=widths)
    assert path.changing == (0,) and path.zero(0) == pytest.approx(zero(), rel=1e-3)
    assert "\n" not in str(caught[0].message)
    for width in (0.4, 3.0):
        found = lt.limit(FLIPPING, MASKED.design(width)).coefficients
        place = np.abs(widths - width).argmin()
        assert np.abs(path.coefficients[place] - found).max() < 0.02


@pytest.mark.slow
def test_one_sample_tells_without_further_evaluations():
    calls = []
    answer = lt.explain_tabular(lambda rows: calls.append(1) or flipping(rows), ROW, X, n=20_000, rng=0)
    before = len(calls)
    with pytest.warns(lt.BandwidthWarning, match="with 1.5 chosen"):
        path = bandwidth_path(answer, bandwidths=np.geomspace(0.4, 6, 30))
    assert len(calls) == before and path.changing == (0,)
    assert path.zero(0) == pytest.approx(zero(), rel=0.05)
    chosen = bandwidth_path(lt.explain_tabular(above, ROW, X, n=500, rng=0), bandwidths=[1.5])
    np.testing.assert_allclose(
        chosen.coefficients[0], lt.explain_tabular(above, ROW, X, n=500, rng=0).coefficients, rtol=1e-9
    )


def above(rows):
    return (rows[:, 2] > 4.5).astype(float)


CROSSING = BandwidthPath(np.array([1.0, 2.0]), *3 * [np.array([[1.0, 1.0], [-1.0, 1.0]])], 1.0, ("age", "dose"))


def test_a_column_has_a_position_and_a_name():
    assert CROSSING.zero(0) == CROSSING.zero("age") == 1.5


def test_additive_models_keep_their_signs():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        path = bandwidth_path(lt.Additive([1.0, -2.0, 0.0, 3.0]), MASKED)
        sampled = bandwidth_path(lt.explain_tabular(above, ROW, X, n=5000, rng=0))
        normal = bandwidth_path(lt.explain_tabular(above, ROW, X, bins=None, n=5000, rng=0))
    assert path.changing == sampled.changing == normal.changing == ()
    np.testing.assert_array_equal(path.signs, np.tile([1, -1, 0, 1], (9, 1)))
    with pytest.raises(ValueError, match="must change its sign"):
        path.zero(0)


def test_without_bins_a_local_slope_differs_from_the_one_far_away():
    centre = X[:, 0].mean()

    def bend(rows):
        return np.abs(rows[:, 0] - centre - 1.2) - 0.3 * rows[:, 0]

    row = X.mean(axis=0) + np.array([2.0, 0, 0, 0])
    answer = lt.explain_tabular(bend, row, X, bins=None, n=20_000, rng=0)
    with pytest.warns(lt.BandwidthWarning, match="'0' changes its sign"):
        bandwidth_path(answer)


def test_bad_questions_are_refused_in_one_line():
    until = lt.explain_tabular(above, ROW, X, tolerance=0.3, bounds=(0, 1), rng=0)
    other = lt.explain_tabular(above, ROW, X, design=lt.ImageDesign, n=100, rng=0)
    for ask, message in (
        (lambda: bandwidth_path(FLIPPING), "with its masked row"),
        (lambda: bandwidth_path(until), "to a tolerance; give a fixed n"),
        (lambda: bandwidth_path(other), "needs the default design, got ImageDesign"),
        (lambda: bandwidth_path(FLIPPING, MASKED, bandwidths=[0.0, 1.0]), "must be positive"),
        (lambda: bandwidth_path(FLIPPING, ROW), "masked must be of the class MaskedRow"),
        (lambda: CROSSING.zero(7), "a column must be one of 'age', 'dose' or a position below 2, got 7"),
    ):
        with pytest.raises((TypeError, ValueError), match=message) as refused:
            ask()
        assert "\n" not in str(refused.value)
