"""Whether gradients could replace evaluations: slopes of a network's log odds beside the differences that LIME needs.

One backward pass gives the slopes of all d superpixels at a mask, with superpixel j blended: keep_j ξ + (1 − keep_j) ξ̄.
A surrogate could use them only where they resemble F(z, z_j = 1) − F(z, z_j = 0), here from the table of all values.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import numpy as np
import torch

import limetheory as lt
from experiments.gradients.rows import Row, correlation
from experiments.tables.store import Table
from limetheory.arrays import Masks
from limetheory.images.torch.evaluator import TorchEvaluator, evaluation_mode
from limetheory.verification.network import exactly

MASKS, SEED, BATCH = 48, 0, 4
DRIFT = 1e-3
"""The largest difference of a probability from the table's at which the photograph counts as the same; a convention."""
PACKAGES = ("limetheory", "numpy", "scikit-image", "torch")


def measured(table: Table, images: Path) -> Row:
    """The row of a table, computed from its network and its photograph."""
    model = _network(table.about["network"])
    image = model.prepare(lt.load_image(images / table.about["photograph"]))
    return compared(table, model, lt.MaskedImage(image, exactly(table.about["superpixels"], image)))


@lru_cache(maxsize=1)
def _network(name: str) -> lt.Classifier:
    return lt.load_model(name, output="logits")


def compared(table: Table, model: torch.nn.Module, masked: lt.MaskedImage) -> Row:
    """Slopes and differences at random masks of one table, on the scales of log odds and of probability.

    Args:
        table: probabilities on all masks.
        model: a torch module that returns the logits of these probabilities.
        masked: the image of the table.

    Raises:
        ValueError: a probability that is 0 or 1, or one that is not the table's.
    """
    target, values, d = table.about["target"], table.values, masked.d
    masks, flipped = np.random.default_rng(SEED).random((MASKS, d)) < 0.5, np.arange(MASKS) % d
    ends = np.concatenate([masks, masks ^ (np.arange(d) == flipped[:, None])])
    odds, slopes = blend_slopes(model, masked, ends, target)
    probability = 1 / (1 + np.exp(-odds))
    drift = float(np.abs(probability - values[ends @ (1 << np.arange(d))]).max())
    if not drift <= DRIFT:
        raise ValueError(
            f"photographs must be those of the tables, got probabilities off by {drift:.2g} at {table.name}; "
            "give the folder that the tables were made from"
        )
    scales = {"log odds": (slopes, log_odds(values)),
              "probability": (slopes * (probability * (1 - probability))[:, None], values)}  # fmt: skip
    return {
        **table.about_without("steps", "completeness_gap", "versions"),
        "masks": MASKS, "seed": SEED, "drift": drift,
        **{name: agreement(at, differences(of, masks), flipped) for name, (at, of) in scales.items()},
    }  # fmt: skip


def log_odds(values: np.ndarray) -> np.ndarray:
    """The log odds log p − log(1 − p).

    Raises:
        ValueError: a probability is 0 or 1.
    """
    if not ((values > 0) & (values < 1)).all():
        raise ValueError(
            f"probabilities must lie between 0 and 1 to have log odds, got {values.min():g} to {values.max():g}; "
            "leave this table out"
        )
    odds: np.ndarray = np.log(values) - np.log1p(-values)
    return odds


def blend_slopes(
    model: torch.nn.Module, masked: lt.MaskedImage, blends: np.ndarray, target: int
) -> tuple[np.ndarray, np.ndarray]:
    """Log odds of a class at blends of the image, and their slopes along each superpixel's blend.

    Args:
        model: a torch module that returns logits.
        masked: the image.
        blends: how much of each superpixel is shown, (n, d) in [0, 1]; a mask is a blend.
        target: the class.

    Returns:
        Log odds (n,) and slopes (n, d), in log odds per whole superpixel.
    """
    evaluator = TorchEvaluator(model, masked)
    labels = torch.as_tensor(masked.segments, device=evaluator.device)
    with evaluation_mode(model):
        passes = [_pass(evaluator, labels, blends[i : i + BATCH], target) for i in range(0, len(blends), BATCH)]
    odds, slopes = zip(*passes, strict=True)
    return np.concatenate(odds), np.concatenate(slopes)


def _pass(
    evaluator: TorchEvaluator, labels: torch.Tensor, blends: np.ndarray, target: int
) -> tuple[np.ndarray, np.ndarray]:
    keep = torch.tensor(blends, dtype=evaluator.image.dtype, device=evaluator.device, requires_grad=True)
    shown = keep.index_select(1, labels.flatten()).view(-1, 1, *labels.shape)
    logits = evaluator.module(torch.lerp(evaluator.replacement, evaluator.image, shown))
    others = torch.cat([logits[:, :target], logits[:, target + 1 :]], dim=1)
    odds = logits[:, target] - others.logsumexp(dim=1)
    (slopes,) = torch.autograd.grad(odds.sum(), keep)
    return odds.detach().double().cpu().numpy(), slopes.double().cpu().numpy()


def differences(values: np.ndarray, masks: Masks) -> np.ndarray:
    """F(z, z_j = 1) − F(z, z_j = 0) for each mask and superpixel, (n, d), from F on all masks."""
    bits = 1 << np.arange(masks.shape[1])
    index = (masks @ bits)[:, None]
    gained: np.ndarray = values[index | bits] - values[index & ~bits]
    return gained


def agreement(slopes: np.ndarray, differences: np.ndarray, flipped: np.ndarray) -> dict[str, float]:
    """How well slopes predict differences.

    Args:
        slopes: at n masks and then at the same masks with one superpixel flipped, (2n, d).
        differences: at the n masks, (n, d).
        flipped: which superpixel of each, (n,).

    Returns:
        Correlations over all (mask, superpixel) pairs, within superpixels (each one's mean removed) and of these
        means; R² = 1 − min_c Σ(differences − c slopes)² / Σ differences² and its c; and over the n flipped pairs
        the correlation of the slope at the mask, and of the mean slope at both ends (the trapezoidal rule).
    """
    masks = np.arange(len(differences))
    here, there = slopes[: len(masks)], slopes[len(masks) :]
    one, other, exact = here[masks, flipped], there[masks, flipped], differences[masks, flipped]
    product = float((here * differences).sum())
    return {
        "correlation": correlation(here, differences),
        "within superpixels": correlation(here - here.mean(axis=0), differences - differences.mean(axis=0)),
        "of means": correlation(here.mean(axis=0), differences.mean(axis=0)),
        "r2": product**2 / float((here**2).sum() * (differences**2).sum()),
        "scale": product / float((here**2).sum()),
        "one end": correlation(one, exact),
        "both ends": correlation((one + other) / 2, exact),
    }
