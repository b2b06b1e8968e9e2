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
from limetheory.verification.network import exactly, kept_table

STEPS = 64


def row(network: str, photograph: Path, d: int, unfinished: Path | None = None) -> Row:
    """Evaluate the network for every mask of exactly d slic superpixels, and compute integrated gradients.

    Args:
        network, photograph, d: what is evaluated, and the number of superpixels.
        unfinished: the folder where values are kept until the row is there, so that a run that is killed goes on from
            them; None keeps none.
    """
    model = _network(network)
    image = model.prepare(load_image(photograph))
    masked = MaskedImage(image, exactly(d, image))
    function = _tabulated(model, photograph.name, masked, unfinished)
    values = function.known_values
    gradients = superpixel_integrated_gradients(model, image, masked.segments, target=function.target, steps=STEPS)
    for kept in unfinished.glob(f"{photograph.name}-{network}-d{d}.npz") if unfinished else ():
        kept.unlink()
    return {
        "values": values, "gradients": gradients.coefficients,
        "photograph": photograph.name,
        "sha256": sha256(photograph.read_bytes()).hexdigest()[:16],
        "network": network, "superpixels": d, "segmenter": "slic", "replacement": "mean",
        "target": function.target, "target_name": model.class_name(function.target),
        "steps": STEPS, "completeness_gap": gradients.completeness_gap, "seed": None,
    }  # fmt: skip


def _tabulated(model: Any, name: str, masked: MaskedImage, unfinished: Path | None) -> ModelFunction[MaskedImage]:
    if unfinished is not None:
        return kept_table(model, model.name, name, masked, unfinished)
    function = ModelFunction(model, masked)
    tabulate(function, masked.d)
    return function


@lru_cache(maxsize=4)
def _network(name: str) -> Any:
    return load_model(name)
