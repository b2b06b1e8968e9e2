"""What limetheory returns in float64 on the exact instances, together with the exact numbers."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np

import limetheory as lt
from limetheory.designs import ExchangeableDesign
from limetheory.estimation.methods.wls import wls
from limetheory.estimation.samples.sample import Sample

if TYPE_CHECKING:
    from proofs_check.world import World

ACCURACY = Fraction(1, 10**11)
"""The relative accuracy that limetheory promises of its closed forms."""


@dataclass(frozen=True)
class Computed:
    """Numbers of limetheory and the exact ones, with the scale that their errors are relative to."""

    found: tuple[float, ...]
    exact: tuple[Fraction, ...]
    scale: Fraction

    @classmethod
    def of(cls, found: Iterable[Any], exact: Iterable[Fraction], scale: Fraction | None = None) -> Computed:
        """The scale is the largest of the exact numbers if none is given."""
        exact = tuple(exact)
        return cls(tuple(map(float, found)), exact, max(map(abs, exact)) if scale is None else scale)

    @property
    def error(self) -> Fraction:
        """The largest error relative to the scale; an infinite or missing number counts as an error of 1."""
        if len(self.found) != len(self.exact) or not all(map(math.isfinite, self.found)):
            return self.scale + 1
        return max(abs(Fraction(x) - y) for x, y in zip(self.found, self.exact, strict=True))


def size_law(world: World) -> lt.SizeLawDesign:
    """The design of an instance, by the mass of each size."""
    counted = (math.comb(world.d, size) * w for size, w in enumerate(world.masses))
    return lt.SizeLawDesign(list(map(float, counted)))


def sampled(world: World, law: Sequence[Fraction]) -> ExchangeableDesign:
    """The design of an instance with the given probability of a mask of each size, and π = w / law."""
    sizes = np.array([math.comb(world.d, size) * p for size, p in enumerate(law)], float)
    weights = np.array([w / p for w, p in zip(world.masses, law, strict=True)], float)
    with np.errstate(divide="ignore"):
        return ExchangeableDesign(world.d, np.log(sizes), np.log(weights))


def set_function(values: Sequence[Fraction]) -> lt.SetFunction:
    """F as a `SetFunction`, from its table."""
    return lt.SetFunction(list(map(float, values)))


def height(values: Iterable[Fraction]) -> Fraction:
    """max |F|, relative to which the errors of a limit are measured."""
    return max(map(abs, values))


def limit(
    world: World, model: Any, exact: Sequence[Fraction], scale: Fraction, ridge: Fraction = Fraction(0)
) -> dict[str, Computed]:
    """`limetheory.limit` of a model under the design of an instance, against (β_0, …, β_d)."""
    answer = lt.limit(model, size_law(world), ridge=float(ridge))
    return {"lt.limit": Computed.of((answer.intercept, *answer.coefficients), exact, scale)}


def attributions(
    table: Sequence[Fraction], rows: Sequence[int], exact: Mapping[str, Sequence[Fraction]], extent: Fraction
) -> dict[str, Computed]:
    """`limetheory.attribute` on some masks by method, against exact numbers; CIU relative to max |F| / (2 range)."""
    masks, scale = lt.all_masks(len(table).bit_length() - 1)[list(rows)], height(table)
    scales = {name: scale / (2 * extent) if name.startswith("ciu") and extent else scale for name in exact}
    answers = {name: lt.attribute(set_function(table), masks, name).coefficients for name in exact}
    return {f"lt.attribute, {name}": Computed.of(answers[name], exact[name], scales[name]) for name in exact}


def weighted_rows(world: World, rows: Sequence[int], constrained: Sequence[Fraction]) -> dict[str, Computed]:
    """`wls` on some masks, without and with F(0) and F(1), where no mask outweighs the others a thousand times."""
    weights = [world.weights[mask] for mask in rows]
    if max(weights) > 1000 * min(weights):
        return {}
    masks, values = lt.all_masks(world.d)[list(rows)], np.array([world.table[mask] for mask in rows], float)
    exact = {
        "least squares": (None, world.beta[1:]),
        "efficient": ((float(world.table[0]), float(world.table[-1])), constrained),
    }
    return {
        name: Computed.of(wls(Sample.of(masks, weights, values, ends)).coefficients, beta, height(world.table))
        for name, (ends, beta) in exact.items()
    }
