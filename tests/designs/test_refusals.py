"""Which arguments designs refuse, and with which messages."""

import math

import numpy as np
import pytest

import limetheory as lt


@pytest.mark.parametrize("design", [lt.ImageDesign, lt.TextDesign, lt.BernoulliDesign])
@pytest.mark.parametrize("d", [0, -3])
def test_d_below_one_is_refused(design, d):
    with pytest.raises(ValueError, match=f"d must be at least 1, got {d}"):
        design(d)


@pytest.mark.parametrize("design", [lt.ImageDesign, lt.TextDesign, lt.BernoulliDesign, lt.ShapleyDesign])
@pytest.mark.parametrize("d", [2.0, "2", None, True])
def test_d_that_is_not_an_integer_is_a_type_error(design, d):
    with pytest.raises(TypeError, match="d must be an integer"):
        design(d)


@pytest.mark.parametrize("design", [lt.ImageDesign, lt.TextDesign])
@pytest.mark.parametrize("bandwidth, error", [
    (0, ValueError), (0.0, ValueError), (-0.25, ValueError), (math.nan, ValueError), (-math.inf, ValueError),
    (None, TypeError), ("0.25", TypeError), (True, TypeError),
])  # fmt: skip
def test_a_bandwidth_that_is_not_positive_is_refused(design, bandwidth, error):
    with pytest.raises(error, match=r"bandwidth must be .*lime 0.2.0.1 uses 0.25, and infinity means no weights"):
        design(5, bandwidth)


def test_every_way_to_write_an_infinite_bandwidth_is_taken():
    for infinity in (math.inf, np.inf, np.float64("inf"), np.float32("inf")):
        assert lt.ImageDesign(3, infinity).total_mass == pytest.approx(1, rel=1e-14)


@pytest.mark.parametrize("p", [0, 1, -0.1, 1.1, math.nan, math.inf])
def test_p_outside_the_open_unit_interval_is_refused(p):
    with pytest.raises(ValueError, match="p must be above 0 and below 1"):
        lt.BernoulliDesign(4, p)


@pytest.mark.parametrize("masses, rule", [
    ([1, -1, 1], "non-negative with a positive sum"), ([0, 0, 0], "positive sum"),
    ([1e308, 1e308, 0], "masses must have a finite sum, got .*; divide them by their largest"),
    ([], "one entry for each size"),
    ([1], "one entry for each size"), ([1, math.nan], "finite"), ([1, math.inf], "finite"),
    ([[1, 2]], "one-dim"),
])  # fmt: skip
def test_masses_that_are_no_size_law_are_refused(masses, rule):
    with pytest.raises(ValueError, match=rule):
        lt.SizeLawDesign(masses)


@pytest.mark.parametrize("keep", [[0.0, 0.5], [0.5, 1.0], [-0.1], [math.nan], [], [[0.5]]])
def test_keep_outside_the_open_unit_interval_is_refused(keep):
    with pytest.raises(ValueError):
        lt.ProductDesign(keep)


@pytest.mark.parametrize("off", [[0.0, 1.0], [-1.0, 1.0], [1.0], [1.0, 1.0, 1.0], [math.inf, 1.0]])
def test_weights_off_must_be_d_positive_numbers(off):
    with pytest.raises(ValueError, match="weights_off must be"):
        lt.ProductDesign([0.5, 0.5], off)


@pytest.mark.parametrize("design", [lt.ImageDesign(5), lt.ShapleyDesign(5), lt.ProductDesign([0.5] * 5)], ids=repr)
def test_alpha_refuses_more_than_d_superpixels_and_negative_counts(design):
    for a, b in ((6, 0), (3, 3), (0, 6)):
        with pytest.raises(ValueError, match="a \\+ b must be at most d = 5"):
            design.alpha(a, b)
    with pytest.raises(ValueError, match="a must be at least 0"):
        design.alpha(-1)


NO_SLOPE, NO_CONTRAST = "mass on at least two sizes", "mass on a size between 1 and d − 1"
OTHER = "choose another design such as Im"
WIDEN, MORE, MOVE = (f"nearly all of it on .*; {w} or {OTHER}" for w in (
    "widen the bandwidth", "give other sizes more mass", "move p away from 0 and 1"
))  # fmt: skip
ALL = f"with all of it on .*; {OTHER}"


