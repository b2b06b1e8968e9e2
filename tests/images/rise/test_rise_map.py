"""RISE's map against a loop over its masks, its errors against their definitions, and its limit in closed form."""

import numpy as np
import pytest
import torch

import limetheory as lt
from limetheory.estimation import FewMasksWarning, Interrupted
from limetheory.images import PixelMap, rise_map
from limetheory.images.rise.masks import RiseLaw

SHAPE, CELLS = (18, 21), 4
QUARTERS = tuple(max(1, -(-size // CELLS) // 4) for size in SHAPE)  # of a cell
IMAGE = np.random.default_rng(0).random((*SHAPE, 3))
WEIGHTS = np.random.default_rng(1).normal(size=IMAGE.shape) / 200


def outputs(images):
    """Two smooth, nonlinear outputs."""
    mean = np.tensordot(images, WEIGHTS, 3)
    return np.stack([np.tanh(3 * mean) + 0.4, images[:, 5, 7, 1] * images[:, 12, 16, 0]], axis=1)


def masks_and_values(n, seed, p=0.5, replacement=0.0):
    masks = RiseLaw(CELLS, SHAPE, p)
    masks = masks.masks(masks.draw(n, np.random.default_rng(seed)))
    images = [replacement + mask[..., None] * (IMAGE - replacement) for mask in masks]
    return masks, outputs(np.stack(images))


@pytest.mark.parametrize(("p", "replacement"), [(0.5, 0.0), (0.3, 0.7)])
@pytest.mark.parametrize("mean", ["observed", "expected"])
def test_the_map_and_its_errors_are_those_of_a_loop_over_masks(p, replacement, mean):
    n = 150
    masks, values = masks_and_values(n, 3, p, replacement)
    found = rise_map(
        outputs, IMAGE, target=[0, 1], n=n, cells=CELLS, p=p, replacement=replacement, mean=mean, rng=3, batch_size=7
    )
    for k, one in enumerate(found):
        total = np.zeros(SHAPE)
        for mask, value in zip(masks, values[:, k], strict=True):
            total += value * mask
        expected = total / (sum(masks) if mean == "observed" else n * p)
        np.testing.assert_allclose(one.values, expected, rtol=0, atol=1e-13)
        rows = [v * m / p - expected for m, v in zip(masks, values[:, k], strict=True)]
        behind = n
        if mean == "observed":
            rows = [(v - expected) * m / masks.mean(axis=0) for m, v in zip(masks, values[:, k], strict=True)]
            behind = masks.sum(axis=0) ** 2 / (masks**2).sum(axis=0)
        squares = np.array(rows) ** 2
        variance = squares.sum(axis=0) / n**2 * behind / (behind - 1)
        np.testing.assert_allclose(one.standard_errors, np.sqrt(variance), rtol=1e-9, atol=1e-14)
        freedom = squares.sum(axis=0) ** 2 / (squares**2).sum(axis=0) - 1
        begins = np.ix_(*(np.arange(size) // step * step for size, step in zip(SHAPE, QUARTERS, strict=True)))
        np.testing.assert_allclose(one.degrees_of_freedom, freedom[begins], rtol=1e-9)
        assert one.target == k and isinstance(one, PixelMap)


def test_mutant_a_map_that_forgets_the_denominator_is_rejected():
    masks, values = masks_and_values(150, 3)
    found = rise_map(outputs, IMAGE, target=0, n=150, cells=CELLS, rng=3)
    wrong = np.tensordot(values[:, 0], masks, 1) / 150
    assert np.abs(found.values - wrong).max() > 0.1


class Module(torch.nn.Module):
    def forward(self, images):
        mean = (images * torch.as_tensor(WEIGHTS.transpose(2, 0, 1), dtype=images.dtype)).sum(dim=(1, 2, 3))
        return torch.stack([torch.tanh(3 * mean) + 0.4, images[:, 1, 5, 7] * images[:, 0, 12, 16]], dim=1)


@pytest.mark.parametrize("batch_size", [1, 16, 64])
def test_a_module_in_any_batches_has_the_map_of_the_callable(batch_size):
    plain = rise_map(outputs, IMAGE, target=1, n=64, cells=CELLS, rng=0)
    found = rise_map(Module(), IMAGE, target=1, n=64, cells=CELLS, rng=0, batch_size=batch_size)
    np.testing.assert_allclose(found.values, plain.values, rtol=0, atol=2e-7)
    np.testing.assert_allclose(found.standard_errors, plain.standard_errors, rtol=0, atol=2e-7)


def test_batches_do_not_change_the_map_of_a_callable():
    found = [rise_map(outputs, IMAGE, target=0, n=60, cells=CELLS, rng=0, batch_size=b).values for b in (1, 7, 60)]
    np.testing.assert_allclose(found[0], found[1], rtol=0, atol=1e-14)
    np.testing.assert_allclose(found[0], found[2], rtol=0, atol=1e-14)


def test_several_targets_share_the_evaluations():
    both = rise_map(outputs, IMAGE, target="all", n=50, cells=CELLS, rng=1)
    for k, one in enumerate(both):
        alone = rise_map(outputs, IMAGE, target=k, n=50, cells=CELLS, rng=1)
        np.testing.assert_allclose(one.values, alone.values, rtol=0, atol=1e-14)
        assert one.n_evaluations == alone.n_evaluations < 60
    top = rise_map(outputs, IMAGE, n=50, cells=CELLS, rng=1)
    np.testing.assert_allclose(top.values, both[top.target].values, rtol=0, atol=1e-14)
    assert top.target == np.argmax(outputs(IMAGE[None])[0])


@pytest.mark.parametrize("mean", ["observed", "expected"])
def test_of_equal_values_the_errors_are_those_of_the_rule_of_three(mean):
    """Three values of another size, 1 for probabilities, that masks of the mean share Σ m² / Σ m of a pixel have."""
    found = rise_map(lambda images: np.full(len(images), 0.3), IMAGE, n=40, cells=CELLS, rng=0, mean=mean)
    masks = masks_and_values(40, 0)[0]
    total = masks.sum(axis=0)
    behind = total if mean == "observed" else np.full(SHAPE, 40 * 0.5)
    expected = np.sqrt(3 * (masks**2).sum(axis=0) / total) / behind
    if mean == "observed":
        np.testing.assert_allclose(found.values, 0.3, rtol=0, atol=1e-15)
        assert found.maximum_region().all()
        np.testing.assert_allclose(found.standard_errors, expected, rtol=1e-12)
    assert (found.standard_errors >= expected * (1 - 1e-12)).all()


@pytest.mark.slow
def test_a_rare_output_that_no_mask_shows_is_within_the_interval():
    """Three pixels shown at once: most runs of 60 masks see none; without an allowance 30 % of them hold it."""
    places = [(4, 4), (12, 16), (4, 16)]

    def rare(images):
        return np.all([images[:, i, j, 0] > 0.9 * IMAGE[i, j, 0] for i, j in places], axis=0).astype(float)

    limit = rise_map(rare, IMAGE, n=20_000, cells=CELLS, rng=10**6).values
    runs = [rise_map(rare, IMAGE, n=60, cells=CELLS, rng=seed) for seed in range(40)]
    assert sum(not run.values.any() for run in runs) > 20
    held = [(low <= limit) & (limit <= high) for low, high in (np.moveaxis(run.interval(0.95), -1, 0) for run in runs)]
    assert np.mean(held, axis=0).min() >= 0.95


def limit_of_a_linear_model(weights, p):
    """E[f(x) m(u)] / p for f = Σ_v λ_v ξ_v m(v): the sum over v of λ_v ξ_v E[m(u) m(v)] / p, over all shifts."""
    down, across = RiseLaw(CELLS, SHAPE, p).weights
    rows, columns = (np.mean([w @ w.T for w in one], axis=0) for one in (down, across))
    change = (weights * IMAGE).sum(axis=2)
    return (p * (1 - p) * rows @ change @ columns.T + p**2 * change.sum()) / p


@pytest.mark.slow
@pytest.mark.parametrize(("p", "mean"), [(0.5, "observed"), (0.5, "expected"), (0.3, "observed")])
def test_intervals_cover_the_limit_of_a_linear_model(p, mean):
    """Pixel by pixel, all at once, and the largest value: 160 maps of 300 masks; 5 binomial standard errors allowed."""
    model = lt.LinearPixels(WEIGHTS)
    truth, runs = limit_of_a_linear_model(WEIGHTS, p), 160
    each, together, largest, bias = np.zeros(SHAPE), 0, 0, np.zeros(SHAPE)
    where = np.unravel_index(truth.argmax(), SHAPE)
    for seed in range(runs):
        found = rise_map(model, IMAGE, n=300, cells=CELLS, p=p, mean=mean, rng=seed)
        low, high = np.moveaxis(found.interval(), 2, 0)
        each += (low <= truth) & (truth <= high)
        low, high = np.moveaxis(found.simultaneous_interval(), 2, 0)
        together += ((low <= truth) & (truth <= high)).all()
        first, last = found.maximum_interval()
        largest += first <= truth.max() <= last and bool(found.maximum_region()[where])
        bias += (found.values - truth) / found.standard_errors / runs
    error = np.sqrt(0.95 * 0.05 / runs)
    assert np.abs(each / runs - 0.95).max() < 5 * error and abs((each / runs).mean() - 0.95) < 2 * error
    assert abs(together / runs - 0.95) < 5 * error and largest / runs > 0.95 - 5 * error
    assert np.abs(bias).max() < 5 / np.sqrt(runs)


@pytest.mark.slow
def test_mutant_intervals_of_each_pixel_do_not_cover_all_at_once():
    model, runs = lt.LinearPixels(WEIGHTS), 50
    truth = limit_of_a_linear_model(WEIGHTS, 0.5)
    covered = 0
    for seed in range(runs):
        low, high = np.moveaxis(rise_map(model, IMAGE, n=300, cells=CELLS, rng=seed).interval(), 2, 0)
        covered += ((low <= truth) & (truth <= high)).all()
    assert covered / runs < 0.8


@pytest.mark.slow
def test_the_quantile_at_every_eighth_of_a_cell_is_that_of_all_pixels(monkeypatch):
    from limetheory.images.rise import spread

    image = np.random.default_rng(2).random((96, 96, 3))
    found = rise_map(lambda images: images[:, 20:60, 30:50].mean(axis=(1, 2, 3)) ** 2, image, n=400, cells=6, rng=0)
    coarse = found.spread.half_widths(0.95)
    monkeypatch.setattr(spread, "_POINTS", 10**6)
    vars(found.spread).pop("_largest")
    fine = found.spread.half_widths(0.95)
    assert not np.array_equal(coarse, fine)
    np.testing.assert_allclose(coarse, fine, rtol=0.01, atol=0)


def test_ctrl_c_keeps_the_map_of_the_finished_part():
    calls = []

    def stopping(images):
        calls.append(len(images))
        if sum(calls) > 60:
            raise KeyboardInterrupt
        return outputs(images)

    with pytest.raises(Interrupted) as stopped:
        rise_map(stopping, IMAGE, target=0, n=100, cells=CELLS, rng=0, batch_size=8)
    done = stopped.value.sample.n
    assert 8 <= done < 60
    draws = RiseLaw(CELLS, SHAPE).draw(100, np.random.default_rng(0))
    masks = RiseLaw(CELLS, SHAPE).masks(draws)[:done]
    values = outputs(np.stack([mask[..., None] * IMAGE for mask in masks]))[:, 0]
    expected = np.tensordot(values, masks, 1) / masks.sum(axis=0)
    np.testing.assert_allclose(stopped.value.explanation.values, expected, rtol=0, atol=1e-13)


def test_few_masks_are_said():
    with pytest.warns(FewMasksWarning, match=r"interval of a pixel rests on fewer than 10 effective masks, got \d"):
        rise_map(outputs, IMAGE, n=9, cells=CELLS, rng=0)


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"n": 1}, ValueError, "n must be at least 2, got 1; standard errors need two masks"),
        ({"cells": 19}, ValueError, r"cells must be at most min\(h, w\), 18, got 19"),
        ({"p": 1}, ValueError, "p must be above 0 and below 1, got 1; masks that all show the same"),
        ({"p": 0.0}, ValueError, "p must be above 0 and below 1, got 0.0"),
        ({"mean": "sum"}, ValueError, "mean must be one of observed, expected, got 'sum'"),
        ({"replacement": "fog"}, ValueError, "replacement must be mean, blur, .* or a grey level"),
        ({"target": 2}, ValueError, "target must be below the number of columns"),
        ({"target": []}, ValueError, "target must name at least one class"),
        ({"device": "cpu"}, ValueError, "device is for torch modules"),
    ],
)
def test_what_cannot_be_mapped_is_refused_before_masks_are_evaluated(options, error, message):
    calls = []

    def counted(images):
        calls.append(len(images))
        return outputs(images)

    with pytest.raises(error, match=message) as said:
        rise_map(counted, IMAGE, **{"n": 50, "cells": CELLS, **options})
    assert sum(calls) <= 1 and "\n" not in str(said.value)


def test_numbers_that_are_not_finite_are_refused():
    def broken(images):
        found = outputs(images)
        found[images[:, 0, 0, 0] < 0.2, 0] = np.nan
        return found

    with pytest.raises(ValueError, match=r"a model must return finite numbers, got \d+ NaN or infinite of 50"):
        rise_map(broken, IMAGE, target=0, n=50, cells=CELLS, rng=0)
