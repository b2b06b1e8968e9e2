"""Targets: what a library may converge to, where its fit cannot be done again on its own masks.

Each is a limit that is known exactly, so that a library's runs can be tested against it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from limetheory.arrays import Floats
from limetheory.audit.mixture import with_first
from limetheory.audit.regressions import Regression, Run
from limetheory.audit.subject import Subject
from limetheory.designs import BernoulliDesign, Design, ImageDesign, ShapleyDesign, SizeLawDesign, TextDesign
from limetheory.limits import SetFunction, all_masks, limit

LARGEST_D = 12
"""The most parts of a target that is found by enumeration; a convention for time."""


@dataclass(frozen=True)
class Target:
    """A quantity that a library may converge to, and how it is said.

    Attributes:
        words: how it is said.
        of: (set function, d) → (d,); where it depends on the parts that a run keeps, (set function, d, kept) → (d,).
        of_kept: whether it does.
        design: d → the design whose limit it is, if it is one.
        more: parts without influence that the design has besides.
    """

    words: str
    of: Callable[..., Floats] | None = None
    of_kept: bool = False
    design: Callable[[int], Design] | None = None
    more: int = 0

    def beside(self, F: Any, runs: Floats, subject: Subject) -> Floats:
        """The differences of runs from it, (R, d), with the penalty and the first mask of a subject."""
        if self.of is not None and self.of_kept:
            return np.stack([run - self.of(F, len(run), run != 0) for run in runs])
        return runs - self.value(F, runs.shape[1], subject)

    def value(self, F: Any, d: int, subject: Subject | None = None) -> Floats:
        """Its value where it does not depend on the kept parts, (d,)."""
        if self.of is not None:
            return self.of(F, d)
        whole = F if not self.more else SetFunction(np.tile(_values(F, d), 1 << self.more))
        design, penalty = self.design(d + self.more) if self.design else BernoulliDesign(d), 0.0
        if subject is not None:
            design = with_first(design, subject.n) if subject.forced == 1 else design
            penalty = (subject.ridge or 0.0) / subject.n
        return limit(whole, design, ridge=penalty).coefficients[:d]


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


TARGETS: Sequence[Target] = (
    Target("Shapley values", design=lambda d: ShapleyDesign(d) if d > 1 else SizeLawDesign([1.0, 1.0])),
    Target("Shapley's regression, tied to F(1) − F(0), of the parts alone that are kept", kept_shapley, of_kept=True),
    Target("Owen values of the hierarchy that halves the parts again and again", owen),
    Target("E[F | z_j = 1] − E[F | z_j = 0] (Banzhaf values)", design=BernoulliDesign),
    *(
        Target(f"image LIME's limit with the width {width:g}", design=partial(ImageDesign, bandwidth=width))
        for width in (0.25, 0.25 / 2**0.5, 0.5, 1.0)
    ),
    Target("text LIME's limit", design=TextDesign),
    *(
        Target(f"text LIME's limit with {more} more parts without influence", design=TextDesign, more=more)
        for more in (1, 2)
    ),
    Target("the regression on masks of Shapley values whose sum is not tied to F(1) − F(0)", design=untied_shapley),
    Target("the regression on sizes 0 … d, equally likely", design=between(0, 0)),
    Target("the regression on sizes 1 … d − 1, equally likely", design=between(1, -1)),
    Target("F(1) − F(1 without j)", leave_one_out),
    Target("F(j alone) − F(0)", alone),
    Target("0 for every part", lambda F, d: np.zeros(d)),
)
"""The targets of the family."""
