"""Image classifiers that carry their own preprocessing."""

from __future__ import annotations

from limetheory.networks.classifier import Classifier
from limetheory.networks.imagenet import imagenet_class_names
from limetheory.networks.one_output import OneOutput
from limetheory.networks.registry import load_model, model_names
from limetheory.networks.table import NETWORKS, Network

__all__ = ["NETWORKS", "Classifier", "Network", "OneOutput", "imagenet_class_names", "load_model", "model_names"]
