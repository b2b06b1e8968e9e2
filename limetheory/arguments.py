"""Checks of arguments: each states its rule, the value it got and the remedy."""

from __future__ import annotations

import math
import operator
from collections.abc import Iterable, Sequence
from contextlib import suppress
from numbers import Real
from typing import Any, TypeVar

import numpy as np

from limetheory.arrays import Bools, Floats, Masks
from limetheory.given import did_you_mean, given
from limetheory.no_numbers import no_numbers

Kind = TypeVar("Kind")


def integer(name: str, value: Any, minimum: int, remedy: str = "") -> int:
    """Return ``value`` as an int of at least ``minimum``.

    >>> integer("n", 3.5, 1)
    Traceback (most recent call last):
    TypeError: n must be an integer, got 3.5
    """
    try:
        if isinstance(value, (bool, np.bool_)):
            raise TypeError
        number = operator.index(value)
    except TypeError:
        remedy = f"write {int(value)}" if isinstance(value, float) and value.is_integer() else remedy
        raise TypeError(_sentence(f"{name} must be an integer, got {given(value)}", remedy)) from None
    if number < minimum:
        raise ValueError(_sentence(f"{name} must be at least {minimum}, got {given(value)}", remedy))
    return number


def refuse_class(name: str, value: Any) -> None:
    """Refuse a class where one of its instances is meant.

    >>> refuse_class("model", dict)
    Traceback (most recent call last):
    TypeError: model must be an instance, got the class dict; make one, such as dict()
    """
    if isinstance(value, type):
        raise TypeError(
            f"{name} must be an instance, got the class {value.__name__}; make one, such as {value.__name__}()"
        )


def real(
    name: str,
    value: Any,
    *,
    above: float = -math.inf,
    below: float = math.inf,
    at_least: float = -math.inf,
    at_most: float = math.inf,
    remedy: str = "",
) -> float:
    """Return ``value`` as a finite float inside the stated interval.

    >>> real("level", 95, above=0, below=1, remedy="write 0.95 for 95 %")
    Traceback (most recent call last):
    ValueError: level must be above 0 and below 1, got 95; write 0.95 for 95 %
    """
    if isinstance(value, (bool, np.bool_)) or not isinstance(value, Real):
        raise TypeError(_sentence(f"{name} must be a number, got {given(value)}", remedy))
    number = math.inf
    with suppress(OverflowError):  # of an integer that no float holds
        number = float(value)
    if not (math.isfinite(number) and above < number < below and at_least <= number <= at_most):
        limits = [
            f"{words} {bound:g}"
            for words, bound in (
                ("above", above),
                ("at least", at_least),
                ("below", below),
                ("at most", at_most),
            )
            if math.isfinite(bound)
        ]
        rule = " and ".join(limits if math.isfinite(number) else [*limits, "finite"])
        raise ValueError(_sentence(f"{name} must be {rule}, got {given(value)}", remedy))
    return number


def accepted_error(name: str, value: Any) -> float:
    """Return ``value`` as a finite float above 0: how far a coefficient may be from its limit.

    >>> accepted_error("tolerance", 0)
    Traceback (most recent call last):
    ValueError: tolerance must be above 0, got 0; say how far a coefficient may be off, in units of F
    """
    return real(name, value, above=0, remedy="say how far a coefficient may be off, in units of F")


def choice(name: str, value: Any, known: Sequence[str], remedy: str = "") -> str:
    """Return ``value`` when it is one of the ``known`` names.

    >>> choice("method", "wsl", ("wls", "unbiased"))
    Traceback (most recent call last):
    ValueError: method must be one of wls, unbiased, got 'wsl'; did you mean 'wls'?
    """
    if not isinstance(value, str) or value not in known:
        rule = f"{name} must be one of {', '.join(known)}, got {given(value)}"
        raise ValueError(_sentence(rule, did_you_mean(value, known) or remedy))
    return str(value)


