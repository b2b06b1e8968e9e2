"""Designs, functions and samples for the tests of sampling schemes."""

import naive
import numpy as np

import limetheory as lt

METHODS = ("wls", "unbiased")
OTHERS = ("pairs", "strata", "leverage")


def built(case):
    return getattr(lt, case[0])(*case[1])


def prescribe(monkeypatch, design, masks):
    """Make a design draw these masks."""
    monkeypatch.setattr(design, "sample", lambda n, rng: masks[:n].copy())


def table(d, seed=0):
    return np.random.default_rng(seed + d).normal(size=2**d)


def masks_of(sample):
    return np.unpackbits(sample.bits, axis=1, count=sample.d).astype(bool)


def naive_leverage(case):
    """L ℓ on every mask from the inverse Gram matrix; of the centred masks only under an efficient design."""
    law, weight = naive.measure(*case)
    d = len(law).bit_length() - 1
    if case[0] == "ShapleyDesign":
        x = naive.masks(d) - naive.masks(d).mean(axis=1, keepdims=True)
        inverse = np.linalg.pinv((x.T * law * weight) @ x)
    else:
        x = np.column_stack([np.ones(2**d), naive.masks(d)])
        inverse = naive.inverse_gram(d, law * weight)
    return law * weight * np.einsum("ij,jk,ik->i", x, inverse, x)


def even_and_odd(d):
    values = table(d)
    return lt.SetFunction((values + values[::-1]) / 2), lt.SetFunction((values - values[::-1]) / 2)
