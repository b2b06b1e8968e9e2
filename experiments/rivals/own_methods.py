"""The methods of limetheory, each for both designs."""

from __future__ import annotations

from typing import Any

import limetheory as lt
from experiments.efficiency.methods import Explainer
from experiments.rivals.contenders import DESIGNS, OURS, Contender, Fewest, at_least

BESIDE = {"LIME": 0, "Shapley": 2}
"""Masks that a design evaluates besides those asked for: the Shapley value takes F(0) and F(1)."""
MOST_CHOSEN = 1000


def contenders() -> list[Contender]:
    """A contender for each method and design."""
    return [one for family in DESIGNS for one in _of(family)]


def _of(family: str) -> list[Contender]:
    beside = BESIDE[family]
    line = at_least(1 + beside, each=1)
    return [
        _own(family, "wls", {"method": "wls"}, line, redraws=True),
        *[_own(family, name, {"method": "wls", "sampling": name}, fewest, redraws=True)
          for name, fewest in (("pairs", at_least(beside, each=2)), ("strata", line), ("leverage", line))],
        *[_own(family, name, {"method": name}, at_least(8 + beside)) for name in ("adjusted", "quadrature")],
        _own(family, "active", {"method": "active"}, at_least(2, each=1), most=MOST_CHOSEN),
        _own(family, "active_unbiased", {"method": "active_unbiased"}, at_least(10, each=1), most=MOST_CHOSEN),
    ]  # fmt: skip


def _own(family: str, name: str, options: dict[str, Any], fewest: Fewest, **others: Any) -> Contender:
    return Contender(f"{OURS}, {name}", family, OURS, _by(family, options), fewest=fewest, **others)


def _by(family: str, options: dict[str, Any]) -> Explainer:
    return lambda function, d, n, seed: (
        lt.estimate(function, DESIGNS[family](d), n - BESIDE[family], seed, **options).coefficients
    )
