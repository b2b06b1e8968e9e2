"""A model that changes while it is asked is told of at a fixed number of masks, and to a tolerance."""

import warnings

import numpy as np
import pytest

import limetheory as lt
from limetheory.explaining.drift import warn_of_drift

IMAGE = np.random.default_rng(0).random((12, 12, 3))
LABELS = np.arange(144).reshape(12, 12) // 16
DRIFT = "same answer to the same input, got .* before the masks and .* behind them"


class Drifting:
    """The mean level, which is larger once so many images were seen."""

    def __init__(self, step, begins=60):
        self.step, self.begins, self.seen = step, begins, 0

    def __call__(self, images):
        self.seen += len(images)
        return images.mean(axis=(1, 2, 3)) * (1 + self.step * (self.seen > self.begins))


@pytest.mark.parametrize("target", [None, [0]])
@pytest.mark.parametrize("budget", [{"n": 200}, {"tolerance": 0.05, "bounds": (0, 2)}])
def test_a_model_that_drifts_later_brings_a_warning(budget, target):
    with pytest.warns(UserWarning, match=DRIFT):
        lt.explain_image(Drifting(1e-2), IMAGE, segments=LABELS, target=target, rng=0, **budget)


def test_a_steady_model_brings_none_and_the_image_is_evaluated_once_more():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        model = Drifting(0.0)
        found = lt.explain_image(model, IMAGE, segments=LABELS, n=200, rng=0)
    assert np.isfinite(found.coefficients).all() and found.n_evaluations == model.seen


@pytest.mark.parametrize(("gap", "told"), [(1e-6, False), (1e-4, True)])
def test_rounding_is_no_drift(gap, told):
    class Asked:
        outputs, target = np.array([0.5, 0.25]), 0

        def answered_again(self):
            return self.outputs + np.array([gap, 0])

    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        warn_of_drift(Asked())
    assert bool(said) == told
