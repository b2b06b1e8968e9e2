"""Explanations with random replacements: intervals hold the limit of the mean; what needs single values is refused."""

import numpy as np
import pytest
import torch
from random_images import IMAGE, LABELS, OTHERS, REPLACEMENTS, WEIGHTS, linear, masked, mean_over_others, smooth
from scipy.stats import binom

import limetheory as lt
from limetheory.estimation.methods.few_masks import few_masks_studied
from limetheory.images import RandomImageFunction, rise_map
from limetheory.images.rise.masks import RiseLaw
from limetheory.metrics import Predictions

RUNS, CHANCE = 80, 1e-6
FEWEST = int(binom.ppf(CHANCE / 6, RUNS, 0.95))
"""Of 80 intervals of 95 % fewer hold the limit, for one of six coefficients, with a probability below 1e-6.

Of intervals of half their width, which hold 67 %, as many do for one coefficient with a probability of 3 %.
"""
DESIGN = lt.ImageDesign(6, 1.0)


def explained(model, replacement, **options):
    return lt.explain_image(
        model, IMAGE, segments=LABELS, replacement=replacement, **{"design": DESIGN, "n": 100, **options}
    )


def held(exact, model, replacement, runs=RUNS, **options):
    """How many of the intervals hold each coefficient of the limit."""
    hits = np.zeros(6, int)
    with few_masks_studied():
        for run in range(runs):
            low, high = explained(model, replacement, rng=run, **options).interval().T
            hits += (low <= exact) & (exact <= high)
    return hits


class DrawnOnce(RandomImageFunction):
    """The mutant: all masks of a run have the same draw."""

    def _next(self, n):
        return np.zeros(n, int)


@pytest.mark.slow
@pytest.mark.parametrize("smoothing", [None, "gaussian"])
def test_intervals_hold_the_limit_of_the_mean_over_other_images(smoothing):
    exact = lt.limit(mean_over_others(smooth, smoothing), DESIGN).coefficients
    assert held(exact, smooth, OTHERS, smoothing=smoothing).min() >= FEWEST


@pytest.mark.slow
@pytest.mark.parametrize("options", [{"method": "unbiased", "n": 300}, {"n": 600}], ids=str)
def test_intervals_of_other_methods_and_of_many_masks_hold_it(options):
    exact = lt.limit(mean_over_others(smooth), DESIGN).coefficients
    assert held(exact, smooth, OTHERS, **options).min() >= FEWEST


@pytest.mark.slow
@pytest.mark.parametrize("name", REPLACEMENTS)
def test_intervals_hold_the_exact_limit_of_a_linear_model(name):
    exact = lt.limit(lt.set_function(lt.LinearPixels(WEIGHTS), masked(name)), DESIGN).coefficients
    assert held(exact, linear, REPLACEMENTS[name]).min() >= FEWEST


@pytest.mark.slow
@pytest.mark.parametrize("name", REPLACEMENTS)
def test_mutant_that_draws_once_for_all_masks_has_too_narrow_intervals(name, monkeypatch):
    monkeypatch.setattr("limetheory.images.explain.RandomImageFunction", DrawnOnce)
    exact = lt.limit(lt.set_function(lt.LinearPixels(WEIGHTS), masked(name)), DESIGN).coefficients
    assert held(exact, linear, REPLACEMENTS[name], runs=40).min() < binom.ppf(CHANCE / 6, 40, 0.95)


@pytest.mark.slow
def test_the_mean_of_the_images_is_another_set_function_and_has_smaller_errors():
    found = explained(smooth, OTHERS, n=4000, rng=0)  # of 64 masks
    exact = lt.limit(mean_over_others(smooth), DESIGN).coefficients
    assert np.abs((found.coefficients - exact) / found.standard_errors).max() < 6
    mean = np.asarray(OTHERS).mean(axis=0)
    of_the_mean = explained(smooth, mean, n=4000, rng=0)
    assert (found.standard_errors > 3 * of_the_mean.standard_errors).all()
    assert np.abs((of_the_mean.coefficients - exact) / found.standard_errors).max() > 6  # and another set function


