"""Checks of the shapes that annotations promise, for the array names of `limetheory.arrays` and others of jaxtyping.

Other arguments have checks of their own.
"""

import inspect
from collections.abc import Callable
from functools import wraps
from types import FunctionType
from typing import Any

import jaxtyping
from beartype import beartype
from jaxtyping import jaxtyped


def check_imports_of(package: str) -> None:
    """Check the shapes of arrays in every module of a package that is imported from now on.

    The import hook of jaxtyping puts `jaxtyped(typechecker=...)` on every function and class. That decorator binds the
    arguments of every call anew and checks each twice, which took half of the time of all tests. So the hook is given
    one that leaves the type checker alone, and the type checker is `arrays_only`.
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
    check = beartype(_with_hints(function, hints))

    @wraps(function)
    def within_own_sizes(*args: Any, **kwargs: Any) -> Any:
        with jaxtyped("context"):  # the sizes n and d are those of one call
            return check(*args, **kwargs)

    return within_own_sizes


def _array_hints(function: Callable[..., Any]) -> dict[str, Any]:
    written = getattr(function, "__annotations__", {})
    names = function.__globals__ if written else {}
    found = {name: names.get(hint) if isinstance(hint, str) else hint for name, hint in written.items()}
    return {name: hint for name, hint in found.items() if getattr(hint, "__module__", "") == "jaxtyping"}


def _with_hints(function: Callable[..., Any], hints: dict[str, Any]) -> FunctionType:
    """Copy a function, so that whoever reads the annotations of the original finds all of them."""
    copy = FunctionType(
        function.__code__, function.__globals__, function.__name__, function.__defaults__, function.__closure__
    )
    copy.__module__, copy.__qualname__ = function.__module__, function.__qualname__
    copy.__kwdefaults__, copy.__annotations__ = function.__kwdefaults__, hints
    return copy
