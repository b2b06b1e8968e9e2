"""Checks of the shapes that annotations promise, for the array names of `limetheory.arrays` and others of jaxtyping.

Other arguments have checks of their own.
"""

import inspect
from collections.abc import Callable
from functools import wraps
from typing import Any

import jaxtyping
from jaxtyping import jaxtyped


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


def _checked(function: Callable[..., Any]) -> Callable[..., Any]:
    hints = _array_hints(function)
    if not hints:
        return function
    names = function.__code__.co_varnames[: function.__code__.co_argcount]

    def check(name: str, value: Any) -> None:
        if name in hints and not isinstance(value, hints[name]):
            found = f"{value.dtype} of shape {value.shape}" if hasattr(value, "shape") else repr(value)
            raise AssertionError(f"{function.__qualname__}: {name} must be {hints[name].__name__}, got {found}")

    @wraps(function)
    def within_own_sizes(*args: Any, **kwargs: Any) -> Any:
        with jaxtyped("context"):  # the sizes n and d are those of one call
            for name, value in (*zip(names, args, strict=False), *kwargs.items()):
                check(name, value)
            result = function(*args, **kwargs)
            check("return", result)
            return result

    return within_own_sizes


def _array_hints(function: Callable[..., Any]) -> dict[str, Any]:
    written = getattr(function, "__annotations__", {})
    names = function.__globals__ if written else {}
    found = {name: names.get(hint) if isinstance(hint, str) else hint for name, hint in written.items()}
    return {name: hint for name, hint in found.items() if getattr(hint, "__module__", "") == "jaxtyping"}
