"""How similar an image is to others, as a vision transformer sees them: the function that "why alike?" asks about."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from limetheory.networks.classifier import Classifier, Precision
from limetheory.networks.vit.kept_tokens import class_tokens
from limetheory.networks.vit.torch_backbone import TokenNetwork, VisionModel

NAME = "dino_similarity"

SIDE = 224
"""The longest side of an image in pixels that is a multiple of the patch and at most this: DINOv2's for evaluation."""


class SimilarityNetwork(nn.Module):
    """Normalised images (b, 3, h, w) → cosines of their class tokens to those of references, (b, references)."""

    directions: Tensor

    def __init__(self, tokens: TokenNetwork, references: int):
        super().__init__()
        self.tokens = tokens
        self.register_buffer("directions", torch.zeros(references, tokens.configuration.hidden_size))

    def forward(self, pixels: Tensor) -> Tensor:
        """The cosines."""
        return self.cosines(self.tokens(pixels)[:, 0])

    def cosines(self, cls: Tensor) -> Tensor:
        """Those of class tokens (b, c); rounding does not take them out of [−1, 1]."""
        return torch.cosine_similarity(cls.float()[:, None], self.directions.float(), dim=2).clamp(-1.0, 1.0)


class Similarity(Classifier):
    """The similarity of an image to each of several references, in [−1, 1]; its classes are the references.

    It is the cosine of the angle between the class tokens of a vision transformer. Every image, a reference too, is
    resized to the same square, whatever its size.

    Args:
        vision: the transformer.
        references: images (h, w, 3) float64 in [0, 1], of any sizes.
        names: what to call them.
        precision: see `Classifier`.
    """

    network: SimilarityNetwork

    def __init__(
        self, vision: VisionModel, references: Sequence[np.ndarray], names: Sequence[str],
        precision: Precision = "float32",
    ):  # fmt: skip
        network = SimilarityNetwork(vision.network, len(references))
        super().__init__(
            network, size=SIDE // vision.patch * vision.patch, mean=vision.mean, std=vision.std, output="logits",
            precision=precision, class_names=[f"similarity to {name}" for name in names], name=NAME,
        )  # fmt: skip
        self.output, self.patch = "similarity", vision.patch
        with torch.inference_mode():
            found = [self.network.tokens(self.inputs(self._tensor(one)))[0, 0] for one in references]
        network.directions = torch.stack(found).clone()

    @property
    def output_bounds(self) -> tuple[float, float]:
        """(−1, 1), as a cosine has."""
        return -1.0, 1.0

    @property
    def leaves_patches_out(self) -> bool:
        """Whether `of_patches` can be called: the transformer embeds patches and positions in a part of its own."""
        return self.network.tokens.in_two_parts

    def of_patches(self, image: Tensor, keep: Tensor) -> Tensor:
        """The similarities of an image of which only some patches are there; the others are not replaced but left out.

        Args:
            image: (1, 3, s, s) in [0, 1], s the input side.
            keep: (n, patches) bool, row by row from top left.

        Returns:
            (n, references) float32.
        """
        tokens = self.network.tokens
        padded = image.device.type != "cpu" and tokens.masks_attention
        embedded = self.in_precision(tokens.embedded)(self.inputs(image))
        found = self.in_precision(lambda _: class_tokens(tokens, embedded, keep, padded))(embedded)
        return self.outputs(self.network.cosines(found))

    def _tensor(self, image: np.ndarray) -> Any:
        return torch.from_numpy(self.prepare(image).transpose(2, 0, 1)[None].astype(np.float32))