@pytest.mark.slow
@pytest.mark.parametrize("guarantee", ["bounded", "asymptotic"])
def test_to_a_tolerance_no_mask_is_taken_for_known(guarantee):
    exact = lt.limit(mean_over_others(smooth), DESIGN).coefficients
    found = lt.explain_image(
        smooth, IMAGE, segments=LABELS, replacement=OTHERS, design=DESIGN, tolerance=0.2, rng=0, guarantee=guarantee,
        bounds=(0, 1) if guarantee == "bounded" else None,
    )  # fmt: skip
    assert found.stopping.reached and found.n_evaluations > 64 and (found.stopping.half_widths > 0).all()
    assert (np.abs(found.coefficients - exact) <= found.stopping.half_widths).all()


@pytest.mark.slow
@pytest.mark.parametrize("attribution", ["rise", "pda", "ols", "lime"])
def test_attributions_tend_to_those_of_the_mean(attribution):
    found = explained(smooth, OTHERS, n=4000, rng=0, attribution=attribution, design=lt.BernoulliDesign(6))
    exact = lt.attribution_limit(attribution, mean_over_others(smooth), lt.BernoulliDesign(6)).coefficients
    assert np.abs((found.coefficients - exact) / found.standard_errors).max() < 5.5


@pytest.mark.slow
def test_rise_tends_to_the_map_of_the_mean_and_its_errors_are_of_the_draws():
    n, law = 1500, RiseLaw(2, (4, 6))
    found = rise_map(linear, IMAGE, n=n, cells=2, replacement=OTHERS, rng=0)
    masks = law.masks(law.draw(60000, np.random.default_rng(1)))
    mean = OTHERS.mean(axis=0)
    values = linear(mean + masks[..., None] * (IMAGE - mean))
    exact = np.tensordot(values, masks, 1) / masks.sum(axis=0)
    assert np.abs((found.values - exact) / found.standard_errors).max() < 5.5
    of_the_mean = rise_map(linear, IMAGE, n=n, cells=2, replacement=mean, rng=0)
    assert (found.standard_errors > 1.2 * of_the_mean.standard_errors).all()
    again = rise_map(linear, IMAGE, n=n, cells=2, replacement=OTHERS, rng=0, batch_size=7)
    np.testing.assert_allclose(again.values, found.values, rtol=0, atol=1e-12)


@pytest.mark.parametrize("smoothing", [None, "gaussian"])
@pytest.mark.parametrize("name", REPLACEMENTS)
def test_a_saved_explanation_is_read_as_it_was(name, smoothing, tmp_path):
    found = explained(smooth, REPLACEMENTS[name], rng=0, smoothing=smoothing, per_pixel=smoothing is not None)
    found.save(tmp_path / "kept.npz")
    again = lt.load_explanation(tmp_path / "kept.npz")
    np.testing.assert_array_equal(again.coefficients, found.coefficients)
    masks = np.random.default_rng(0).random((4, 6)) < 0.5
    np.testing.assert_array_equal(again.masked.compose(masks), found.masked.compose(masks))
    np.testing.assert_array_equal(again.masked.replacement, found.masked.replacement)
    np.testing.assert_array_equal(again.pixel_map().standard_errors, found.pixel_map().standard_errors)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"attribution": "ciu"}, "attribution 'ciu' needs one value for each mask, got a random .*; give attribution"),
        ({"attribution": "kernel_shap"}, "attribution 'kernel_shap' needs one value"),
        ({"method": "adjusted"}, "method 'adjusted' needs one value .* give method 'wls' or 'unbiased', or a repl"),
        ({"method": "quadrature"}, "method 'quadrature' needs one value for each mask"),
        ({"design": lt.ShapleyDesign}, "an efficient design needs one value.*give a design such as BernoulliDesign"),
    ],
)
@pytest.mark.parametrize("name", REPLACEMENTS)
def test_what_needs_one_value_for_each_mask_is_refused_before_the_model_is_asked(name, options, message):
    def never(images):
        raise AssertionError("asked")

    with pytest.raises(ValueError, match=message) as caught:
        explained(never, REPLACEMENTS[name], **{"design": None, **options})
    assert "\n" not in str(caught.value)


def test_the_remedies_work():
    for options in ({"attribution": "ols"}, {"method": "unbiased"}, {"design": lt.BernoulliDesign}):
        assert explained(smooth, "noise", rng=0, **options).d == 6
    assert explained(smooth, "mean", rng=0, design=lt.ShapleyDesign).d == 6


