"""A backbone of transformers that torch runs, on a CPU or a GPU, in float32 or half precision."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
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

    @property
    def in_two_parts(self) -> bool:
        """Whether `embedded` and `encoded` can be called: positions are in the embedding alone, as in DINOv2."""
        return type(self.model).__name__ in ("Dinov2Model", "Dinov2WithRegistersModel")

    @property
    def masks_attention(self) -> bool:
        """Whether `encoded` takes a mask: the encoders of transformers 5 do."""
        return self.in_two_parts and "attention_mask" in signature(self._part("encoder").forward).parameters

    def embedded(self, pixels: Tensor) -> Tensor:
        """The tokens before the first layer, with their positions: (n, 3, h, w) → (n, others + patches, c)."""
        tokens: Tensor = self._part("embeddings")(pixels.to(number_type(self.model)))
        return tokens

    def encoded(self, tokens: Tensor, attention_mask: Tensor | None = None) -> Tensor:
        """The tokens behind the last layer, of any number of embedded ones: (n, k, c) → (n, k, c).

        Args:
            tokens: the embedded ones.
            attention_mask: added to the scores of attention, (n, 1, 1, k); None adds nothing.
        """
        options = {} if attention_mask is None else {"attention_mask": attention_mask}
        last: Tensor = self._part("layernorm")(self._part("encoder")(tokens, **options).last_hidden_state)
        return last

    def _part(self, name: str) -> Any:
        return getattr(self.model, name)


@dataclass(frozen=True)
class VisionModel:
    """A vision transformer with what its images need.

    Attributes:
        network: the transformer.
        patch: side of a patch in pixels.
        channels: the length of a token.
        mean: of the channels red, green and blue on the [0, 1] scale.
        std: their deviations.
    """

    network: TokenNetwork
    patch: int
    channels: int
    mean: Sequence[float]
    std: Sequence[float]


class TorchBackbone(Backbone):
    """A vision transformer that torch runs.

    Args:
        name: what to call it.
        vision: the transformer, which is moved to the device and the number type.
        device: where it runs.
        dtype: of the weights; tokens are returned in float32.
    """

    def __init__(self, name: str, vision: VisionModel, device: torch.device, dtype: torch.dtype):
        super().__init__(name, vision.patch, vision.channels, vision.mean, vision.std, _MOST_PATCHES)
        self.network, self.device = vision.network.to(device, dtype), device
        self.tokens_at_once = TOKENS_AT_ONCE if device.type == "cpu" else _TOKENS_AT_ONCE_ON_GPU

    def _rows(self, batches: Iterator[np.ndarray]) -> Iterator[np.ndarray]:
        with torch.inference_mode(), tensor_float32(False):
            for pixels in batches:
                yield self.network(torch.from_numpy(pixels).to(self.device)).float().cpu().numpy()