def instance(name: str, value: Any, kind: type[Kind], remedy: str) -> Kind:
    """Return ``value`` when it is of a kind.

    >>> instance("answer", 3, dict, "make one")
    Traceback (most recent call last):
    TypeError: answer must be of the class dict, got 3; make one
    """
    if not isinstance(value, kind):
        raise TypeError(f"{name} must be of the class {kind.__name__}, got {given(value)}; {remedy}")
    return value


def flag(name: str, value: Any) -> bool:
    """Return ``value``, which is True or False, or 1 or 0, as a bool.

    >>> flag("normalise", "no")
    Traceback (most recent call last):
    TypeError: normalise must be True or False, got 'no'
    """
    if not isinstance(value, (bool, np.bool_)) and not (isinstance(value, (int, np.integer)) and value in (0, 1)):
        raise TypeError(f"{name} must be True or False, got {given(value)}")
    return bool(value)


def pair(name: str, value: Any, form: str) -> tuple[Any, Any]:
    """Return the two parts of ``value``.

    >>> pair("bounds", 3, "(lo, hi)")
    Traceback (most recent call last):
    TypeError: bounds must be a pair (lo, hi), got 3
    """
    try:
        first, second = value
    except (TypeError, ValueError):
        raise TypeError(f"{name} must be a pair {form}, got {given(value)}") from None
    return first, second


def several(name: str, values: Any, kind: str) -> list[Any]:
    """Return ``values`` as a list.

    >>> several("leaves", 3, "Leaf objects")
    Traceback (most recent call last):
    TypeError: leaves must be a list of Leaf objects, got int; put a single one in a list
    """
    if isinstance(values, (str, bytes)) or not isinstance(values, Iterable) or getattr(values, "shape", None) == ():
        raise TypeError(f"{name} must be a list of {kind}, got {type(values).__name__}; put a single one in a list")
    return list(values)


def array(name: str, value: Any) -> np.ndarray:
    """Return ``value`` as an array: nested lists, an array, or a torch tensor on any device, with or without gradients.

    >>> array("x", [[1], [2, 3]])
    Traceback (most recent call last):
    TypeError: x must be numbers, got list whose rows differ in shape; give rows of one shape
    """
    if has_gaps(value):
        raise TypeError(f"{name} must be an array without gaps, got a masked array; fill it with .filled(level) first")
    try:
        return np.asarray(_in_numpy(value))
    except ValueError:
        raise TypeError(
            f"{name} must be numbers, got {type(value).__name__} whose rows differ in shape; give rows of one shape"
        ) from None


def has_gaps(value: Any) -> bool:
    """Whether a value is a masked array with masked entries, or a list or tuple with one in it.

    >>> has_gaps([np.ma.array([1.0, 2.0], mask=[False, True]), [1.0, 2.0]])
    True
    """
    if isinstance(value, (list, tuple)):
        return any(has_gaps(one) for one in value)
    return isinstance(value, np.ma.MaskedArray) and bool(np.ma.is_masked(value))


def floats(name: str, value: Any) -> Floats:
    """Return ``value`` as float64, NaN and infinities included; it may share the caller's memory.

    Strings and complex numbers are refused, where a cast would read the first and cut the second.

    >>> floats("weights", [1 + 2j])
    Traceback (most recent call last):
    TypeError: weights must be numbers, got complex128; take their real part or their modulus
    """
    if type(value) is np.ndarray and value.dtype == float:
        return value  # batch after batch of masks passes here
    found = array(name, value)
    objects = found.flat if found.dtype.kind == "O" else ()
    if found.dtype.kind not in "biufO" or any(isinstance(one, (str, bytes, complex)) for one in objects):
        raise TypeError(f"{name} must be numbers, got {no_numbers(found, value)}")
    try:
        with np.errstate(over="ignore"):  # what is too large becomes infinite, which is said where it matters
            return found.astype(float, copy=False)
    except (TypeError, ValueError):
        raise TypeError(f"{name} must be numbers, got {no_numbers(found, value)}") from None
    except OverflowError:
        raise ValueError(f"{name} must be below {np.finfo(float).max:.1e}, got a larger integer; rescale") from None


