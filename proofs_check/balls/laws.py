"""The designs from their definitions: the mass w(k) of each mask of size k, as balls."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from flint import arb, ctx, fmpz

import limetheory as lt


@dataclass(frozen=True)
class Law:
    """A design's class, d, and its parameter: ν, p or σ, an exact binary64 number or ∞; None for KernelSHAP."""

    design: str
    d: int
    parameter: float | None = None

    def mass_per_mask(self) -> list[arb]:
        """w(0)..w(d) in the current precision."""
        return list(_cached(self, ctx.prec)[0])

    def weights(self) -> list[arb]:
        """π(0)..π(d) in the current precision."""
        return list(_cached(self, ctx.prec)[1])

    def library(self) -> lt.designs.ExchangeableDesign:
        """The same design as limetheory's class."""
        name = f"{self.design}Design"
        of = getattr(lt, name)
        design: lt.designs.ExchangeableDesign = of(self.d) if self.parameter is None else of(self.d, self.parameter)
        return design

    @property
    def independent(self) -> bool:
        """Whether the coordinates are independent under μ."""
        flat = self.design == "Image" and self.parameter == math.inf
        return flat or self.design in ("Bernoulli", "Glime")

    def __str__(self) -> str:
        return f"{self.design}({self.d}{'' if self.parameter is None else f', {self.parameter:g}'})"


@lru_cache(maxsize=512)
def _cached(law: Law, _precision: int) -> tuple[list[arb], list[arb]]:
    return _DEFINITIONS[law.design](law.d, law.parameter)


@lru_cache(maxsize=16)
def _exact_row(n: int) -> list[fmpz]:
    row = [fmpz(1)]
    for k in range(n):
        row.append(row[-1] * (n - k) // (k + 1))
    return row


def binomials(n: int) -> list[arb]:
    """C(n, 0)..C(n, n), rounded from exact integers."""
    return [arb(count) * 1 for count in _exact_row(n)]


def kernel(d: int, bandwidth: float) -> list[arb]:
    """ψ(1 − k/d) for k = 0..d with ψ(t) = exp(−(1 − √(1 − t))² / (2ν²)); 1 at ν = ∞."""
    if bandwidth == math.inf:
        return [arb(1)] * (d + 1)
    return [(-((1 - (arb(k) / d).sqrt()) ** 2) / (2 * arb(bandwidth) ** 2)).exp() for k in range(d + 1)]


def _image(d: int, bandwidth: float) -> tuple[list[arb], list[arb]]:
    weights, one_mask = kernel(d, bandwidth), arb(2) ** -d
    return [one_mask * weight for weight in weights], weights


def _text(d: int, bandwidth: float) -> tuple[list[arb], list[arb]]:
    weights = kernel(d, bandwidth)
    drawn = zip(weights[:d], binomials(d)[:d], strict=True)
    return [*(weight / (d * count) for weight, count in drawn), arb(0)], weights


def _bernoulli(d: int, p: float | arb) -> tuple[list[arb], list[arb]]:
    return _powers(d, arb(p), 1 - arb(p)), [arb(1)] * (d + 1)


def _powers(d: int, kept: arb, dropped: arb) -> list[arb]:
    on, off = [arb(1)], [arb(1)]
    for _ in range(d):
        on.append(on[-1] * kept)
        off.append(off[-1] * dropped)
    return [on[k] * off[d - k] for k in range(d + 1)]


def _glime(d: int, sigma: float) -> tuple[list[arb], list[arb]]:
    """z_j i.i.d. Bernoulli(p) with p = 1 / (1 + e^{−1/σ²})."""
    tilt = arb(0) if sigma == math.inf else 1 / arb(sigma) ** 2
    return _powers(d, 1 / (1 + (-tilt).exp()), 1 / (1 + tilt.exp())), [arb(1)] * (d + 1)


def _shapley(d: int, _none: None) -> tuple[list[arb], list[arb]]:
    """w(k) = (d−1) / (C(d,k) k (d−k)), 1 ≤ k ≤ d−1; the masks are drawn with that law and weigh α_0 each."""
    sizes, counts = range(1, d), binomials(d)
    inside = [arb(d - 1) / (counts[k] * k * (d - k)) for k in sizes]
    total = sum((arb(d - 1) / (k * (d - k)) for k in sizes), arb(0))
    return [arb(0), *inside, arb(0)], [total] * (d + 1)


_DEFINITIONS: dict[str, Callable[..., tuple[list[arb], list[arb]]]] = {
    "Image": _image,
    "Text": _text,
    "Bernoulli": _bernoulli,
    "Glime": _glime,
    "Shapley": _shapley,
}
