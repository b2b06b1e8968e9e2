"""A random instance of every class with an exact limit, with its values on any masks by the definition.

Those of classes that are not in the tables below are made by the functions `instance` of their own tests.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Callable
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from sklearn.ensemble import RandomForestRegressor
from sklearn.svm import SVR

import limetheory as lt
from limetheory.limits import LeafSum

SIDE = 6
LEVELS = np.linspace(0, 1, 9)


class Instance(NamedTuple):
    """A model with its values on masks, (n, d) → (n,), or on images, (n, h, w) → (n,), computed without the package."""

    model: Any
    by_hand: Callable[[np.ndarray], np.ndarray]


def additive(rng, d):
    weights, start = rng.normal(size=d), rng.normal()
    return Instance(lt.Additive(weights, start), lambda masks: start + np.array([weights[z].sum() for z in masks]))


def enumerated(rng, d):
    weights = rng.normal(size=d)

    def smooth(masks):
        return np.tanh(masks @ weights)

    return Instance(smooth, smooth)


def product(rng, d):
    on, off = _factors(rng, d)
    return Instance(lt.FactorProduct(on, off), lambda masks: _products(masks, on, off))


def products(rng, d):
    on, off = _factors(rng, 4, d)
    weights, logs, start = rng.normal(size=(2, 4))[0], rng.normal(size=4), rng.normal()
    scales = [w * math.exp(scale) for w, scale in zip(weights, logs, strict=True)]

    def by_hand(masks):
        return start + sum(s * _products(masks, a, b) for s, a, b in zip(scales, on, off, strict=True))

    return Instance(lt.FactorSum(on, off, weights, logs, start), by_hand)


def _factors(rng, *shape):
    """Factors on and off, of either sign, whose products over a dozen superpixels stay near 1."""
    return rng.uniform(0.7, 1.2, (2, *shape)) * np.where(rng.random((2, *shape)) < 0.1, -1, 1)


def _products(masks, on, off):
    return np.array([math.prod(a if one else b for one, a, b in zip(z, on, off, strict=True)) for z in masks])


def _leaf(rng, d):
    """A leaf of 1 to 4 superpixels, and its values."""
    members = rng.permutation(d)[: rng.integers(1, 5)].tolist()
    split, value = int(rng.integers(0, len(members) + 1)), float(rng.normal())
    on, off = members[:split], members[split:]
    return lt.Leaf(d, on, off, value), lambda masks: np.array(
        [value * (all(z[j] for j in on) and not any(z[j] for j in off)) for z in masks]
    )


def leaf(rng, d):
    return Instance(*_leaf(rng, d))


def leaf_sum(rng, d):
    leaves, values = zip(*(_leaf(rng, d) for _ in range(6)), strict=True)
    return Instance(LeafSum(d, leaves, 0.7), lambda masks: 0.7 + sum(value(masks) for value in values))


def maximum(rng, d):
    leaves, values = zip(*(_leaf(rng, d) for _ in range(5)), strict=True)
    return Instance(lt.Maximum(leaves), lambda masks: np.max([value(masks) for value in values], axis=0))


def multilinear(rng, d):
    terms = {frozenset(rng.permutation(d)[:size].tolist()): rng.normal() for size in (0, 1, 2, 2, 3, 3)}

    def by_hand(masks):
        return np.array([sum(a * all(z[j] for j in members) for members, a in terms.items()) for z in masks])

    return Instance(lt.Multilinear(d, terms), by_hand)


def weighted_sum(rng, d):
    parts, weights = [build(rng, d) for build in (additive, leaf, product, maximum)], rng.normal(size=4)

    def by_hand(masks):
        return 0.3 + sum(w * part.by_hand(masks) for w, part in zip(weights, parts, strict=True))

    return Instance(lt.WeightedSum([part.model for part in parts], weights, 0.3), by_hand)


def forest_of_masks(rng, d):
    fitted = _fitted_to_masks(RandomForestRegressor(6, random_state=0), rng, d)
    return Instance(lt.TreeModel(fitted), fitted.predict)


def machine_of_masks(rng, d):
    fitted = _fitted_to_masks(SVR(gamma=0.3, epsilon=1e-3), rng, d)
    return Instance(lt.KernelMachine(fitted), fitted.predict)


def _fitted_to_masks(estimator, rng, d):
    z = rng.random((200, d)) < 0.5
    return estimator.fit(z, np.tanh(z @ rng.normal(size=d)) + z[:, 0] * z[:, -1])


def gaussian_process(rng, d):
    from limetheory.estimation.surrogates.gaussian_process import GaussianProcess, Kernel

    seen, values, rates = rng.random((20, d)) < 0.5, rng.normal(size=20), rng.uniform(0, 0.5, d)

    def covariance(one, other):
        apart = one != other
        return 1.3 * math.exp(-rates[apart].sum()) + 0.4 + 0.2 * (d - 2 * int(apart.sum()))

    matrix = np.array([[covariance(one, other) for other in seen] for one in seen]) + 0.5 * np.eye(20)
    weights = np.linalg.solve(matrix, values - values.mean())

    def by_hand(masks):
        return values.mean() + np.array([[covariance(z, other) for other in seen] for z in masks]) @ weights

    return Instance(GaussianProcess(Kernel(rates, 1.3, 0.4, 0.2, 0.5), seen, values), by_hand)


SET_FUNCTIONS = {
    "Additive": additive, "Callable": enumerated, "FactorProduct": product, "FactorSum": products, "Leaf": leaf,
    "LeafSum": leaf_sum, "Maximum": maximum, "Multilinear": multilinear, "WeightedSum": weighted_sum,
    "TreeModel": forest_of_masks, "KernelMachine": machine_of_masks, "GaussianProcess": gaussian_process,
}  # fmt: skip


def masked_image(rng, d, dummy=None):
    """Grey levels of nine steps under a random label map; the replacement of a dummy superpixel is the original."""
    labels = rng.permutation(np.arange(SIDE * SIDE) % d).reshape(SIDE, SIDE)
    image, other = rng.choice(LEVELS, (2, SIDE, SIDE))
    return lt.MaskedImage(image, labels, other if dummy is None else np.where(labels == dummy, image, other))


def composed(masked, masks):
    """The masked images x(z), composed by the definition."""
    return np.array([np.where(z[masked.segments], masked.image, masked.replacement) for z in masks])


def linear(rng, masked):
    weights = rng.normal(size=(SIDE, SIDE))
    return Instance(lt.LinearPixels(weights, 0.2), lambda images: np.array([0.2 + (weights * x).sum() for x in images]))


def _shape(rng, masked):
    """Pixels above τ = ½ in the image or its replacement, so that the detector fires on some masks."""
    possible = np.flatnonzero((masked.image > 0.5) | (masked.replacement > 0.5))
    shape = np.zeros(SIDE * SIDE, bool)
    shape[rng.permutation(possible)[:3]] = True
    return shape.reshape(SIDE, SIDE)


def detector(rng, masked):
    shape = _shape(rng, masked)
    return Instance(lt.ShapeDetector(shape, 0.5), lambda images: np.array([float(_fires(x, shape)) for x in images]))


def _fires(image, shape):
    return all(image[tuple(u)] > 0.5 for u in np.argwhere(shape))


def detectors(rng, masked):
    shapes, weights = [_shape(rng, masked) for _ in range(3)], rng.uniform(0.5, 2, 3)
    model = lt.ShapeDetectors([lt.ShapeDetector(shape, 0.5) for shape in shapes], "max", weights)

    def by_hand(images):
        return np.array([max(w * _fires(x, s) for w, s in zip(weights, shapes, strict=True)) for x in images])

    return Instance(model, by_hand)


def convolution(rng, masked):
    corners = [(i, j) for i in range(SIDE) for j in range(SIDE - 2)]

    def by_hand(images):
        return np.array([float(any((x[i, j : j + 3] > 0.5).all() for i, j in corners)) for x in images])

    return Instance(lt.ConvolutionalDetector([[True] * 3], 0.5), by_hand)


def bumps(rng, masked):
    support, weights = rng.random((4, SIDE * SIDE)), rng.normal(size=4)

    def bump(x, centre):
        return math.exp(-0.2 * ((x.ravel() - centre) ** 2).sum())

    def by_hand(images):
        return np.array([sum(w * bump(x, s) for w, s in zip(weights, support, strict=True)) for x in images])

    return Instance(lt.RBFExpansion(support, weights, 0.2), by_hand)


@functools.cache
def fitted_to_images(kind, **options):
    """An estimator of the products of pixels of random images."""
    x = np.random.default_rng(0).choice(LEVELS, (300, SIDE * SIDE))
    return kind(**options).fit(x, x[:, 3] * x[:, 17] + x[:, 30] - x[:, 9] * x[:, 22])


def machine(rng, masked):
    fitted = fitted_to_images(SVR, gamma=0.05, epsilon=1e-2)
    return Instance(lt.KernelMachine(fitted), lambda images: fitted.predict(images.reshape(len(images), -1)))


def forest(rng, masked):
    fitted = fitted_to_images(RandomForestRegressor, n_estimators=6, random_state=0)
    return Instance(lt.TreeModel(fitted), lambda images: fitted.predict(images.reshape(len(images), -1)))


IMAGE_MODELS = {
    "LinearPixels": linear, "ShapeDetector": detector, "ShapeDetectors": detectors, "RBFExpansion": bumps,
    "ConvolutionalDetector": convolution, "KernelMachine": machine, "TreeModel": forest,
}  # fmt: skip


def _of_its_test(row):
    """The function `instance` of a class's own test, (rng, d or masked) → (model, by_hand), as those above."""
    found = spec_from_file_location(Path(row.test).stem, Path(lt.__file__).parents[1] / row.test)
    module = module_from_spec(found)
    found.loader.exec_module(module)
    return lambda *drawn: Instance(*module.instance(*drawn))


OF_IMAGES = [row for row in lt.supported(lt.set_function) if row.file.startswith("limetheory/fitted")]
"""The models with an exact limit at an image; those of texts are tested with their texts."""

for table, rows in ((SET_FUNCTIONS, lt.supported()), (IMAGE_MODELS, OF_IMAGES)):
    table.update({row.model: _of_its_test(row) for row in rows if row.model not in table})
