"""Attributions from their definitions, in exact fractions: on rows of masks, and under the law of a design."""

from __future__ import annotations

import math
from fractions import Fraction

import naive
import numpy as np

METHODS = ("rise", "pda", "pda_log_odds", "pda_information", "ciu", "ciu_inverse", "ols", "lime", "kernel_shap")
MEANS = METHODS[:4]
"""Those by means of F, of which any masks with both states of each part will do."""


def on_rows(method, masks, values, full, empty, weights=None):
    """The attribution of values at the masks, row after row, without regressions; ``weights`` of the rows."""
    weights = [1] * len(masks) if weights is None else weights
    rows = list(zip(masks.tolist(), map(Fraction, values), map(Fraction, weights), strict=True))
    return np.array([_of_part(method, j, rows, Fraction(full)) for j in range(masks.shape[1])])


def _of_part(method, j, rows, full):
    if method == "rise":
        return float(_mean([(value, weight) for mask, value, weight in rows if mask[j]]))
    if method.startswith("pda"):
        hidden = _mean([(value, weight) for mask, value, weight in rows if not mask[j]])
        return float(full - hidden) if method == "pda" else _scale(method, full) - _scale(method, hidden)
    alone = [value for mask, value, _ in rows if _one(mask, j, method == "ciu_inverse")]
    span = max(value for _, value, _ in rows) - min(value for _, value, _ in rows)
    if not span:
        return 0.0
    # contextual importance × (contextual utility − 1/2), of the output or, for keep-one masks, of 1 − output
    output, other = (full, alone[0]) if method == "ciu" else (1 - full, 1 - alone[0])
    low, high = min(output, other), max(output, other)
    utility = (output - low) / (high - low) if high > low else Fraction(1, 2)
    return float((high - low) / span * (utility - Fraction(1, 2)))


def _mean(pairs):
    return sum(value * weight for value, weight in pairs) / sum(weight for _, weight in pairs)


def _scale(method, value):
    return math.log2(value) if method == "pda_information" else math.log2(value / (1 - value))


def _one(mask, j, kept):
    alone = mask if kept else [not z for z in mask]
    return alone[j] and sum(alone) == 1


def shapley_kernel(d, k):
    return 0 if k in (0, d) else Fraction(d - 1, math.comb(d, k) * k * (d - k))


def regression(method, masks, values_of_all, design_weight=None, counted=None):
    """The slopes of a regression to rows of masks, by `naive.regression` on how often each mask occurs."""
    d = masks.shape[1]
    times = np.bincount(masks @ (1 << np.arange(d)), counted, minlength=2**d)
    return naive.regression(values_of_all, kernel_mass(method, times, d, design_weight), efficient=method in EFFICIENT)


EFFICIENT = ("kernel_shap",)


def kernel_mass(method, law, d, design_weight=None):
    """law × the weight of a regression on each of the 2^d masks; KernelSHAP's masks of sizes 0 and d have none."""
    sizes = naive.sizes(d)
    if method == "ols":
        return list(map(Fraction, law))
    if method == "kernel_shap":
        return [Fraction(share) * shapley_kernel(d, k) for share, k in zip(law, sizes, strict=True)]
    weight = [naive.psi(1 - k / d, 0.25) for k in sizes] if design_weight is None else design_weight
    return [Fraction(share) * Fraction(w) for share, w in zip(law, weight, strict=True)]


def limit(method, values, law, weight, name):
    """The limit of an attribution: sums over all masks under a law, with the design's weights for LIME."""
    d, full = len(values).bit_length() - 1, values[-1]
    if method in METHODS[:6]:
        drawn = law > 0
        return on_rows(method, naive.masks(d)[drawn], values[drawn], full, values[0], law[drawn])
    if method == "kernel_shap" and name == "ShapleyDesign":
        return naive.shapley(values)
    own = weight if np.ptp(weight) > 1e-12 or name in ("ImageDesign", "TextDesign") else None
    return naive.regression(values, kernel_mass(method, law, d, own), efficient=method in EFFICIENT)[0]
