"""The warning of few masks: which samples have it, what it says, and that it speaks of the caller."""

import subprocess
import sys
import warnings

import numpy as np
import pytest

import limetheory as lt
from limetheory.estimation.few_masks import FEW_MASKS, carrying, few_masks_studied, warn_of_few_masks
from limetheory.estimation.sample import Sample, draw


def warned(function):
    with warnings.catch_warnings(record=True) as found:
        warnings.simplefilter("always")
        function()
    return [one for one in found if issubclass(one.category, lt.FewMasksWarning)]


def test_carrying_masks_are_the_effective_number_on_the_rarer_side():
    sample = draw(lt.Additive(np.ones(5)), lt.ImageDesign(5, 0.3), 40, np.random.default_rng(0))
    for j, found in enumerate(carrying(sample)):
        sides = [sample.weights[sample.masks[:, j] == side] for side in (True, False)]
        assert found == pytest.approx(min(side.sum() ** 2 / (side**2).sum() for side in sides), rel=1e-12)


def test_a_superpixel_that_is_always_shown_is_carried_by_none():
    assert carrying(Sample.of(np.ones((4, 2), bool), np.ones(4), np.zeros(4))).tolist() == [0, 0]


@pytest.mark.parametrize("method", ["wls", "unbiased", "adjusted", "quadrature"])
def test_twenty_masks_are_few_and_two_hundred_are_not(method):
    F, design = lt.SetFunction(np.random.default_rng(0).normal(size=32)), lt.BernoulliDesign(5, 0.4)
    (one,) = warned(lambda: lt.estimate(F, design, 18, 0, method))
    assert "fewer than 10 effective masks show or hide superpixel" in str(one.message)
    assert not warned(lambda: lt.estimate(F, lt.BernoulliDesign(5, 0.5), 200, 0, method))


def test_infinite_and_zero_errors_say_enough():
    masks = np.arange(12)[:, None] < np.array([12 - FEW_MASKS + 1, 6])  # few show or hide either
    sample = Sample.of(masks, np.ones(12), np.zeros(12))
    assert not warned(lambda: warn_of_few_masks(sample, np.array([np.inf, 0.0])))
    (one,) = warned(lambda: warn_of_few_masks(sample, np.array([np.inf, 1.0])))
    assert "superpixel 1, got 6.0;" in str(one.message)
    (both,) = warned(lambda: warn_of_few_masks(sample, np.array([1.0, 1.0])))
    assert "superpixel 0, got 3.0 (and 1 more);" in str(both.message)


def test_the_remedy_works():
    F, design = lt.Leaf(6, on=(0, 1)), lt.ImageDesign(6)
    assert warned(lambda: lt.estimate(F, design, 20, 0)) and not warned(lambda: lt.estimate(F, design, 100, 0))


def test_studies_of_small_samples_are_not_warned():
    F, design = lt.Leaf(6, on=(0, 1)), lt.ImageDesign(6)

    def study():
        with few_masks_studied():
            lt.estimate(F, design, 20, 0)

    assert not warned(study) and warned(lambda: lt.estimate(F, design, 20, 0))


def test_the_warning_speaks_of_the_caller_s_line(tmp_path):
    # In another process, since here each function of limetheory is wrapped to check the shapes of arrays.
    script = tmp_path / "mine.py"
    script.write_text("import limetheory as lt\nlt.estimate(lt.Leaf(6, on=(0, 1)), lt.ImageDesign(6), 20, 0)\n")
    done = subprocess.run([sys.executable, script], capture_output=True, text=True, timeout=120, check=True)
    assert f"{script}:2: FewMasksWarning: fewer than 10 effective masks" in done.stderr
