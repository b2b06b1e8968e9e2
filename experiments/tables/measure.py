"""One table: all 2^d values of a network for a photograph, and its integrated gradients."""

from __future__ import annotations

from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from experiments._frame import Row
from limetheory.explaining import ModelFunction
from limetheory.gradients import superpixel_integrated_gradients
from limetheory.images import MaskedImage, load_image
from limetheory.limits import tabulate
from limetheory.networks import load_model
from limetheory.verification.network import exactly

STEPS = 64


def row(network: str, photograph: Path, d: int) -> Row:
    """Evaluate the network for every mask of exactly d slic superpixels, and compute integrated gradients."""
    model = _network(network)
    image = model.prepare(load_image(photograph))
    masked = MaskedImage(image, exactly(d, image))
    function = ModelFunction(model, masked)
    values = tabulate(function, d).values
    gradients = superpixel_integrated_gradients(model, image, masked.segments, target=function.target, steps=STEPS)
    return {
        "values": values, "gradients": gradients.coefficients,
        "photograph": photograph.name,
        "sha256": sha256(photograph.read_bytes()).hexdigest()[:16],
        "network": network, "superpixels": d, "segmenter": "slic", "replacement": "mean",
        "target": function.target, "target_name": model.class_name(function.target),
        "steps": STEPS, "completeness_gap": gradients.completeness_gap, "seed": None,
    }  # fmt: skip


@lru_cache(maxsize=4)
def _network(name: str) -> Any:
    return load_model(name)
