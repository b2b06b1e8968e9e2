"""`rise_map`: RISE for one image, with a standard error at every pixel."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from limetheory.arguments import choice, generator, integer
from limetheory.estimation.samples.sample import Interrupted, Sample
from limetheory.explaining.model_function import ModelFunction
from limetheory.explaining.several_targets import columns_of, several, single
from limetheory.images.evaluators import refuse_model
from limetheory.images.masked import with_channels
from limetheory.images.pixel_map import PixelMap
from limetheory.images.random.numbered import NumberedImage
from limetheory.images.replacement import law_of
from limetheory.images.replacements.law import ReplacementLaw, key_of, warn_unless_it_hides
from limetheory.images.rise.maps import pixel_maps
from limetheory.images.rise.masked import RiseMaskedImage
from limetheory.images.rise.masks import RiseDraws, RiseLaw
from limetheory.progress import track

N, CELLS, P = 4000, 7, 0.5
"""Masks, cells of a row, and the probability that one is shown: RISE's numbers for VGG-16."""

_MEANS = ("observed", "expected")


def rise_map(
    model: Any,
    image: Any,
    *,
    target: int | str | Sequence[int | str] | None = None,
    n: int = N,
    cells: int = CELLS,
    p: float = P,
    replacement: Any = 0.0,
    mean: str = "observed",
    rng: Any = None,
    device: Any = None,
    batch_size: int | None = None,
    dtype: Any = None,
) -> Any:
    """Map the mean output of a model with each pixel shown: RISE (Petsiuk, Das & Saenko 2018).

    The map is a(u) = Σ_i F_i m_i(u) / Σ_i m_i(u) for masks m_i of `rise_masks` and the outputs F_i on the images that
    they leave, and tends to E[F m(u)] / p. RISE divides by n p instead, the mean of that sum: ``mean="expected"`` has
    the same limit, and larger standard errors wherever the mean output is far from 0. Standard errors are those of a
    ratio, and of a mean; where fewer than three values differ from the rest, they allow for as many more that no mask
    shows (rule of three), as those of `limetheory.attribute` do.

    Args:
        model, image, target, device, batch_size, dtype: see `explain_image`. Of a list of targets, or "all", each gets
            a map, all from the same masks and evaluations.
        n: number of masks, at least 2.
        cells: of a row and of a column of a mask, at least 2.
        p: probability that a cell is shown, in (0, 1).
        replacement: what hidden pixels fade to, see `replacement_image`; RISE's is the image's normalised 0. "mean" is
            the mean of each cell. A random one, see `explain_image`, is drawn anew for each mask, and standard errors
            contain the draws.
        mean: "observed" or "expected", what the sums are divided by.
        rng: None, an int or a numpy.random.Generator (SPEC 7).

    Returns:
        A `PixelMap`; for several targets a list of them.

    Raises:
        ValueError, TypeError: bad arguments, in one line.
        Interrupted: on Ctrl-C, with the map of the finished part.

    Warns:
        FewMasksWarning: a pixel is shown by fewer than ten effective masks.

    >>> image = np.zeros((8, 8, 3)); image[2, 5] = 1.0
    >>> found = rise_map(lambda images: images[:, 2, 5, 0], image, n=500, cells=4, rng=0)
    >>> found.largest, found.values.shape, bool(found.standard_errors.max() < 0.1)
    ((2, 5), (8, 8), True)
    """
    n = integer("n", n, 2, "standard errors need two masks")
    choice("mean", mean, _MEANS)
    refuse_model(model, device, dtype)
    pixels = with_channels(image)
    law = RiseLaw(integer("cells", cells, 2), (pixels.shape[0], pixels.shape[1]), p)
    hidden, stream = law_of(pixels, replacement), generator(rng)
    masked = RiseMaskedImage(pixels, replacement if hidden is None else hidden.mean, law, warn=hidden is None)
    draws = law.draw(n, stream)
    drawn, masks = (masked, masked.coded(draws)) if hidden is None else _drawn(masked, draws, hidden, key_of(stream))
    function = ModelFunction(model, drawn, single(target), batch_size, device, dtype)
    columns = columns_of(function, target) if several(target) else [function.target]

    def maps(part: RiseDraws, values: np.ndarray) -> list[PixelMap]:
        return pixel_maps(law, part, values, mean == "expected", function.n_evaluations, columns)

    try:
        found = maps(draws, _values(function, masks, columns))
    except _Stopped as stopped:
        raise _interrupted(stopped.values, draws, masked, maps) from None
    return found if several(target) else found[0]


def _drawn(
    masked: RiseMaskedImage, draws: RiseDraws, hidden: ReplacementLaw, key: np.ndarray
) -> tuple[NumberedImage, np.ndarray]:
    """The image with a random replacement, and its masks: those of RISE, each with the number of its draw."""
    warn_unless_it_hides(hidden, masked.image)
    numbered = NumberedImage(masked, hidden, key)
    return numbered, numbered.coded(masked.coded(draws), np.arange(draws.n))


class _Stopped(KeyboardInterrupt):
    def __init__(self, values: np.ndarray):
        super().__init__()
        self.values = values


def _values(function: ModelFunction[Any], masks: np.ndarray, columns: Sequence[int]) -> np.ndarray:
    """The outputs on all masks, (n, columns)."""
    found = np.empty((len(masks), len(columns)))
    done = 0

    def batches() -> Iterator[tuple[int, tuple[slice, np.ndarray]]]:
        return ((len(outputs), (batch, outputs)) for batch, outputs in function.outputs_of(masks))

    try:
        for batch, outputs in track(batches(), len(masks), "masks"):
            found[batch] = outputs[:, columns]
            done = batch.stop
    except KeyboardInterrupt:
        raise _Stopped(found[:done]) from None
    _refuse_unusable(found)
    return found


def _refuse_unusable(values: np.ndarray) -> None:
    unusable = np.count_nonzero(~np.isfinite(values))
    if unusable:
        raise ValueError(
            f"a model must return finite numbers, got {unusable} NaN or infinite of {values.size}; check it on masked "
            "images"
        )


def _interrupted(values: np.ndarray, draws: RiseDraws, masked: RiseMaskedImage, maps: Any) -> Interrupted:
    done = RiseDraws(draws.grids[: len(values)], draws.shifts[: len(values)])
    first = values[:, 0] if len(values) else np.empty(0)
    found = Interrupted(Sample.of(masked.coded(done), np.ones(len(values)), first))
    if len(values) > 1:
        finished = maps(done, values)
        found.explanation = finished if len(finished) > 1 else finished[0]
    return found
