"""The table of networks that come with their weights, to which other packages can add theirs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from limetheory.networks import efficientnet_lite
from limetheory.registry import Registry

GROUP = "limetheory.networks"
"""The entry-point group: a name there → a function () → arguments of `Classifier`, or a `Network`."""


@dataclass(frozen=True)
class Network:
    """One row of `NETWORKS`.

    Attributes:
        name: as `load_model` has it.
        arguments: () → keyword arguments of `Classifier`: the network with its weights, and its preprocessing.
        summary: what it is, in half a line.
    """

    name: str
    arguments: Callable[[], dict[str, Any]]
    summary: str = ""


_ROWS = [
    Network(
        f"efficientnet_lite{variant}", partial(efficientnet_lite.arguments, variant),
        f"EfficientNet-Lite{variant} with ImageNet weights",
    )
    for variant in efficientnet_lite.VARIANTS
]  # fmt: skip

NETWORKS: Registry[Network] = Registry(
    "network", {row.name: row for row in _ROWS}, GROUP, Network, Network, "see model_names()", ("summary",)
)
"""The networks by name. One more takes a module of its own and one row."""
