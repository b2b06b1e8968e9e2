"""The measurement of one photograph and network: one row for each condition and metric."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple
from zlib import crc32

import numpy as np

from experiments.dseg.partitions import Partition, partition
from experiments.dseg.settings import Settings
from experiments.dseg.variants import SANDWICH, VARIANTS
from limetheory import metrics
from limetheory.designs import ImageDesign
from limetheory.explaining.model_function import ModelFunction
from limetheory.explanation import Explanation
from limetheory.images.masked import MaskedImage
from limetheory.metrics import Predictions

BATCH = 16
"""How many images are evaluated in one forward pass; a convention."""


class Row(NamedTuple):
    """The value of one metric under one condition."""

    segmenter: str
    depth: int
    variant: str
    replacement: str
    metric: str
    value: float


@dataclass(frozen=True, eq=False)
class Models:
    """The explained network, its copy with random weights, and the second network."""

    network: Any
    randomised: Any
    second: Any


@dataclass(frozen=True, eq=False)
class Views:
    """The masked images of one partition of a photograph, as each network gets them."""

    image: np.ndarray
    labels: np.ndarray

    def predictions(self, model: Any, replacement: Any = "mean", target: int | None = None) -> Predictions:
        """The predictions of a model for this image and these segments."""
        masked = MaskedImage(self.image, self.labels, replacement)
        return Predictions(ModelFunction(model, masked, target, BATCH))


def measured(photo: np.ndarray, name: str, models: Models, settings: Settings, repeat: bool = False) -> Iterator[Row]:
    """Every row of a photograph; with ``repeat``, stability is also measured by repeated explanations."""
    noisy = metrics.noisy(photo, rng=np.random.default_rng([settings.seed, crc32(name.encode())]))
    images = [models.network.prepare(picture) for picture in (photo, noisy)]
    side, wanted = len(images[0]), None
    for segmenter in settings.segmenters:
        start = time.perf_counter()
        clean, parameter = partition(photo, segmenter, settings, side, wanted)
        seconds = time.perf_counter() - start
        wanted = wanted or clean.d
        noise, _ = partition(noisy, segmenter, settings, side, wanted, parameter)
        for depth in [depth for one, depth in settings.conditions() if one == segmenter]:
            condition = Condition(images, clean, noise, models, settings)
            head = (segmenter, depth)
            yield Row(*head, "", "", "Segments", clean.d)
            yield Row(*head, "", "", "Seconds of segmentation", seconds)
            yield from (Row(segmenter, depth, *row) for row in condition.rows())
            if repeat and depth == 1 and segmenter in settings.segmenters[:2]:
                yield from (Row(segmenter, depth, *row) for row in condition.repetitions())
            clean = clean.finer(condition.found["LIME"].coefficients, settings.top_k)
            noise = noise.finer(condition.found_noisy["LIME"].coefficients, settings.top_k)


class Condition:
    """One partition of a photograph and of its noisy copy, with explanations by every variant and their metrics."""

    def __init__(
        self, images: list[np.ndarray], clean: Partition, noise: Partition, models: Models, settings: Settings
    ):
        self.settings, self.models, self.d = settings, models, clean.d
        self.view, self.noise = Views(images[0], clean.labels), Views(images[1], noise.labels)
        self.sizes = metrics.area_fractions(clean.labels)
        self.seen = self.view.predictions(models.network)
        self.found = self._explained(self.seen)
        self.found_noisy = self._explained(self.noise.predictions(models.network))
        self.found_random = self._explained(self.view.predictions(models.randomised))
        self.found_answers = self._explained(metrics.random_answers(self.seen, settings.seed), self.d)

    def _explained(self, function: Any, d: int | None = None) -> dict[str, Explanation]:
        return {
            name: VARIANTS[name](function, d or function.d, self.settings, self.settings.seed)
            for name in self.settings.variants
        }

    def rows(self) -> Iterator[tuple[str, str, str, float]]:
        """Yield variant, replacement, metric and value for every metric."""
        for name, found in self.found.items():
            yield from ((name, "", metric, value) for metric, value in self._alone(name, found))
        for replacement in self.settings.replacements:
            scene = _Scene(self, replacement)
            for name in self.found:
                yield from ((name, str(replacement), metric, float(value)) for metric, value in scene.metrics(name))

    def _alone(self, name: str, found: Explanation) -> Iterator[tuple[str, float]]:
        """The metrics that need no other replacement."""
        c = found.coefficients
        yield "Evaluations", found.n_evaluations
        yield "Size", metrics.size(metrics.shown(c), self.view.labels)
        yield "Gini", metrics.gini(c)
        yield "Gini (shifted)", metrics.gini_shifted(c)
        yield "Effective number", metrics.effective_number(c)
        yield "Similarity to random", metrics.explanation_similarity(c, self.found_random[name].coefficients)
        if name in SANDWICH:
            yield "Expected stability", metrics.expected_deviation(found)
            yield "Expected relative stability", metrics.expected_deviation(found, relative=True)
        law = ImageDesign(self.d).sample(self.settings.infidelity_masks, np.random.default_rng(self.settings.seed + 1))
        yield "Infidelity", metrics.infidelity(self.seen, c, law, scale=True)
        if name == "LIME" and self.settings.sensitivity_draws:
            yield "Sensitivity", self._sensitivity()

    def _sensitivity(self) -> float:
        """The sensitivity of LIME on the segments of the clean image, whose explanation is known already."""

        def again(image: np.ndarray) -> np.ndarray:
            if image is self.view.image:
                return self.found["LIME"].coefficients
            function = Views(image, self.view.labels).predictions(self.models.network, target=self.seen.target)
            return VARIANTS["LIME"](function, self.d, self.settings, self.settings.seed).coefficients

        draws, rng = self.settings.sensitivity_draws, self.settings.seed
        return metrics.sensitivity(again, self.view.image, n=draws, rng=rng).maximum

    def repetitions(self) -> Iterator[tuple[str, str, str, float]]:
        """The standard deviations over repetitions, and what one explanation predicts for them."""
        for name in self.settings.variants:
            seeds = range(self.settings.seed + 100, self.settings.seed + 100 + self.settings.repetitions)
            rows = [VARIANTS[name](self.seen, self.d, self.settings, seed).coefficients for seed in seeds]
            yield name, "", "Stability", metrics.repetition_deviation(rows)


class _Scene:
    """The metrics of a condition with one replacement."""

    def __init__(self, condition: Condition, replacement: Any):
        network, second = condition.models.network, condition.models.second
        self.condition, self.target = condition, condition.seen.target
        self.seen = condition.view.predictions(network, replacement, self.target)
        self.noise = condition.noise.predictions(network, replacement)
        self.second = condition.view.predictions(second, replacement)

    def metrics(self, name: str) -> Iterator[tuple[str, float]]:
        """The metrics of one variant, with their values."""
        condition, c = self.condition, self.condition.found[name].coefficients
        shown = metrics.shown(c)
        yield "Random model", self._sanity(condition.found_random[name])
        yield "Random explanation", self._sanity(condition.found_answers[name])
        yield from self._kept(c)
        yield "Preservation", metrics.preservation(self.seen, shown)
        yield "Deletion", metrics.deletion(self.seen, shown)
        noisy = metrics.shown(condition.found_noisy[name].coefficients)
        yield "Noise preservation", metrics.noise_preservation(self.noise, noisy, self.seen.original)
        yield "Noise deletion", metrics.noise_deletion(self.noise, noisy, self.seen.original)
        yield "Contrast preservation", metrics.contrast_preservation(self.seen, self.second, shown)
        yield "Contrast deletion", metrics.contrast_deletion(self.seen, self.second, shown)
        yield from self._curves(c)

    def _sanity(self, found: Explanation) -> bool:
        return metrics.randomisation_check(self.seen, metrics.shown(found.coefficients))

    def _kept(self, c: np.ndarray) -> Iterator[tuple[str, float]]:
        kept = metrics.kept_area_preservation(self.seen, c)
        yield "Kept-area preservation", kept.preserved
        yield "Kept area", kept.area

    def _curves(self, c: np.ndarray) -> Iterator[tuple[str, float]]:
        sizes = self.condition.sizes
        yield "Incremental deletion", metrics.incremental_deletion(self.seen, c, sizes)
        yield "Incremental deletion (public sum)", metrics.incremental_deletion_sum(self.seen, c, sizes)
        yield "Deletion AUC", metrics.deletion_auc(self.seen, c, sizes=sizes)
        yield "Insertion AUC", metrics.insertion_auc(self.seen, c, sizes=sizes)
        yield "SRG", metrics.srg(self.seen, c)
