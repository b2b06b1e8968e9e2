"""Checks of the shapes that annotations promise, for the array names of `limetheory.arrays` and others of jaxtyping.

Other arguments have checks of their own.
"""

import inspect
from collections.abc import Callable
from functools import wraps
from typing import Any

import jaxtyping
import numpy as np


def check_imports_of(package: str) -> None:
    """Check the shapes of arrays in every module of a package that is imported from now on.

    The import hook of jaxtyping puts `jaxtyped(typechecker=...)` on every function and class. That decorator binds the
    arguments of every call anew, whether arrays are among them or not, which took half of the time of all tests. So the
    hook is given a decorator that is the type checker itself, and the type checker is `arrays_only`.
    """
    jaxtyping.jaxtyped = lambda typechecker: typechecker
    jaxtyping.install_import_hook(package, f"{arrays_only.__module__}.{arrays_only.__name__}")


def arrays_only(found: Any) -> Any:
    """Check the arrays among the arguments and the result of a function, or among the fields of a dataclass."""
    if not inspect.isclass(found):
        return _checked(found)
    if "__init__" in vars(found):
        found.__init__ = _checked(found.__init__)
    return found


class _Promise:
    """What one annotation promises of an array: its type, the types of its elements, and its sizes by name.

    Asking jaxtyping itself took half of the time of a small regression, so its annotations are read once.
    """

    def __init__(self, hint: Any) -> None:
        self.hint, self.kind = hint, hint.array_type
        self.elements = {np.sctypeDict[name] for name in hint.dtypes if name in np.sctypeDict}
        self.sizes = hint.dim_str.split()
        several = [position for position, size in enumerate(self.sizes) if size.startswith("*")]
        self.several = several[0] if several else None
        names = [size.removeprefix("*") for size in self.sizes]
        if len(several) > 1 or not all(name.isidentifier() or name.isdigit() for name in names):
            raise ValueError(f"sizes must be names, numbers and one *name, got {hint.dim_str!r}; extend _Promise")
        self.numbers = {size: int(size) for size in self.sizes if size.isdigit()}

    def is_kept(self, value: Any, known: dict[str, Any]) -> bool:
        """Whether a value is such an array, with the sizes that are known under these names; new ones are added."""
        if not isinstance(value, self.kind) or value.dtype.type not in self.elements:
            return False
        found = value.shape if self.several is None else self._with_several(value.shape, self.several)
        if len(found) != len(self.sizes):
            return False
        for name, size in zip(self.sizes, found, strict=False):
            if known.setdefault(name, size) != size:
                return False
        return True

    def _with_several(self, shape: tuple[int, ...], start: int) -> tuple[Any, ...]:
        """A shape whose entries under *name are one tuple; the shape itself where it has too few entries."""
        end = len(shape) - (len(self.sizes) - start - 1)
        return (*shape[:start], shape[start:end], *shape[end:]) if start <= end else shape


def _checked(function: Callable[..., Any]) -> Callable[..., Any]:
    promises = {name: _Promise(hint) for name, hint in _array_hints(function).items()}
    if not promises:
        return function
    numbers = {name: number for promise in promises.values() for name, number in promise.numbers.items()}
    of_result = promises.pop("return", None)
    names = function.__code__.co_varnames[: function.__code__.co_argcount]
    by_position = [(names.index(name) if name in names else len(names), name) for name in promises]

    def refuse(name: str, promise: _Promise, value: Any) -> None:
        found = f"{value.dtype} of shape {value.shape}" if hasattr(value, "shape") else repr(value)
        raise AssertionError(f"{function.__qualname__}: {name} must be {promise.hint.__name__}, got {found}")

    @wraps(function)
    def within_own_sizes(*args: Any, **kwargs: Any) -> Any:
        known: dict[str, Any] = dict(numbers)  # the sizes n and d are those of one call
        for position, name in by_position:
            if position < len(args):
                if not promises[name].is_kept(args[position], known):
                    refuse(name, promises[name], args[position])
            elif name in kwargs and not promises[name].is_kept(kwargs[name], known):
                refuse(name, promises[name], kwargs[name])
        result = function(*args, **kwargs)
        if of_result is not None and not of_result.is_kept(result, known):
            refuse("return", of_result, result)
        return result

    return within_own_sizes


def _array_hints(function: Callable[..., Any]) -> dict[str, Any]:
    written = getattr(function, "__annotations__", {})
    names = function.__globals__ if written else {}
    found = {name: names.get(hint) if isinstance(hint, str) else hint for name, hint in written.items()}
    return {name: hint for name, hint in found.items() if getattr(hint, "__module__", "") == "jaxtyping"}
