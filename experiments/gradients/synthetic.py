"""A table whose gap is known, because a random polynomial of the superpixels' intensities replaces the network."""

from __future__ import annotations

import numpy as np

from experiments.tables.store import Table
from limetheory.limits.enumeration import all_masks
from limetheory.limits.spectrum import moebius

NODES = 64


def synthetic(d: int, seed: int, bend: float = 0.0) -> Table:
    """The function f(t) = Σ_T a_T Π_{j∈T} t_j^{p_j} with p_j = 1 + bend · j, and its integrated gradients.

    Without bend it is multilinear on the path: no part of the gap belongs to the path against the cube.
    """
    masks, power = all_masks(d), 1 + bend * np.arange(d)
    noise = np.random.default_rng(seed).normal(size=1 << d)
    terms = moebius(noise) * 0.2 ** masks.sum(axis=1)
    values = np.array([terms[~(masks & ~mask).any(axis=1)].sum() for mask in masks])
    x, weights = np.polynomial.legendre.leggauss(NODES)
    x, weights = (x + 1) / 2, weights / 2
    # ∂_j f on the diagonal is Σ_{T∋j} a_T p_j x^{(Σ_{i∈T} p_i) − 1}
    integrals = (weights * x ** ((masks @ power)[:, None] - 1)).sum(axis=1)
    gradients = power * ((terms * integrals)[1:] @ masks[1:])
    rise = values[-1] - values[0]
    about = {
        "photograph": f"synthetic {seed}", "network": f"polynomial, bend {bend:g}", "superpixels": d,
        "completeness_gap": float(abs(gradients.sum() - rise)), "seed": seed,
    }  # fmt: skip
    return Table(values, gradients, about)
