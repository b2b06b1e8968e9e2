"""What the experiment varies, and what it keeps fixed."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, replace
from hashlib import sha256
from typing import Any

HAND = "by hand"
AUTOMATIC = ("slic", "watershed", "grid")


@dataclass(frozen=True)
class Settings:
    """The design of the experiment: all settings that change a number, and no others.

    Attributes:
        total: superpixels of every way.
        n: masks of an explanation.
        seeds: explanations of every way.
        top: superpixels that count as chosen.
        hierarchy: "dino" or "higra", which regions are drawn from.
        hidden: the replacement of hidden superpixels in the explained function.
        removed: the grey that removed pixels get when a map is scored.
        kept, gone: the share of the picture that is kept, and the one that is removed, in the metrics of yes and no.
        steps: of the removal of pixels, both ends included.
        working_side: the longest side of the copy of a photograph that is cut, in pixels.
        side: of the image that the network gets, in pixels; None is the network's own.
    """

    total: int = 20
    n: int = 256
    seeds: int = 5
    top: int = 5
    hierarchy: str = "dino"
    hidden: str = "mean"
    removed: float = 0.5
    kept: float = 0.25
    gone: float = 0.10
    steps: int = 10
    working_side: int = 320
    side: int | None = None

    def record(self) -> dict[str, Any]:
        """The settings as plain data."""
        return asdict(self)

    def digest(self) -> str:
        """Eight letters that differ between settings whose rows must not be mixed.

        >>> Settings().digest() == Settings(total=20).digest() != Settings(seeds=2).digest()
        True
        """
        return sha256(json.dumps(self.record(), sort_keys=True).encode()).hexdigest()[:8]

    def small(self) -> Settings:
        """Settings that take seconds, for tests and a first look."""
        return replace(self, total=6, n=24, seeds=2, top=2, hierarchy="higra", steps=4, working_side=64, side=64)