def numbers(name: str, value: Any) -> Floats:
    """Return ``value`` as a finite float64 array that shares no memory with the caller's, see `floats`."""
    found = floats(name, value).copy()
    if not np.isfinite(found).all():
        raise ValueError(f"{name} must be finite, got {np.count_nonzero(~np.isfinite(found))} NaN or infinite")
    return found


def vector(name: str, value: Any) -> Floats:
    """Return ``value`` as a finite float64 vector that shares no memory with the caller's."""
    found = numbers(name, value)
    if found.ndim != 1:
        raise ValueError(f"{name} must be one-dimensional, got shape {found.shape}; give a list of numbers")
    return found


def zero_one(name: str, value: Any) -> Bools:
    """Return ``value``, whose entries are True and False, 0 and 1, or 0 and 255 in any type, as a bool array.

    A cast would make probabilities, logits and labels true wherever they are not 0.

    >>> zero_one("mask", np.array([0, 255], np.uint8)).tolist(), zero_one("mask", [1.0, 0.0]).tolist()
    ([False, True], [True, False])
    >>> zero_one("mask", [0.2, 0.9])
    Traceback (most recent call last):
    ValueError: mask must be True and False, 0 and 1 or 0 and 255, got 0.2 to 0.9; threshold it: mask > 0.5 for
    probabilities, mask > 0 for logits, or labels == j for each label of a label map
    """
    found = array(name, value)
    if found.dtype == bool or not found.size:
        return found.astype(bool, copy=False)
    if found.dtype.kind not in "iuf":
        raise TypeError(f"{name} must be True and False, 0 and 1 or 0 and 255, got {no_numbers(found, value)}")
    on: Bools = (found == 1) if found.max() == 1 else (found == 255)
    if not (on | (found == 0)).all():
        span = f"{found.min():.10g} to {found.max():.10g}" if np.isfinite(found).all() else "NaN or infinite ones"
        raise ValueError(
            f"{name} must be True and False, 0 and 1 or 0 and 255, got {span}; threshold it: mask > 0.5 for "
            "probabilities, mask > 0 for logits, or labels == j for each label of a label map"
        )
    return on


def mask_rows(masks: Any, d: int) -> Masks:
    """Return masks of d superpixels, words or columns as an (n, d) bool array, see `zero_one`.

    >>> mask_rows([[1, 0, 1]], 2)
    Traceback (most recent call last):
    ValueError: masks must have shape (n, 2), got (1, 3); one column for each part of the input
    """
    found = zero_one("masks", masks)
    if found.ndim != 2 or found.shape[1] != d:
        raise ValueError(f"masks must have shape (n, {d}), got {found.shape}; one column for each part of the input")
    return found


def generator(rng: Any) -> np.random.Generator:
    """Return a NumPy generator from ``None``, a seed or a generator (SPEC 7)."""
    try:
        if isinstance(rng, (bool, np.bool_)):
            raise TypeError
        return np.random.default_rng(rng)
    except (TypeError, ValueError):
        rule = "rng must be None, a non-negative integer or a numpy.random.Generator"
        raise TypeError(f"{rule}, got {given(rng)}") from None


def _sentence(rule: str, remedy: str) -> str:
    return f"{rule}; {remedy}" if remedy else rule


def _in_numpy(value: Any) -> Any:
    """A torch tensor as an array; anything else as it is."""
    if not hasattr(value, "detach"):
        return value
    tensor = value.detach().cpu()
    # NumPy has no bfloat16; float32 holds all of its values.
    return (tensor.float() if str(tensor.dtype) == "torch.bfloat16" else tensor).numpy()
