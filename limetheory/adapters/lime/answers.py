"""What lime's classifiers answer, and the labels that are explained of it."""

from __future__ import annotations

from collections.abc import Hashable
from operator import index
from typing import Any

import numpy as np

from limetheory.arguments import integer, several
from limetheory.given import given


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


def labels_of(answers: np.ndarray, labels: Any, top_labels: Any, asked: str, kind: str) -> tuple[list[Any], bool]:
    """The labels to explain, the largest last where they are the top ones, and whether they are.

    Args:
        answers: (n, classes), of the instance first.
        labels: as the caller gave them; negative ones count from the last, as in lime.
        top_labels: how many of the labels with the largest output to take in their place; None or 0 for none.
        asked: the argument that answered.
        kind: what it was asked about, "image", "text" or "row".

    Raises:
        ValueError: a label that is none, or answers for a label that are not finite.
        TypeError: labels that are no integers.

    >>> labels_of(np.array([[0.2, 0.7, 0.1]]), (1,), 2, "classifier_fn", "text")
    ([np.int64(0), np.int64(1)], True)
    >>> labels_of(np.array([[0.2, 0.8]]), (5,), None, "classifier_fn", "text")
    Traceback (most recent call last):
    ValueError: labels must be from 0 to 1, the classes of classifier_fn, got 5; leave it out
    """
    top = bool(top_labels)
    if top:
        most = 1 if top_labels is True else integer("top_labels", top_labels, 1)
        found = list(np.argsort(answers[0])[-most:])
    else:
        found = several("labels", labels, "class numbers")
    for label in found:
        _refuse_label(label, answers.shape[1], asked)
        refuse_infinite(answers[:, label], asked, kind)
    return found, top


def _refuse_label(label: Any, classes: int, asked: str) -> None:
    try:
        number = index(label)
    except TypeError:
        raise TypeError(f"labels must be whole numbers, got {given(label)}; give the columns of {asked}") from None
    if not -classes <= number < classes:
        raise ValueError(
            f"labels must be from 0 to {classes - 1}, the classes of {asked}, got {given(label)}; leave it out"
        )


def refuse_infinite(answers: Any, asked: str, kind: str) -> None:
    """Refuse NaN and infinite answers, (n,), which no weighting makes good.

    Raises:
        ValueError: there are some.
    """
    unusable = np.count_nonzero(~np.isfinite(np.asarray(answers, float)))
    if unusable:
        raise ValueError(
            f"{asked} must return finite numbers, got {unusable} NaN or infinite for {len(answers)} {kind}s; check "
            f"what it says of a {kind} with hidden or other parts"
        )


def refuse_label(label: Any, explained: Any) -> None:
    """Refuse a label that is not among those explained.

    Raises:
        KeyError: it is not, as in lime.
    """
    if not isinstance(label, Hashable) or label not in explained:
        raise KeyError(f"label must be one of {', '.join(map(str, explained))}, got {given(label)}; explain it too")
