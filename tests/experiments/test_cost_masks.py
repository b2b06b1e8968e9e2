"""The loops that RISE's masks are timed against make RISE's map, and the table is that of its rows."""

import numpy as np
import pytest
import torch

import limetheory as lt
from experiments.cost import masks
from experiments.cost.masks_report import masks_table
from experiments.cost.measure import Free, photograph

ROW = {
    "masks": 4000, "samples": 300, "segments": 49, "side": 224, "versions": {"threads": 1},
    "rise": {"limetheory": 0.5, "loop, torch": 1.5, "loop, scikit-image": 10.0},
    "soft": {"crisp": 0.2, "gaussian": 0.25, "bilinear": 0.4},
    "overhead": {way: {"total": 10.0, "forward": 9.7} for way in ("crisp", "gaussian", "rise")},
}  # fmt: skip


N = 1000
"""Masks of a map; the map of an image upside down is then 30 standard errors off."""


def far(found, reference):
    """The largest difference at a pixel in standard errors of two independent maps."""
    return np.abs((found - reference.values) / (np.sqrt(2) * reference.standard_errors)).max()


@pytest.mark.slow
@pytest.mark.parametrize("loop", [masks.by_skimage, masks.by_torch])
def test_a_loop_finds_the_map(loop):
    reference = lt.images.rise_map(Free(), photograph(), target=0, n=N, mean="expected", rng=1)
    pixels = masks.tensor(photograph())
    found = loop(Free(), pixels, N, np.random.default_rng(2))
    # neighbours agree: about 49 independent pixels, of which one is 5 off with a probability below 1e-4
    assert found.shape == (224, 224) and far(found, reference) < 5
    # mutant: an image turned upside down has another map
    assert far(loop(Free(), pixels.flip(2), N, np.random.default_rng(2)), reference) > 10


def test_a_photograph_becomes_a_batch_of_one():
    found = masks.tensor(photograph())
    assert found.shape == (1, 3, 224, 224) and found.dtype == torch.float32
    assert np.array_equal((found[0].permute(1, 2, 0) * 255).round().numpy(), photograph())


def test_the_table_has_ratios_of_each_round():
    found = masks_table([ROW, ROW | {"rise": {"limetheory": 1.0, "loop, torch": 3.0, "loop, scikit-image": 30.0}}])
    assert "| 3.0 [3.0, 3.0] |" in found and "| 25.0 [22.5, 27.5] |" in found
    assert "0.80 [0.80, 0.80] (gaussian), 0.50 [0.50, 0.50] (bilinear)" in found and "3.0 [3.0, 3.0] % (RISE)" in found
