"""What each mask leaves unknown, against dense posterior covariances."""

import naive
import numpy as np
import pytest
from test_limit_weights import KERNEL, MASKS, D, covariance

import limetheory as lt
from limetheory.estimation.active.choice import Prior, chosen, variance_left
from limetheory.estimation.active.remaining import Remaining, covariance_left
from limetheory.estimation.active.weights import limit_weights

LIMIT = limit_weights(lt.ImageDesign(D), np.random.default_rng(0))
EVERYWHERE = np.ones(1 << D)


def left(seen, kernel=KERNEL, weights=LIMIT.weights):
    """The posterior covariance of the limit given F at some masks, by the definition of a Gaussian process."""
    prior = covariance(kernel, MASKS, MASKS)
    among = prior[np.ix_(seen, seen)]
    return weights @ (prior - prior[:, seen] @ np.linalg.solve(among, prior[seen])) @ weights.T


def indices(masks):
    return masks @ (1 << np.arange(D))


@pytest.mark.slow
def test_reductions_are_the_falls_of_the_summed_variances_mask_by_mask():
    seen, others = [0, 31, 5], [1, 2, 9, 22]
    state = Remaining(KERNEL, LIMIT.under(KERNEL, EVERYWHERE), MASKS[seen], MASKS[others], 4)
    for place in (2, 0, 3, 1):
        falls = [np.trace(left(seen)) - np.trace(left([*seen, other])) for other in others if other not in seen]
        found = [one for one, other in zip(state.reductions(), others, strict=True) if other not in seen]
        assert found == pytest.approx(falls, rel=1e-9)
        state.see(place)
        seen.append(others[place])


def test_covariance_left_is_the_posterior_one_and_nothing_is_left_of_all_masks():
    seen = [7, 3, 30, 0]
    limit = LIMIT.under(KERNEL, EVERYWHERE)
    assert covariance_left(KERNEL, limit, MASKS[seen]) == pytest.approx(left(seen), abs=1e-12)
    assert covariance_left(KERNEL, limit, MASKS) == pytest.approx(np.zeros((D, D)), abs=1e-12)


@pytest.mark.slow
def test_chosen_masks_are_those_of_greedy_search_by_the_definition():
    class LogOdds:
        kernel = KERNEL

        @staticmethod
        def derivative(masks):
            return np.linspace(0.1, 0.3, 1 << D)[indices(masks)]

    parts, seen = [Prior(D), LogOdds()], [31]
    found = indices(chosen(parts, LIMIT, MASKS[seen], MASKS[:-1], 6))
    for place in found:

        def total(more, seen=tuple(seen)):
            return sum(np.trace(left([*seen, more], part.kernel, LIMIT.weights * part.derivative(MASKS)))
                       for part in parts)  # fmt: skip

        best = min(total(other) for other in range(1 << D) if other not in seen)
        assert total(place) == pytest.approx(best, rel=1e-9)
        seen.append(int(place))
    alone = indices(chosen(parts[:1], LIMIT, MASKS[[31]], MASKS[:-1], 6))
    assert (alone != found).any()  # the mutant that forgets a process


def test_no_more_masks_are_chosen_than_there_are():
    found = chosen([Prior(D)], LIMIT, MASKS[:30], MASKS[30:], 5)
    assert sorted(indices(found)) == [30, 31]


def test_the_variance_under_a_part_has_its_derivative():
    part = Prior(D)
    plain = variance_left(part, LIMIT, MASKS[:4])
    part.derivative = lambda masks: np.full(len(masks), 0.5)
    assert variance_left(part, LIMIT, MASKS[:4]) == pytest.approx(plain / 4)
    assert np.linalg.eigvalsh(plain).min() > 0
    law, weight = naive.ImageDesign(D)
    assert LIMIT.weights.sum(axis=1) == pytest.approx(np.zeros(D), abs=1e-12) and law @ weight > 0
