"""The tensors of an exported DINOv2 backbone under the names of its published checkpoints, and its configuration."""

from __future__ import annotations

import re
from math import isqrt
from typing import Any

import numpy as np

from limetheory.networks.vit.graph import BackboneGraph

_PREFIX = "backbone."
_LAYER = "encoder.layer.{}.{}.weight"
_PRODUCTS = (
    "attention.attention.query", "attention.attention.key", "attention.attention.value", "attention.output.dense",
    "mlp.fc1", "mlp.fc2",
)  # fmt: skip
"""The linear maps of a layer, whose matrices the export transposed and left without names."""

_HEAD = 64
"""Channels of a head of attention in every DINOv2 (Oquab et al. 2023, Table 16)."""


def dinov2_weights(graph: BackboneGraph) -> dict[str, np.ndarray]:
    """The arrays by the names of DINOv2's published checkpoints."""
    named = {name.removeprefix(_PREFIX): graph.array(name) for name in graph.tensors if name.startswith(_PREFIX)}
    products = {
        _LAYER.format(layer, product): _matrix(graph, layer, product)
        for layer in range(_layers(named))
        for product in _PRODUCTS
    }
    places = {"embeddings.position_embeddings": _positions(graph)}
    token = {"embeddings.mask_token": np.zeros((1, graph.channels), np.float32)}  # of training alone, so not exported
    return {**named, **products, **places, **token}


def dinov2_configuration(weights: dict[str, np.ndarray]) -> dict[str, Any]:
    """The arguments of transformers' `Dinov2Config` that fit the arrays."""
    channels, _, patch, _ = weights["embeddings.patch_embeddings.projection.weight"].shape
    wide = weights[_LAYER.format(0, "mlp.fc1")].shape[0]
    return {
        "hidden_size": channels, "num_hidden_layers": _layers(weights), "num_attention_heads": channels // _HEAD,
        "mlp_ratio": wide // channels, "patch_size": patch,
        "image_size": patch * isqrt(weights["embeddings.position_embeddings"].shape[1] - 1),
    }  # fmt: skip


def _layers(names: dict[str, np.ndarray]) -> int:
    found = [re.match(r"encoder\.layer\.(\d+)\.norm1\.weight", name) for name in names]
    return sum(one is not None for one in found)


def _matrix(graph: BackboneGraph, layer: int, product: str) -> np.ndarray:
    """The matrix of a linear map, (out, in)."""
    place = product.replace(".", "/")
    inputs = graph.inputs_of(f"/backbone/encoder/layer.{layer}/{place}/MatMul_output_0")
    (name,) = [one for one in inputs if one in graph.tensors]
    return np.ascontiguousarray(graph.array(name).T)


def _positions(graph: BackboneGraph) -> np.ndarray:
    """The embedding of the class token's position, then those of the patches, (1, 1 + patches, c)."""
    first = graph.inputs_of("/backbone/embeddings/Concat_6_output_0")[0]
    others = graph.inputs_of("/backbone/embeddings/Reshape_1_output_0")[0]
    return np.concatenate([graph.array(first), graph.array(others)], axis=1)
