"""prop:ig-order: the gap between LIME and integrated gradients by order of interaction; prop:ig-linear is order 1."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from limetheory.arguments import vector
from limetheory.arrays import PerSuperpixel
from limetheory.designs import BernoulliDesign, Design, ShapleyDesign
from limetheory.evaluation import superpixel_count
from limetheory.given import given
from limetheory.limits.enumeration import SetFunction
from limetheory.limits.leaf import Leaf
from limetheory.limits.population import limit
from limetheory.limits.spectrum import halves, moebius, sums_by_order, table


@dataclass(frozen=True, eq=False)
class GradientsGap:
    """LIME's limit and integrated gradients, and the parts of their difference.

    LIME − IG = `finite_bandwidth` + `higher_orders` + `path`, superpixel by superpixel; without measured gradients
    the gap that prop:ig-order predicts is LIME − Shapley = `finite_bandwidth` + `higher_orders`.

    Attributes:
        lime: the limit under the design, shape (d,), as all others in units of F.
        banzhaf: the Banzhaf value, image LIME's limit at ν = ∞, shape (d,).
        shapley: the Shapley value, the integrated gradients of a model that is multilinear on the path, shape (d,).
        gradients: the measured integrated gradients, shape (d,); None if not given.
        by_order: the contribution of the interactions of t superpixels to `predicted` at superpixel j, shape (d+1, d);
            zero for t ≤ 1 (prop:ig-linear).
    """

    lime: PerSuperpixel
    banzhaf: PerSuperpixel
    shapley: PerSuperpixel
    gradients: PerSuperpixel | None
    by_order: np.ndarray

    @property
    def predicted(self) -> PerSuperpixel:
        """LIME − Shapley, shape (d,): the gap of a model that is multilinear on the path."""
        return self.lime - self.shapley

    @property
    def finite_bandwidth(self) -> PerSuperpixel:
        """LIME − Banzhaf, shape (d,): the effect of the design's weights."""
        return self.lime - self.banzhaf

    @property
    def higher_orders(self) -> PerSuperpixel:
        """Banzhaf − Shapley, shape (d,): interactions of order t ≥ 3 have the shares 2^{1−t} and 1/t."""
        return self.banzhaf - self.shapley

    @property
    def observed(self) -> PerSuperpixel:
        """LIME − IG, shape (d,)."""
        return self.lime - self._measured("observed")

    @property
    def path(self) -> PerSuperpixel:
        """Shapley − IG, shape (d,): the model on the path is not the multilinear interpolation of F."""
        return self.shapley - self._measured("path")

    def _measured(self, name: str) -> PerSuperpixel:
        if self.gradients is None:
            raise ValueError(f"{name} needs measured integrated gradients, got none; pass them to ig_gap")
        return self.gradients


def ig_gap(F: Any, design: Design, gradients: Any = None) -> GradientsGap:
    """The gap between LIME's limit and integrated gradients, resolved by order of interaction (prop:ig-order).

    For F = Σ_T a_T Π_{j∈T} z_j and a model that is multilinear in the intensities of the superpixels on the path from
    ξ̄ to ξ, integrated gradients give superpixel j Σ_{T∋j} a_T/|T|, the Shapley value, and LIME's limit
    Σ_{T∋j} a_T in_{|T|} + Σ_{T∌j} a_T out_{|T|}. So the interactions of order t contribute
    Σ_{T∋j} a_T (in_t − 1/t) + Σ_{T∌j} a_T out_t: nothing for t = 1 (prop:ig-linear), nothing for t = 2 as ν → ∞.

    Args:
        F: a `SetFunction`, or a callable (n, d) bool → (n,) that is evaluated on all 2^d masks; 2 ≤ d ≤ 20.
        design: an exchangeable design, such as `ImageDesign`, with as many superpixels.
        gradients: integrated gradients summed over superpixels, shape (d,) or what `superpixel_integrated_gradients`
            returns; with them the gap has the part `path`.

    Raises:
        NotImplementedError: the design is not exchangeable.
        ValueError: F, design and gradients disagree on d, or d is not in 2..20.

    >>> import limetheory as lt
    >>> F = lt.Multilinear(4, {(0, 1): 1.0, (1, 2, 3): 1.0})
    >>> gap = ig_gap(F, lt.ImageDesign(4))
    >>> gap.shapley.round(4).tolist(), gap.lime.round(4).tolist()
    ([0.5, 0.8333, 0.3333, 0.3333], [0.713, 1.1443, 0.4624, 0.4624])
    >>> gap.by_order[2:4].round(4).tolist()
    [[0.1914, 0.1914, 0.0094, 0.0094], [0.0217, 0.1196, 0.1196, 0.1196]]
    """
    if not getattr(design, "exchangeable", False):
        raise NotImplementedError(
            f"an order of interaction has one share under exchangeable designs only, got {given(design)}; pass one "
            "such as ImageDesign(d), or compare limit(F, design) with limit(F, ShapleyDesign(d))"
        )
    F = table(F, superpixel_count(F, design.d))
    laws = (design, BernoulliDesign(F.d), ShapleyDesign(F.d))
    lime, banzhaf, shapley = (limit(F, law).coefficients for law in laws)
    return GradientsGap(lime, banzhaf, shapley, _measured(gradients, F.d), _by_order(F, design))


def _measured(gradients: Any, d: int) -> PerSuperpixel | None:
    if gradients is None:
        return None
    measured = vector("gradients", getattr(gradients, "coefficients", gradients))
    if len(measured) != d:
        raise ValueError(f"gradients must have one entry for each of the {d} superpixels, got {len(measured)}")
    return measured


def _by_order(F: SetFunction, design: Design) -> np.ndarray:
    """Σ_{T∋j, |T|=t} a_T (in_t − 1/t) + Σ_{T∌j, |T|=t} a_T out_t for all t and j, shape (d+1, d)."""
    (without, members), (outside, inside) = _sums(F), _shares(design)
    order = np.arange(1.0, F.d + 1)
    inside[2:] -= 1 / order[1:]
    sums: np.ndarray = members * inside[:, None] + without * outside[:, None]
    return sums


def _sums(F: SetFunction) -> np.ndarray:
    """Σ a_T over the sets of each order without j and with j, shape (2, d+1, d)."""
    sums = np.zeros((2, F.d + 1, F.d))
    terms = moebius(F.values)
    for j in range(F.d):
        without, members = halves(terms, j)
        sums[0, :-1, j], sums[1, 1:, j] = sums_by_order(without.ravel()), sums_by_order(members.ravel())
    return sums


def _shares(design: Design) -> np.ndarray:
    """out_t and in_t, LIME's coefficients of a product of t superpixels, shape (2, d+1); left 0 for t ≤ 1."""
    shares = np.zeros((2, design.d + 1))
    for t in range(2, design.d + 1):
        coefficients = limit(Leaf(design.d, on=range(t)), design).coefficients
        shares[:, t] = coefficients[-1] if t < design.d else 0.0, coefficients[0]
    return shares
