"""The terms of a sequential estimate: one from each evaluated mask, with the limit as its mean (prop:unbiased).

| terms | surrogate g | a term is |
|---|---|---|
| `ExactTerms` | with an exact limit | β(g) and influence(z, F(z) − g(z)) |
| `FreeMaskTerms` | any | β(a) of an additive a, influence(z, F(z) − g(z)), and a mean over masks without evaluation |

Both have the limit β of F as their conditional mean given the past.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from typing import Any, Protocol

import numpy as np

from limetheory.arrays import Masks, PerMask, PerSuperpixel
from limetheory.designs import Design
from limetheory.estimation.sequential.term_bounds import LARGEST_ENUMERATED_D, term_bounds
from limetheory.estimation.surrogates.clipping import Clipping
from limetheory.limits import Additive, limit
from limetheory.limits.population import population

FREE_MASKS = 25
"""Masks without evaluation for each evaluated one. A round number: it adds 1/25 of the variance of g − a."""
_BLOCK = 1 << 13  # masks without evaluation that are handled at once; a convention for memory and time


class Terms(Protocol):
    """Terms centre + Σ_k parts_k, whose parts are independent given the past.

    Attributes:
        centre: what the parts are added to, shape (d,).
        bounds: the largest absolute value of a part, shape (d,); None where no bounds of F are known.
    """

    centre: PerSuperpixel
    bounds: PerSuperpixel | None

    def parts(self, masks: Masks, values: PerMask) -> Iterator[np.ndarray]:
        """The parts for F's values at masks drawn from the design: (n, d) bool, (n,) → blocks (b, parts, d)."""


class ExactTerms:
    """Terms β(g) + influence(z, F(z) − g(z)), for a surrogate g whose limit is exact.

    Args:
        surrogate: g, fitted to earlier masks.
        design: what masks are drawn from.
        span: (lo, hi), between which F is known to lie, or None.
    """

    def __init__(self, surrogate: Any, design: Design, span: tuple[float, float] | None):
        self._surrogate, self._design = surrogate, design
        self.centre = limit(surrogate, design).coefficients
        self.bounds = None if span is None else term_bounds(surrogate, design, *span)

    def parts(self, masks: Masks, values: PerMask) -> Iterator[np.ndarray]:
        """One part a term, in one block: (n, d) bool, (n,) → (n, 1, d)."""
        residuals = values - np.asarray(self._surrogate(masks), float)
        yield self._design.influence(masks, residuals)[:, None]


