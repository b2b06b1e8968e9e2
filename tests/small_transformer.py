"""A similarity of a tiny transformer with random weights, which costs next to nothing."""

import numpy as np
import torch
import transformers

from limetheory.networks.vit.similarity import Similarity
from limetheory.networks.vit.torch_backbone import TokenNetwork, VisionModel

PATCH = 28
"""Of images of 224 x 224 pixels: 8 x 8 patches."""


def small_similarity(kind="Dinov2"):
    """The similarity to one picture of noise; of "DINOv3ViT" a transformer that cannot leave patches out."""
    more = {"mlp_ratio": 2} if kind == "Dinov2" else {"intermediate_size": 24}
    configuration = getattr(transformers, f"{kind}Config")(
        hidden_size=16, num_hidden_layers=2, num_attention_heads=2, patch_size=PATCH, image_size=2 * PATCH, **more
    )
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        network = TokenNetwork(getattr(transformers, f"{kind}Model")(configuration))
        for one in network.parameters():
            one.data += 0.1 * torch.randn(one.shape)
    vision = VisionModel(network, PATCH, 16, [0.5] * 3, [0.25] * 3)
    return Similarity(vision, [np.random.default_rng(5).random((30, 40, 3))], ["noise"])
