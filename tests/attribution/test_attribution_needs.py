"""Masks, designs and ways of drawing that lack what an attribution needs are refused in one line, before F is asked."""

import re

import numpy as np
import pytest

import limetheory as lt
from limetheory.attribution import ATTRIBUTIONS, attribute, attribution_limit

D = 5
LEAVE_ONE_OUT = np.vstack([np.ones((1, D), bool), ~np.eye(D, dtype=bool)])
KEEP_ONE = np.vstack([np.ones((1, D), bool), np.eye(D, dtype=bool)])
DRAWN = np.random.default_rng(0).random((40, D)) < 0.5
SHOWN_2 = np.hstack([DRAWN[:, :2], np.ones((40, 1), bool), DRAWN[:, 3:]])
HIDDEN_1 = np.hstack([DRAWN[:, :1], np.zeros((40, 1), bool), DRAWN[:, 2:]])


def never(masks):
    raise AssertionError("F was asked")


@pytest.mark.parametrize(("method", "masks", "words"), [
    ("rise", HIDDEN_1, "'rise' needs each part shown in some mask, got none for part 1; draw more masks, or others"),
    ("pda", SHOWN_2, "'pda' needs each part hidden in some mask, got none for part 2; draw more masks, or others"),
    ("pda_log_odds", SHOWN_2, "'pda_log_odds' needs each part hidden in some mask, got none for part 2"),
    ("pda_information", SHOWN_2, "'pda_information' needs each part hidden in some mask, got none for part 2"),
    ("ciu", DRAWN[~DRAWN.all(axis=1)], "'ciu' needs the mask that hides nothing, got none; add it, np.ones"),
    ("ciu", KEEP_ONE, "'ciu' needs each part hidden alone, got none for part 0; take the masks of LeaveOneOutDesign"),
    ("ciu", LEAVE_ONE_OUT[:-1], "'ciu' needs each part hidden alone, got none for part 4"),
    ("ciu_inverse", LEAVE_ONE_OUT, "'ciu_inverse' needs each part kept alone, got none for part 0; take the masks"),
    ("ciu_inverse", np.eye(D, dtype=bool), "'ciu_inverse' needs the mask that hides nothing, got none"),
    ("ols", DRAWN[:D], "'ols' needs 6 masks of 5 parts at least, got 5; draw more masks"),
    ("lime", DRAWN[:1], "'lime' needs 6 masks of 5 parts at least, got 1; draw more masks"),
    ("ols", SHOWN_2, "'ols' needs each part hidden in some mask, got none for part 2"),
    ("lime", HIDDEN_1, "'lime' needs each part shown in some mask, got none for part 1"),
    ("kernel_shap", np.vstack([np.zeros((30, D)), np.ones((30, D))]) > 0, "'kernel_shap' needs 4 masks .*, got 0"),
    ("kernel_shap", SHOWN_2, "'kernel_shap' needs each part hidden in some mask, got none for part 2"),
    ("kernel_shap", np.ones((4, 1), bool), "d must be at least 2, got 1; with one part the Shapley value is"),
    ("rise", np.zeros((0, D), bool), "'rise' needs 1 mask of 5 parts at least, got 0"),
    ("rise", np.ones(D, bool), r"masks must have shape \(n, d\), got \(5,\); one row a mask"),
])  # fmt: skip
def test_masks_without_what_is_needed_are_refused_before_the_function_is_asked(method, masks, words):
    with pytest.raises(ValueError, match=words) as caught:
        attribute(never, masks, method)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(("arguments", "words"), [
    ({"method": "shap"}, "method must be one of rise, pda, .*, kernel_shap, got 'shap'"),
    ({"method": "oLs"}, "got 'oLs'; did you mean 'ols'"),
    ({"design": lt.ImageDesign(4)}, r"design must have as many superpixels as the masks, 5, got ImageDesign\(d=4"),
    ({"ridge": 1.0}, "attribution 'rise' takes no ridge, got 1; leave it out, or use 'ols' or 'lime'"),
    ({"ridge": -1.0, "method": "ols"}, "ridge must be at least 0, got -1"),
    ({"F": lt.Additive([1.0, 2.0])}, "model and masks must have the same d, got 2 and 5; give masks with d=2"),
])  # fmt: skip
def test_other_arguments_are_refused_before_the_function_is_asked(arguments, words):
    with pytest.raises(ValueError, match=words) as caught:
        attribute(**{"F": never, "sample_or_masks": DRAWN, **arguments})
    assert "\n" not in str(caught.value)


def test_a_sample_without_what_is_needed_is_refused():
    sample = lt.Sample.of(KEEP_ONE, np.ones(D + 1), np.zeros(D + 1))
    with pytest.raises(ValueError, match="'ciu' needs each part hidden alone, got none for part 0"):
        attribute(never, sample, "ciu")


