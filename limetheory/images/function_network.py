"""`FunctionNetwork`: any function of images as a network with its preprocessing, for front ends that need one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from limetheory.arguments import integer
from limetheory.pictures import as_image

INPUT_SIZE = 224
"""The side of the square that a photograph is resized to, where the function does not say; a convention."""


class FunctionNetwork:
    """A function (b, h, w, 3) in [0, 1] → (b, classes) that is asked as a `Classifier` is.

    Args:
        function: the function. Its attribute ``input_size``, where it has one, is the side of the square that
            photographs are resized to, and ``class_names`` are the names of its classes.
        name: what to call it.

    >>> brightness = lambda images: images.mean(axis=(1, 2, 3))[:, None]
    >>> network = FunctionNetwork(brightness, "brightness")
    >>> network.prepare(np.zeros((20, 30, 3))).shape, network.class_name(0)
    ((224, 224, 3), 'class 0')
    """

    output, precision, activation = "function", "float32", "none"
    running = None

    def __init__(self, function: Callable[[np.ndarray], Any], name: str):
        self._function, self.name = function, name
        self.input_size = integer("input_size", getattr(function, "input_size", INPUT_SIZE), 1)
        names: Sequence[str] | None = getattr(function, "class_names", None)
        self.class_names = None if names is None else tuple(map(str, names))

    def __call__(self, images: np.ndarray) -> Any:
        """The function's answers."""
        return self._function(images)

    def prepare(self, image: Any) -> np.ndarray:
        """The photograph at the function's size, (s, s, 3) float64 in [0, 1]."""
        from PIL import Image

        pixels, size = as_image(image).astype(np.float32), (self.input_size, self.input_size)
        channels = [Image.fromarray(pixels[..., c]).resize(size, Image.Resampling.BILINEAR) for c in range(3)]
        return np.clip(np.stack([np.asarray(one) for one in channels], axis=2, dtype=np.float64), 0, 1)

    def class_name(self, index: int) -> str:
        """The name of a class, "class 3" where the function has no names."""
        return f"class {index}" if self.class_names is None else self.class_names[index]

    def class_index(self, target: int | str) -> int:
        """The index of a class given by its index or its name.

        Raises:
            ValueError: no class has that name.
        """
        if not isinstance(target, str):
            return integer("class index", target, 0)
        if self.class_names is None or target not in self.class_names:
            raise ValueError(f"{self.name} has no class of that name, got {target!r}; give the class as an index")
        return self.class_names.index(target)
