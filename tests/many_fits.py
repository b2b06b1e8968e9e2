"""Weighted least squares of many independent samples at once, from how often each sample has each mask."""

import naive
import numpy as np

import limetheory as lt


def slopes_of_runs(values, design, n, rng, runs, ridge=0.0):
    """The coefficients of `estimate` on `runs` samples of n masks, (runs, d); `test_many_fits` holds both together.

    The values are those of all masks. Under an efficient design the line passes through the values of both ends.
    """
    masks, numbers = naive.masks(design.d).astype(float), lt.SetFunction(np.arange(float(len(values))))
    counts = np.stack([numbers(design.sample(n, rng)).astype(int) for _ in range(runs)])
    counts = np.stack([np.bincount(drawn, minlength=len(values)) for drawn in counts])
    mass = counts * design.weight(masks.astype(bool))
    if not design.efficient:
        rows, targets = np.column_stack([np.ones(len(masks)), masks]), values
    else:
        last, rise = masks[:, -1], values[-1] - values[0]
        rows, targets = masks[:, :-1] - last[:, None], values - values[0] - last * rise
    gram = np.einsum("rm,mi,mj->rij", mass, rows, rows, optimize=True)
    if ridge:
        gram = gram + ridge * np.diag([0.0] + [1.0] * design.d)
    found = np.linalg.solve(gram, (mass * targets @ rows)[..., None])[..., 0]
    return found[:, 1:] if not design.efficient else np.column_stack([found, rise - found.sum(axis=1)])
