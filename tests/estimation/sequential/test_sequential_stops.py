"""`estimate_until` stops when masks run out, at `n_max` and on Ctrl-C, and refuses bad arguments."""

import io
import math
from types import SimpleNamespace

import naive
import numpy as np
import pytest
from sequential_runs import BANZHAF, Blocks, D, F, until

import limetheory as lt
from limetheory import progress
from limetheory.estimation.sequential.terms import linear_fit


def table(d, seed=0):
    rng = np.random.default_rng(seed)
    return lt.SetFunction(1 / (1 + np.exp(-((naive.masks(d) @ rng.normal(size=d)) ** 2) + 1)))


@pytest.mark.parametrize("guarantee", ["bounded", "asymptotic"])
@pytest.mark.parametrize(("d", "tolerance"), [(1, 0.1), (3, 0.1), (7, 0.3), (9, 0.001), (11, 0.01)])
def test_where_masks_run_out_the_answer_is_exact(d, tolerance, guarantee):
    asked, design = Blocks(table(d)), lt.ImageDesign(d)
    found, exact = until(tolerance, function=asked, design=design, guarantee=guarantee), lt.limit(table(d), design)
    assert found.stopping.reached and not found.stopping.half_widths.any() and not found.standard_errors.any()
    np.testing.assert_allclose(found.coefficients, exact.coefficients, atol=1e-12)
    assert found.intercept == pytest.approx(exact.intercept, abs=1e-12)
    masks = np.concatenate(asked.asked[1:])
    assert len(np.unique(masks @ (1 << np.arange(d)))) == len(masks) == 2**d
    for intervals in (found.interval, found.simultaneous_interval):
        assert intervals(0.999).tolist() == intervals(0.5).tolist() == [[b, b] for b in found.coefficients]


def test_masks_do_not_run_out_where_fewer_draws_will_do():
    found = until(0.1, function=table(14), design=lt.ImageDesign(14))
    assert found.stopping.reached and found.stopping.half_widths.any() and found.n_evaluations < 2**13


@pytest.mark.slow
def test_at_n_max_the_intervals_hold_although_the_tolerance_is_not_reached():
    exact = lt.limit(F, BANZHAF).coefficients
    found = until(0.001, n_max=1000, level=1 - 1e-6)
    assert not found.stopping.reached and found.stopping.n_masks == 1000
    assert (np.abs(found.coefficients - exact) <= found.stopping.half_widths).all()
    assert (found.stopping.half_widths > 0.001).all()
    eager = until(float(found.stopping.half_widths.max()), n_max=100_000, level=1 - 1e-6)
    assert eager.stopping.reached and eager.stopping.n_masks > 700  # the cap was used well


def test_a_constant_is_not_known_without_width():
    found = until(0.05, function=lambda masks: np.full(len(masks), 0.7))
    # At best each of n terms is bet on with λ = 1: the half-width is c log(2 d / 0.05) / n, c = 2 · 0.7.
    least = 1.4 * math.log(2 * D / 0.05) / found.stopping.n_masks
    assert found.stopping.reached and (found.stopping.half_widths > least).all()
    assert 0.01 < found.stopping.half_widths.min() and not found.coefficients.round(9).any()


def test_an_additive_function_is_known_soon_where_no_bound_is_asked_for():
    additive = lt.Additive(np.linspace(-1, 1, D))
    found = until(0.05, function=additive, guarantee="asymptotic")
    assert found.stopping.reached and found.stopping.n_masks < 500
    np.testing.assert_allclose(found.coefficients, additive.weights, atol=1e-9)


@pytest.mark.slow
def test_a_better_surrogate_needs_fewer_masks():
    known = until(0.05, function=table(12), design=lt.ImageDesign(12), n_max=4095, fit=lambda *seen: table(12))
    plain = until(0.05, function=table(12), design=lt.ImageDesign(12), n_max=4095, fit=linear_fit)
    assert known.stopping.reached and known.stopping.n_masks < plain.stopping.n_masks
    exact = lt.limit(table(12), lt.ImageDesign(12)).coefficients
    np.testing.assert_allclose(known.coefficients, exact, atol=1e-12)


@pytest.mark.parametrize("stop_after", [300, 1000])
def test_ctrl_c_keeps_the_intervals_of_the_finished_masks(stop_after):
    with pytest.raises(lt.Interrupted, match="interrupted after") as caught:
        until(0.005, function=Blocks(F, 10, stop_after), level=1 - 1e-6)
    found, sample = caught.value.explanation, caught.value.sample
    assert sample.n == found.stopping.n_masks == stop_after - 2 - (stop_after - 2) % 10 or sample.n <= stop_after
    assert not found.stopping.reached and np.isfinite(found.stopping.half_widths).all()
    assert (np.abs(found.coefficients - lt.limit(F, BANZHAF).coefficients) <= found.stopping.half_widths).all()
    assert (sample.values == F(np.unpackbits(sample.bits, axis=1, count=D) == 1)).all()


def test_ctrl_c_before_the_first_fit_has_no_explanation():
    with pytest.raises(lt.Interrupted) as caught:
        until(function=Blocks(F, 10, 50))
    assert caught.value.explanation is None and caught.value.sample.n == 40


