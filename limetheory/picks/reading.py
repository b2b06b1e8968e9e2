"""What a list of explanations must be for their coefficients to make one matrix."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from limetheory.arguments import several
from limetheory.explanation import Explanation
from limetheory.images import ImageExplanation
from limetheory.outside import outside
from limetheory.picks.units import check_units

Instances = tuple[tuple[Explanation, ...], ...]


def explained_instances(explanations: Any) -> Instances:
    """The explanations of each instance, one or several, that were given.

    Raises:
        TypeError: anything but explanations, or lists of them.
        ValueError: none at all, none of an instance, NaN or infinite coefficients, or several models or kinds of input.

    Warns:
        UserWarning: instances that are explained for different classes.
    """
    given = several("explanations", explanations, "Explanation objects")
    check_some(len(given))
    instances = tuple(_of_one(i, one) for i, one in enumerate(given))
    for i, one in enumerate(instances):
        for found in one:
            _check_finite(i, found)
    check_units(instances)
    return instances


def check_some(instances: int) -> None:
    """Refuse to pick among no instances."""
    if not instances:
        raise ValueError("explanations must be those of one instance or more, got none; explain some instances first")


def are_explanations(given: Any) -> bool:
    """Whether the first of several is an explanation, or a list that holds one or is empty."""
    first = given[0] if len(given) else None
    inside = first[0] if isinstance(first, (list, tuple)) and first else first
    return isinstance(inside, (Explanation, str, bytes)) or (isinstance(first, (list, tuple)) and not first)


def check_shared_superpixels(instances: Instances) -> None:
    """Refuse unnamed superpixels of different label maps: number 3 of one image is not number 3 of another."""
    images = [found for one in instances for found in one if isinstance(found, ImageExplanation)]
    unnamed = [found for found in images if found.names == tuple(map(str, range(found.d)))]
    if any(not np.array_equal(found.segments, unnamed[0].segments) for found in unnamed):
        raise ValueError(
            f"features must be shared by the instances, got unnamed superpixels of {len(unnamed)} different images; "
            "cluster them: image_concepts(explanations, n_concepts), or pick_files(…, concepts=n)"
        )


def warn_of_nothing_shared(vocabularies: Sequence[Iterable[int]]) -> None:
    """Say that each feature is one instance's own, so that no explanation says anything about another."""
    seen: set[int] = set()
    for vocabulary in vocabularies:
        own = set(vocabulary)
        if own & seen:
            return
        seen |= own
    if len(vocabularies) > 1:
        warnings.warn(
            f"explanations should share names of features, got none in common among {len(vocabularies)} instances, so "
            "that the pick is of the largest explanations; name the same features alike",
            UserWarning,
            stacklevel=outside(),
        )


def _of_one(i: int, given: Any) -> tuple[Explanation, ...]:
    found = tuple(given) if isinstance(given, (list, tuple)) else (given,)
    if not found:
        raise ValueError(f"an instance must have one explanation or more, got none at {i}; leave the instance out")
    others = [one for one in found if not isinstance(one, Explanation)]
    if others:
        kind = type(others[0]).__name__
        remedy = "read a saved one by load_explanation" if kind in ("str", "bytes") else "explain it first"
        raise TypeError(f"explanations must be Explanation objects or lists of them, got {kind} at {i}; {remedy}")
    return found


def _check_finite(i: int, found: Explanation) -> None:
    unknown = np.count_nonzero(~np.isfinite(found.coefficients))
    if unknown:
        raise ValueError(
            f"coefficients must be finite, got {unknown} NaN or infinite of {found.d} for instance {i}; explain it "
            "anew, or leave it out"
        )
