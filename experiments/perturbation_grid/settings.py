"""What the experiment varies, and what it keeps fixed."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, replace
from hashlib import sha256
from itertools import product
from typing import Any

from limetheory.designs import BernoulliDesign, Design, KeepOneDesign, LeaveOneOutDesign, ShapleyDesign

ALL = ("rise", "pda", "ols", "kernel_shap", "ciu", "ciu_inverse")
"""The attributions of the study; those that a sampler has no rows for are left out of its cells, and said so."""

SAMPLERS: dict[str, tuple[Callable[[int], Design], str]] = {
    "bernoulli": (BernoulliDesign, "design"),
    "shapley": (ShapleyDesign, "balanced"),
    "leave_one_out": (LeaveOneOutDesign, "strata"),
    "keep_one": (KeepOneDesign, "strata"),
}
"""The design and the sampling scheme of each sampler."""

FIXED = {
    "leave_one_out": tuple(name for name in ALL if name != "ciu_inverse"),
    "keep_one": tuple(name for name in ALL if name != "ciu"),
}
"""The samplers that have one sample of d + 1 masks, and the attributions whose rankings of it are the same."""

SPARE = 3
"""Forward passes beside one for each superpixel in the unit of budgets."""

RISE = "rise grids"
"""In place of a segmentation: the shifted grids of the RISE paper, which have no segments."""

OCCLUSIONS: dict[str, Any] = {"grey": 0.5, "ImageNet mean": (0.485, 0.456, 0.406)}
"""The colours of removed pixels: that of the study's evaluator, and that of its perturbations."""


@dataclass(frozen=True)
class Settings:
    """The design of the experiment: all settings that change a number, and no others.

    Attributes:
        networks: the networks to explain.
        segmentations: methods of `limetheory.images.segment`, and `RISE`.
        smoothings: of the masks in the perturbed images.
        samplers: the samplers with a number of masks of choice; each is crossed with all of the next three.
        budgets: forward passes of an explanation, in units of d + 3: least squares needs d + 1 masks, and KernelSHAP
            both ends besides.
        attributions: what is computed from each sample.
        maps: "segments" gives each pixel its segment's attribution, "pixels" the mean under Gaussian masks.
        occlusions: names of `OCCLUSIONS`.
        superpixels: segments wanted.
        steps: of MIF and LIF, both ends included.
        seeds: how many samples are drawn in each cell.
        side: of the image that the network gets, in pixels; None is the network's own.
    """

    networks: tuple[str, ...] = ("efficientnet_lite0", "efficientnet_lite1")
    segmentations: tuple[str, ...] = ("grid", "slic", RISE)
    smoothings: tuple[str, ...] = ("crisp", "gaussian")
    samplers: tuple[str, ...] = ("bernoulli", "shapley")
    budgets: tuple[int, ...] = (1, 3)
    attributions: tuple[str, ...] = ("rise", "pda", "ols", "kernel_shap")
    maps: tuple[str, ...] = ("segments", "pixels")
    occlusions: tuple[str, ...] = ("grey", "ImageNet mean")
    superpixels: int = 49
    steps: int = 10
    seeds: int = 3
    side: int | None = None

    def record(self) -> dict[str, Any]:
        """The settings as plain data, without the networks that are run."""
        return {name: value for name, value in asdict(self).items() if name != "networks"}

    def digest(self) -> str:
        """Eight letters that differ between settings whose rows must not be mixed.

        >>> Settings().digest() == Settings(networks=("efficientnet_lite2",)).digest() != Settings(seeds=5).digest()
        True
        """
        return sha256(json.dumps(self.record(), sort_keys=True).encode()).hexdigest()[:8]

    def small(self) -> Settings:
        """Settings that take seconds, for tests and a first look."""
        return replace(
            self, networks=self.networks[:1], superpixels=9, steps=4, seeds=2, side=64
        )  # fmt: skip

    def samples(self) -> Iterator[tuple[str, int, int]]:
        """Sampler, budget and seed of each sample of a segmentation and a smoothing."""
        yield from product(self.samplers, self.budgets, range(self.seeds))
        yield from ((sampler, self.budgets[0], 0) for sampler in FIXED)

    def cells(self) -> int:
        """How many combinations of settings a network has, those of identical rankings counted once."""
        crossed = len(self.samplers) * len(self.budgets) * len(self.attributions)
        each = len(self.smoothings) * (crossed + len(FIXED)) * len(self.maps)
        return len(self.occlusions) * (
            each * len([one for one in self.segmentations if one != RISE])
            + len(self.budgets) * (RISE in self.segmentations)
        )
