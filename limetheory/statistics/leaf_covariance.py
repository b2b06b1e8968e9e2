"""cor:leaf-covariance: the covariance of thm:clt for sums of leaves, as a sum over types of masks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from limetheory.arguments import instance
from limetheory.arrays import Gram
from limetheory.designs import Design, ExchangeableDesign
from limetheory.designs.binomial import log_binomial_pmf, log_sum_exp
from limetheory.evaluation import superpixel_count
from limetheory.limits import Additive, Leaf, LeafSum, Multilinear, limit, tabulate
from limetheory.statistics.clt import covariance_of, enumerated, require_squares, residuals

_LARGEST = 1 << 24  # the most types of masks that are summed over, for time and memory; a convention
_BLOCK = 1 << 14  # types of masks that are handled at once; a convention for memory and time


@dataclass(frozen=True, eq=False)
class Groups:
    """Groups of superpixels that have the same role in every leaf: F depends only on how many of each are active.

    Attributes:
        member: the group 0..G−1 of each superpixel, (d,).
        sizes: (G,).
    """

    member: np.ndarray
    sizes: np.ndarray

    @classmethod
    def of(cls, model: LeafSum) -> Groups:
        """The coarsest such groups; for one leaf with sets A and B they are A, B and the other superpixels."""
        parts = [
            np.unpackbits(side, axis=0, bitorder="little", count=model.d) for side in (model.terms.on, model.terms.off)
        ]
        member = np.unique(np.hstack(parts), axis=0, return_inverse=True)[1].reshape(-1)
        return cls(member, np.bincount(member))

    @property
    def n_types(self) -> int:
        """Number of types of masks, Π (size + 1)."""
        return int(np.prod([float(size + 1) for size in self.sizes]))

    def types(self) -> Iterator[np.ndarray]:
        """The numbers of active superpixels in each group, block after block of types: (b, G)."""
        for start in range(0, self.n_types, _BLOCK):
            index = np.arange(start, min(start + _BLOCK, self.n_types))
            yield np.stack(np.unravel_index(index, tuple(self.sizes + 1)), axis=1)

    def representatives(self, active: np.ndarray) -> np.ndarray:
        """A mask of each type: (b, G) → (b, d) bool."""
        rank = np.zeros(len(self.member), int)
        for number in range(len(self.sizes)):
            rank[self.member == number] = np.arange(self.sizes[number])
        return rank < active[:, self.member]

    def log_masks(self, active: np.ndarray) -> np.ndarray:
        """log of 2^{−d} × the number of masks of each type: (b, G) → (b,)."""
        logs: np.ndarray = log_binomial_pmf(active, self.sizes, 0.5).sum(axis=1)
        return logs


def leaf_covariance(model: LeafSum, design: ExchangeableDesign) -> Gram:
    """Σ^{-1} E[π² r² z̃ z̃ᵀ] Σ^{-1} of a sum of leaves under an exchangeable design, slopes only: shape (d, d).

    cor:leaf-covariance, for several leaves at once. The type of a mask is the number of active superpixels in each of
    the `Groups`, and the residual r is the same on all masks of a type. Given the type, i of the n superpixels of a
    group are active: z_j has mean p = i/n, variance p (1 − p) and covariance −p (1 − p) / (n − 1) within the group.

    Raises:
        ValueError: more than 2^24 types, because the leaves have too many superpixels.

    >>> import limetheory as lt
    >>> leaf_covariance(LeafSum(2, [lt.Leaf(2, on=(0, 1))]), lt.BernoulliDesign(2)).round(12).tolist()
    [[0.25, 0.0], [0.0, 0.25]]
    """
    instance("model", model, LeafSum, "put the leaves into limetheory.limits.LeafSum(d, leaves)")
    groups = Groups.of(model)
    if groups.n_types > _LARGEST:
        raise ValueError(
            f"the leaves must make at most {_LARGEST} types of masks, got {groups.n_types}; name fewer coordinates, or "
            "take the standard errors of limetheory.estimate"
        )
    exact, n_groups = limit(model, design), len(groups.sizes)
    require_squares(_largest_influence(design), design)
    between, within = np.zeros((n_groups, n_groups)), np.zeros(n_groups)
    for active in groups.types():
        masks = groups.representatives(active)
        residual = residuals(model(masks), masks, exact)
        square = _squared_density(groups, active, design) * residual**2
        share = active / groups.sizes
        mean = _mean_influence(share, active.sum(axis=1), design)
        between += mean.T @ (square[:, None] * mean)
        if design.d > 1:
            within += square @ (share * (1 - share)) / design.contrast / design.contrast
    return _by_superpixel(groups, between, within)


def _largest_influence(design: ExchangeableDesign) -> float:
    """The largest influence on a coefficient of a mask with density 1."""
    along = 0.0 if design.efficient else np.abs(design.size_deviations).max() / design.size_variance
    within = 1 / design.contrast if design.d > 1 else 0.0
    return float(along + within)


def _squared_density(groups: Groups, active: np.ndarray, design: ExchangeableDesign) -> np.ndarray:
    """P(type) (π / α_0)² under the sampling law: (b, G) → (b,)."""
    k = np.arange(design.d + 1)
    law = design.log_law - log_binomial_pmf(k, design.d, 0.5)
    per_size = law + 2 * (design.log_weight - log_sum_exp(design.log_mass))
    density: np.ndarray = np.exp(per_size[active.sum(axis=1)] + groups.log_masks(active))
    return density


def _mean_influence(share: np.ndarray, size: np.ndarray, design: ExchangeableDesign) -> np.ndarray:
    """The mean over a type of (K − κ)/V + (z_j − K/d)/(Δ/α_0), for j in each group: (b, G), (b,) → (b, G)."""
    found = np.zeros(share.shape)
    if not design.efficient:
        found += (design.size_deviations[size] / design.size_variance)[:, None]
    if design.d > 1:
        found += (share - size[:, None] / design.d) / design.contrast
    return found


def _by_superpixel(groups: Groups, between: np.ndarray, within: np.ndarray) -> Gram:
    """The covariance of superpixels, (d, d), from the parts between and within groups."""
    member, others = groups.member, np.maximum(groups.sizes - 1, 1)
    covariance: Gram = between[np.ix_(member, member)]
    covariance -= np.where(member[:, None] == member, (within / others)[member], 0.0)
    np.fill_diagonal(covariance, (np.diag(between) + within)[member])
    return covariance


@covariance_of.register(LeafSum)
def _(model: LeafSum, design: Design) -> Gram:
    if isinstance(design, ExchangeableDesign):
        return leaf_covariance(model, design)
    return enumerated(tabulate(model, design.d), design)


@covariance_of.register(Leaf)
def _(model: Leaf, design: Design) -> Gram:
    return covariance_of(LeafSum(model.d, [model]), design)


@covariance_of.register(Multilinear)
def _(model: Multilinear, design: Design) -> Gram:
    return covariance_of(model.interactions, design)  # an additive part leaves no residual


@covariance_of.register(Additive)
def _(model: Additive, design: Design) -> Gram:
    superpixel_count(model, design.d)
    design.require_limit()
    return np.zeros((design.d, design.d))
