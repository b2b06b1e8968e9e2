"""The segmenters that the page offers."""

from __future__ import annotations

from importlib.util import find_spec

from limetheory.images.question import DSEG
from limetheory.images.segmentation.methods import SEGMENTERS


def segmenter_names() -> list[str]:
    """Those of `SEGMENTERS`, and the hierarchy that needs no checkpoint where its package is installed."""
    return [*SEGMENTERS, *([DSEG] if find_spec("higra") else [])]


def takes_number(name: str) -> bool:
    """Whether a segmenter makes a number of superpixels, as all but those of other packages do."""
    if name not in SEGMENTERS:
        return True
    row = SEGMENTERS[name]
    return row.of_number is not None or "n_segments" in row.parameters
