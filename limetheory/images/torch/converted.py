"""The layers of a `Classifier` behind those that masks share, as the classifier's backend runs them."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor, nn

from limetheory.backends import Layers
from limetheory.images.torch.shared_layers import layers_of, runs
from limetheory.networks import Classifier

FEWEST = 64
"""So many masks are evaluated by torch before a network is converted, which takes about as long; a convention."""

PROBES = 3
"""How many masked images a converted network is compared on; a convention."""


def wants_backend(module: nn.Module) -> bool:
    """Whether another backend than torch is to run a module; it is told that an explanation begins."""
    if not isinstance(module, Classifier):
        return False
    module.running.begin()
    return module.running.wanted


def converted_layers(module: Classifier, depth: int, probes: Callable[[], Tensor]) -> Layers | None:
    """The network without its first layers by the backend of its classifier; None where torch is to run it.

    Args:
        module: the classifier.
        depth: how many of its layers are left out, of `layers_of`, its preprocessing among them.
        probes: () → what the layer behind them gets, for a few masks.
    """
    reason = _torch_only(module)
    if reason is not None:
        module.running.refuse(reason)
        return None
    rest = layers_of(module.network)[depth - 1 :]
    return module.running.converted(rest, probes(), module.outputs)  # type: ignore[arg-type]


def _torch_only(module: Classifier) -> str | None:
    """Why no other backend may run a classifier; None where one may."""
    if module.precision != "float32" or module.mean.dtype != torch.float32:
        return f"its precision is {module.precision if module.mean.dtype == torch.float32 else module.mean.dtype}"
    if module.mean.device.type != "cpu":
        return f"it is on {module.mean.device}"
    if not runs(module, Classifier) or any(one._forward_hooks or one._forward_pre_hooks for one in module.modules()):
        return "it has hooks or a forward of its own"
    return None
