"""What is compared: a way to estimate the limit of a design from n different masks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

import limetheory as lt
from experiments.efficiency.methods import Explainer

Named: TypeAlias = Callable[[int], lt.Design]
Fewest: TypeAlias = Callable[[int], int]

DESIGNS: dict[str, Named] = {"LIME": lt.ImageDesign, "Shapley": lt.ShapleyDesign}
"""The two limits that contenders are after."""
OURS = "limetheory"
"""How the names of limetheory's own methods begin, and their group."""


def any_number(d: int) -> int:
    """The fewest masks of a contender that takes any number."""
    return 1


def at_least(number: int, each: int = 0) -> Fewest:
    """The fewest masks of a contender that needs a number of them, and some more for each superpixel."""
    return lambda d: number + each * d


@dataclass(frozen=True)
class Contender:
    """A way to estimate d coefficients of a set function.

    Attributes:
        name: as in the rows; limetheory's own begin with `OURS`.
        family: "LIME" or "Shapley", the limit it is after.
        group: the contenders whose measurements share a row, since they need the same packages.
        explain: (F, d, n, seed) → coefficients, (d,).
        design: whose limit it converges to, if it is not that of its family.
        fewest: d → the fewest masks that it takes.
        most: the most masks that it is asked for.
        redraws: whether masks are drawn that were drawn before; it is then asked for more of them, until n differ.
    """

    name: str
    family: str
    group: str
    explain: Explainer
    design: Named | None = None
    fewest: Fewest = any_number
    most: int = 2000
    redraws: bool = False

    @property
    def ours(self) -> bool:
        """Whether it is one of limetheory's methods."""
        return self.group == OURS

    def target_design(self, d: int) -> lt.Design:
        """The design whose limit is its target."""
        return (self.design or DESIGNS[self.family])(d)
