"""Convergence on a real network: estimates of LIME tend to the enumerated limit (thm:limit, thm:clt, prop:smooth)."""

from __future__ import annotations

import hashlib
import json
import time
from contextlib import suppress
from dataclasses import dataclass
from importlib.metadata import version
from math import comb
from pathlib import Path
from typing import Any

import numpy as np

from limetheory.arrays import Masks, PerMask
from limetheory.checked_files import DAMAGED
from limetheory.designs import ImageDesign
from limetheory.estimation import estimate
from limetheory.estimation.methods.few_masks import few_masks_studied
from limetheory.explaining import ModelFunction
from limetheory.images import MaskedImage, as_image, segment
from limetheory.images.segmentation.label_map import compact
from limetheory.limits import SetFunction, limit, tabulate
from limetheory.statistics import asymptotic_deviations
from limetheory.verification.checks import Check
from limetheory.written_files import whole_file

LEVEL = 0.95
"""The level of the intervals whose coverage is measured; a convention."""

SAVED_EVERY = 60.0
"""Seconds of work that may be lost where the process is killed; a convention."""

TRUSTED_N = 256
"""The number of masks from which on rate and coverage are judged; a convention."""


@dataclass(frozen=True, eq=False)
class Convergence:
    """Errors of repeated estimates of one set function, for each number of masks."""

    sizes: np.ndarray
    errors: np.ndarray
    """Root mean squared error over repetitions and superpixels, one for each size."""
    predicted: np.ndarray
    """The root mean squared error that thm:clt predicts, one for each size."""
    coverage: np.ndarray
    """Share of the 95 % intervals that contain the limit, one for each size."""

    @property
    def rate(self) -> float:
        """The slope of the logarithm of the error against log N, over the sizes of at least `TRUSTED_N`."""
        large = self.sizes >= TRUSTED_N
        return float(np.polyfit(np.log(self.sizes[large]), np.log(self.errors[large]), 1)[0])

    @property
    def trusted_coverage(self) -> float:
        """The coverage over all sizes of at least `TRUSTED_N` together."""
        return float(self.coverage[self.sizes >= TRUSTED_N].mean())


