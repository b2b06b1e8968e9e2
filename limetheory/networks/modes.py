"""A network's modes: evaluation, also of one from `torch.export`, and parameters that take no part in gradients."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import torch
from torch import nn


def put_in_eval_mode(module: nn.Module) -> None:
    """As ``module.eval()``; a program of `torch.export` keeps the mode that it was exported in.

    >>> network = nn.Dropout(0.5)
    >>> put_in_eval_mode(network)
    >>> network.training
    False
    """
    try:
        module.eval()
    except NotImplementedError:  # what such a program says, also as a part of others
        for part in module.modules():
            part.training = False


@contextmanager
def frozen(network: nn.Module) -> Iterator[None]:
    """Parameters without gradients, so that nothing is kept for theirs; each as it was afterwards.

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
