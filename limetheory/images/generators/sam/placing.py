"""Networks put on a device, and one line where they do not fit."""

from __future__ import annotations

from typing import Any

import torch


def on_device(network: Any, device: torch.device, kind: str) -> Any:
    """Return a network on a device, ready to predict.

    Raises:
        ValueError: the device has no room for it.
    """
    try:
        return network.requires_grad_(False).to(device).eval()
    except torch.OutOfMemoryError:
        raise ValueError(
            f"device must have room for {kind}, got out of memory on {str(device)!r}; use a smaller checkpoint or 'cpu'"
        ) from None
