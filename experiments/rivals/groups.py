"""The groups of contenders, and the packages that each needs.

A group that needs a package that is not installed, or an older version of it, is left out of a run. The newest shapiq
needs Python 3.12 or later; there, `pip install --editable .` and `pip install "shapiq>=1.8" lightgbm xgboost-cpu shap
lime` make an environment for everything but ShaplEIG, which takes `pip install "shapiq[shapleig]>=1.8"`. Runs in
several environments add their rows to the same file, each with the versions of its packages.
"""

from __future__ import annotations

from functools import cache
from importlib.util import find_spec

from experiments._frame.saved_rows import installed
from experiments.rivals import lime_rivals, own_methods, shapley_rivals
from experiments.rivals.contenders import Contender

NEEDS: dict[str, dict[str, str]] = {
    "limetheory": {"scipy": "1"},
    "shapiq": {"shapiq": "1.8", "xgboost": "0"},
    "proxies": {"lightgbm": "4", "scikit-learn": "1"},
    "lime": {"lime": "0.2"},
    "GLIME": {"scipy": "1"},
    "shap": {"shap": "0.46"},
    "captum": {"captum": "0.7", "torch": "2"},
    "shapiq, tuned": {"shapiq": "1.8", "xgboost": "0", "lightgbm": "4"},
    "shapiq, chosen": {"shapiq": "1.8", "botorch": "0"},
}
"""Each group with the packages that it needs and the least version of each, in the order in which they run."""
FEW = {"shapiq, tuned": (3, 2), "shapiq, chosen": (3, 2)}
"""On how many tables, and with how many seeds, those groups run that take long."""
MODULES = {"xgboost": "xgboost", "scikit-learn": "sklearn"}
"""The module of a package of another name, or of which there are several packages."""


def contenders() -> list[Contender]:
    """All of them."""
    return [*own_methods.contenders(), *shapley_rivals.contenders(), *lime_rivals.contenders()]


def members(group: str, family: str) -> list[Contender]:
    """The contenders of a group for a limit."""
    return [one for one in contenders() if (one.group, one.family) == (group, family)]


@cache
def runnable(group: str) -> bool:
    """Whether the packages of a group are there, in the versions that it needs."""
    return all(_is_there(name, least) for name, least in NEEDS[group].items())


def packages(group: str) -> list[str]:
    """The packages of a group whose version is known by their name."""
    return [name for name in NEEDS[group] if installed(name)]


def _is_there(name: str, least: str) -> bool:
    found = installed(name)
    if found is None:
        return find_spec(MODULES.get(name, name)) is not None and least == "0"
    return _numbers(found) >= _numbers(least)


def _numbers(text: str) -> tuple[int, ...]:
    parts = (part.partition("+")[0] for part in text.split(".")[:2])
    return tuple(int(part) for part in parts if part.isdecimal())
