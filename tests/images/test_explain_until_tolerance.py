"""`explain_image` up to a tolerance: its intervals, their bounds, and what a tolerance does not take."""

import numpy as np
import pytest
import torch
from explained_picture import IMAGE, LABELS, D, curved, explain, linear, probabilities

import limetheory as lt
from limetheory.estimation.sequential.until import estimate_until
from limetheory.explaining.output_bounds import looks_like_probabilities

FINE = np.arange(12 * 16).reshape(12, 16) // 48 * 8 + np.arange(16) // 2  # 4 × 8 superpixels: too many to enumerate


def until(tolerance=0.05, model=probabilities, **options):
    return explain(model, **{"segments": FINE, "tolerance": tolerance, "n": 1000, **options})


@pytest.mark.slow
def test_a_tolerance_is_estimate_until_on_the_set_function_with_the_bounds_of_probabilities():
    found, masked = until(), lt.MaskedImage(IMAGE, FINE)
    F = lt.set_function(probabilities, masked, target=0)
    same = estimate_until(F, lt.ImageDesign(32), 0.05, rng=0, bounds=(0, 1))
    stop = found.stopping
    assert isinstance(found, lt.ImageExplanation) and found.n_masks == stop.n_masks == same.stopping.n_masks
    assert (found.interval() == same.interval()).all() and found.n_evaluations == F.n_evaluations + 1
    assert (found.simultaneous_interval() == same.simultaneous_interval()).all()
    assert stop.reached and stop.guarantee == "bounded" and (stop.tolerance, stop.level) == (0.05, 0.95)
    assert found.heatmap().shape == (12, 16) and (stop.half_widths <= 0.05).all()
    np.testing.assert_allclose(until(batch_size=7).interval(), found.interval(), rtol=0, atol=1e-12)


def test_few_superpixels_are_exact_by_all_their_masks():
    found = explain(probabilities, tolerance=0.001, n=1000)
    exact = lt.limit(lt.set_function(probabilities, lt.MaskedImage(IMAGE, LABELS), target=0), lt.ImageDesign(D))
    np.testing.assert_allclose(found.coefficients, exact.coefficients, rtol=0, atol=1e-12)
    assert not found.stopping.half_widths.any()
    assert found.n_evaluations == 2**D + 7  # five of the check, and the image again before and behind the masks


@pytest.mark.slow
def test_n_max_caps_a_tolerance():
    found = until(1e-4, n_max=400)
    assert not found.stopping.reached and found.n_masks == 400 and found.stopping.half_widths.max() < 1


@pytest.mark.slow
def test_bounds_may_be_given_or_done_without():
    scores = {"model": curved, "target": 1}
    assert until(0.1, **scores, bounds=(0, 1)).stopping.guarantee == "bounded"
    assert until(0.1, **scores, guarantee="asymptotic").stopping.guarantee == "asymptotic"


@pytest.mark.slow
def test_ctrl_c_keeps_the_intervals_at_a_tolerance():
    seen = []

    def interrupted(images):
        if sum(seen) > 500:
            raise KeyboardInterrupt
        seen.append(len(images))
        return probabilities(images)

    with pytest.raises(lt.Interrupted) as caught:
        until(1e-3, interrupted)
    found = caught.value.explanation
    assert isinstance(found, lt.ImageExplanation) and not found.stopping.reached
    assert np.isfinite(found.simultaneous_interval()).all()
    assert found.n_evaluations == sum(seen)


def test_a_classifier_s_probabilities_have_bounds_whatever_their_sum():
    network = torch.nn.Sequential(torch.nn.Flatten(), torch.nn.Linear(12 * 16 * 3, 3))
    settings = {"size": None, "mean": [0.5] * 3, "std": [0.5] * 3, "name": "labels"}
    found = explain(lt.Classifier(network, output="sigmoid", **settings), tolerance=0.2, n=1000)
    assert found.stopping.guarantee == "bounded" and found.stopping.reached
    with pytest.raises(ValueError, match="got no bounds"):
        explain(lt.Classifier(network, output="logits", **settings), tolerance=0.2, n=1000)


def noisy():
    rng = np.random.default_rng(0)
    return lambda images: probabilities(images) * (1 + 0.01 * rng.normal(size=(len(images), 1)))


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"model": curved}, r"got no bounds; give bounds=\(lo, hi\), or guarantee='asymptotic'"),
        ({"model": linear}, "got no bounds"),
        ({"model": noisy(), "bounds": (0, 2)}, "the same answer to the same mask, got .* switch its randomness off"),
        ({"model": lambda images: 2 * probabilities(images) - 1, "bounds": (0, 1)}, "must stay in its bounds"),
        ({"model": lambda images: probabilities(images).astype(np.float32), "tolerance": 1e-7}, "at least 9.5e-07"),
        ({"tolerance": 0}, "tolerance must be above 0"),
        ({"level": 1.0}, "level must be above 0 and below 1"),
        ({"n_max": 200}, "n_max must be at least 264, got 200"),
        ({"n": 200}, "a tolerance stops by itself .* got n=200; leave it out, n_max limits the masks"),
        ({"tolerance": None, "level": 0.99}, r"level is for a tolerance, got 0.99 .* its interval\(level\)"),
        ({"tolerance": None, "level": 95}, "level is for a tolerance, got 95 without one"),
        ({"tolerance": None, "bounds": np.array([0, 1])}, "bounds is for a tolerance, got .* without one"),
        ({"tolerance": None, "n_max": 9}, "n_max is for a tolerance, got 9 without one"),
        ({"method": "unbiased"}, "its own unbiased method, got method='unbiased'; leave it out"),
        ({"ridge": 1.0, "include_original": True}, "got ridge=1.0, include_original=True; leave it out"),
        ({"tolerance": None, "bounds": (0, 1)}, r"bounds is for a tolerance, got \(0, 1\) without one"),
        ({"tolerance": None, "guarantee": "bounded"}, "guarantee is for a tolerance"),
    ],
)
def test_what_a_tolerance_does_not_take_is_refused(options, message):
    with pytest.raises(ValueError, match=message) as caught:
        until(**options)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("outputs", "expected"),
    [
        ([0.2, 0.8], True),
        ([0.2, 0.8009], True),
        ([0.2, 0.81], False),
        ([1.0], False),
        ([-0.1, 1.1], False),
        ([3.0, 1.0], False),
    ],
)
def test_outputs_that_look_like_probabilities(outputs, expected):
    assert looks_like_probabilities(np.array(outputs)) is expected
