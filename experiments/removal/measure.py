"""The similarity of two photographs on all masks of a grid, hidden segments left out or of their mean colours."""

from __future__ import annotations

import os
import time
from typing import Any

import numpy as np
import torch
from skimage import data

import limetheory as lt

ROWS, COLUMNS = 2, 3
"""Of a grid of segments whose edges are those of patches; 64 masks."""

BATCH = 16
"""Masks that are evaluated at once; a convention."""


def masks_of_grid() -> tuple[np.ndarray, np.ndarray]:
    """A label map of 224 × 224 pixels, and every mask of its segments."""
    down, across = (np.arange(16) * count // 16 for count in (ROWS, COLUMNS))
    labels = (down[:, None] * COLUMNS + across).repeat(14, axis=0).repeat(14, axis=1)
    return labels, lt.all_masks(ROWS * COLUMNS)


def one_pair(photograph: str, reference: str, fewest: int) -> dict[str, Any]:
    """One row: values of all masks in both ways, and processor seconds without the first batch.

    Args:
        photograph: a name in `skimage.data`.
        reference: another one, or "mirror" for the photograph itself, mirrored.
        fewest: masks, of which all are evaluated if there are more.
    """
    image = getattr(data, photograph)()
    other = image[:, ::-1] if reference == "mirror" else getattr(data, reference)()
    model = lt.load_model("dino_similarity", reference=other)
    labels, masks = masks_of_grid()
    masks, pixels = masks[:fewest], model.prepare(lt.as_image(image))
    ways = {"removed": lt.images.PatchMaskedImage(pixels, labels), "mean": lt.MaskedImage(pixels, labels)}
    found = {name: _values(lt.ModelFunction(model, masked), masks) for name, masked in ways.items()}
    return {
        "photograph": photograph, "reference": reference, "seed": 0, "load": round(os.getloadavg()[0], 2),
        "segments": ROWS * COLUMNS, "values": {name: values for name, (values, _) in found.items()},
        "seconds": {name: seconds for name, (_, seconds) in found.items()},
        "versions": {"threads": torch.get_num_threads()},
    }  # fmt: skip


def _values(function: Any, masks: np.ndarray) -> tuple[list[float], float]:
    """The values of the masks, and the processor seconds of their forward passes."""
    batches = [masks[start : start + BATCH] for start in range(0, len(masks), BATCH)]
    function.evaluator(batches[-1])  # nothing is made ready while the clock runs
    start = time.process_time()
    answers = [function.evaluator(batch) for batch in batches]
    seconds = time.process_time() - start
    return [float(one) for one in np.concatenate(answers)[:, 0]], seconds
