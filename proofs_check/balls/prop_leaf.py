"""prop:leaf: the library's limits of leaves against the normal equations."""

from __future__ import annotations

from collections.abc import Callable

from proofs_check.balls.digits import Digits, by_design
from proofs_check.balls.grid import laws
from proofs_check.balls.laws import Law
from proofs_check.balls.leaves import SHAPES, Shape, coefficients
from proofs_check.balls.library import leaf_coefficients

ULPS = 16
"""Claimed for each e-fold."""


def where(shape: Shape, narrowest_text: float = 0.0) -> Callable[[], list[Law]]:
    """The designs with a free slope and room for the shape, text from a bandwidth on."""

    def chosen(law: Law) -> bool:
        return law.design != "Shapley" and not (
            law.design == "Text" and law.parameter is not None and law.parameter < narrowest_text
        )

    return lambda: [law for law in laws() if shape.on + shape.off <= law.d and chosen(law)]


def _digits(shape: Shape) -> tuple[Digits, Digits]:
    return by_design(
        f"limit of {shape}, in ulps of the largest",
        lambda law: leaf_coefficients(law, shape),
        lambda m: coefficients(m, shape),
        where(shape),
        ulps=ULPS,
        together=True,
    )


DIGITS = tuple(digits for shape in SHAPES for digits in _digits(shape))

CERTIFICATES = tuple(digits.certificate() for digits in DIGITS)
