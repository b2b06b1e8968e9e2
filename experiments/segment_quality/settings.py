"""What the experiment varies and what it keeps fixed."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, replace
from hashlib import sha256

KINDS = ("textures", "photographs")
"""Scenes of nearly uniform parts of photographs, and scenes of any parts."""

MASKS = "masks"
"""The kind of the user's own images with masks."""

TUNING_FROM = 1_000_000
"""The number of the first scene that rivals are tuned on; no reported scene has so large a number."""


@dataclass(frozen=True)
class Settings:
    """All settings that change a number, and how many scenes there are.

    Attributes:
        counts: the numbers of segments that the segmenters are compared at.
        height, width: of a scene, in pixels.
        tolerance: of boundary recall and precision, in pixels.
        seed: of the scenes.
        scenes: how many of each kind.
        tuning: how many other scenes of each kind the parameters of each segmenter are chosen on.
    """

    counts: tuple[int, ...] = (8, 16, 32)
    height: int = 192
    width: int = 256
    tolerance: int = 2
    seed: int = 0
    scenes: int = 100
    tuning: int = 4

    def digest(self) -> str:
        """Eight letters that differ between settings whose rows must not be mixed.

        >>> Settings().digest() == Settings(scenes=5).digest() != Settings(seed=1).digest()
        True
        """
        kept = {name: value for name, value in asdict(self).items() if name not in ("scenes", "tuning")}
        return sha256(json.dumps(kept, sort_keys=True).encode()).hexdigest()[:8]

    def small(self) -> Settings:
        """Settings that take seconds, for tests and a first look."""
        return replace(self, counts=(4, 8), height=72, width=96, scenes=1, tuning=0)
