"""Clicks answered by Segment Anything, with whichever of its networks a checkpoint holds."""

from __future__ import annotations

import os
from typing import Any

from limetheory.images.generators.sam.loading import load_sam, sam_package
from limetheory.images.generators.sam.predictor import TransformersPredictor, TransformersSam


def sam_predictor(
    checkpoint: str | os.PathLike[str], model_type: str | None = None, device: Any = None, precision: str = "float32"
) -> Any:
    """What answers clicks by Segment Anything: segment_anything's own predictor, or `TransformersPredictor`.

    Args:
        checkpoint, model_type, device, precision: see `load_sam`.
    """
    sam = load_sam(checkpoint, model_type, device, precision)
    return TransformersPredictor(sam) if isinstance(sam, TransformersSam) else sam_package().SamPredictor(sam)
