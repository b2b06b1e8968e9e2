"""The rows of one photograph, network and segmenter."""

from __future__ import annotations

import time
from collections.abc import Iterator
from functools import partial
from hashlib import sha256
from pathlib import Path

import numpy as np

from experiments._frame import Job, Row
from experiments.perturbation_grid.measure import BATCH, network_of
from experiments.segments.answers import answers
from experiments.segments.cuts import cuts
from experiments.segments.scorer import Scorer
from experiments.segments.settings import Settings
from limetheory.explaining.model_function import ModelFunction
from limetheory.images import load_image
from limetheory.images.masked import MaskedImage
from limetheory.metrics import Predictions
from limetheory.networks import Classifier


def jobs(photographs: list[Path], settings: Settings, device: str, place: str = "1 process") -> Iterator[Job]:
    """The jobs in the order of the networks, so that a process loads each of them once; `place` is saved with them."""
    for network in settings.networks:
        for photograph in photographs:
            for segmenter in settings.segmenters:
                key = {"photograph": photograph.name, "network": network, "segmentation": segmenter}
                yield Job(key, partial(group, key, photograph, settings, device, place))


def group(key: dict[str, str], photograph: Path, settings: Settings, device: str, place: str) -> Row:
    """All rows of a group, with the settings that produced them, and the forward passes and seconds that they took."""
    start, used = time.perf_counter(), time.process_time()
    network = network_of(key["network"], None, device, settings.side)
    photo = load_image(photograph)
    image = network.prepare(photo)
    found = cuts(photo, key["segmentation"], settings, len(image))
    cutting = time.process_time() - used
    picture = Picture(network, image, settings)
    rows = [row for count, labels in found.items() for row in picture.rows(count, labels)]
    return {
        **key,
        "sha256": sha256(photograph.read_bytes()).hexdigest()[:16],
        "digest": settings.digest(),
        "settings": settings.record(),
        "seed": 0,
        "device": device,
        "evaluations": picture.evaluations,
        "cutting": cutting,
        "processor": time.process_time() - used,
        "seconds": time.perf_counter() - start,
        "place": place,
        "rows": rows,
    }


class Picture:
    """A photograph as a network gets it, with what the network has said of it."""

    def __init__(self, network: Classifier, image: np.ndarray, settings: Settings):
        self.network, self.image, self.settings = network, image, settings
        self.functions: list[ModelFunction[MaskedImage]] = []
        single = np.arange(image[..., 0].size).reshape(image.shape[:2])
        self.pixels = self._predictions(MaskedImage.of(image, single, settings.removed))

    @property
    def evaluations(self) -> int:
        """Forward passes so far."""
        return sum(function.n_evaluations for function in self.functions)

    def rows(self, count: int, labels: np.ndarray) -> Iterator[Row]:
        """A row for each explanation of a label map."""
        F, grey = (
            self._predictions(MaskedImage(self.image, labels, replacement), self.pixels.target)
            for replacement in (self.settings.hidden, self.settings.removed)
        )
        areas = self.settings.kept, self.settings.gone
        scorer = Scorer(grey, self.pixels, labels, areas, self.settings.steps)
        for answer in answers(F, self.settings):
            head = {"count": count, "segments": F.d, "answer": answer.name, "sample": answer.seed}
            yield head | dict.fromkeys(MEASURED, float("nan")) | answer.about | scorer(answer.coefficients)

    def _predictions(self, masked: MaskedImage, target: int | None = None) -> Predictions:
        function = ModelFunction(self.network, masked, target, BATCH)
        self.functions.append(function)
        return Predictions(function)


MEASURED = ("r_squared", "first_order", "width", "error", "agreement")
"""The columns that some answers do not have."""
