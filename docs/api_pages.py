"""The pages of the API reference, one for each subpackage, written from `__all__`.

A name of `limetheory.__all__` is documented as `limetheory.NAME`, on the page of the subpackage that defines it; any
other name of a subpackage's `__all__` as `limetheory.SUBPACKAGE.NAME`.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from types import ModuleType

import limetheory
from limetheory.registry import Registry

SUBPACKAGES = (
    "designs",
    "limits",
    "explanation",
    "estimation",
    "attribution",
    "selection",
    "statistics",
    "explaining",
    "images",
    "text",
    "tabular",
    "networks",
    "stored_models",
    "fitted",
    "metrics",
    "picks",
    "inspection",
    "many",
    "reports",
    "adapters",
    "testing",
    "verification",
    "audit",
)
"""The public subpackages, in reading order; what is public elsewhere stands on the page of the front door."""

_OPTIONS = "   :members:\n   :inherited-members: Exception, Module, tuple\n   :show-inheritance:\n"


def write(folder: Path) -> None:
    """Write every page into a folder, which is made if it is missing."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in pages().items():
        (folder / f"{name}.md").write_text(text, encoding="utf-8")


def pages() -> dict[str, str]:
    """The pages by file name."""
    return {**{name: _page(import_module(f"limetheory.{name}")) for name in SUBPACKAGES}, "limetheory": _front_door()}


def home(name: str) -> str:
    """The subpackage on whose page a name of `limetheory.__all__` stands, or "limetheory"."""
    found = getattr(limetheory, name)
    holders = [part for part in SUBPACKAGES if getattr(import_module(f"limetheory.{part}"), name, None) is found]
    return holders[0] if holders else "limetheory"


def _page(package: ModuleType) -> str:
    part = package.__name__.rpartition(".")[2]
    front = [name for name in limetheory.__all__ if home(name) == part]
    own = [name for name in package.__all__ if name not in front]
    sections = [
        f"# limetheory.{part}\n\n{package.__doc__}",
        _section("Names of `limetheory`", "limetheory", front),
        _section(f"Names of `limetheory.{part}`", package.__name__, own),
    ]
    return "\n".join(filter(None, sections))


def _front_door() -> str:
    names = [name for name in limetheory.__all__ if home(name) == "limetheory"]
    return f"# limetheory\n\n{limetheory.__doc__}\n" + _section("Other names of `limetheory`", "limetheory", names)


def _section(title: str, module: str, names: list[str]) -> str:
    if not names:
        return ""
    entries = "\n".join(_entry(f"{module}.{name}", getattr(import_module(module), name)) for name in names)
    tables = "\n".join(_table(name, getattr(import_module(module), name)) for name in names)
    return f"## {title}\n\n{tables}\n```{{eval-rst}}\n.. py:currentmodule:: {module}\n\n{entries}\n```\n"


def _table(name: str, found: object) -> str:
    """The rows of a table of things by name."""
    return f"`{name}` has these rows:\n\n{found}\n" if isinstance(found, Registry) else ""


def _entry(path: str, found: object) -> str:
    if isinstance(found, type):
        return f".. autoclass:: {path}\n{_OPTIONS}"
    if callable(found):
        return f".. autofunction:: {path}\n"
    return f".. autodata:: {path}\n" + "   :no-value:\n" * isinstance(found, Mapping)
