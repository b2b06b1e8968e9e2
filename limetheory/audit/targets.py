"""Targets: what a library may converge to, where its fit cannot be done again on its own masks.

Each is a limit that is known exactly, so that a library's runs can be tested against it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from limetheory.arrays import Floats
from limetheory.audit.regressions import Regression, Run
from limetheory.designs import BernoulliDesign, Design, ImageDesign, ShapleyDesign, SizeLawDesign, TextDesign
from limetheory.limits import SetFunction, all_masks, limit

LARGEST_D = 12
"""The most parts of a target that is found by enumeration; a convention for time."""


@dataclass(frozen=True)
class Target:
    """A quantity (set function, d) → (d,) that a library may converge to, and how it is said.

    Attributes:
        words: how it is said.
        of: (set function, d) → (d,); where it depends on the parts that a run keeps, (set function, d, kept) → (d,).
        of_kept: whether it does.
    """

    words: str
    of: Callable[..., Floats]
    of_kept: bool = False

    def beside(self, F: Any, runs: Floats) -> Floats:
        """The differences of runs from it, (R, d)."""
        d = runs.shape[1]
        if not self.of_kept:
            return runs - self.of(F, d)
        return np.stack([run - self.of(F, d, run != 0) for run in runs])


def _limit(design: Callable[[int], Design]) -> Callable[[Any, int], Floats]:
    return lambda F, d: limit(F, design(d)).coefficients


def _values(F: Any, d: int) -> Floats:
    return np.asarray(F(all_masks(d)), float)


def leave_one_out(F: Any, d: int) -> Floats:
    """F(1) − F(1 without j) for each part."""
    whole = np.ones((1, d), bool)
    return np.asarray(F(whole)[0] - F(~np.eye(d, dtype=bool)), float)


def alone(F: Any, d: int) -> Floats:
    """F(j alone) − F(0) for each part."""
    return np.asarray(F(np.eye(d, dtype=bool)) - F(np.zeros((1, d), bool))[0], float)


def owen(F: Any, d: int) -> Floats:
    """Owen values of the hierarchy that halves the parts again and again, as shap's PartitionExplainer defines them.

    At each split, the two halves share what they add as two players do, once with and once without the other half
    of every split above, each equally often.
    """
    values = _values(F, d)
    found = np.zeros(d)

    def shared(first: int, last: int, context: int, weight: float) -> None:
        if last - first == 1:
            found[first] += weight * (values[context | 1 << first] - values[context])
            return
        middle = (first + last + 1) // 2
        left, right = _block(first, middle), _block(middle, last)
        for half, bounds in ((right, (first, middle)), (left, (middle, last))):
            shared(*bounds, context, weight / 2)
            shared(*bounds, context | half, weight / 2)

    shared(0, d, 0, 1.0)
    return found


def kept_shapley(F: Any, d: int, kept: Floats) -> Floats:
    """KernelSHAP's regression on all masks, tied to F(1) − F(0), of the kept parts alone."""
    found = np.zeros(d)
    if not kept.any() or d < 2:
        return found
    masks = all_masks(d)
    run = Run(masks, np.asarray(F(masks), float), np.where(kept, 1.0, 0.0), np.ones(d))
    return Regression("Shapley", tied=True, kept=True).coefficients(run)


def _block(first: int, last: int) -> int:
    return (1 << last) - (1 << first)


def untied_shapley(d: int) -> Design:
    """The masks of Shapley values, one size as likely as 1 / (k (d − k)), without the constraint on their sum."""
    k = np.arange(1.0, d)
    return SizeLawDesign([0.0, *(1 / (k * (d - k))), 0.0])


def between(first: int, last: int) -> Callable[[int], Design]:
    """Equal chances of the sizes first … d + last, uniformly within a size."""
    return lambda d: SizeLawDesign([float(first <= k <= d + last) for k in range(d + 1)])


def with_dummies(more: int) -> Callable[[Any, int], Floats]:
    """Text LIME's limit where further parts, which have no influence, are among those removed."""

    def of(F: Any, d: int) -> Floats:
        values = _values(F, d)
        return limit(SetFunction(np.tile(values, 1 << more)), TextDesign(d + more)).coefficients[:d]

    return of


TARGETS: Sequence[Target] = (
    Target("Shapley values", _limit(lambda d: ShapleyDesign(d) if d > 1 else SizeLawDesign([1.0, 1.0]))),
    Target("Shapley's regression, tied to F(1) − F(0), of the parts alone that are kept", kept_shapley, of_kept=True),
    Target("Owen values of the hierarchy that halves the parts again and again", owen),
    Target("E[F | z_j = 1] − E[F | z_j = 0] (Banzhaf values)", _limit(BernoulliDesign)),
    *(
        Target(f"image LIME's limit with the width {width:g}", _limit(lambda d, w=width: ImageDesign(d, w)))  # type: ignore[misc]
        for width in (0.25, 0.25 / 2**0.5, 0.5, 1.0)
    ),
    Target("text LIME's limit", _limit(TextDesign)),
    *(Target(f"text LIME's limit with {more} more parts without influence", with_dummies(more)) for more in (1, 2)),
    Target("the regression on masks of Shapley values whose sum is not tied to F(1) − F(0)", _limit(untied_shapley)),
    Target("the regression on sizes 0 … d, equally likely", _limit(between(0, 0))),
    Target("the regression on sizes 1 … d − 1, equally likely", _limit(between(1, -1))),
    Target("F(1) − F(1 without j)", leave_one_out),
    Target("F(j alone) − F(0)", alone),
    Target("0 for every part", lambda F, d: np.zeros(d)),
)
"""The targets of the family."""