@pytest.mark.parametrize(("method", "design", "words"), [
    ("rise", lt.SizeLawDesign([1, 0, 0, 0]), "'rise' needs each part shown in some mask, which SizeLawDesign.* never"),
    ("pda", lt.SizeLawDesign([0, 0, 0, 1]), "'pda' needs each part hidden in some mask, which SizeLawDesign.* never"),
    ("ciu", lt.KeepOneDesign(3), r"needs each part hidden alone, which KeepOneDesign\(d=3\) never draws"),
    ("ciu", lt.ShapleyDesign(3), "needs the mask that hides nothing, which ShapleyDesign.* never draws"),
    ("ciu_inverse", lt.LeaveOneOutDesign(3), r"each part kept alone, which LeaveOneOutDesign\(d=3\) never draws"),
])  # fmt: skip
def test_designs_that_never_draw_what_is_needed_have_no_limit_and_are_not_drawn_from(method, design, words):
    with pytest.raises(ValueError, match=words) as caught:
        attribution_limit(method, never, design)
    assert "\n" not in str(caught.value)
    with pytest.raises(ValueError, match=words):
        lt.estimate(never, design, 30, 0, method=ATTRIBUTIONS[method].as_method())


FAIR = lt.SetFunction(np.random.default_rng(5).uniform(0.1, 0.9, 8))


@pytest.mark.parametrize("method", list(ATTRIBUTIONS))
@pytest.mark.parametrize("masses", [[1, 0, 0, 0], [0, 0, 0, 1], [0, 1, 1, 0], [1, 0, 1, 0], [0, 0, 1, 1], [0, 1, 0, 1]])
def test_the_design_that_a_refusal_names_is_accepted(method, masses):
    design = lt.SizeLawDesign(masses)
    try:
        ATTRIBUTIONS[method].require_design(design)
    except ValueError as refused:
        (named,) = re.findall(r"\w+Design", str(refused).split(";")[1])
        remedy = getattr(lt, named)(3)
        assert np.isfinite(attribution_limit(method, FAIR, remedy).coefficients).all()
        row = ATTRIBUTIONS[method]
        assert np.isfinite(lt.estimate(FAIR, remedy, 40, 0, method=row.as_method()).coefficients).all()


@pytest.mark.parametrize(("arguments", "words"), [
    ({"design": lt.BernoulliDesign(8)}, "'strata' need not have; take the masks of LeaveOneOutDesign with sampling"),
    ({"sampling": "pairs"}, "which 20 masks of LeaveOneOutDesign.* with sampling 'pairs' need not have"),
    ({"n": 8}, "n must be at least 9, got 8; its d = 8 parts need one each"),
])  # fmt: skip
def test_draws_that_need_not_have_every_mask_are_refused(arguments, words):
    with pytest.raises(ValueError, match=words) as caught:
        method = ATTRIBUTIONS["ciu"].as_method()
        lt.estimate(**{"F": never, "design": lt.LeaveOneOutDesign(8), "n": 20, "rng": 0, "method": method, **arguments})
    assert "\n" not in str(caught.value)


def test_strata_that_exhaust_the_sizes_that_are_needed_are_accepted():
    F = lt.SetFunction(np.random.default_rng(0).uniform(size=2**8))
    design = lt.SizeLawDesign([0, 0, 0, 0, 2, 0, 0, 1, 1])  # sizes 7 and 8 are exhausted, size 4 has 70 masks
    found = lt.estimate(F, design, 40, 0, method=ATTRIBUTIONS["ciu"].as_method())
    change = F(np.ones((1, 8), bool)) - F(~np.eye(8, dtype=bool))
    assert (np.sign(found.coefficients) == np.sign(change)).all() and np.isinf(found.standard_errors).all()
    whole = lt.estimate(F, lt.BernoulliDesign(8), 256, 0, method=ATTRIBUTIONS["ciu"].as_method())
    limit = attribution_limit("ciu", F, lt.BernoulliDesign(8))
    np.testing.assert_allclose(whole.coefficients, limit.coefficients, atol=1e-14)
    assert not whole.standard_errors.any()


@pytest.mark.parametrize("p", [0, 1, 0.0, 1.0])
def test_masks_that_show_all_or_nothing_are_no_bernoulli_masks(p):
    with pytest.raises(ValueError, match=r"p must be above 0 and below 1, got [01]"):
        lt.BernoulliDesign(5, p)


@pytest.mark.parametrize(("values", "method", "words"), [
    ([0.0, 0.0, 0.0, 0.5], "pda_information", r"F\(1\) and means of F above 0, got 0; use 'pda', or give F a floor"),
    ([0.1, 0.2, 0.3, 1.0], "pda_log_odds", r"F\(1\) and means of F between 0 and 1, both excluded, got 1; use 'pda'"),
    ([0.2, 1.9, 1.9, 0.5], "pda_log_odds", r"between 0 and 1, both excluded, got 1\.05; use 'pda'"),
])  # fmt: skip
def test_values_beyond_the_range_of_a_logarithm_are_refused(values, method, words):
    for ask in (lambda: attribute(lt.SetFunction(values), lt.all_masks(2), method),
                lambda: attribution_limit(method, lt.SetFunction(values), lt.BernoulliDesign(2))):  # fmt: skip
        with pytest.raises(ValueError, match=words) as caught:
            ask()
        assert "\n" not in str(caught.value)


def test_numbers_that_are_no_masks_are_refused():
    with pytest.raises(ValueError, match=r"masks must be True and False, 0 and 1 or 0 and 255, got 0\.2 to 0\.9"):
        attribute(never, [[0.2, 0.9], [0.2, 0.9]])
    for wrong in ({"F": 3}, {"design": "image"}, {"method": 3}, {"sample_or_masks": "masks"}):
        with pytest.raises((TypeError, ValueError)):
            attribute(**{"F": never, "sample_or_masks": DRAWN, **wrong})
