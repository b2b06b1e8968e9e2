"""The arguments of ``attribute``: checked in one line each, and taken apart into examples."""

from __future__ import annotations

from dataclasses import dataclass, replace
from numbers import Real
from typing import Any

import torch
from captum._utils.common import _expand_additional_forward_args, _expand_target
from captum.attr._utils.common import _construct_default_feature_mask
from torch import Tensor

from limetheory.adapters.masked_tensors import MaskedTensors
from limetheory.given import given


@dataclass(frozen=True, eq=False)
class Question:
    """What is asked about: masked tensors, the output to explain, and further arguments of the forward function.

    Attributes:
        masked: the inputs with their baselines and features.
        target: the output to explain, in one of Captum's forms.
        further: arguments of the forward function behind the inputs.
        alone: whether the inputs are a single tensor rather than a tuple.
    """

    masked: MaskedTensors
    target: Any
    further: tuple[Any, ...]
    alone: bool

    @property
    def examples(self) -> int:
        """Number of examples in the inputs."""
        return len(self.masked.inputs[0])

    @property
    def options(self) -> dict[str, Any]:
        """What Captum hands to the functions of a caller besides the inputs."""
        return {
            "baselines": self.as_given(self.masked.baselines),
            "feature_mask": self.as_given(self.masked.features),
            "num_interp_features": self.masked.d,
        }

    def as_given(self, parts: tuple[Any, ...]) -> Any:
        """One thing for each input, as the caller has them: in a tuple or alone."""
        return parts[0] if self.alone else parts

    def example(self, index: int) -> Question:
        """The question about one of the examples."""
        inputs, baselines, features, target, further = (
            _of_example(one, index, self.examples)
            for one in (self.masked.inputs, self.masked.baselines, self.masked.features, self.target, self.further)
        )
        masked = replace(self.masked, inputs=inputs, baselines=baselines, features=features)
        return replace(self, masked=masked, target=target, further=further)

    def repeated(self, times: int) -> tuple[Any, Any]:
        """The target and the further arguments of as many masks."""
        return _expand_target(self.target, times), _expand_additional_forward_args(self.further, times)


def read(inputs: Any, baselines: Any, target: Any, further: Any, feature_mask: Any) -> Question:
    """The question of a call, as Captum's ``attribute`` takes it.

    Raises:
        TypeError, ValueError: an argument of another form.
    """
    tensors = _tensors("inputs", inputs)
    examples = {len(one) for one in tensors}
    if len(examples) > 1 or not min(examples):
        raise ValueError(f"inputs must all have as many examples, one at least, got {sorted(examples)}")
    masked = MaskedTensors(tensors, _baselines(baselines, tensors), *_features(feature_mask, tensors))
    further = () if further is None else further if isinstance(further, tuple) else (further,)
    return Question(masked, _target(target, len(tensors[0])), further, not isinstance(inputs, tuple))


def _of_example(value: Any, index: int, examples: int) -> Any:
    """The part of a value that belongs to an example: its entry of a tensor or list with one for each."""
    if isinstance(value, tuple):
        return tuple(_of_example(one, index, examples) for one in value)
    several = isinstance(value, list) or (isinstance(value, Tensor) and value.ndim > 0)
    return value[index : index + 1] if several and len(value) == examples else value


def _tensors(name: str, value: Any) -> tuple[Tensor, ...]:
    found = value if isinstance(value, tuple) else (value,)
    other = [one for one in found if not isinstance(one, Tensor) or one.ndim == 0]
    if other or not found:
        raise TypeError(
            f"{name} must be a tensor with an axis of examples, or a tuple of them, got "
            f"{given(other[0] if other else value)}; write torch.as_tensor(array)[None] for a single example"
        )
    return found


def _baselines(value: Any, inputs: tuple[Tensor, ...]) -> tuple[Any, ...]:
    if value is None:
        return tuple(one.dtype is not torch.bool and 0 for one in inputs)
    found = value if isinstance(value, tuple) else (value,)
    for one in found:
        if not isinstance(one, (Tensor, Real)):
            raise TypeError(f"baselines must be numbers or tensors, got {given(one)}; one for each input")
    _fitting("baselines", found, inputs)
    return found


def _features(value: Any, inputs: tuple[Tensor, ...]) -> tuple[tuple[Tensor, ...], int]:
    """The feature of each entry, from 0, and how many there are: gaps between numbers are features without entries."""
    if value is None:
        features, d = _construct_default_feature_mask(inputs)
        return _counted(features, d)
    found = _tensors("feature_mask", value)
    other = [one for one in found if one.is_floating_point() or one.is_complex() or one.dtype is torch.bool]
    if other:
        raise TypeError(f"feature_mask must have integers, got {other[0].dtype}; write feature_mask.long()")
    _fitting("feature_mask", found, inputs)
    numbers = [one for one in found if one.numel()]
    least = min((int(one.min()) for one in numbers), default=0)
    most = max((int(one.max()) for one in numbers), default=-1)
    return _counted(
        tuple((one - least).long().to(x.device) for one, x in zip(found, inputs, strict=True)), most - least + 1
    )


def _counted(features: tuple[Tensor, ...], d: int) -> tuple[tuple[Tensor, ...], int]:
    if d < 1:
        raise ValueError("inputs must have an entry, got empty tensors; give inputs to explain")
    return features, d


def _fitting(name: str, found: tuple[Any, ...], inputs: tuple[Tensor, ...]) -> None:
    """Refuse what is not one for each input, or does not broadcast to its shape."""
    if len(found) != len(inputs):
        raise ValueError(f"{name} must be one for each of {len(inputs)} inputs, got {len(found)}; give a tuple of them")
    for one, x in zip(found, inputs, strict=True):
        shape = tuple(getattr(one, "shape", ()))
        if not _broadcasts(shape, tuple(x.shape)):
            raise ValueError(f"{name} must broadcast to the shape of its input, {tuple(x.shape)}, got shape {shape}")


def _broadcasts(shape: tuple[int, ...], to: tuple[int, ...]) -> bool:
    behind = zip(reversed(shape), reversed(to), strict=False)
    return len(shape) <= len(to) and all(one in (1, other) for one, other in behind)


def _target(value: Any, examples: int) -> Any:
    rule = "target must be None, an integer, a tuple of integers, or a list or tensor with one for each example"
    if isinstance(value, bool) or not isinstance(value, (type(None), int, tuple, list, Tensor)):
        raise TypeError(f"{rule}, got {given(value)}")
    if isinstance(value, Tensor) and value.numel() == 1:
        return value
    if isinstance(value, (list, Tensor)) and len(value) != examples:
        raise ValueError(f"{rule}, of which there are {examples}, got {given(value)}")
    return value
