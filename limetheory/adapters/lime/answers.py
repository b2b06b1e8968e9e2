"""What lime's classifiers answer."""

from __future__ import annotations

from typing import Any

import numpy as np


def answers_of(answers: Any, count: int, kind: str) -> np.ndarray:
    """A classifier's answers to so many images or texts, (count, classes).

    Args:
        answers: what ``classifier_fn`` returned.
        count: how many it was given.
        kind: what one of them is, "image" or "text".

    Raises:
        ValueError: another shape.

    >>> answers_of([[0.2, 0.8]], 1, "text")
    array([[0.2, 0.8]])
    """
    found = np.asarray(answers)
    if found.ndim != 2 or len(found) != count:
        raise ValueError(
            f"classifier_fn must return ({count}, classes) numbers for {count} {kind}s, got shape {found.shape}; "
            f"return one row for each {kind}"
        )
    return found