class FreeMaskTerms:
    r"""Terms β(a) + influence(z, F(z) − g(z)) + Σ_m influence(w_m, g(w_m) − a(w_m)) / M, for any surrogate g.

    The free masks w_1 … w_M are drawn from the design like z, but F is not evaluated on them. By prop:unbiased the
    second part has the mean β − β(g) and the third β(g) − β(a); β(a) is exact for an additive a (prop:linear). So the
    mean is β for any g and a that were fitted to earlier masks. For an efficient design `influence` omits the mean of
    the coefficients, which is known to be (F(1) − F(0)) / d: the caller sets it in β(a).

    For F in [lo, hi] g is clipped (`Clipping`), which bounds the part of z; the part of w_m is at most
    \|influence(w_m)\| max(hi − a(w_m), a(w_m) − lo) / M, whose maximum over masks is that of `term_bounds` for the
    additive a. `PartwiseBettingSequence` needs the larger of the two.

    Args:
        surrogate: g, (n, d) bool → (n,).
        additive: a, near g: the free masks add Var(influence · (g − a)) / M to the variance.
        design: what masks are drawn from.
        clipping: of g, or None where no bounds of F are known.
        rng: draws the free masks, M after each evaluated one, so that the size of blocks does not matter.
        free_masks: M.
    """

    def __init__(
        self, surrogate: Callable[[Masks], PerMask], additive: Additive, design: Design, clipping: Clipping | None,
        rng: np.random.Generator, free_masks: int = FREE_MASKS,
    ):  # fmt: skip
        self._surrogate, self._additive, self._design, self._clipping = surrogate, additive, design, clipping
        self._rng, self._free_masks = rng, free_masks
        self.centre = limit(additive, design).coefficients
        self.bounds = None if clipping is None else self._largest_parts(clipping)

    def _largest_parts(self, clipping: Clipping) -> PerSuperpixel:
        free = term_bounds(self._additive, self._design, *clipping.span) / self._free_masks
        bounds: PerSuperpixel = np.maximum(clipping.bounds, free)
        return bounds

    def parts(self, masks: Masks, values: PerMask) -> Iterator[np.ndarray]:
        """The 1 + M parts of each term, in blocks: (n, d) bool, (n,) → (b, 1 + M, d)."""
        rows = max(_BLOCK // self._free_masks, 1)
        for start in range(0, len(masks), rows):
            yield self._block(masks[start : start + rows], values[start : start + rows])

    def _block(self, masks: Masks, values: PerMask) -> np.ndarray:
        free = self._design.sample(len(masks) * self._free_masks, self._rng)
        influence, predictions = self._predicted(free)
        residuals = (predictions - self._additive(free)) / self._free_masks
        parts = (influence * residuals[:, None]).reshape(len(masks), self._free_masks, -1)
        influence, predictions = self._predicted(masks)
        return np.concatenate([(influence * (values - predictions)[:, None])[:, None], parts], axis=1)

    def _predicted(self, masks: Masks) -> tuple[np.ndarray, PerMask]:
        """The influence of a value of 1, (n, d), and g, clipped where there are bounds, (n,)."""
        influence = self._design.influence(masks, np.ones(len(masks)))
        values = np.asarray(self._surrogate(masks), float)
        return influence, values if self._clipping is None else self._clipping(values, influence)


def terms_of(
    surrogate: Any, masks: Masks, values: PerMask, design: Design, span: tuple[float, float] | None,
    rng: np.random.Generator,
) -> Terms:  # fmt: skip
    """The terms with a surrogate that was fitted to these masks and values, for masks that are drawn after them.

    `ExactTerms` where d ≤ 16 or, without bounds, the surrogate has an exact limit. With bounds and d > 16 a surrogate
    is clipped, except an additive one whose own bounds are narrower.

    Args:
        surrogate: (n, d) bool → (n,).
        masks: what it was fitted to, (m, d) bool.
        values: F on them, (m,).
        design: what the masks were drawn from.
        span: (lo, hi), between which F is known to lie, or None.
        rng: draws free masks.
    """
    if design.d <= LARGEST_ENUMERATED_D or (span is None and _has_exact_limit(surrogate)):
        return ExactTerms(surrogate, design, span)
    additive = surrogate if isinstance(surrogate, Additive) else linear_fit(masks, values, design)
    if span is None:
        return FreeMaskTerms(surrogate, additive, design, None, rng)
    clipped = FreeMaskTerms(surrogate, additive, design, Clipping(design, span, masks), rng)
    if not isinstance(surrogate, Additive):
        return clipped
    either: list[Terms] = [ExactTerms(surrogate, design, span), clipped]
    return min(either, key=_widest)


def linear_fit(masks: Masks, values: PerMask, design: Design) -> Additive:
    """Least squares weighted by the design: (n, d) bool, (n,) → `Additive`."""
    roots = np.sqrt(design.density(masks))
    rows = np.column_stack([np.ones(len(masks)), masks]) * roots[:, None]
    solution = np.linalg.lstsq(rows, roots * values, rcond=1e-10)[0]
    return Additive(solution[1:], float(solution[0]))


def _widest(terms: Terms) -> float:
    return math.inf if terms.bounds is None else float(terms.bounds.max())


def _has_exact_limit(surrogate: Any) -> bool:
    """Whether `limit` has a closed form for the class, rather than enumerating all masks."""
    return population.dispatch(type(surrogate)) is not population.registry[Callable]
