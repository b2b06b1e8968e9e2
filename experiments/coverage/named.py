"""Cells that are always measured, since their intervals once covered too little or were suspected to."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from math import inf
from typing import Any

_DENSE = ("network", "gaussian")


def known() -> dict[str, list[dict[str, Any]]]:
    """The fields of each cell, under a name for what the cells have in common."""
    return {
        "ridge": [*_ridge()],
        "few masks carry a coefficient": [*_few_carry()],
        "pairs": [*_pairs()],
        "unbiased at small n": [*_unbiased()],
        "methods with surrogates": [*_surrogates()],
        "no misfit is seen": [*_no_misfit()],
    }


def image(nu: float) -> str:
    """The name of an image design."""
    return f"image, ν = {nu:g}"


def _cells(
    design: str, d: int, n: int, functions: tuple[str, ...], method: str = "wls", sampling: str = "design",
    ridge: float = 0.0,
) -> Iterator[dict[str, Any]]:  # fmt: skip
    for function in functions:
        yield {"method": method, "sampling": sampling, "ridge": ridge, "design": design, "d": d, "n": n,
               "function": function}  # fmt: skip


def _ridge() -> Iterator[dict[str, Any]]:
    for n in (4, 8, 12, 20, 30):
        yield from _cells(image(0.05), 12, n, ("network",), ridge=1.0)
    for nu, n in ((0.1, 4), (0.25, 400)):
        yield from _cells(image(nu), 12, n, ("network",), ridge=1.0)
    for ridge in (0.1, 1.0, 100.0):
        yield from _cells(image(0.05), 8, 30, _DENSE, ridge=ridge)


def _few_carry() -> Iterator[dict[str, Any]]:
    for design, n in (("GLIME binomial, σ = 0.5", 20), ("GLIME binomial, σ = 0.5", 800), (image(0.05), 60)):
        yield from _cells(design, 8, n, _DENSE)
    yield from _cells(image(0.25), 8, 60, _DENSE)
    for p, sampling in product((0.01, 0.99), ("design", "leverage")):
        yield from _cells(f"Bernoulli, p = {p:g}", 8, 90, ("network",), sampling=sampling)
    yield from _cells(image(0.05), 8, 60, ("network",), sampling="leverage")


def _pairs() -> Iterator[dict[str, Any]]:
    for d, times in ((3, 2), (4, 2), (5, 2), (6, 2), (20, 2), (50, 2), (4, 4), (5, 4), (6, 4)):
        yield from _cells("Shapley", d, times * d, ("gaussian",) if d <= 12 else ("pairs",), sampling="pairs")
    yield from _cells("Bernoulli, p = 0.8", 8, 24, _DENSE, sampling="pairs")
    yield from _cells(image(inf), 3, 9, _DENSE, sampling="pairs")
    yield from _cells("Shapley", 2, 5, _DENSE)


def _unbiased() -> Iterator[dict[str, Any]]:
    for d, n in ((2, 8), (3, 8), (4, 30), (5, 30)):
        yield from _cells(image(0.25), d, n, _DENSE, "unbiased")


def _surrogates() -> Iterator[dict[str, Any]]:
    for method in ("adjusted", "quadrature"):
        yield from _cells(image(0.25), 8, 150, ("network",), method)
        yield from _cells("GLIME binomial, σ = 0.5", 8, 200, ("sparse",), method)
        yield from _cells(image(0.25), 8, 20, ("step",), method)
        for d, n in ((4, 8), (4, 30), (5, 8), (5, 30)):
            yield from _cells("Bernoulli, p = 0.01", d, n, ("gaussian",), method)


def _no_misfit() -> Iterator[dict[str, Any]]:
    yield from _cells(image(0.25), 8, 24, ("detector",))
    yield from _cells(image(0.25), 12, 24, ("detector",))
    for method in ("wls", "unbiased", "adjusted", "quadrature"):
        yield from _cells(image(0.25), 12, 20, ("huge interaction",), method)
