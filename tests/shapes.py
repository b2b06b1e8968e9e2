"""A type checker for the array types of `limetheory.arrays` only; other arguments have their own checks."""

from collections.abc import Callable
from typing import Any

from beartype import beartype

NAMES = {
    "Covariances",
    "Gram",
    "HeatMap",
    "Intervals",
    "Labels",
    "Mask",
    "MaskStack",
    "Masks",
    "PerMask",
    "PerMaskAndSuperpixel",
    "PerSize",
    "PerSuperpixel",
}


def arrays_only(function: Callable[..., Any]) -> Callable[..., Any]:
    """Check the arguments and the result of a function that are annotated with one of these types."""
    kept = {name: hint for name, hint in function.__annotations__.items() if _is_array(hint)}
    if not kept:
        return function
    function.__annotations__ = kept
    return beartype(function)


def _is_array(hint: Any) -> bool:
    return hint in NAMES if isinstance(hint, str) else getattr(hint, "__module__", "") == "jaxtyping"
