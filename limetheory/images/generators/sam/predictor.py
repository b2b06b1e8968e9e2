"""The segmentation networks of transformers behind the interface of segment_anything's predictor."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import numpy as np
import torch


@dataclass(frozen=True)
class TransformersSam:
    """A network of transformers that answers points with masks: SAM, SAM 2 or SAM-HQ.

    Attributes:
        network: with ``get_image_embeddings`` and an answer that has ``pred_masks`` and ``iou_scores``.
        processor: its image processor, which resizes images and, the other way, masks.
        side: height and width of the network's input.
        precision: of the image encoder.
        mask_threshold: of the logits of masks.
    """

    network: Any
    processor: Any
    side: int
    precision: torch.dtype = torch.float32
    mask_threshold: float = 0.0

    @property
    def image_encoder(self) -> SimpleNamespace:
        """The one number that segment_anything's generator asks of an image encoder."""
        return SimpleNamespace(img_size=self.side)

    @property
    def device(self) -> torch.device:
        """Where the network is."""
        found: torch.device = self.network.device
        return found

    def embedded(self, pixels: torch.Tensor) -> dict[str, Any]:
        """The features of an image (1, 3, side, side), as the network's arguments."""
        with torch.autocast(self.device.type, self.precision, enabled=self.precision != torch.float32):
            features = self.network.get_image_embeddings(pixels.to(self.device))
        names = ("image_embeddings", "intermediate_embeddings")  # SAM-HQ gives both in a tuple
        found = features if isinstance(features, tuple) else (features,)
        return {name: _in_float32(value) for name, value in zip(names, found, strict=False)}


class TransformersPredictor:
    """What segment_anything's generator asks of a predictor, answered by a `TransformersSam`."""

    def __init__(self, model: TransformersSam):
        self.model = model
        self.transform = SimpleNamespace(apply_coords=self._in_network_pixels)
        self.reset_image()

    @property
    def device(self) -> torch.device:
        """Where the network is."""
        return self.model.device

    def reset_image(self) -> None:
        """Forget the image."""
        self._size: tuple[int, int] = (0, 0)
        self._resized: tuple[int, int] = (0, 0)
        self._embedded: Mapping[str, Any] = {}

    @torch.no_grad()
    def set_image(self, image: np.ndarray) -> None:
        """Encode an image (h, w, 3) uint8."""
        inputs = self.model.processor(images=image, input_data_format="channels_last", return_tensors="pt")
        pixels = inputs["pixel_values"]
        height, width = (int(n) for n in inputs.get("reshaped_input_sizes", [pixels.shape[-2:]])[0])
        self._size, self._resized = (image.shape[0], image.shape[1]), (height, width)
        self._embedded = self.model.embedded(pixels)

    @torch.no_grad()
    def predict_torch(
        self,
        point_coords: torch.Tensor,
        point_labels: torch.Tensor,
        *,
        multimask_output: bool = True,
        return_logits: bool = False,
    ) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        """Masks (n, m, h, w), their predicted IoU (n, m) and their logits at low resolution, for n prompts.

        Args:
            point_coords: (n, points, 2) x and y in the network's pixels.
            point_labels: (n, points), 1 for inside and 0 for outside.
            multimask_output: several masks for each prompt, else one.
            return_logits: logits instead of masks.
        """
        answer = self.model.network(
            input_points=point_coords[None].float(),
            input_labels=point_labels[None].long(),
            multimask_output=multimask_output,
            **self._embedded,
        )
        low = answer.pred_masks
        (logits,) = self.model.processor.post_process_masks(
            low, [self._size], reshaped_input_sizes=[self._resized], binarize=False
        )
        return logits if return_logits else logits > self.model.mask_threshold, answer.iou_scores[0], low[0]

    def predict(
        self, point_coords: Any, point_labels: Any, *, multimask_output: bool = True
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Masks (m, h, w), their scores (m,) and logits at low resolution, as segment_anything's SamPredictor answers.

        Args:
            point_coords: (n, 2) x and y in pixels of the image.
            point_labels: (n,), 1 for inside and 0 for outside.
            multimask_output: three masks, else one.
        """
        coords = torch.as_tensor(self._in_network_pixels(np.asarray(point_coords, float), self._size))
        labels = torch.as_tensor(np.asarray(point_labels, int))
        answer = self.predict_torch(
            coords[None].to(self.device), labels[None].to(self.device), multimask_output=multimask_output
        )
        masks, scores, low = (part[0].float().cpu().numpy() for part in answer)
        return masks > 0.5, scores, low

    def _in_network_pixels(self, coordinates: np.ndarray, size: tuple[int, int]) -> np.ndarray:
        scaled: np.ndarray = coordinates * (np.array(self._resized[::-1]) / np.array(size[::-1]))
        return scaled


def _in_float32(features: Any) -> Any:
    return features.float() if isinstance(features, torch.Tensor) else [_in_float32(part) for part in features]
