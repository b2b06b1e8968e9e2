"""Rows, values and weights of every kind that lime's selection meets, and what lime itself selects on them."""

import warnings

import numpy as np
from lime.lime_base import LimeBase

import limetheory as lt

METHODS = ("highest_weights", "forward", "lasso_path")
_IN_LIME = {"forward": "forward_selection"}
_LIME = LimeBase(lambda weights: weights)


def lime_selects(rows, values, weights, k, method):
    """The indices of lime 0.2.0.1's feature selection."""
    with warnings.catch_warnings():  # of singular matrices
        warnings.simplefilter("ignore")
        return [int(j) for j in _LIME.feature_selection(rows, values, weights, k, _IN_LIME.get(method, method))]


def lime_explains(rows, values, weights, k, method):
    """lime's intercept and its coefficient of each selected feature."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        intercept, pairs, *_ = _LIME.explain_instance_with_data(
            rows, values[:, None], weights, 0, k, _IN_LIME.get(method, method)
        )
    return intercept, {int(j): float(x) for j, x in pairs}


def image_rows(rng, n, d):
    design = lt.ImageDesign(d)
    return _masks(design, n, rng)


def text_rows(rng, n, d):
    return _masks(lt.TextDesign(d), n, rng)


def _masks(design, n, rng):
    masks = design.sample(n, rng)
    masks[0] = True
    return masks.astype(float), design.weight(masks)


def continuous(rng, n, d):
    scales, places = 10.0 ** rng.integers(-3, 4, (2, d))
    return rng.normal(size=(n, d)) * scales + rng.normal(size=d) * places, np.exp(-5 * rng.random(n))


def collinear(rng, n, d):
    rows = rng.normal(size=(n, d))
    for _ in range(1 + d // 3):
        a, b, c = rng.integers(0, d, 3)
        rows[:, a] = rows[:, b] * rng.normal() + rows[:, c] * rng.integers(0, 2)
    return rows, rng.random(n)


def nearly_collinear(rng, n, d):
    rows = rng.normal(size=(n, d))
    for _ in range(1 + d // 3):
        a, b = rng.integers(0, d, 2)
        rows[:, a] = rows[:, b] + 10.0 ** -rng.integers(3, 12) * rng.normal(size=n)
    return rows, np.exp(3 * rng.normal(size=n))


def constant_columns(rng, n, d):
    rows = (rng.random((n, d)) < 0.5).astype(float)
    rows[:, rng.integers(0, d, 1 + d // 3)] = rng.integers(0, 3)
    return rows, rng.random(n)


def equal_columns(rng, n, d):
    rows, weights = (rng.random((n, d)) < 0.5).astype(float), rng.random(n) * (rng.random(n) < 0.8)
    rows[:, rng.integers(0, d, d // 2)] = rows[:, rng.integers(0, d, d // 2)]
    weights[:2] = 1.0, 0.5
    return rows, weights


def more_columns_than_rows(rng, n, d):
    n, d = int(rng.integers(3, 9)), d + 6
    binary = rng.random() < 0.5
    return ((rng.random((n, d)) < 0.5).astype(float) if binary else rng.normal(size=(n, d))), rng.random(n)


KINDS = (
    image_rows, text_rows, continuous, collinear, nearly_collinear, constant_columns, equal_columns,
    more_columns_than_rows,
)  # fmt: skip


def drawn(kind, seed, largest=9):
    """Rows, values and weights of a kind, n ≤ 100."""
    rng = np.random.default_rng(seed)
    rows, weights = kind(rng, int(rng.integers(3, 100)), int(rng.integers(1, largest)))
    return rows, _values(rows, rng), weights


def _values(rows, rng):
    """Additive, with an interaction, with ties, far from 0, or constant."""
    n, d = rows.shape
    which = rng.integers(0, 6)
    if which == 0:
        return rows @ rng.normal(size=d)
    if which == 1:
        return rows[:, 0] * rows[:, d // 2] + 0.1 * rng.normal(size=n)
    if which == 2:
        return rng.integers(0, 3, n).astype(float)
    if which == 3:
        return np.tanh(rows @ rng.normal(size=d)) + 10.0 ** rng.integers(0, 7)
    return np.full(n, 0.3) if which == 4 else rng.normal(size=n)
