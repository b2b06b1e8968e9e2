"""The rows of one photograph, network and segmentation."""

from __future__ import annotations

import time
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache, partial
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
from scipy.stats import spearmanr

from experiments._frame import Job, Row
from experiments.perturbation_grid.settings import FIXED, OCCLUSIONS, RISE, SAMPLERS, SPARE, Settings
from limetheory.attribution import attribute
from limetheory.estimation.methods.few_masks import FewMasksWarning
from limetheory.estimation.samples.sample import Sample, draw
from limetheory.explaining.model_function import ModelFunction
from limetheory.images import load_image, segment
from limetheory.images.masked import MaskedImage
from limetheory.images.rise.explain import rise_map
from limetheory.images.soft.masked import SoftMaskedImage
from limetheory.images.soft.smoothing import soft_masks
from limetheory.metrics import Curve, Predictions, Removal, removal
from limetheory.networks import Classifier, load_model

PERTURBED = OCCLUSIONS["ImageNet mean"]
"""The colour of switched-off superpixels, the one of the published grid."""
BATCH = 16
"""Images of a forward pass; a convention."""


def jobs(
    photographs: list[Path],
    settings: Settings,
    device: str,
    weights: dict[str, str] | None = None,
    place: str = "1 process",
) -> Iterator[Job]:
    """The jobs in the order of the networks, so that a process loads each of them once; `place` is saved with them."""
    for network in settings.networks:
        for photograph in photographs:
            for segmentation in settings.segmentations:
                key = {"photograph": photograph.name, "network": network, "segmentation": segmentation}
                own = (weights or {}).get(network)
                yield Job(key, partial(group, key, photograph, settings, device, own, place))


def group(
    key: dict[str, str], photograph: Path, settings: Settings, device: str, weights: str | None, place: str
) -> Row:
    """All rows of a group, with the settings that produced them, and the forward passes and seconds that they took."""
    start = time.perf_counter()
    network = network_of(key["network"], weights, device, settings.side)
    picture = Picture(network, network.prepare(load_image(photograph)), settings)
    measure = (
        picture.of_rise_grids if key["segmentation"] == RISE else partial(picture.of_segments, key["segmentation"])
    )
    rows = list(measure())
    return {
        **key,
        "sha256": sha256(photograph.read_bytes()).hexdigest()[:16],
        "digest": settings.digest(),
        "settings": settings.record(),
        "seed": settings.seeds,
        "device": device,
        "evaluations": picture.evaluations,
        "seconds": time.perf_counter() - start,
        "place": place,
        "rows": rows,
    }


@lru_cache(maxsize=1)
def network_of(name: str, weights: str | None, device: str, side: int | None) -> Classifier:
    """A network that gets images of that side, kept for the jobs that come next."""
    found = load_model(name, weights=weights, device=device)
    found.input_size = side or found.input_size
    return found


class Picture:
    """A photograph as a network gets it, and everything that is measured of it.

    Attributes:
        evaluations: forward passes so far.
    """

    def __init__(self, network: Classifier, image: np.ndarray, settings: Settings):
        self.network, self.image, self.settings = network, image, settings
        self.functions: list[ModelFunction[Any]] = []
        self._others = 0

    @property
    def evaluations(self) -> int:
        """Forward passes so far."""
        return self._others + sum(function.n_evaluations for function in self.functions)

    def of_segments(self, segmentation: str) -> Iterator[Row]:
        """The rows of a segmentation, under each smoothing of the perturbed images."""
        labels = segment(self.image, segmentation, self.settings.superpixels)
        whole, smooth = MaskedImage(self.image, labels, PERTURBED), soft_masks(labels, "gaussian")
        perturbed = {"crisp": whole, "gaussian": SoftMaskedImage(self.image, smooth, PERTURBED, labels)}
        scorer = Scorer(self)
        for smoothing in self.settings.smoothings:
            masked = perturbed[smoothing]
            F = self.predictions(masked, scorer.target)
            for sampler, budget, seed in self.settings.samples():
                sample = _sample(F, masked.d, sampler, budget, seed)
                heads, maps = [], []
                for name, coefficients, agreement in self._attributions(F, sample, sampler):
                    shown = {"segments": coefficients[labels], "pixels": np.tensordot(coefficients, smooth, 1)}
                    for kind in self.settings.maps:
                        head = {
                            "smoothing": smoothing, "sampler": sampler, "budget": budget, "seed": seed,
                            "attribution": name, "map": kind, "masks": sample.n, "agreement": agreement,
                        }  # fmt: skip
                        heads.append(head)
                        maps.append(shown[kind])
                for head, scores in zip(heads, scorer(maps, seed), strict=True):
                    yield from (head | one for one in scores)

    def of_rise_grids(self) -> Iterator[Row]:
        """The rows of RISE as its paper has it, which has no segments."""
        scorer = Scorer(self)
        cells = round(self.settings.superpixels**0.5)
        for budget in self.settings.budgets:
            for seed in range(self.settings.seeds):
                n = budget * (cells**2 + SPARE)
                found = rise_map(
                    self.network, self.image, target=scorer.target, n=n, cells=cells, replacement=PERTURBED,
                    rng=seed, batch_size=BATCH,
                )  # fmt: skip
                self._others += found.n_evaluations
                head = {
                    "smoothing": "bilinear", "sampler": "shifted grids", "budget": budget, "seed": seed,
                    "attribution": "rise", "map": "pixels", "masks": n, "agreement": np.nan,
                }  # fmt: skip
                yield from (head | one for scores in scorer([found.values], seed) for one in scores)

    def predictions(self, masked: Any, target: int | None = None) -> Predictions:
        """The network's answers at a masked image, each of which is evaluated once."""
        function = ModelFunction(self.network, masked, target, BATCH)
        self.functions.append(function)
        return Predictions(function)

    def _attributions(self, F: Predictions, sample: Sample, sampler: str) -> Iterator[tuple[str, np.ndarray, float]]:
        """The name of each attribution, its coefficients, and how it ranks beside least squares of the same sample.

        Those of one sample whose rankings are identical (prop:equivalence) are one, under all of their names.
        """
        names = FIXED.get(sampler, self.settings.attributions)
        found = {name: _coefficients(F, sample, name) for name in names}
        base = _coefficients(F, sample, "ols")
        agreement = {name: _agreement(base, one) for name, one in found.items()}
        if sampler in FIXED:
            yield ", ".join(names), base, min(agreement.values())
            return
        yield from ((name, one, agreement[name]) for name, one in found.items())


