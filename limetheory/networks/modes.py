"""Put networks and programs of `torch.export` in eval mode, and compute no gradients of parameters."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import torch
from torch import nn


def put_in_eval_mode(module: nn.Module) -> None:
    """Call ``module.eval()``; a program of `torch.export` keeps the mode in which it was exported.

    >>> network = nn.Dropout(0.5)
    >>> put_in_eval_mode(network)
    >>> network.training
    False
    """
    try:
        module.eval()
    except NotImplementedError:  # programs of torch.export raise it, also inside another module
        for part in module.modules():
            part.training = False


@contextmanager
def frozen(network: nn.Module) -> Iterator[None]:
    """Inside the block, no gradients of parameters are computed, which saves memory; afterwards all is as before.

    >>> network = nn.Linear(2, 1)
    >>> with frozen(network):
    ...     network(torch.ones(2)).requires_grad
    False
    >>> network(torch.ones(2)).requires_grad
    True
    """
    learned = [one for one in network.parameters() if one.requires_grad] if torch.is_grad_enabled() else []
    try:
        for parameter in learned:
            parameter.requires_grad_(False)
        yield
    finally:
        for parameter in learned:
            parameter.requires_grad_(True)
