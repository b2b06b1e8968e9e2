"""The warning of few masks: which samples cause it, what it says, and that it points to the caller's line."""

import subprocess
import sys
import warnings
from dataclasses import replace

import numpy as np
import pytest

import limetheory as lt
from limetheory.estimation.methods.few_masks import FEW_MASKS, effective_masks, few_masks_studied, warn_of_few_masks
from limetheory.estimation.samples.sample import Sample, draw


def warned(function):
    with warnings.catch_warnings(record=True) as found:
        warnings.simplefilter("always")
        function()
    return [one for one in found if issubclass(one.category, lt.FewMasksWarning)]


def test_carrying_masks_are_the_effective_number_on_the_rarer_side():
    sample = draw(lt.Additive(np.ones(5)), lt.ImageDesign(5, 0.3), 40, np.random.default_rng(0))
    for j, found in enumerate(effective_masks(sample)):
        sides = [sample.weights[sample.masks[:, j] == side] for side in (True, False)]
        assert found == pytest.approx(min(side.sum() ** 2 / (side**2).sum() for side in sides), rel=1e-12)


def test_no_mask_determines_the_coefficient_of_a_superpixel_that_is_always_shown():
    assert effective_masks(Sample.of(np.ones((4, 2), bool), np.ones(4), np.zeros(4))).tolist() == [0, 0]


@pytest.mark.parametrize("method", ["wls", "unbiased", "adjusted", "quadrature"])
def test_twenty_masks_are_few_and_two_hundred_are_not(method):
    F, design = lt.SetFunction(np.random.default_rng(0).normal(size=32)), lt.BernoulliDesign(5, 0.4)
    (one,) = warned(lambda: lt.estimate(F, design, 18, 0, method))
    assert "rests on fewer than 10 effective masks, got" in str(one.message)
    assert not warned(lambda: lt.estimate(F, lt.BernoulliDesign(5, 0.5), 200, 0, method))


def test_infinite_and_zero_errors_say_enough():
    masks = np.arange(12)[:, None] < np.array([12 - FEW_MASKS + 1, 6])  # few show or hide either
    sample = Sample.of(masks, np.ones(12), np.zeros(12))
    many = np.full(2, np.inf)
    assert not warned(lambda: warn_of_few_masks(sample, np.array([np.inf, 0.0]), many))
    (one,) = warned(lambda: warn_of_few_masks(sample, np.array([np.inf, 1.0]), many))
    assert "coefficient 1 rests on fewer than 10 effective masks, got 6.0;" in str(one.message)
    (both,) = warned(lambda: warn_of_few_masks(sample, np.array([1.0, 1.0]), many))
    assert "coefficient 0 rests on fewer than 10 effective masks, got 3.0 (and 1 more);" in str(both.message)
    (moved,) = warned(lambda: warn_of_few_masks(sample, np.array([1.0, 1.0]), np.array([11.0, 2.0])))
    assert "coefficient 1 rests on fewer than 10 effective masks, got 2.0 (and 1 more);" in str(moved.message)


RARE_MISFITS = {  # each covered 84 to 90 % of the time, though at least ten masks show and hide each superpixel
    "leverage": (lt.GlimeDesign(4, 0.5), 200, {"sampling": "leverage"}),
    "rare masks": (lt.BernoulliDesign(4, 0.1), 200, {}),
    "ridge": (lt.ProductDesign([0.1, 0.5, 0.9]), 160, {"ridge": 1.0}),
}


@pytest.mark.parametrize("name", RARE_MISFITS)
def test_a_variance_that_few_masks_make_up_is_warned_of(name):
    design, n, options = RARE_MISFITS[name]
    F = lt.SetFunction(np.random.default_rng(0).normal(size=2**design.d))
    found, by_superpixels_alone = 0, 0
    for seed in range(20):
        found += len(warned(lambda seed=seed: lt.estimate(F, design, n, seed, **options)))
        sample = draw(F, design, n, np.random.default_rng(seed), sampling=options.get("sampling", "design"))
        by_superpixels_alone += (effective_masks(sample) < FEW_MASKS).any()
    assert found > 10 and by_superpixels_alone <= 3


@pytest.mark.parametrize("method", ["wls", "unbiased"])
def test_a_thousand_masks_of_a_dense_function_are_not_few(method):
    F = lt.SetFunction(np.random.default_rng(0).normal(size=2**10))
    assert not warned(lambda: lt.estimate(F, lt.ImageDesign(10), 1000, 0, method))


def test_the_remedy_works():
    F, design = lt.Leaf(6, on=(0, 1)), lt.ImageDesign(6)
    assert warned(lambda: lt.estimate(F, design, 20, 0)) and not warned(lambda: lt.estimate(F, design, 100, 0))


def test_studies_of_small_samples_are_not_warned():
    F, design = lt.Leaf(6, on=(0, 1)), lt.ImageDesign(6)

    def study():
        with few_masks_studied():
            lt.estimate(F, design, 20, 0)

    assert not warned(study) and warned(lambda: lt.estimate(F, design, 20, 0))


@pytest.mark.slow
def test_the_warning_speaks_of_the_caller_s_line(tmp_path):
    # In another process, since here each function of limetheory is wrapped to check the shapes of arrays.
    script = tmp_path / "mine.py"
    script.write_text("import limetheory as lt\nlt.estimate(lt.Leaf(6, on=(0, 1)), lt.ImageDesign(6), 20, 0)\n")
    done = subprocess.run([sys.executable, script], capture_output=True, text=True, timeout=120, check=True)
    assert f"{script}:2: FewMasksWarning: the interval of coefficient" in done.stderr


def test_sizes_that_hardly_vary_are_warned_of():
    # Under this law one mask of 90 or none has another size than 1, and the sum of the slopes rests on it.
    design, masks = lt.GlimeDesign(2, 0.4, "comb_exp"), np.array([[1, 0], [0, 1]] * 45 + [[1, 1]], bool)
    sample = Sample.of(masks, np.ones(91), np.zeros(91))
    (one,) = warned(lambda: warn_of_few_masks(sample, np.ones(2), np.full(2, np.inf)))
    assert "coefficient 0 rests on fewer than 10 effective masks, got 1.0 (and 1 more);" in str(one.message)
    assert not warned(lambda: warn_of_few_masks(replace(sample, ends=(0.0, 1.0)), np.ones(2), np.full(2, np.inf)))
    assert warned(lambda: lt.estimate(lt.Additive([1.0, 1.0]), design, 90, 0, ridge=10.0))
