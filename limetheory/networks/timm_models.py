"""Networks of timm by name, with weights from a file of this machine."""

from __future__ import annotations

import os
from difflib import get_close_matches
from typing import Any, cast

import torch
from torch import nn

from limetheory.given import given
from limetheory.networks.classifier import Classifier
from limetheory.networks.state_dicts import StateDict, fill, state_dict_of
from limetheory.packages import needed

EXTRA = "networks"
"""The extra of limetheory that installs timm and transformers."""


def timm_classifier(name: str, weights: str | os.PathLike[str] | None, **options: Any) -> Classifier:
    """A network of timm, built for the classes in its file, with the preprocessing that timm knows of it.

    Args:
        name: of timm, with or without the tag of its weights, such as "resnet50" or "resnet50.a1_in1k"; without one the
            preprocessing is that of timm's default weights.
        weights: the file of a state dict, see `state_dict_of`.
        **options: of `Classifier`.

    Raises:
        ImportError: timm is not installed.
        ValueError: no such network, no weights, or those of another one.
    """
    timm = needed("timm", "a network of timm", EXTRA)
    if not timm.is_model(name) or ":" in name:
        close = get_close_matches(name, timm.list_models(), n=3)
        similar = f" such as {', '.join(close)}" if close else ""
        raise ValueError(f"timm:NAME must name a network of timm{similar}, got {given(name)}; see timm.list_models()")
    if weights is None:
        raise ValueError(f"timm:{name} downloads no weights, got none; give a local state-dict file")
    state = state_dict_of(weights)
    network = _untrained(timm, name, state)
    return Classifier(fill(network, name, state).eval(), name=name, **options)


def _untrained(timm: Any, name: str, state: StateDict) -> nn.Module:
    """The network for as many classes as its last layer has rows in the file; others have its own number."""
    with torch.random.fork_rng(devices=[]):  # the discarded initial weights must not use up the caller's seed
        network: Any = timm.create_model(name, pretrained=False)
        last: Any = network.pretrained_cfg.get("classifier")
        rows = state.get(f"{last}.weight") if isinstance(last, str) else None
        if rows is None or not rows.ndim or len(rows) == getattr(network, "num_classes", None):
            return cast("nn.Module", network)
        found: nn.Module = timm.create_model(name, pretrained=False, num_classes=len(rows))
        return found
