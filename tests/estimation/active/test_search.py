"""Evaluating at active masks: which, how many, in stages, and what F must be."""

import numpy as np
import pytest
from scipy.special import expit

import limetheory as lt
from limetheory.estimation.active.search import Search, _stages

D = 6


class Seen:
    """A smooth probability that keeps the masks it was asked for, call by call."""

    def __init__(self, d=D, block_size=4096):
        self.calls, self.d, self.block_size = [], d, block_size
        self._slopes = np.random.default_rng(0).normal(size=d)

    def __call__(self, masks):
        self.calls.append(masks.copy())
        return expit(masks @ self._slopes - 0.5 + masks[:, 0] * masks[:, 1])

    @property
    def masks(self):
        return np.concatenate(self.calls)


def searched(design, n, seed=0, **options):
    F = Seen(design.d, **options)
    search = Search(F, design, n, np.random.default_rng(seed))
    search.run()
    return F, search


@pytest.mark.parametrize("design, ends", [(lt.ImageDesign(D), 0), (lt.ShapleyDesign(D), 2)], ids=repr)
def test_n_different_masks_of_which_the_full_one_is_asked_for_twice(design, ends):
    F, search = searched(design, 20)
    assert len(np.unique(search.masks, axis=0)) == len(search.masks) == 20 + ends
    assert search.masks[0].all() and (not search.masks[1].any() or not ends)
    assert search.known.n_evaluations == len(F.masks) == 21 + ends
    assert F.masks.all(axis=1).sum() == 2 and search.values == pytest.approx(F(search.masks))
    assert len(search.sample().masks) == 20 and (search.sample().ends is None) == (not ends)


def test_masks_are_asked_for_in_stages_of_twice_as_many():
    assert list(_stages(6, 50)) == [8, 16, 32, 50] and list(_stages(6, 8)) == [8] and list(_stages(6, 5)) == [5]
    F, _ = searched(lt.ImageDesign(D), 40)
    assert [len(call) for call in F.calls[2:]] == [7, 8, 16, 8]
    F, _ = searched(lt.ImageDesign(D), 40, block_size=5)
    assert max(len(call) for call in F.calls) == 5


def test_every_mask_where_n_is_as_many():
    for n in (64, 1000):
        F, search = searched(lt.ImageDesign(D), n)
        assert search.complete and len(np.unique(F.masks, axis=0)) == 64 and len(F.masks) == 65
    assert not searched(lt.ImageDesign(D), 63)[1].complete


def test_a_seed_decides_the_masks():
    one, same, other = (searched(lt.ImageDesign(10), 40, seed)[1].masks for seed in (0, 0, 1))
    assert (one == same).all() and (one != other).any()


@pytest.mark.parametrize("design", [lt.ImageDesign(20), lt.ShapleyDesign(18)], ids=repr)
def test_masks_are_chosen_from_some_where_there_are_too_many(design):
    search = searched(design, 30)[1]
    assert len(np.unique(search.masks, axis=0)) == len(search.masks) == 30 + 2 * design.efficient


def test_a_function_that_does_not_repeat_itself_is_refused_before_masks_are_chosen():
    rng, asked = np.random.default_rng(0), []

    def noisy(masks):
        asked.append(len(masks))
        return rng.random(len(masks))

    with pytest.raises(ValueError, match="F must give the same answer to the same mask, got "):
        lt.estimate(noisy, lt.ImageDesign(D), 30, 0, "active")
    assert asked == [1, 1]


def test_a_function_that_can_be_asked_again_is_not_asked_for_the_full_mask_twice():
    F = Seen()
    F.evaluated_again = lambda: float(Seen()(np.ones((1, D), bool))[0])
    search = Search(F, lt.ImageDesign(D), 20, np.random.default_rng(0))
    search.run()
    assert search.known.n_evaluations == len(F.masks) == 20


def test_a_random_function_is_refused():
    F = Seen()
    F.random = True
    with pytest.raises(ValueError, match="method 'active' needs a set function of one value for each mask"):
        lt.estimate(F, lt.ImageDesign(D), 20, 0, "active")


def test_values_out_of_range_are_refused():
    with pytest.raises(ValueError, match=r"the largest \|F\| must lie between"):
        lt.estimate(lambda masks: 1e80 * masks.sum(axis=1), lt.ImageDesign(D), 20, 0, "active")
