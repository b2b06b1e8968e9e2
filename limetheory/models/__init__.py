"""Image classifiers that carry their own preprocessing."""

from __future__ import annotations

from limetheory.models.classifier import Classifier
from limetheory.models.imagenet import imagenet_class_names
from limetheory.models.one_output import OneOutput
from limetheory.models.registry import load_model, model_names

__all__ = ["Classifier", "OneOutput", "imagenet_class_names", "load_model", "model_names"]
