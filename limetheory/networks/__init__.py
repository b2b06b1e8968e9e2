"""Image classifiers that carry their own preprocessing, and vision transformers as functions of images."""

from __future__ import annotations

from limetheory.networks.classifier import Classifier
from limetheory.networks.imagenet import imagenet_class_names
from limetheory.networks.one_output import OneOutput
from limetheory.networks.registry import load_model, model_names
from limetheory.networks.table import NETWORKS, Network
from limetheory.networks.vit import BACKBONES, Backbone, BackboneRow, Tokens, load_backbone

__all__ = [
    "BACKBONES",
    "NETWORKS",
    "Backbone",
    "BackboneRow",
    "Classifier",
    "Network",
    "OneOutput",
    "Tokens",
    "imagenet_class_names",
    "load_backbone",
    "load_model",
    "model_names",
]
