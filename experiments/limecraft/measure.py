"""The row of one photograph and network: every way of cutting it, with the same numbers of superpixels and masks."""

from __future__ import annotations

import os
import time
from hashlib import sha256
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
from scipy.stats import spearmanr

import limetheory as lt
from experiments._frame import Row
from experiments.dseg.partitions import reduced
from experiments.limecraft.drawing import hand_made
from experiments.limecraft.settings import AUTOMATIC, HAND, Settings
from experiments.perturbation_grid.measure import BATCH, network_of
from experiments.segments.scorer import Scorer
from limetheory.images import MaskedImage, Regions
from limetheory.images.segmentation.label_map import at_pixels, renumbered
from limetheory.metrics import Predictions, interval_width, noisy, repetition_deviation
from limetheory.networks import Classifier


def one_photograph(file: Path, network_name: str, settings: Settings, device: str) -> Row:
    """Cut a photograph in every way and measure the explanations, with the forward passes and seconds they took."""
    start, used = time.perf_counter(), time.process_time()
    network = network_of(network_name, None, device, settings.side)
    photo = reduced(lt.load_image(file), settings.working_side)
    image = network.prepare(photo)
    regions, source = hand_made(file, photo, settings.hierarchy)
    picture = Picture(network, image, settings)
    found = {way: picture.measured(labels) for way, labels in ways(photo, regions, image, settings).items()}
    return {
        "photograph": file.name, "network": network_name, "digest": settings.digest(), "settings": settings.record(),
        "sha256": sha256(file.read_bytes()).hexdigest()[:16], "seed": 0, "device": device, "source": source,
        "regions": len(regions.regions), "drawn": float((regions.owner >= 0).mean()), "ways": found,
        "evaluations": picture.evaluations, "processor": round(time.process_time() - used, 2),
        "seconds": round(time.perf_counter() - start, 2), "load": round(os.getloadavg()[0], 2),
    }  # fmt: skip


def ways(photo: np.ndarray, regions: Regions, image: np.ndarray, settings: Settings) -> dict[str, np.ndarray]:
    """A label map of the network's image for each way; the automatic ones have as many superpixels as the regions."""
    size = image.shape[0], image.shape[1]
    drawn = regions.suggested(settings.total).partition(photo)
    automatic = {name: Regions(regions.shape, (), drawn.d, name).partition(photo) for name in AUTOMATIC}
    every = {HAND: drawn, **automatic}
    return {name: renumbered(at_pixels(partition.labels, size)) for name, partition in every.items()}


class Picture:
    """A photograph as a network gets it, with what the network has said of it."""

    def __init__(self, network: Classifier, image: np.ndarray, settings: Settings):
        self.network, self.image, self.settings = network, image, settings
        self.functions: list[lt.ModelFunction[MaskedImage]] = []
        single = np.arange(image[..., 0].size).reshape(image.shape[:2])
        self.pixels = Predictions(self._function(MaskedImage.of(image, single, settings.removed)))

    @property
    def evaluations(self) -> int:
        """Forward passes so far."""
        return sum(function.n_evaluations for function in self.functions)

    def measured(self, labels: np.ndarray) -> dict[str, float]:
        """How stable, faithful and precise explanations of a label map are, as means over the seeds."""
        settings = self.settings
        clean, noise = (
            self._function(MaskedImage(image, labels, settings.hidden), self.pixels.target)
            for image in (self.image, noisy(self.image, rng=0))
        )
        answers = [lt.estimate(clean, lt.ImageDesign(clean.d), settings.n, seed) for seed in range(settings.seeds)]
        other = lt.estimate(noise, lt.ImageDesign(noise.d), settings.n, 0)
        coefficients = np.stack([answer.coefficients for answer in answers])
        return {
            "segments": clean.d,
            "deviation": repetition_deviation(coefficients, relative=True),
            "agreement": float(np.mean([_agreement(a, b) for a, b in combinations(coefficients, 2)])),
            "chosen": float(np.mean([_shared(a, b, settings.top) for a, b in combinations(coefficients, 2)])),
            "noise": _agreement(coefficients[0], other.coefficients),
            "width": float(np.mean([interval_width(answer, relative=True) for answer in answers])),
            "absolute_width": float(np.mean([interval_width(answer) for answer in answers])),
            **self._faithful(labels, coefficients),
        }

    def _faithful(self, labels: np.ndarray, coefficients: np.ndarray) -> dict[str, float]:
        grey = self._function(MaskedImage(self.image, labels, self.settings.removed), self.pixels.target)
        areas = self.settings.kept, self.settings.gone
        scorer = Scorer(Predictions(grey), self.pixels, labels, areas, self.settings.steps)
        scores = [scorer(one) for one in coefficients]
        return {name: float(np.mean([one[name] for one in scores])) for name in scores[0]}

    def _function(self, masked: MaskedImage, target: int | None = None) -> Any:
        function = lt.ModelFunction(self.network, masked, target, BATCH)
        self.functions.append(function)
        return function


def _agreement(one: np.ndarray, other: np.ndarray) -> float:
    """Spearman's rank correlation; 0 where all coefficients of one are equal."""
    if not (np.ptp(one) and np.ptp(other)):
        return 0.0
    return float(spearmanr(one, other).statistic)


def _shared(one: np.ndarray, other: np.ndarray, top: int) -> float:
    """The share of the largest coefficients that are among the largest of both."""
    first, second = (set(np.argsort(-np.abs(c), kind="stable")[:top].tolist()) for c in (one, other))
    return len(first & second) / len(first)
