"""What the experiment varies and what it keeps fixed."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import Any

HIERARCHIES = ("higra", "sam")
CLASSICAL = ("slic", "quickshift", "felzenszwalb", "watershed", "grid")


@dataclass(frozen=True)
class Settings:
    """The design of the experiment: all settings that change a number, and no others.

    Attributes:
        networks: the networks to explain; each is compared with the one in ``contrast``.
        segmenters: the segmenters, hierarchies first; the first one sets the number of segments of the others.
        checkpoint: SAM's checkpoint, needed if "sam" is a segmenter.
        depth: how many partitions of a hierarchy are explained; ``top_k`` segments are split from one to the next.
        segments: the largest number of segments at the first depths of the Higra hierarchy.
        side: longest side, in pixels, of the copy that is segmented; SAM gets the photograph itself.
        variants: names of `experiments.dseg.variants.VARIANTS`.
        n, n_max: the number of masks of an explanation, and the largest for S-LIME.
        replacements: the replacements of the metrics; 0.5 is 0 after the networks' preprocessing, as in the public
            code.
        infidelity_masks: the number of masks drawn for the infidelity.
        sensitivity_draws: the number of noisy copies for the sensitivity, by LIME alone; 0 leaves it out.
        spot_checks, repetitions: how many photographs have repeated explanations for stability, and how many.
        precision: the precision of the forward passes.
        seed: the seed of masks, noise and random weights.
    """

    networks: tuple[str, ...] = ("efficientnet_lite0", "efficientnet_lite1", "efficientnet_lite2")
    contrast: str = "efficientnet_lite1"
    segmenters: tuple[str, ...] = ("higra", *CLASSICAL)
    checkpoint: str | None = None
    depth: int = 2
    top_k: int = 2
    segments: tuple[int, ...] = (16, 40, 100)
    side: int = 256
    variants: tuple[str, ...] = ("LIME", "S-LIME", "GLIME", "BayLIME")
    n: int = 256
    n_max: int = 384
    replacements: tuple[str | float, ...] = (0.5, "mean")
    infidelity_masks: int = 64
    sensitivity_draws: int = 1
    spot_checks: int = 2
    repetitions: int = 8
    precision: str = "float32"
    seed: int = 0

    def contrasting(self, network: str) -> str:
        """The second network for target discrimination, another one than the first."""
        return self.contrast if network != self.contrast else "efficientnet_lite0"

    def conditions(self) -> list[tuple[str, int]]:
        """The segmenter and the depth of each condition."""
        return [
            (name, depth)
            for name in self.segmenters
            for depth in range(1, (self.depth if name in HIERARCHIES else 1) + 1)
        ]

    def record(self) -> dict[str, Any]:
        """The settings as plain data, without the networks that are run."""
        return {name: value for name, value in asdict(self).items() if name != "networks"}

    def digest(self) -> str:
        """Eight letters that differ between settings whose rows must not be mixed.

        >>> Settings().digest() == Settings(networks=("efficientnet_lite0",)).digest() != Settings(seed=1).digest()
        True
        """
        record = self.record() | {"checkpoint": self.checkpoint and Path(self.checkpoint).name}
        return sha256(json.dumps(record, sort_keys=True).encode()).hexdigest()[:8]

    def small(self) -> Settings:
        """Settings that take a minute, for tests and a first look."""
        return replace(
            self, networks=self.networks[:1], segmenters=("higra", "slic"), segments=(6, 12), n=24, n_max=32,
            infidelity_masks=8, spot_checks=1, repetitions=2,
        )  # fmt: skip
