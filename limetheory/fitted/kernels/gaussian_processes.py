"""Sums and products of constant, RBF and white kernels, as sums of Gaussian kernels."""

from __future__ import annotations

from functools import singledispatch
from typing import Any, TypeAlias

import numpy as np
from sklearn.gaussian_process.kernels import RBF, ConstantKernel, Exponentiation, Matern, Product, Sum, WhiteKernel

from limetheory.fitted.kernels.reading import refused

Terms: TypeAlias = list[tuple[float, np.ndarray]]
"""(constant, precision (p,)) of constant · exp(−Σ_u precision_u (x_u − y_u)²)."""


@singledispatch
def gaussian_terms(kernel: Any, p: int) -> Terms:
    """The kernel between two different samples of p features, as a sum of Gaussian kernels.

    >>> gaussian_terms(2.0 * RBF(0.5) + WhiteKernel(), 1)
    [(2.0, array([2.]))]
    """
    raise _no_gaussian(kernel)


def _no_gaussian(kernel: Any) -> NotImplementedError:
    return refused("this kernel", kernel, "take ConstantKernel, RBF and WhiteKernel, or ")


@gaussian_terms.register
def _(kernel: ConstantKernel, p: int) -> Terms:
    return [(float(kernel.constant_value), np.zeros(p))]


@gaussian_terms.register
def _(kernel: RBF, p: int) -> Terms:
    if isinstance(kernel, Matern):  # a subclass of RBF in scikit-learn
        raise _no_gaussian(kernel)
    return [(1.0, np.broadcast_to(0.5 / np.square(kernel.length_scale), (p,)))]


@gaussian_terms.register
def _(kernel: WhiteKernel, p: int) -> Terms:
    """Independent noise: no covariance between a training sample and a new one, even at equal features."""
    return []


@gaussian_terms.register
def _(kernel: Sum, p: int) -> Terms:
    return gaussian_terms(kernel.k1, p) + gaussian_terms(kernel.k2, p)


@gaussian_terms.register
def _(kernel: Product, p: int) -> Terms:
    pairs = [(left, right) for left in gaussian_terms(kernel.k1, p) for right in gaussian_terms(kernel.k2, p)]
    return [(a * b, precision + other) for (a, precision), (b, other) in pairs]


@gaussian_terms.register
def _(kernel: Exponentiation, p: int) -> Terms:
    """A power of a single term is one term; a power of a sum is refused."""
    terms = gaussian_terms(kernel.kernel, p)
    if len(terms) != 1:
        raise refused("the power of a sum", kernel, "write it as a product, or ")
    (constant, precision), power = terms[0], kernel.exponent
    return [(constant**power, power * precision)]
