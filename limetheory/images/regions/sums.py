"""The coefficient of a region that is explained as a whole, beside the sum of the coefficients of its parts."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from limetheory.arguments import instance, real
from limetheory.explanation import Explanation
from limetheory.explanation.quantiles import two_sided
from limetheory.explanation.result import checked_explanation
from limetheory.given import given
from limetheory.images.hierarchy.consistency import Consistency
from limetheory.images.regions.partition import Partition


@dataclass(frozen=True, eq=False)
class RegionSums:
    """For each region with superpixels, the sum of their coefficients, and its coefficient where it was one superpixel.

    Attributes:
        names: of the regions, m of them.
        parts: (m,) the number of superpixels of each.
        sums: (m,) of their coefficients.
        standard_errors: (m,) of the sums, from the covariance of the coefficients; where there is none, a bound that
            holds whatever the correlations; ∞ where the masks do not determine a part.
        degrees_of_freedom: (m,) of Student's t in `interval`, the smallest of the parts'.
        coefficients: (m,) of the regions as one superpixel each; NaN where they were not explained so.
        coefficient_errors: (m,) their standard errors; NaN likewise.
    """

    names: tuple[str, ...]
    parts: np.ndarray
    sums: np.ndarray
    standard_errors: np.ndarray
    degrees_of_freedom: np.ndarray
    coefficients: np.ndarray
    coefficient_errors: np.ndarray

    def interval(self, level: float = 0.95) -> np.ndarray:
        """Confidence intervals of the sums at ``level`` in (0, 1), (m, 2), each for itself."""
        level = real("level", level, above=0, below=1, remedy="write 0.95 for 95 %")
        half = two_sided(level, self.degrees_of_freedom) * self.standard_errors
        return np.stack([self.sums - half, self.sums + half], axis=1)

    @property
    def consistency(self) -> Consistency:
        """The coefficients beside the sums, with their gaps, which are 0 for an additive model (prop:linear)."""
        return Consistency(self.coefficients, self.sums)

    @property
    def gap_errors(self) -> np.ndarray:
        """Bounds for the standard errors of the gaps, (m,): the sums of both, which hold for any correlation."""
        errors: np.ndarray = self.standard_errors + self.coefficient_errors
        return errors


def region_sums(explanation: Explanation, partition: Partition, whole: Explanation | None = None) -> RegionSums:
    """The sum of the coefficients of each region's superpixels with its standard error, beside the region as a whole.

    The standard error of a sum is √(1ᵀ Σ 1) with the block Σ of the covariance; it is not the root of the sum of the
    squares, since coefficients of one fit are correlated. Both numbers agree for an additive model under every design
    if hidden superpixels show the same in both explanations (prop:linear); otherwise the gap is due to interactions
    inside the region, and between it and others. With replacement "mean" they do not show the same.

    Args:
        explanation: of ``partition.labels``.
        partition: from `Regions.partition`.
        whole: of ``partition.whole.labels``, by the same model and design; None leaves the coefficients NaN.

    Raises:
        ValueError: an explanation of another number of superpixels, or no region with one.
        TypeError: something else.

    >>> owners = np.array([0, 0, 1, -1])
    >>> partition = Partition(np.arange(4)[None], owners, ("zebra", "tree"))
    >>> joint = Explanation(np.array([1.0, 2.0, 5.0, 0.0]), 0.0, np.full(4, 0.1), 100, covariance=0.01 * np.eye(4))
    >>> whole = Explanation(np.array([3.5, 5.0, 0.0]), 0.0, np.full(3, 0.1), 100)
    >>> found = region_sums(joint, partition, whole)
    >>> found.names, found.sums.tolist(), found.standard_errors.round(3).tolist(), found.consistency.gaps.tolist()
    (('zebra', 'tree'), [3.0, 5.0], [0.141, 0.1], [0.5, 0.0])
    """
    instance("partition", partition, Partition, "Regions.partition gives one")
    _check_parts("explanation", explanation, partition.d, "partition.labels")
    inside = partition.owners >= 0
    if not inside.any():
        raise ValueError("a partition must have a region with a superpixel, got none; add one to the regions")
    regions, starts, parts = np.unique(partition.owners[inside], return_index=True, return_counts=True)
    freedom = np.broadcast_to(np.asarray(explanation.degrees_of_freedom, float), inside.shape)[inside]
    coefficients, errors = _of_whole(whole, partition, len(regions))
    return RegionSums(
        tuple(partition.regions[region] for region in regions.tolist()),
        parts,
        np.add.reduceat(explanation.coefficients[inside], starts),
        _errors(explanation, inside, starts),
        np.minimum.reduceat(freedom, starts),
        coefficients,
        errors,
    )


def _errors(explanation: Explanation, inside: np.ndarray, starts: np.ndarray) -> np.ndarray:
    errors = explanation.standard_errors[inside]
    bound: np.ndarray = np.add.reduceat(errors, starts)
    if explanation.covariance is None or explanation.stopping is not None:
        return bound
    block = np.where(np.isfinite(explanation.covariance), explanation.covariance, 0.0)[np.ix_(inside, inside)]
    within = np.add.reduceat(np.add.reduceat(block, starts, axis=0), starts, axis=1)
    found: np.ndarray = np.where(np.isfinite(bound), np.sqrt(np.maximum(np.diag(within), 0.0)), np.inf)
    return found


def _of_whole(whole: Explanation | None, partition: Partition, regions: int) -> tuple[np.ndarray, np.ndarray]:
    if whole is None:
        return np.full(regions, np.nan), np.full(regions, np.nan)
    inside = partition.whole.owners >= 0
    _check_parts("whole", whole, len(inside), "partition.whole.labels")
    return whole.coefficients[inside], whole.standard_errors[inside]


def _check_parts(name: str, explanation: Explanation, d: int, labels: str) -> None:
    checked_explanation(name, explanation)
    if explanation.d != d:
        raise ValueError(f"{name} must have {d} coefficients, got {given(explanation.d)}; explain {labels}")