@pytest.mark.parametrize("design, words, remedy", [
    (lt.SizeLawDesign([0, 0, 1, 0]), NO_SLOPE, ALL), (lt.SizeLawDesign([0, 1]), NO_SLOPE, ALL),
    (lt.TextDesign(1), NO_SLOPE, ALL), (lt.GlimeDesign(1, 1.0, "comb"), NO_SLOPE, ALL),
    (lt.ImageDesign(10, 1e-5), NO_SLOPE, WIDEN), (lt.SizeLawDesign([1, 1e-300]), NO_SLOPE, MORE),
    (lt.SizeLawDesign([1, 0, 0, 1]), NO_CONTRAST, ALL), (lt.SizeLawDesign([1, 0, 1]), NO_CONTRAST, ALL),
    (lt.SizeLawDesign([1, 1e-300, 0, 1]), NO_CONTRAST, MORE), (lt.SizeLawDesign([1, 1e-300, 1]), NO_CONTRAST, MORE),
    (lt.BernoulliDesign(3, 1e-300), NO_SLOPE, MOVE), (lt.TextDesign(5, 1e-3), NO_SLOPE, WIDEN),
    (lt.GlimeDesign(8, 0.0385), NO_SLOPE, f"; raise sigma or {OTHER}"),
])  # fmt: skip
def test_degenerate_designs_are_refused_by_name_with_the_remedy(design, words, remedy):
    model = lt.SetFunction(np.arange(2.0**design.d))
    for question in (design.gram_inverse, design.leverage, lambda: lt.limit(model, design),
                     lambda: lt.estimate(model, design, 50, rng=0, method="unbiased"),
                     lambda: lt.limit(lt.Leaf(design.d, on=(0,)), design)):  # fmt: skip
        with pytest.raises(lt.DegenerateDesignError, match=f"{words}, got .*{remedy}"):
            question()
    assert np.isfinite(lt.limit(model, lt.ImageDesign(design.d)).coefficients).all()  # the remedy, followed


@pytest.mark.parametrize("bandwidth", [1e-300, 1e-9, 0.005, 0.01, 0.02, 0.05, 0.1, 1e6, 1e150, np.inf])
@pytest.mark.parametrize("d", [1, 2, 3, 8])
def test_every_bandwidth_is_answered_by_numbers_or_refused_by_name(d, bandwidth):
    # without a warning too: they are errors in this suite
    model, leaf = lt.SetFunction(np.random.default_rng(d).normal(size=2**d)), lt.Leaf(d, on=(0,))
    for kind in (lt.TextDesign, lt.ImageDesign, lt.GlimeDesign):
        design = kind(d, bandwidth)
        for question in (
            lambda design: lt.limit(model, design).coefficients,
            lambda design: lt.limit(leaf, design).coefficients,
            lambda design: lt.asymptotic_covariance(model, design),
            lambda design: lt.asymptotic_covariance(leaf, design),
            lambda design: design.leverage(),
            lambda design: design.gram_inverse(),
        ):
            try:
                assert np.isfinite(question(design)).all()
            except lt.DegenerateDesignError as refusal:
                assert "\n" not in str(refusal) and repr(design) in str(refusal)
        for method in ("wls", "unbiased", "adjusted", "quadrature"):
            try:
                answer = lt.estimate(model, design, 40, rng=0, method=method)
            except ValueError:  # degenerate, or weights that underflow
                continue
            assert np.isfinite(answer.coefficients).all() and not np.isnan(answer.standard_errors).any()
            assert not np.isnan(answer.interval()).any()


def test_kernel_shap_with_one_superpixel_is_refused_with_the_answer():
    with pytest.raises(ValueError, match=r"d must be at least 2, got 1; .* Shapley value is F\(1\) − F\(0\)"):
        lt.ShapleyDesign(1)


@pytest.mark.parametrize("design, text", [
    (lt.ImageDesign(3), "ImageDesign(d=3, bandwidth=0.25)"),
    (lt.TextDesign(3, 1), "TextDesign(d=3, bandwidth=1)"),
    (lt.BernoulliDesign(3), "BernoulliDesign(d=3, p=0.5)"), (lt.ShapleyDesign(3), "ShapleyDesign(d=3)"),
])  # fmt: skip
def test_repr_names_the_design(design, text):
    assert repr(design) == text


@pytest.mark.parametrize("law, weight, said", [
    (np.zeros(4), np.zeros(4), "log_law must be the logarithms of probabilities that sum to 1, got a sum of 4; sub"),
    (np.full(4, 0.25), np.zeros(4), r"log_law must be .* that sum to 1, got a sum of 5\.13"),
    (np.full(4, -np.inf), np.zeros(4), r"log_law must be .* that sum to 1, got a sum of 0"),
    (np.log(np.full(3, 1 / 3)), np.zeros(4), r"log_law must have one number for each size 0\.\.3, shape \(4,\), got"),
    (np.log(np.full(4, 0.25)), np.zeros(3), r"log_weight must have one number for each size 0\.\.3"),
    ([np.nan, 0, 0, 0], np.zeros(4), "log_law must be logarithms, got NaN or ∞; write −inf"),
    (np.log(np.full(4, 0.25)), np.full(4, np.inf), "log_weight must be logarithms, got NaN or ∞"),
])  # fmt: skip
def test_a_law_by_size_that_is_none_is_refused(law, weight, said):
    with pytest.raises(ValueError, match=said):
        lt.ExchangeableDesign(3, law, weight)


def test_a_law_by_size_may_be_a_list_with_sizes_that_never_occur():
    half = np.log(0.5)
    found = lt.limit(lt.Additive([1.0, 2.0, 3.0]), lt.ExchangeableDesign(3, [-np.inf, half, half, -np.inf], [0] * 4))
    assert found.coefficients == pytest.approx([1, 2, 3], rel=1e-12)
