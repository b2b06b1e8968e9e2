"""thm:quadratic: what a surrogate with all pairs converges to, under exchangeable and product designs."""

from __future__ import annotations

from dataclasses import dataclass
from functools import singledispatch
from typing import Any

import numpy as np

from limetheory.arguments import mask_rows
from limetheory.arrays import PerMask, PerSuperpixel
from limetheory.designs import Design, ExchangeableDesign, ProductDesign
from limetheory.designs.base import checked_design
from limetheory.evaluation import superpixel_count
from limetheory.limits.enumeration import tabulate
from limetheory.limits.population import population
from limetheory.limits.quadratic_sizes import quadratic_of_exchangeable
from limetheory.limits.restriction import restricted


@dataclass(frozen=True, eq=False)
class QuadraticLimit:
    """The surrogate intercept + Σ_j coefficients_j z_j + Σ_{i<j} interactions_ij z_i z_j, in units of F.

    Attributes:
        intercept: its value on the empty mask.
        coefficients: (d,).
        interactions: (d, d), symmetric, with zeros on the diagonal.
        n_evaluations: how often F was evaluated; 0 for closed forms.
    """

    intercept: float
    coefficients: PerSuperpixel
    interactions: np.ndarray
    n_evaluations: int = 0

    @property
    def centre_slopes(self) -> PerSuperpixel:
        """coefficients_j + ½ Σ_i interactions_ij, (d,): the slopes at z = (½, …, ½) (prop:pairs-quadratic).

        They are the Shapley and the Banzhaf values of the surrogate, and the coefficients of `limit` if and only if the
        first and the third moment of 2K − d vanish under the design, as they do where it weighs sizes k and d − k
        alike. Under such a design `estimate` with ``sampling="pairs"`` fits them without fitting a pair.

        >>> import limetheory as lt
        >>> F, design = lt.Leaf(5, on=(0, 1), off=(3,)), lt.ShapleyDesign(5)
        >>> (quadratic_limit(F, design).centre_slopes.round(6) + 0.0).tolist()
        [0.166667, 0.166667, 0.0, -0.333333, 0.0]
        >>> (lt.limit(F, design).coefficients.round(6) + 0.0).tolist()
        [0.166667, 0.166667, 0.0, -0.333333, 0.0]
        """
        slopes: PerSuperpixel = self.coefficients + self.interactions.sum(axis=1) / 2
        return slopes

    def __call__(self, masks: Any) -> PerMask:
        """The surrogate on each mask: (n, d) bool → (n,)."""
        shown = mask_rows(masks, len(self.coefficients)).astype(float)
        pairs = np.einsum("ij,ij->i", shown @ self.interactions, shown) / 2
        values: PerMask = self.intercept + shown @ self.coefficients + pairs
        return values


def quadratic_limit(model: Any, design: Design) -> QuadraticLimit:
    """The limit of a quadratic surrogate: the minimiser of E[π (F − b − Σ a_j z_j − Σ_{i<j} q_ij z_i z_j)²].

    Where LIME's line cannot say what F does, its pairs of superpixels may. Under an exchangeable design the symmetries
    of the superpixels split the regression into three: functions of the size K, functions (u_j + v_j K)(z_j − K/d), and
    pure pairs (thm:quadratic). Under a product design a_j and q_ij follow from covariances of centred products. The
    cost is that of some 2d limits of F with one superpixel fixed.

    Under `ShapleyDesign` the surrogate meets F on the empty and the full mask, and its interactions are the
    Faith-Shapley indices of order 2 (Tsai, Yeh & Ravikumar, JMLR 2023).

    Args:
        model: a set function as in `limit`; a callable that is none of the classes with a closed form is evaluated on
            all 2^d masks, d ≤ 24, which takes minutes above d = 16.
        design: an exchangeable or product design with as many superpixels.

    Raises:
        DegenerateDesignError: the design's mass does not determine the surrogate, as where it lies on two sizes.
        ValueError: model and design disagree on d, or d is too large to enumerate.
        NotImplementedError: the design is neither exchangeable nor of independent coordinates, or the model is no set
            function.

    >>> import limetheory as lt
    >>> found = quadratic_limit(lt.Multilinear(4, {(0,): 1.0, (1, 2): 2.0, (0, 1, 3): 3.0}), lt.BernoulliDesign(4))
    >>> (found.coefficients.round(12) + 0.0).tolist()
    [0.25, -0.75, 0.0, -0.75]
    >>> print(abs(found.interactions[0].round(12)), round(float(found.interactions[1, 2]), 12))
    [0.  1.5 0.  1.5] 2.0
    """
    checked_design(design)
    d = superpixel_count(model, design.d)
    known = restricted.dispatch(type(model)) is not restricted.dispatch(object)
    surrogate = _surrogate(design, model if known or not callable(model) else tabulate(model, d))
    return QuadraticLimit(*surrogate, 0 if known else 1 << d)


@singledispatch
def _surrogate(design: Any, model: Any) -> tuple[float, PerSuperpixel, np.ndarray]:
    raise NotImplementedError(
        f"a quadratic limit needs an exchangeable or product design, got {design!r}; use ImageDesign(d), "
        "SizeLawDesign(masses) or ProductDesign(keep)"
    )


_surrogate.register(ExchangeableDesign, quadratic_of_exchangeable)


@_surrogate.register
def _(design: ProductDesign, model: Any) -> tuple[float, PerSuperpixel, np.ndarray]:
    """q_ij = β_j(F with z_i = 1) − β_j(F with z_i = 0), from E[(z_i − p_i)(z_j − p_j) F]."""
    design.require_limit()
    line = population(model, design)
    interactions = np.zeros((design.d, design.d))
    for i in range(design.d if design.d > 1 else 0):
        others = ProductDesign(np.delete(design.keep, i))
        on, off = (population(restricted(model, i, active), others).coefficients for active in (True, False))
        interactions[i] = np.insert(on - off, i, 0.0)
    interactions = (interactions + interactions.T) / 2
    shifts = interactions @ design.keep
    intercept = line.mean - line.coefficients @ design.keep + shifts @ design.keep / 2
    return float(intercept), line.coefficients - shifts, interactions
