"""What asks a model of images about masks: a torch module on its device, or any callable."""

from __future__ import annotations

import sys
from typing import Any

from limetheory.answers import loading_of
from limetheory.arguments import refuse_class
from limetheory.explaining.masked_input import Evaluator, evaluator_of
from limetheory.freed_memory import kept_freed_memory
from limetheory.given import given
from limetheory.images.callables import CallableEvaluator
from limetheory.images.masked import MaskedImage, ReplacedImage
from limetheory.images.patches.masked import PatchMaskedImage, refuse_removal
from limetheory.images.random.numbered import NumberedImage
from limetheory.images.rise.masked import RiseMaskedImage
from limetheory.images.soft.masked import SoftMaskedImage

_BATCH_BYTES = 1 << 26  # the memory of the masked images of a batch: 64 MiB; a convention
_LARGEST_BATCH = 128  # the most masked images that are evaluated at once; a convention


@evaluator_of.register(MaskedImage)
@evaluator_of.register(SoftMaskedImage)
@evaluator_of.register(RiseMaskedImage)
@evaluator_of.register(NumberedImage)
def _(masked: ReplacedImage, model: Any, device: Any, dtype: Any) -> tuple[Evaluator, int]:
    evaluator, preferred = _evaluator(model, masked, device, dtype)
    return evaluator, min(preferred, max(1, _BATCH_BYTES // (4 * masked.image.size)))


@evaluator_of.register(PatchMaskedImage)
def _(masked: PatchMaskedImage, model: Any, device: Any, dtype: Any) -> tuple[Evaluator, int]:
    refuse_model(model, device, dtype)
    refuse_removal(model, None)
    from limetheory.images.torch.patches import PatchEvaluator

    evaluator = PatchEvaluator(model, masked, device)
    return evaluator, _LARGEST_BATCH


def refuse_model(model: Any, device: Any, dtype: Any) -> None:
    """Refuse a model, and a device or a number type, that cannot be evaluated; nothing is evaluated for that."""
    if _is_module(model):
        if dtype is not None:
            raise ValueError(
                f"dtype is for plain callables, got {given(dtype)} with a torch module; call module.to(dtype)"
            )
        return
    refuse_class("model", model)
    if not callable(model):
        wrapped = "wrap a fitted estimator in Classifier, or for its exact limit in TreeModel or KernelMachine"
        raise TypeError(
            f"model must be a torch module or a callable on batches, got {type(model).__name__}; "
            f"{loading_of(model) or wrapped}"
        )
    if device is not None:
        raise ValueError(f"device is for torch modules, got {given(device)} with a plain callable; leave it out")


def _is_module(model: Any) -> bool:
    torch = sys.modules.get("torch")
    return torch is not None and isinstance(model, torch.nn.Module)


def _evaluator(model: Any, masked: ReplacedImage, device: Any, dtype: Any) -> tuple[Evaluator, int]:
    refuse_model(model, device, dtype)
    if not _is_module(model):
        return CallableEvaluator(model, masked, dtype), 16
    import torch

    from limetheory.images.torch.evaluator import TorchEvaluator

    evaluator = TorchEvaluator(model, masked, device)
    return evaluator, _batch_on_cpu(torch.get_num_threads()) if evaluator.device.type == "cpu" else _LARGEST_BATCH


def _batch_on_cpu(threads: int) -> int:
    """Images per evaluation that are fastest: more fit where a layer's memory is used again by the next."""
    return min(max(16, 8 * threads) if kept_freed_memory() else 4 * threads, _LARGEST_BATCH)
