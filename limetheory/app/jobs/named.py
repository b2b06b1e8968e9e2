"""Which regions the parts of an explanation belong to, as it is told beside the explanation."""

from __future__ import annotations

from typing import Any

import numpy as np

from limetheory.app.answers import Answer
from limetheory.images.regions import Partition
from limetheory.images.segmentation.label_map import at_pixels


def named_facts(partition: Partition, explanation: Any) -> dict[str, Any]:
    """Names and owners of the superpixels of an explanation, and the names of those without a pixel of the model's.

    Args:
        partition: at the photograph's pixels.
        explanation: an `ImageExplanation` of it, at the pixels of the model.
    """
    kept = np.unique(at_pixels(partition.labels, explanation.segments.shape))
    names = np.array(partition.names, dtype=object)
    return {
        "names": names[kept].tolist(), "owners": partition.owners[kept].tolist(), "regions": list(partition.regions),
        "lost": np.delete(names, kept).tolist(),
    }  # fmt: skip


def partition_of_answer(answer: Answer) -> Partition | None:
    """The partition that an answer is about, at the pixels of the model; None without regions."""
    facts = answer.facts
    if "owners" not in facts:
        return None
    return Partition(answer.explanation.segments, np.array(facts["owners"], np.intp), tuple(facts["regions"]))