def _sample(F: Predictions, d: int, sampler: str, budget: int, seed: int) -> Sample:
    """Masks whose values, with those of F(0) and F(1) where they are needed, take ``budget`` · (d + 3) passes."""
    kind, sampling = SAMPLERS[sampler]
    n = d + 1 if sampler in FIXED else budget * (d + SPARE) - (2 if kind(d).efficient else 0)
    return draw(F, kind(d), n, np.random.default_rng([seed, len(sampler)]), sampling=sampling)


def _coefficients(F: Predictions, sample: Sample, name: str) -> np.ndarray:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FewMasksWarning)  # small budgets are an axis; their intervals are not used
        found: np.ndarray = attribute(F, sample, name).coefficients
        return found


def _agreement(base: np.ndarray, other: np.ndarray) -> float:
    """Spearman's correlation of two rankings, NaN where one of them is constant."""
    if np.ptp(base) == 0 or np.ptp(other) == 0:
        return float("nan")
    return float(spearmanr(base.round(12), other.round(12)).statistic)


@dataclass(frozen=True, eq=False)
class Scorer:
    """MIF, LIF and SRG of a map, for each colour of removed pixels; equal maps are evaluated once."""

    picture: Picture

    @cached_property
    def target(self) -> int:
        """The network's top class on the photograph."""
        return next(iter(self.answers.values())).target

    @cached_property
    def answers(self) -> dict[str, Predictions]:
        """The network's answers where pixels take the colour of each name."""
        image = self.picture.image
        pixels = np.arange(image[..., 0].size).reshape(image.shape[:2])
        return {
            name: self.picture.predictions(MaskedImage.of(image, pixels, OCCLUSIONS[name]))
            for name in self.picture.settings.occlusions
        }

    def __call__(self, maps: Sequence[np.ndarray], seed: int) -> Iterator[list[Row]]:
        """The scores of each map (h, w), a row for each colour; what they ask of the network is asked at once."""
        ways = [self._removal(sign * values, seed) for values in maps for sign in (1, -1)]
        kept = ~np.concatenate([way.removed for way in ways])
        ends = np.cumsum([len(way.removed) for way in ways])[:-1]
        scored = {name: self._scored(ways, np.split(F(kept), ends)) for name, F in self.answers.items()}
        yield from (
            [{"occlusion": name, **found[place]} for name, found in scored.items()] for place in range(len(maps))
        )

    def _removal(self, values: np.ndarray, seed: int) -> Removal:
        return removal(values.ravel(), self.picture.settings.steps, 1, seed)

    def _scored(self, ways: Sequence[Removal], values: Sequence[np.ndarray]) -> list[Row]:
        """MIF, LIF and SRG of each map from the values on its two ways."""
        curves = [
            Curve(way, way.removed.mean(axis=1), found, (found[-1], found[0]))
            for way, found in zip(ways, values, strict=True)
        ]
        return [_scores(most, least) for most, least in zip(curves[::2], curves[1::2], strict=True)]


def _scores(most: Curve, least: Curve) -> Row:
    found: Row = {}
    for suffix, normalise in (("", False), ("_normalised", True)):
        mif, lif = most.average(normalise), least.average(normalise)
        found |= {f"mif{suffix}": mif, f"lif{suffix}": lif, f"srg{suffix}": lif - mif}
    return found