@pytest.mark.parametrize("smoothing", [None, "gaussian"])
def test_metrics_take_another_replacement_and_refuse_the_random_one(smoothing):
    found = explained(smooth, "noise", rng=0, smoothing=smoothing)
    with pytest.raises(ValueError, match=r"metrics need one replacement for all masks.*such as replacement='mean'"):
        Predictions.of(smooth, found)
    expected = explained(smooth, "mean", rng=0, smoothing=smoothing).masked.compose(lt.all_masks(6))
    np.testing.assert_allclose(Predictions.of(smooth, found, "mean")(lt.all_masks(6)), smooth(expected), atol=1e-14)


@pytest.mark.parametrize("ask", [
    lambda: lt.superpixel_integrated_gradients(torch.nn.Flatten(), IMAGE, LABELS, target=0, replacement="noise"),
    lambda: lt.MaskedImage(IMAGE, LABELS, "noise"),
    lambda: lt.images.SoftMaskedImage(IMAGE, lt.images.soft_masks(LABELS), "noise"),
])  # fmt: skip
def test_what_has_one_replacement_refuses_a_random_one_in_one_line(ask):
    with pytest.raises(ValueError, match="must be one image here, got the random 'noise'; explain_image and rise_map"):
        ask()


def test_ctrl_c_keeps_the_finished_part():
    calls = []

    def stopping(images):
        calls.append(len(images))
        if sum(calls) > 120:
            raise KeyboardInterrupt
        return smooth(images)

    with pytest.raises(lt.Interrupted) as caught:
        explained(stopping, "noise", rng=0, n=400, batch_size=16)
    part = caught.value.explanation
    assert part.masked.law.mean.shape == IMAGE.shape and 16 <= part.n_masks < 400
    calls.clear()
    with pytest.raises(lt.Interrupted):
        rise_map(stopping, IMAGE, cells=2, replacement="noise", rng=0)


@pytest.mark.slow
def test_a_plan_from_a_random_pilot_needs_more_masks_than_there_are():
    pilot = explained(smooth, OTHERS, rng=0, design=lt.ImageDesign(6, 1.0))
    planned = lt.plan(DESIGN, 0.001, pilot=pilot)
    assert planned.random and planned.everything == np.inf and not planned.exhaustive
    assert planned.n == planned.clt.n > 64
    alike = lt.plan(DESIGN, 0.001, bounds=(0, 1), random=True)
    assert alike.random and alike.n > 64 and lt.plan(DESIGN, 0.001, bounds=(0, 1)).n == 64


@pytest.mark.slow
def test_more_draws_for_each_mask_save_the_variance_within_masks():
    options = {"n": 3000, "rng": 0}
    two, four = (explained(smooth, OTHERS, repeats=repeats, **options) for repeats in (2, 4))
    np.testing.assert_allclose(two.variance_split.within / four.variance_split.within, 2, rtol=0.25)
    for found in (two, four):
        split = found.variance_split
        np.testing.assert_allclose(split.between + split.within, found.standard_errors**2, rtol=1e-12)
    shown = masked("others").compose(np.zeros((1, 6), bool))
    assert shown.shape == (1, *IMAGE.shape) and (two.variance_split.within > two.variance_split.between).all()


def test_repeats_are_averages_of_the_draws_of_one_mask():
    three, one = (RandomImageFunction(smooth, masked("noise"), rng=4, repeats=repeats) for repeats in (3, 1))
    masks = np.random.default_rng(0).random((5, 6)) < 0.5
    np.testing.assert_allclose(
        three(masks), one(np.repeat(masks, 3, axis=0)).reshape(5, 3).mean(axis=1), rtol=0, atol=1e-15
    )


def test_a_variance_split_needs_draws_and_two_of_them():
    with pytest.raises(ValueError, match="needs two draws or more for each mask, got one; explain with repeats=2"):
        _ = explained(smooth, "noise", rng=0).variance_split
    with pytest.raises(ValueError, match="needs a random replacement, got one image; give replacement='noise' and rep"):
        _ = explained(smooth, 0.5, rng=0).variance_split
    with pytest.raises(ValueError, match="repeats is for a random replacement, got 2 with one image; leave it out"):
        explained(smooth, 0.5, rng=0, repeats=2)
    with pytest.raises(ValueError, match="repeats must be at least 1, got 0"):
        explained(smooth, "noise", rng=0, repeats=0)