def test_the_normal_approximation_waits_for_some_masks():
    assert until(0.5, guarantee="asymptotic").stopping.n_masks >= 16 * (D + 1)
    assert not until(0.5, guarantee="asymptotic", n_max=250).stopping.reached


class Terminal(io.StringIO):
    def isatty(self):
        return True


def test_the_bar_shows_half_width_and_what_remains(monkeypatch):
    shown, now = [], SimpleNamespace(seconds=0.0)

    class Bar:
        start_t = 0.0

        def __init__(self, label, total):
            shown.append((label, total))

        def set_description_str(self, label, refresh):
            self.label = label

        def refresh(self):
            shown.append((self.label, self.n, self.total))

        def close(self):
            shown.append("closed")

    def slow(masks):
        now.seconds += 3
        return F(masks)

    monkeypatch.setattr(progress, "time", SimpleNamespace(monotonic=lambda: now.seconds))
    monkeypatch.setattr(progress, "sys", SimpleNamespace(stderr=Terminal()))
    monkeypatch.setattr(progress, "_bar", Bar)
    found = until(function=slow)
    assert shown[0] == ("masks: first fit", 100_000) and shown.pop() == "closed"
    (label, done, total), n = shown[-1], found.stopping.n_masks
    assert label.startswith("masks: ±0.05") and " of ±0.05, about " in label
    assert done == n and total == pytest.approx(n, rel=0.1)
    expected = [total for _, _, total in shown[len(shown) // 2 :]]
    np.testing.assert_allclose(expected, n, rtol=0.3)


class Random:
    """A set function with noise of a size, drawn anew at each call."""

    def __init__(self, size):
        self.size, self.rng = size, np.random.default_rng(0)

    def __call__(self, masks):
        return F(masks) + self.size * self.rng.normal(size=len(masks))


class Rounded:
    """The values of a set function rounded as those of a float32 network are."""

    resolution = 2.0**-23

    def __call__(self, masks):
        return F(masks)


@pytest.mark.parametrize(
    ("changes", "error", "words"),
    [
        ({"bounds": None}, ValueError, r"got no bounds; give bounds=\(lo, hi\), or guarantee='asymptotic'"),
        ({"guarantee": "sure"}, ValueError, "guarantee must be one of bounded, asymptotic, got 'sure'"),
        ({"bounds": (0.2, 1)}, ValueError, r"F must stay in its bounds \[0.2, 1\], got 0.\d+; give wider bounds, or"),
        ({"bounds": (1, 0)}, ValueError, r"bounds\[1\] must be above 1, got 0; write \(0, 1\) for probabilities"),
        ({"bounds": (0, math.inf)}, ValueError, r"bounds\[1\] must be above 0 and finite, got inf"),
        ({"bounds": 1.0}, TypeError, r"bounds must be a pair \(lo, hi\), got 1.0"),
        ({"tolerance": 0}, ValueError, "tolerance must be above 0"),
        ({"tolerance": -1}, ValueError, "tolerance must be above 0"),
        ({"tolerance": "small"}, TypeError, "tolerance must be a number"),
        ({"function": Rounded(), "tolerance": 1e-7}, ValueError, "at least 9.5e-07, the rounding of .* got 1e-07"),
        ({"tolerance": 1e-16}, ValueError, "at least 1.8e-15, the rounding of the values"),
        ({"level": 0}, ValueError, "level must be above 0 and below 1, got 0"),
        ({"level": 95}, ValueError, "level must be above 0 and below 1, got 95; write 0.95 for 95 %"),
        ({"n_max": 199}, ValueError, "n_max must be at least 200, got 199; d = 24 coefficients need 200 masks"),
        ({"n_max": 1e5}, TypeError, "n_max must be an integer"),
        ({"function": Random(0.1), "bounds": (-9, 9)}, ValueError, "same answer to the same mask, got .* masked"),
        ({"function": lt.Additive([1.0])}, ValueError, "got 1 and 24; build the design with d=1"),
        ({"function": 3}, TypeError, "F must be a callable"),
        ({"design": 24}, TypeError, "design must be a limetheory design"),
        ({"rng": "seed"}, TypeError, "rng must be None"),
    ],
)
def test_bad_arguments_are_refused(changes, error, words):
    with pytest.raises(error, match=words) as caught:
        until(**changes)
    assert "\n" not in str(caught.value)


def test_rounding_is_no_randomness():
    assert until(function=Random(1e-16), bounds=(-1, 2)).stopping.reached


@pytest.mark.parametrize("design", [lt.ImageDesign(4), lt.ShapleyDesign(4)], ids=repr)
def test_evaluations_are_those_that_happened_the_full_mask_twice_and_no_other(design):
    rng = np.random.default_rng(1)
    function = Blocks(lt.SetFunction(rng.random(16)), block_size=3)
    found = until(0.01, 0, function, design, n_max=50)
    asked = np.concatenate(function.asked)
    times = np.unique(asked @ (1 << np.arange(4)), return_counts=True)[1]
    assert found.n_evaluations == len(asked) == 17 and times.tolist() == [1] * 15 + [2]
