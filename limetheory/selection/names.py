"""The names of the selection methods, and the check of what is asked for."""

from __future__ import annotations

from typing import Any

from limetheory.arguments import integer
from limetheory.registry import Registry

_WORDS = {
    "highest_weights": "the largest |coefficient × instance|",
    "forward": "one after the other, each the one that raises the weighted R² most",
    "lasso_path": "the support of the LASSO path, walked back from its end to k features",
    "auto": "forward for k ≤ 6, else highest_weights",
    "none": "all features, whatever k is",
}
SELECTIONS: Registry[str] = Registry("method", _WORDS, remedy="choose one of these")
"""The selection methods of lime 0.2.0.1, each with what it selects; lime calls ``"forward"`` forward_selection."""

_FEW = 6
"""Up to so many features lime 0.2.0.1's ``"auto"`` is forward selection."""


def asked(k: Any, d: int, method: Any) -> tuple[int, str]:
    """The number of features and the method, checked; ``"auto"`` is replaced by the method that it stands for.

    Raises:
        TypeError: k is not an integer.
        ValueError: k is not in 1..d, or there is no such method.

    >>> asked(3, 10, "auto"), asked(7, 10, "auto")
    ((3, 'forward'), (7, 'highest_weights'))
    >>> asked(3, 10, "lasso_paht")
    Traceback (most recent call last):
    ValueError: method must be one of highest_weights, forward, lasso_path, auto, none, got 'lasso_paht'; did you mean
    'lasso_path'?
    """
    if not isinstance(method, str) or method not in SELECTIONS:
        raise ValueError(SELECTIONS.refusal(method))
    k = integer("k", k, 1, "select one feature at least")
    if k > d:
        raise ValueError(f"k must be at most the number of features, {d}, got {k}; method 'none' selects all of them")
    if method == "auto":
        method = "forward" if k <= _FEW else "highest_weights"
    return k, method
