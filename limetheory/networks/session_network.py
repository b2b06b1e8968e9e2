"""A session of ONNX Runtime as a torch module, so that a `Classifier` takes it like any other network."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from limetheory.networks.preprocessing import Size, checked_size

_TYPES = {"tensor(float)": torch.float32, "tensor(double)": torch.float64, "tensor(float16)": torch.float16}


class SessionNetwork(nn.Module):
    """Images (b, c, h, w) → what the graph answers; where it has several outputs of numbers, by their names.

    A graph whose batch size is fixed gets its images in batches of that size, the last filled up with copies of its
    last image. Images whose channels come last in the graph are turned around. Whole numbers beside floating-point
    outputs, such as the label that scikit-learn's converters add, are left out.

    Args:
        session: an onnxruntime.InferenceSession.

    Attributes:
        in_channels: how many channels the graph takes; None where it does not say.
        size: of the images that it takes, None where it does not say.

    Raises:
        ValueError: a graph that does not take one batch of images of floating-point numbers.
    """

    def __init__(self, session: Any):
        super().__init__()
        self._session, self._input = session, _image_input(session.get_inputs())
        shape = [one if isinstance(one, int) else None for one in self._input.shape]
        self._last = shape[1] not in (1, 3) and shape[3] in (1, 3)
        self._batch, channels, *sides = [shape[axis] for axis in ((0, 3, 1, 2) if self._last else (0, 1, 2, 3))]
        self.in_channels = channels
        self.size: Size = None if None in sides else checked_size(tuple(sides))
        names = [one.name for one in session.get_outputs() if one.type in _TYPES]
        self._names = names or [one.name for one in session.get_outputs()]
        # tells the type of the numbers, as parameters do in other networks
        self.register_buffer("numbers", torch.empty(0, dtype=_TYPES[self._input.type]), persistent=False)

    def forward(self, images: Tensor) -> Any:
        """Return the graph's answer: a tensor, or a dict of several."""
        pixels = (images.permute(0, 2, 3, 1) if self._last else images).contiguous().detach().cpu().numpy()
        parts = [self._session.run(self._names, {self._input.name: part}) for part in self._batches(pixels)]
        found = [torch.as_tensor(np.concatenate(outputs)[: len(images)]) for outputs in zip(*parts, strict=True)]
        answers = {name: one.to(images.device) for name, one in zip(self._names, found, strict=True)}
        return answers if len(answers) > 1 else answers[self._names[0]]

    def _batches(self, pixels: np.ndarray) -> list[np.ndarray]:
        if self._batch is None:
            return [pixels]
        missing = -len(pixels) % self._batch
        filled = np.concatenate([pixels, np.repeat(pixels[-1:], missing, axis=0)])
        return np.split(filled, len(filled) // self._batch)


def _image_input(inputs: Any) -> Any:
    found = [one for one in inputs if one.type in _TYPES and len(one.shape) == 4]
    if len(found) != 1 or len(inputs) != 1:
        listed = ", ".join(f"{one.name!r}: {one.type} {one.shape}" for one in inputs)
        raise ValueError(
            f"a session must take one batch of images (b, c, h, w) of {', '.join(_TYPES)}, got {listed or 'no input'}; "
            "write a torch.nn.Module that runs it, and give that"
        )
    return found[0]
