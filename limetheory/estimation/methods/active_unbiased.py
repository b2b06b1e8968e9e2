"""prop:unbiased with surrogates that are fitted to active masks too: the unbiased counterpart of "active"."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from threadpoolctl import threadpool_limits

from limetheory.arrays import Masks, PerMask
from limetheory.designs import Design
from limetheory.estimation.active.candidates import mass_is_exhausted
from limetheory.estimation.active.search import Search
from limetheory.estimation.methods.adjusted import adjusted, cross_fitted, stratified
from limetheory.estimation.samples.resolved import resolved
from limetheory.estimation.surrogates.averaged import averaged_recipe
from limetheory.estimation.surrogates.families import Recipe
from limetheory.evaluation import MaskFunction
from limetheory.explanation import Explanation

_FEWEST_DRAWN = 8  # the fewest masks that are drawn; a convention, that of `adjusted`
_ACTIVE_SHARE = 0.2  # a round number: what is chosen is missing from the masks that residuals are averaged over
_MOST_CHOSEN = 500  # a round number; each takes longer than the one before


def active_unbiased(F: MaskFunction, design: Design, n: int, rng: np.random.Generator) -> Explanation:
    """`adjusted` with surrogates that are fitted to active masks besides those that are drawn.

    A part of the n masks is chosen as by `active`. The others are drawn in strata after that, independently of what was
    chosen: β(g) + the stratified mean of the unbiased terms of F − g over them, where the surrogate g of each fold is
    fitted to the other folds and to all active masks, is exactly unbiased given these (prop:unbiased, lem:stratified).
    A mask that is drawn after it was chosen is evaluated again for d > 20 only. Standard errors and intervals are those
    of `adjusted`.

    Raises:
        ValueError: F not repeatable.
        Interrupted: on Ctrl-C, with the finished part.
    """
    if mass_is_exhausted(design, n):
        return adjusted(F, design, n, rng)
    choosing, drawing, sums = rng.spawn(3)
    search = Search(F, design, _chosen(design, n), choosing)
    with threadpool_limits(limits=1, user_api="blas"):
        search.run()
    drawn = stratified(search.known, design, n - _chosen(design, n), drawing)
    sample = resolved(drawn, F, search.values)
    values = search.values if sample is drawn else np.full(len(search.values), sample.values[0])
    found = cross_fitted(sample, design, sums, learn=beside(search.masks, values))
    return replace(found, n_evaluations=search.known.n_evaluations, method="active, unbiased")


def _chosen(design: Design, n: int) -> int:
    """How many of n masks are active."""
    share = min(round(_ACTIVE_SHARE * n), _MOST_CHOSEN)
    return min(max(fewest_active(design), share), n - _FEWEST_DRAWN)


def fewest_active(design: Design) -> int:
    """How many masks, besides known ends, are chosen before there is any value: d + 2 with the ends."""
    return design.d if design.efficient else design.d + 2


def beside(masks: Masks, values: PerMask) -> Any:
    """How to learn surrogates from masks that are drawn and from others."""

    def learn(drawn: Masks, of_drawn: PerMask, *_: Any) -> _Beside:
        recipe = averaged_recipe(np.concatenate([masks, drawn]), np.concatenate([values, of_drawn]))
        return _Beside(recipe, masks, values)

    return learn


@dataclass(frozen=True, eq=False)
class _Beside:
    """A recipe that fits surrogates to other masks too."""

    recipe: Recipe
    masks: Masks
    values: PerMask

    def fit(self, drawn: Masks, of_drawn: PerMask) -> Any:
        """The surrogate fitted to the masks drawn and the others."""
        return self.recipe.fit(np.concatenate([self.masks, drawn]), np.concatenate([self.values, of_drawn]))