@dataclass(frozen=True, eq=False)
class NetworkResult:
    """The limit, estimates and integrated gradients of one network for one photograph."""

    photograph: str
    network: str
    masked: MaskedImage
    target: str
    probability: float
    table: SetFunction
    limit: np.ndarray
    gradients: np.ndarray
    completeness_gap: float
    convergence: Convergence

    @property
    def name(self) -> str:
        """The names of the photograph and of the network."""
        return f"{self.photograph} × {self.network}"

    @property
    def correlation(self) -> float:
        """Pearson's correlation of LIME's limit with the integrated gradients of the superpixels."""
        return float(np.corrcoef(self.limit, self.gradients)[0, 1])

    @property
    def jaccard(self) -> float:
        """The Jaccard index of the `top` superpixels by LIME's limit and the `top` by integrated gradients."""
        return jaccard(top_positive(self.limit, self.top), top_positive(self.gradients, self.top))

    @property
    def top(self) -> int:
        """How many superpixels `jaccard` compares: five, or half of all where there are fewer than ten."""
        return min(5, max(1, self.masked.d // 2))


def photograph(name: str) -> np.ndarray:
    """A photograph that scikit-image ships, (h, w, 3) in [0, 1]."""
    from skimage import data

    return as_image(getattr(data, name)())


def exactly(d: int, image: np.ndarray) -> np.ndarray:
    """A label map of exactly d superpixels, by merging those of slic.

    The smallest superpixel is merged with the neighbour of longest common border until d are left.

    Raises:
        ValueError: if slic finds fewer, as in an image of one colour.
    """
    wanted = 4 * d
    segments = segment(image, "slic", wanted)
    while segments.max() + 1 < d:
        if wanted > segments.size:
            raise ValueError(f"the image must have {d} superpixels, got {segments.max() + 1} by slic; use a smaller d")
        wanted *= 2
        segments = segment(image, "slic", wanted)
    while segments.max() + 1 > d:
        smallest = int(np.bincount(segments.ravel()).argmin())
        borders = np.bincount(_beside(segments, smallest))
        segments = compact(np.where(segments == smallest, borders.argmax(), segments))
    return segments


def _beside(segments: np.ndarray, label: int) -> np.ndarray:
    """The label on the other side of each edge between a pixel of one superpixel and a pixel of another."""
    pairs = [(segments[1:], segments[:-1]), (segments[:, 1:], segments[:, :-1])]
    return np.concatenate(
        [b[(a == label) & (b != label)] for one, other in pairs for a, b in ((one, other), (other, one))]
    )


def top_positive(coefficients: np.ndarray, k: int) -> set[int]:
    """The superpixels of the k largest positive coefficients."""
    return {int(j) for j in np.argsort(-coefficients)[:k] if coefficients[j] > 0}


def jaccard(one: set[int], other: set[int]) -> float:
    """|A ∩ B| / |A ∪ B|, and 1 for two empty sets."""
    return len(one & other) / len(one | other) if one | other else 1.0


def chance_jaccard(d: int, k: int) -> float:
    """The expected Jaccard index of two independent random sets of k of d superpixels, Σ_c P(c in common) c / (2k − c).

    >>> round(chance_jaccard(10, 5), 3), round(chance_jaccard(11, 5), 3)
    (0.35, 0.311)
    """
    return sum(comb(k, c) * comb(d - k, k - c) * c / (2 * k - c) for c in range(1, k + 1)) / comb(d, k)


def converge(table: SetFunction, sizes: list[int], repetitions: int, seed: int, bandwidth: float = 0.25) -> Convergence:
    """Repeat estimates at each size from the saved values of a set function, so that no network is evaluated."""
    design = ImageDesign(table.d, bandwidth)
    exact = limit(table, design).coefficients
    deviation = np.sqrt((asymptotic_deviations(table, design) ** 2).mean())
    errors, coverage = [], []
    for size, parent in zip(sizes, np.random.default_rng(seed).spawn(len(sizes)), strict=True):
        with few_masks_studied():
            found = [estimate(table, design, size, stream) for stream in parent.spawn(repetitions)]
        errors.append(np.sqrt(np.mean([(one.coefficients - exact) ** 2 for one in found])))
        intervals = np.stack([one.interval(LEVEL) for one in found])
        coverage.append(np.mean((intervals[..., 0] <= exact) & (exact <= intervals[..., 1])))
    n = np.array(sizes)
    return Convergence(n, np.array(errors), deviation / np.sqrt(n), np.array(coverage))


def kept_table(model: Any, name: str, photo: str, masked: MaskedImage, folder: Path) -> ModelFunction[MaskedImage]:
    """All 2^d values of the network, saved block by block, so that a later run does not evaluate them again."""
    function = ModelFunction(model, masked)
    path = folder / f"{photo}-{name}-d{masked.d}.npz"
    fingerprint = _fingerprint(name, masked)
    # values in a damaged file, or of another network or image, are computed again
    with suppress(*DAMAGED), path.open("rb") as file:
        kept = np.load(file, allow_pickle=False)
        if str(kept["fingerprint"]) == fingerprint:
            function.recall(kept["values"])
    path.parent.mkdir(parents=True, exist_ok=True)
    tabulate(_Saving(function, path, fingerprint), masked.d)
    return function


class _Saving:
    """A set function that keeps all values known so far in a file, also those of a call that is interrupted.

    They are saved after each call, and during one whenever a minute has passed, so that a process that is killed loses
    at most the values of its last minute.
    """

    def __init__(self, function: ModelFunction[MaskedImage], path: Path, fingerprint: str):
        self.function, self.path, self.fingerprint = function, path, fingerprint
        self.d, self.block_size = function.d, function.block_size
        self._saved = time.monotonic()

    def __call__(self, masks: Masks) -> PerMask:
        evaluated, values = self.function.n_evaluations, []
        try:
            for start in range(0, len(masks), self.function.batch_size):
                values.append(self.function(masks[start : start + self.function.batch_size]))
                if time.monotonic() - self._saved >= SAVED_EVERY:
                    self.save()
            return np.concatenate(values)
        finally:
            if self.function.n_evaluations > evaluated:
                self.save()

    def save(self) -> None:
        with whole_file(self.path) as file:
            np.savez(file, values=self.function.known_values, fingerprint=self.fingerprint)
        self._saved = time.monotonic()


def _fingerprint(name: str, masked: MaskedImage) -> str:
    versions = json.dumps([name, version("torch"), version("limetheory")]).encode()
    arrays = [masked.image.tobytes(), masked.segments.tobytes(), masked.replacement.tobytes()]
    return hashlib.sha256(b"".join([versions, *arrays])).hexdigest()


def study(
    model: Any, photo: str, d: int, sizes: list[int], repetitions: int, steps: int, seed: int, folder: Path
) -> NetworkResult:
    """Compute the limit for one photograph by enumeration, repeated estimates of it, and integrated gradients."""
    from limetheory.gradients import superpixel_integrated_gradients

    image = model.prepare(photograph(photo))
    masked = MaskedImage(image, exactly(d, image))
    function = kept_table(model, model.name, photo, masked, folder)
    table = SetFunction(function.known_values)
    gradients = superpixel_integrated_gradients(model, image, masked.segments, target=function.target, steps=steps)
    return NetworkResult(
        photo, model.name, masked, model.class_name(function.target),
        float(function.outputs[function.target]), table,
        limit(table, ImageDesign(masked.d)).coefficients, gradients.coefficients,
        gradients.completeness_gap, converge(table, sizes, repetitions, seed),
    )  # fmt: skip


def network_checks(result: NetworkResult) -> list[Check]:
    """Check the rate, the size of the error, the coverage, and the agreement with integrated gradients."""
    found, name = result.convergence, result.photograph
    ratio = found.errors[-1] / found.predicted[-1]
    rise = float(result.table.values[-1] - result.table.values[0])
    return [
        Check(f"{name}: rate of the error", found.rate, -0.55, -0.45, "error falls like N^(−1/2) (thm:clt)"),
        Check(
            f"{name}: error over predicted at N = {found.sizes[-1]}", float(ratio), 0.9, 1.1,
            "the central limit theorem gives the size of the error, not only its rate",
        ),
        Check(
            f"{name}: coverage of 95 % intervals", found.trusted_coverage, 0.93, 0.97,
            f"standard errors can be trusted (pooled over N ≥ {TRUSTED_N})",
        ),
        Check(
            f"{name}: gradients' sum against f(ξ) − f(ξ̄)",
            float(abs(result.gradients.sum() - rise) / abs(rise)),
            -np.inf,
            0.05,
            "integrated gradients are complete, for the class that LIME explains",
        ),
        Check(
            f"{name}: correlation with integrated gradients",
            result.correlation,
            -np.inf,
            np.inf,
            "near 1 where the network is smooth (prop:smooth); no theorem bounds it for a real one",
        ),
        Check(
            f"{name}: top-{result.top} Jaccard with them (chance {chance_jaccard(result.masked.d, result.top):.2f})",
            result.jaccard,
            -np.inf,
            np.inf,
            "how far both put the same superpixels first",
        ),
    ]  # fmt: skip
