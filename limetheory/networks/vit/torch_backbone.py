"""A backbone of transformers that torch runs, on a CPU or a GPU, in float32 or half precision."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from inspect import signature
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from limetheory.devices import tensor_float32
from limetheory.networks.preprocessing import number_type
from limetheory.networks.vit.backbone import TOKENS_AT_ONCE, Backbone

_MOST_PATCHES = 16384
_TOKENS_AT_ONCE_ON_GPU = 1 << 15  # a convention: what fills a GPU, far below its memory


class TokenNetwork(nn.Module):
    """A vision model of transformers as a module: normalised images (n, 3, h, w) → tokens (n, others + patches, c).

    Args:
        model: its ``forward`` takes ``pixel_values`` and returns a ``last_hidden_state``.

    Attributes:
        configuration: of the model, with ``patch_size`` and ``hidden_size``; None where it has none.
    """

    def __init__(self, model: nn.Module):
        super().__init__()
        self.model = model.eval()
        self.configuration: Any = getattr(model, "config", None)
        takes = signature(model.forward).parameters
        self._options = {"interpolate_pos_encoding": True} if "interpolate_pos_encoding" in takes else {}

    def forward(self, pixels: Tensor) -> Tensor:
        """The tokens of the last layer."""
        tokens: Tensor = self.model(pixel_values=pixels.to(number_type(self.model)), **self._options).last_hidden_state
        return tokens


class TorchBackbone(Backbone):
    """A vision model of transformers.

    Args:
        name: what to call it.
        network: the model as a module; it is moved to the device and the number type.
        patch, channels, mean, std: see `Backbone`.
        device: where it runs.
        dtype: of the weights; tokens are returned in float32.
    """

    def __init__(
        self, name: str, network: TokenNetwork, patch: int, channels: int, mean: Sequence[float], std: Sequence[float],
        device: torch.device, dtype: torch.dtype,
    ):  # fmt: skip
        super().__init__(name, patch, channels, mean, std, _MOST_PATCHES)
        self.network = network.to(device, dtype)
        self.device = device
        self.tokens_at_once = TOKENS_AT_ONCE if device.type == "cpu" else _TOKENS_AT_ONCE_ON_GPU

    def _rows(self, batches: Iterator[np.ndarray]) -> Iterator[np.ndarray]:
        with torch.inference_mode(), tensor_float32(False):
            for pixels in batches:
                yield self.network(torch.from_numpy(pixels).to(self.device)).float().cpu().numpy()
