"""Second moments of simulated runs: sums over masks with normal weights, so that they are jointly normal (thm:clt)."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

_NUMBERS = 1 << 22
"""Numbers in the largest array of a block of runs."""


def normal_moments(
    rows: np.ndarray,
    values: np.ndarray,
    shares: np.ndarray,
    noise: np.ndarray,
    draws: int,
    rng: np.random.Generator,
    units: np.ndarray | None = None,
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Cov(x, x) and Cov(x, F) under the weights shares + noise × ξ, ξ standard normal, for ``draws`` of ξ.

    The weighted sums of 1, x, F, x x' and x F are then jointly normal, with the covariances that sums over independent
    masks have if ``noise``² is the second moment of a mask's weight.

    Args:
        rows: x, (N, d).
        values: F, (N,).
        shares: the weights' means, of sum 1, (N,).
        noise: their standard deviations, (N,).
        draws: the number of runs.
        rng: the generator.
        units: which ξ each row has, (N,) int, where rows are drawn together; None is one for each.

    Yields:
        (runs, d, d) and (runs, d), block after block.
    """
    n, d = rows.shape
    centred, rest = rows - shares @ rows, values - shares @ values
    number = n if units is None else int(units.max()) + 1
    size = max(1, _NUMBERS // max(n, d * d))
    for start in range(0, draws, size):
        xi = rng.standard_normal((min(size, draws - start), number))
        weights = shares + noise * (xi if units is None else xi[:, units])
        weights /= weights.sum(axis=1, keepdims=True)
        mean, value = weights @ centred, weights @ rest
        second = np.empty((len(weights), d, d))
        for j in range(d):
            second[:, j, j:] = weights @ (centred[:, j, None] * centred[:, j:])
            second[:, j:, j] = second[:, j, j:]
        moment = weights @ (centred * rest[:, None])
        yield second - mean[:, :, None] * mean[:, None, :], moment - mean * value[:, None]
