"""shapiq: `KernelSHAP` and `PermutationSamplingSV`."""

from __future__ import annotations

from typing import Any

PACKAGES = ("shapiq",)


def kernel_shap(F: Any, d: int, n: int, seed: int, options: Any) -> Any:
    """`shapiq.approximator.KernelSHAP` of a game."""
    from shapiq.approximator import KernelSHAP

    return _values(KernelSHAP(n=d, random_state=seed), F, d, n)


def permutation(F: Any, d: int, n: int, seed: int, options: Any) -> Any:
    """`shapiq.approximator.PermutationSamplingSV` of a game."""
    from shapiq.approximator import PermutationSamplingSV

    return _values(PermutationSamplingSV(n=d, random_state=seed), F, d, n)


def _values(approximator: Any, F: Any, d: int, n: int) -> Any:
    """The values of order 1, in the order of the players."""
    import numpy as np

    found = approximator.approximate(budget=n, game=lambda masks: np.asarray(F(masks)))
    return [found[(j,)] for j in range(d)]


SUBJECTS = {"KernelSHAP": kernel_shap, "PermutationSamplingSV": permutation}
