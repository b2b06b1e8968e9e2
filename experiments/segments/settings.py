"""What the experiment varies, and what it keeps fixed."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, replace
from hashlib import sha256
from typing import Any

REFERENCES = ("dino", "higra")
"""The hierarchies, each of which is compared with every classical segmenter."""
FOLLOWING = ("slic", "quickshift", "felzenszwalb", "watershed")
"""The classical segmenters that follow colours."""
CLASSICAL = (*FOLLOWING, "grid")


@dataclass(frozen=True)
class Settings:
    """The design of the experiment: all settings that change a number, and no others.

    Attributes:
        networks: the networks to explain.
        segmenters: those that cut the photographs.
        counts: the numbers of segments wanted.
        candidates: for each segmenter and count, which of its parameters in `experiments.segment_quality` is used.
        exact: the largest number of segments for which all masks are evaluated.
        n, n_max: masks of an explanation, and the largest number of S-LIME.
        seeds: samples where all masks are evaluated, where they cost nothing; elsewhere there is one.
        variants: names of `experiments.dseg.variants.VARIANTS`, measured where all masks are evaluated.
        hidden: the replacement of hidden segments in the explained function.
        removed: the grey that removed pixels get when a map is scored, the same for all segmenters.
        kept, gone: the share of the picture that is kept, and the one that is removed, in the metrics of yes and no.
        steps: of the removal of pixels, both ends included.
        working_side: the longest side of the copy of a photograph that is cut, in pixels.
        side: of the image that the network gets, in pixels; None is the network's own.
    """

    networks: tuple[str, ...] = ("efficientnet_lite0", "efficientnet_lite1")
    segmenters: tuple[str, ...] = (*REFERENCES, *CLASSICAL)
    counts: tuple[int, ...] = (8, 16, 32)
    candidates: tuple[tuple[str, tuple[int, ...]], ...] = ()
    exact: int = 10
    n: int = 256
    n_max: int = 384
    seeds: int = 5
    variants: tuple[str, ...] = ("LIME", "S-LIME", "GLIME", "BayLIME")
    hidden: str = "mean"
    removed: float = 0.5
    kept: float = 0.25
    gone: float = 0.10
    steps: int = 10
    working_side: int = 320
    side: int | None = None

    def record(self) -> dict[str, Any]:
        """The settings as plain data, without the networks and segmenters that are run."""
        return {name: value for name, value in asdict(self).items() if name not in ("networks", "segmenters")}

    def digest(self) -> str:
        """Eight letters that differ between settings whose rows must not be mixed.

        >>> Settings().digest() == Settings(networks=("efficientnet_lite2",)).digest() != Settings(seeds=2).digest()
        True
        """
        return sha256(json.dumps(self.record(), sort_keys=True).encode()).hexdigest()[:8]

    def candidate(self, segmenter: str) -> tuple[int, ...]:
        """Which parameters of a segmenter are used at each count; the first ones where nothing is said."""
        return dict(self.candidates).get(segmenter, (0,) * len(self.counts))

    def small(self) -> Settings:
        """Settings that take seconds, for tests and a first look."""
        return replace(
            self, networks=self.networks[:1], segmenters=("higra", "grid"), counts=(4, 6), exact=5, n=24, n_max=32,
            seeds=2, steps=4, working_side=64, side=64,
        )  # fmt: skip
