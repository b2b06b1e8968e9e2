"""Torch devices: is one present, and was an error the lack of memory on it."""

from __future__ import annotations

from typing import Any

import torch


def present_device(device: Any) -> torch.device:
    """Return the torch device of that name, the CPU for None, refusing one that this machine lacks."""
    try:
        place = torch.device("cpu" if device is None else device)
    except (RuntimeError, TypeError):
        raise ValueError(f"device must be like 'cpu' or 'cuda:0', got {device!r}; use 'cpu'") from None
    if (place.index or 0) >= _device_count(place.type):
        raise ValueError(f"device must be present on this machine, got {str(place)!r}; use 'cpu'")
    return place


def _device_count(kind: str) -> int:
    if kind == "cuda":
        return torch.cuda.device_count()
    return int(kind == "cpu" or (kind == "mps" and torch.backends.mps.is_available()))
