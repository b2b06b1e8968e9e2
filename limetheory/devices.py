"""Torch devices: is one present, and how exact is its float32."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import chain
from typing import Any

import torch

from limetheory.given import given


def present_device(device: Any) -> torch.device:
    """Return the torch device of that name, the CPU for None, refusing one that this machine lacks."""
    try:
        place = torch.device("cpu" if device is None else device)
    except (RuntimeError, TypeError):
        raise ValueError(f"device must be like 'cpu' or 'cuda:0', got {given(device)}; use 'cpu'") from None
    if (place.index or 0) >= _device_count(place.type):
        raise ValueError(f"device must be present on this machine, got {str(place)!r}; use 'cpu'")
    return place


def refuse_meta(module: torch.nn.Module) -> None:
    """Refuse a module with tensors on torch's device meta, which have a shape and a type, but no numbers.

    >>> refuse_meta(torch.nn.Linear(2, 1, device="meta"))
    Traceback (most recent call last):
    ValueError: a network must have its numbers in memory, got weight on the device meta, which has shapes alone; ...
    """
    for name, tensor in chain(module.named_parameters(), module.named_buffers()):
        if tensor.is_meta:
            raise ValueError(
                f"a network must have its numbers in memory, got {name} on the device meta, which has shapes alone; "
                "load them by network.load_state_dict(weights, assign=True)"
            )


def _device_count(kind: str) -> int:
    if kind == "cuda":
        return torch.cuda.device_count()
    return int(kind == "cpu" or (kind == "mps" and torch.backends.mps.is_available()))


@contextmanager
def tensor_float32(allowed: bool) -> Iterator[None]:
    """Allow a GPU to multiply float32 numbers by their first 11 of 24 digits (TensorFloat-32), or not.

    PyTorch allows it in convolutions if it is not told otherwise. Probabilities of a network then differ by some
    thousandths from those of a CPU, and by as much between batch sizes.
    """
    switches, value = _tensor_float32_switches(allowed)
    before = [getattr(*switch) for switch in switches]
    try:
        for place, name in switches:
            setattr(place, name, value)
        yield
    finally:
        for (place, name), earlier in zip(switches, before, strict=True):
            setattr(place, name, earlier)


def _tensor_float32_switches(allowed: bool) -> tuple[list[tuple[Any, str]], Any]:
    """PyTorch's switches, and what they are set to: the older ones unless the newer are in use."""
    convolutions: Any = torch.backends.cudnn
    products: Any = torch.backends.cuda.matmul
    older = [(convolutions, "allow_tf32"), (products, "allow_tf32")]
    try:
        _ = [getattr(*switch) for switch in older]
    except RuntimeError:
        newer = [(place, "fp32_precision") for place in (convolutions.conv, convolutions.rnn, products)]
        return newer, "tf32" if allowed else "ieee"
    return older, allowed
