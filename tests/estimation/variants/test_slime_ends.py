"""S-LIME with superpixels that it cannot separate, when it is interrupted, and with bad arguments."""

import numpy as np
import pytest
from slime_functions import Recorded, table

import limetheory as lt
from limetheory.estimation.variants.slime import slime, slime_limit


class Coupled(lt.BernoulliDesign):
    """Two superpixels that are always drawn together."""

    def sample(self, n, rng):
        masks = super().sample(n, rng)
        masks[:, 1] = masks[:, 0]
        return masks


def test_superpixels_that_are_always_together_are_not_settled():
    F = lt.Additive([1.0, 1.0, 0.3, 0.1])
    found = slime(F, Coupled(4), 3, 0, n=50, n_max=400)
    assert not found.significant and found.n_evaluations == 400 and np.isfinite(found.coefficients).all()


class Weightless(lt.BernoulliDesign):
    """A design whose weights all underflow."""

    def weight(self, masks):
        return np.zeros(len(masks))


@pytest.mark.parametrize("stop_at", [1, 2, 5])
def test_an_interruption_carries_what_is_finished(stop_at):
    F = Recorded(table(6), block_size=64, stop_at=stop_at)
    with pytest.raises(lt.Interrupted) as caught:
        slime(F, lt.BernoulliDesign(6), 2, 4, n=128, n_max=4000, alpha=1e-6)
    n = caught.value.sample.n
    assert n == len(F.masks) == 64 * stop_at
    expected = slime(Recorded(F.values), lt.BernoulliDesign(6), 2, 4, n=n, n_max=n, alpha=1e-6)
    assert caught.value.explanation.selected == expected.selected
    np.testing.assert_array_equal(caught.value.explanation.coefficients, expected.coefficients)


def test_an_interruption_before_the_first_mask_has_no_explanation():
    with pytest.raises(lt.Interrupted) as caught:
        slime(Recorded(table(6), stop_at=0), lt.BernoulliDesign(6), 2, 4)
    assert caught.value.explanation is None and caught.value.sample.n == 0


@pytest.mark.parametrize("changes, error, words", [
    ({"k": 0}, ValueError, "k must be at least 1, got 0"),
    ({"k": 6}, ValueError, "k must be at most d = 5, got 6"),
    ({"k": 2.0}, TypeError, "k must be an integer"),
    ({"n": 3}, ValueError, "n must be at least 4, got 3; selecting 2 coefficients needs 4 masks, so draw more"),
    ({"n": 50, "n_max": 49}, ValueError, "n_max must be at least 50, got 49; the sample cannot shrink"),
    ({"alpha": 0.5}, ValueError, "alpha must be above 0 and below 0.5, got 0.5; write 0.05 for 5 %"),
    ({"alpha": 0}, ValueError, "alpha must be above 0"),
    ({"ridge": -1.0}, ValueError, "ridge must be at least 0"),
    ({"F": 3}, TypeError, "F must be a callable"),
    ({"F": lt.Additive([1.0, 2.0])}, ValueError, "got 2 and 5; build the design with d=2"),
    ({"F": lambda masks: masks}, ValueError, "one number for each mask"),
    ({"design": 5}, TypeError, "design must be a limetheory design"),
    ({"design": lt.ShapleyDesign(5)}, ValueError,
     r"no sum constraint, got the efficient ShapleyDesign\(d=5\); use limetheory.estimate"),
    ({"design": lt.SizeLawDesign([0, 0, 0, 0, 0, 1])}, lt.DegenerateDesignError,
     r"coordinate to be 1 with a probability inside \(0, 1\), got .* with 1; give other sizes more mass or choose"),
    ({"design": Weightless(5), "n": 40}, ValueError, "weights of the 40 masks drawn must have a positive sum, got 0"),
    ({"rng": "seed"}, TypeError, "rng must be None, a non-negative integer"),
])  # fmt: skip
def test_bad_arguments_are_refused(changes, error, words):
    arguments = {"F": lt.SetFunction(table(5)), "design": lt.ImageDesign(5), "k": 2, "rng": 0, **changes}
    with pytest.raises(error, match=words):
        slime(**arguments)
    if not {"n", "alpha", "rng"} & set(changes) and "one number" not in words:
        limit = {key: value for key, value in arguments.items() if key not in ("F", "rng")}
        with pytest.raises(error, match=words):
            slime_limit(arguments["F"], **limit)
