"""Packages of extras, and the one hint for each that is missing."""

from __future__ import annotations

from importlib import import_module
from typing import Any


def needed(module: str, what: str, extra: str) -> Any:
    """A module of a package that an extra installs.

    Args:
        module: its name.
        what: what needs it, for the hint.
        extra: of limetheory, which installs it.

    Raises:
        ImportError: it is not installed, or cannot be imported, in one line with what to run.

    >>> needed("no_such_package.part", "a cluster", "cluster")
    Traceback (most recent call last):
    ImportError: a cluster needs no_such_package, got none installed; run pip install 'limetheory[cluster]'
    """
    package = module.partition(".")[0]
    try:
        return import_module(module)
    except ImportError as error:
        if (error.name or "").partition(".")[0] == package and isinstance(error, ModuleNotFoundError):
            raise ImportError(
                f"{what} needs {package}, got none installed; run pip install 'limetheory[{extra}]'"
            ) from None
        reason = " ".join(str(error).split())
        raise ImportError(
            f"{what} needs {package}, got one that cannot be imported ({reason}); run pip install --force-reinstall "
            f"'limetheory[{extra}]'"
        ) from None
