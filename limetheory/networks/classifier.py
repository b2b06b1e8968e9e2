"""A network together with its preprocessing, so that prediction and explanation share one path."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Any, Literal, get_args

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from limetheory.arguments import choice, instance, integer, several
from limetheory.given import given
from limetheory.networks.backends.running import Running
from limetheory.networks.class_search import suggestion
from limetheory.networks.kinds import taken
from limetheory.networks.modes import frozen, put_in_eval_mode
from limetheory.networks.output_scale import AS_THEY_ARE, OutputScale, far_from, logits_of, refuse_bounded
from limetheory.networks.precision import in_precision
from limetheory.networks.preprocessing import (
    Size,
    checked_batch,
    checked_image,
    checked_size,
    first_channels,
    height_and_width,
    mean_and_std,
    number_type,
    squashed,
)

Output = Literal["probabilities", "sigmoid", "softmax", "logits", "identity"]
Precision = Literal["float32", "tf32", "bfloat16"]


class Classifier(nn.Module):
    """A network with its preprocessing, so that prediction and explanation share one path.

    | network | what it knows of itself |
    |---|---|
    | a torch `nn.Module`, compiled, in `nn.DataParallel`, of TorchScript or `torch.export` too | nothing |
    | a program of `torch.export` | nothing |
    | a network of timm | ``size``, ``mean``, ``std``, and the class names of ImageNet |
    | an image classifier of transformers | class names; with its ``processor`` ``size``, ``mean`` and ``std`` |
    | an image-classification pipeline of transformers | all of that |
    | a session of ONNX Runtime | ``size`` |
    | a fitted estimator of scikit-learn, on rows of pixels | class names, and ``size`` of squares in 1 or 3 channels |

    A torch module itself is changed: it is put in eval mode, and its weights are stored channels-last. Gradients with
    respect to the images can be taken; those with respect to the network's parameters can be taken by calling the
    network, but not by calling the classifier. A network in half precision or float64 gets images of that type.

    Args:
        network: Maps normalised images (b, c, h, w) to logits (b, classes). Logits of shape (b,) or (b, classes, 1, 1),
            a result with ``.logits``, and a tuple or dict of one tensor are read too. A single logit is the log-odds of
            class 1 against class 0.
        mean: Channel means on the [0, 1] scale, where images are: one number, or one per channel of the network. None
            is what the network knows; means that it does not know must be given.
        std: Channel deviations on that scale, above 0 and at most 10: one number, or one per channel.
        size: Side s of the square input in pixels, or (height, width); None is what the network knows, and of one that
            does not know leaves every image as it is. The whole picture is resized; its aspect ratio is not kept.
        output: "probabilities", the softmax of the logits, and of one logit l the two columns (1 − σ(l), σ(l)) of the
            sigmoid; "sigmoid", the sigmoid of each logit, for labels that do not exclude each other; "softmax", the
            softmax of the logits; "logits", the network's logits as they are; or "identity", outputs of any meaning as
            they are. For "probabilities", outputs that are probabilities already are left as they are, see
            `activation`, and so are the outputs of regressions and scores that transformers and scikit-learn tell of; a
            classifier of transformers that was trained for several labels gets "sigmoid". No softmax or sigmoid is
            taken of probabilities: a network whose outputs are in [0, 1] for every input is refused there.
        processor: The image processor that transformers has for the network, in place of size, mean and std.
        precision: "float32"; "tf32", which on a GPU multiplies float32 numbers rounded to 11 binary digits
            (TensorFloat-32); or "bfloat16" to run the network under bfloat16 autocast.
        class_names: One name per class; None is what the network knows.
        name: What to call the model in reports; None is its own name, or that of its class.
        backend: What runs the layers for masked images on a CPU: "torch", "onnxruntime", another name of `BACKENDS`, or
            "auto", the fastest that gives torch's numbers; see `Running`, which is the attribute ``running``.

    Attributes:
        input_size: the side s, (height, width), or None, see ``size``.

    Raises:
        TypeError: If the network is of no kind of the table.
        ValueError: If an argument is outside its range.

    >>> flat = nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Flatten())
    >>> classifier = Classifier(
    ...     flat, mean=[0] * 3, std=[1] * 3, size=8, class_names=["red", "green", "blue"], name="hue"
    ... )
    >>> red = torch.tensor([1.0, 0.0, 0.0]).reshape(1, 3, 1, 1).expand(1, 3, 20, 30)
    >>> classifier.class_name(classifier(red).argmax())
    'red'
    """

    mean: Tensor
    std: Tensor

    def __init__(
        self,
        network: Any,
        *,
        mean: float | Sequence[float] | None = None,
        std: float | Sequence[float] | None = None,
        size: Size = None,
        output: Output = "probabilities",
        processor: Any = None,
        precision: Precision = "float32",
        class_names: Sequence[str] | None = None,
        name: str | None = None,
        backend: str = "torch",
    ) -> None:
        """Keep the network, and change it as the class says; see there for the arguments."""
        super().__init__()
        names = None if class_names is None else several("class_names", class_names, "names")
        name = None if name is None else instance("name", name, str, "give what to call the model")
        known = taken(network, processor).with_given(size=size, mean=mean, std=std, class_names=names, name=name)
        self.input_size, self.name = checked_size(known.size), known.name or type(known.network).__name__
        self.output = known.chosen_output(choice("output", output, get_args(Output)))
        self.precision = choice("precision", precision, get_args(Precision))
        self.class_names = None if known.class_names is None else tuple(known.class_names)
        self.network, self.running = known.network.to(memory_format=torch.channels_last), Running(backend)
        self._scale = OutputScale(self.output, self.network, known.logits)
        full = torch.promote_types(number_type(self.network), torch.float32)
        for role, values in zip(("mean", "std"), mean_and_std(known.mean, known.std), strict=True):
            self.register_buffer(role, torch.as_tensor(values, dtype=full).reshape(1, -1, 1, 1))
        self.eval()

    def train(self, mode: bool = True) -> Classifier:
        """Stay in eval mode whatever ``mode`` is, so that outputs never depend on the other images of a batch."""
        self.training = False
        put_in_eval_mode(self.network)
        return self

    def forward(self, images: Tensor) -> Tensor:
        """Return the outputs of a batch of images.

        Args:
            images: (b, c, h, w), floating point, in [0, 1], RGB where c = 3. Moved to the classifier's device.

        Returns:
            (b, classes), float32, or float64 of a network in float64: probabilities or logits, as ``output`` says.

        Raises:
            TypeError: If the images are no floating-point tensor.
            ValueError: If their shape is wrong, if there are not as many class names as outputs, or if a sigmoid or
                softmax would be taken of outputs that are in [0, 1] for every input.
        """
        inputs, network = self.inputs(images), self.in_precision(self.network)
        with frozen(self.network):
            logits = logits_of(network(inputs))
        if self._scale.in_doubt(logits):
            with torch.no_grad():
                refuse_bounded(logits, logits_of(network(far_from(inputs))))
        return self.outputs(logits)

    def inputs(self, images: Tensor) -> Tensor:
        """Return what `forward` gives to the network: images (b, c, h, w) resized and normalised."""
        taken = number_type(self.network)
        images = checked_batch(images, self.channels).to(self.mean.device, torch.promote_types(taken, torch.float32))
        normalised = (squashed(images, self.input_size) - self.mean) / self.std
        return normalised.to(taken, memory_format=torch.channels_last)

    def in_precision(self, layer: Callable[[Tensor], Tensor]) -> Callable[[Tensor], Tensor]:
        """Return the network, or one of its layers, as `forward` runs it."""
        return in_precision(layer, self.precision)

    def outputs(self, answer: Any) -> Tensor:
        """Return what `forward` makes of the network's answer: (b, classes) probabilities or logits."""
        return self._named(self._scale(logits_of(answer)))

    @property
    def activation(self) -> str | None:
        """The function that is applied to the network's outputs: "softmax", "sigmoid" or "none".

        "none" with an ``output`` other than "logits" and "identity" means that the network's outputs are probabilities
        already: its last layer is a `torch.nn.Softmax` or `torch.nn.Sigmoid`, or they are non-negative with a sum of 1.
        Whether they are is decided by the first batch of images; until then the activation is None if it depends on
        that.
        """
        return self._scale.activation

    @property
    def channels(self) -> int | None:
        """The number of channels, that of the numbers in mean and std; None if mean and std are one number for all."""
        named = max(self.mean.shape[1], self.std.shape[1])
        return named if named > 1 else None

    @property
    def output_bounds(self) -> tuple[float, float] | None:
        """(0, 1) where the outputs are probabilities, None where they have no bounds."""
        return None if self.output in AS_THEY_ARE else (0.0, 1.0)

    def prepare(self, image: NDArray[np.float64]) -> NDArray[np.float64]:
        """Resize an image to the input side, so that `forward` need not resize its masked versions.

        Args:
            image: (h, w, c), or grey (h, w), in [0, 1], RGB where c = 3; values outside by at most 1e-6 are clipped.

        Returns:
            (s, s, c) float64 in [0, 1], or of the input's height and width; (h, w, c) where the input size is None.

        Raises:
            TypeError: If the image is not a floating-point array.
            ValueError: If its shape or range is wrong.
        """
        pixels = checked_image(image, self.channels)
        batch = torch.from_numpy(pixels.transpose(2, 0, 1)[None])
        resized = squashed(batch, self.input_size)[0].permute(1, 2, 0)
        return np.ascontiguousarray(resized.numpy().clip(0.0, 1.0))

    def precision_gap(self, images: Tensor) -> float:
        """Return the largest absolute change of an output that the precision causes on a batch.

        Args:
            images: (b, c, h, w), in [0, 1].

        Returns:
            The gap to float32 in units of the output; 0.0 when the precision is float32.
        """
        if self.precision == "float32":
            return 0.0
        with torch.no_grad():
            inputs = self.inputs(images)
            rough, exact = (
                self.outputs(in_precision(self.network, name)(inputs)) for name in (self.precision, "float32")
            )
        return (rough - exact).abs().max().item()

    @cached_property
    def number_of_classes(self) -> int:
        """The number of outputs per image."""
        if self.class_names is not None:
            return len(self.class_names)
        sides = height_and_width(self.input_size or 64)
        with torch.no_grad():
            number: int = self(torch.zeros(1, self.channels or first_channels(self.network), *sides)).shape[1]
            return number

    def class_index(self, target: int | str) -> int:
        """Return the index of a class given by index or by name, upper and lower case alike.

        Raises:
            TypeError: If the target is neither an integer nor a string.
            ValueError: If no class, or more than one, has that name, or the index is out of range.
        """
        return self._named_index(target) if isinstance(target, str) else self._checked_index(target)

    def top_class(self, image: NDArray[np.float64]) -> int:
        """Return the index of the class with the largest output for an image (h, w, c) in [0, 1]."""
        batch = torch.from_numpy(self.prepare(image).transpose(2, 0, 1)[None].copy())
        with torch.no_grad():
            return int(self(batch)[0].argmax())

    def class_name(self, index: int) -> str:
        """Return the name of a class, or "class <index>" where the classifier has no names.

        Raises:
            TypeError: If the index is no integer.
            ValueError: If the index is out of range.
        """
        index = self._checked_index(index)
        return f"class {index}" if self.class_names is None else self.class_names[index]

    def _named(self, outputs: Tensor) -> Tensor:
        if self.class_names is not None and len(self.class_names) != outputs.shape[1]:
            raise ValueError(
                f"class_names must name all {outputs.shape[1]} outputs, got {len(self.class_names)} names; "
                "give one per class, or None"
            )
        return outputs

    def _checked_index(self, index: int) -> int:
        position = integer("class index", index, 0, "count classes from 0")
        last = self.number_of_classes - 1
        if position > last:
            raise ValueError(f"class index must be in 0..{last}, got {position}; count classes from 0")
        return position

    def _named_index(self, target: str) -> int:
        if self.class_names is None:
            raise ValueError(f"{self.name} has no class names, got {target!r}; give the class index")
        indices = self._indices_by_name.get(target.casefold(), [])
        if not indices:
            raise ValueError(f"no class of {self.name} has that name, got {given(target)}; {self._remedy(target)}")
        if len(indices) > 1:
            several = ", ".join(map(str, indices))
            raise ValueError(f"class name must be unambiguous, got {target!r} for {several}; give the index")
        return indices[0]

    @cached_property
    def _indices_by_name(self) -> dict[str, list[int]]:
        indices = defaultdict(list)
        for index, name in enumerate(self.class_names or ()):
            indices[name.casefold()].append(index)
        return dict(indices)

    def _remedy(self, target: str) -> str:
        return suggestion(self.class_names or (), target) or "see class_names, or give the index"
