"""A call that works of every public function and class for models, images, networks and metrics."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import torch
from sklearn.svm import SVR
from sklearn.tree import DecisionTreeRegressor

import limetheory as lt
from limetheory import images, metrics


def picture_calls(folder: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """The names with the arguments of a call that works.

    Args:
        folder: for the files that some of them read.
    """
    yield from _fitted()
    yield from _images(folder)
    yield from _edits()
    yield from _networks()
    yield from _metrics()
    yield from _metrics_of_predictions()


def _fitted():
    rows = np.arange(12.0).reshape(3, 4) / 12
    tree = DecisionTreeRegressor(max_depth=1).fit(rows, [0.0, 1.0, 2.0])
    machine = SVR().fit(rows, [0.0, 1.0, 2.0])
    detector = lt.ShapeDetector(np.eye(2, dtype=bool), 0.5)
    yield "LinearPixels", {"weights": np.ones((2, 2)), "intercept": 1.0}
    yield "ShapeDetector", {"shape": np.eye(2, dtype=bool), "threshold": 0.5}
    yield "ShapeDetectors", {"detectors": [detector], "combine": "sum", "weights": [1.0]}
    yield "ConvolutionalDetector", {"pattern": np.eye(2, dtype=bool), "threshold": 0.5, "stride": 1}
    yield "TreeModel", {"estimator": tree, "target": None, "output": "score"}
    yield "KernelMachine", {"estimator": machine, "target": None, "output": None}
    yield "RBFExpansion", {
        "support": np.ones((2, 4)), "weights": [1.0, 2.0], "precision": 1.0, "intercept": 1.0, "log_scale": [0.0, 0.0],
    }  # fmt: skip


PICTURE = np.arange(12.0).reshape(3, 4) / 12
LABELS = np.arange(12).reshape(3, 4) // 4


def answer_of(pictures):
    """Two columns, one of them the mean level of each picture."""
    means = pictures.reshape(len(pictures), -1).mean(axis=1)
    return np.stack([means, 1 - means], axis=1)


def _images(folder):
    from PIL import Image

    masked = lt.MaskedImage(PICTURE, LABELS, 0.0)
    explained = {"model": answer_of, "image": PICTURE, "segments": LABELS, "replacement": 0.0}
    yield "MaskedImage", {"image": PICTURE, "segments": LABELS, "replacement": 0.0}
    yield "ModelFunction", {
        "model": answer_of, "masked": masked, "target": 0, "batch_size": 4, "device": None, "dtype": "float32",
    }  # fmt: skip
    yield "contrast", {"model": answer_of, "target": 0, "against": 1}
    yield "set_function", {"model": answer_of, "masked": masked, "target": 0}
    yield "explain_image", {
        **explained, "target": 0, "design": lt.ImageDesign, "n": 10, "rng": 0, "device": None, "method": "wls",
        "ridge": 0.0, "include_original": False, "batch_size": 4, "dtype": "float32", "tolerance": None, "level": 0.95,
        "bounds": None, "guarantee": None, "n_max": 100_000, "attribution": "ols", "smoothing": "gaussian",
        "sigma": 1.0, "per_pixel": True, "repeats": 1,
    }  # fmt: skip
    yield "explain_image, to a tolerance", {
        **explained, "tolerance": 0.5, "level": 0.9, "bounds": (0.0, 1.0), "guarantee": "bounded", "n_max": 100,
    }  # fmt: skip
    yield "explain_image, of a module", {
        **explained, "model": _network(), "device": "cpu", "n": 10, "rng": 0, "dtype": None, "batch_size": 2,
    }  # fmt: skip
    yield from _soft()
    yield from _regions(folder)
    Image.fromarray(np.zeros((3, 4), np.uint8)).save(folder / "picture.png")
    yield "load_image", {"path": folder / "picture.png"}
    yield "as_image", {"array": PICTURE}
    yield "segment", {"image": PICTURE, "method": "grid", "n_segments": 2}
    yield "images.compact", {"labels": LABELS, "shape": (3, 4)}
    yield "images.replacement_image", {"image": PICTURE, "labels": LABELS, "replacement": 0.0}
    yield "images.masks_of", {"image": PICTURE, "generator": _three_masks, "cache": None}
    masks = _three_masks(PICTURE)
    yield "images.containment_tree", {"masks": masks, "min_percent": 0.35, "fill_distance": 10.0, "shape": (3, 4)}
    tree = images.containment_tree(masks)
    yield "images.explain_hierarchy", {
        "model": answer_of, "image": PICTURE, "tree": tree, "depth": 2, "top_k": 1, "n_segments": None, "target": 0,
        "n": 10, "rng": 0,
    }  # fmt: skip
    yield "images.SegmentTree", {
        "leaves": tree.leaves, "parent": tree.parent, "depths": tree.depths, "mask": tree.mask,
    }  # fmt: skip
    yield "images.Segmentation", {"tree": tree, "groups": tree.at(1).groups}
    yield "images.ExplainedSegmentation", {
        "segmentation": tree.at(1), "explanation": lt.explain_image(**explained, n=10, rng=0),
    }  # fmt: skip


def _regions(folder):
    size, click = (3, 4), [(1, 1)]
    triangle = [(0, 0), (3, 0), (0, 2)]
    yield "images.polygon_mask", {"shape": size, "vertices": triangle}
    yield "images.rectangle_mask", {"shape": size, "corner": (0, 0), "opposite": (1, 2)}
    yield "images.brush_mask", {"shape": size, "path": triangle, "width": 1.0}
    np.save(folder / "labels.npy", LABELS)
    yield "images.read_masks", {"source": folder / "labels.npy", "shape": size}
    region = images.Region("top", LABELS == 0, 2)
    yield "images.Region", {"name": "top", "mask": LABELS == 0, "superpixels": 2}
    yield "images.Regions", {"shape": size, "regions": [region], "outside": 2, "segmenter": "grid"}
    yield "images.objects_at", {"image": PICTURE, "clicks": click, "labels": [1], "predictor": "higra"}
    partition = images.Regions(size, [region], 2, "grid").partition(PICTURE)
    yield "images.Partition", {
        "labels": partition.labels, "owners": partition.owners, "regions": partition.regions
    }  # fmt: skip
    joint = lt.limit(lt.Additive([1.0, 2.0, 3.0, 4.0]), lt.ImageDesign(4))
    whole = lt.limit(lt.Additive([3.0, 3.0, 4.0]), lt.ImageDesign(3))
    yield "images.region_sums", {"explanation": joint, "partition": partition, "whole": whole}
    one = np.ones(1)
    yield "images.RegionSums", {
        "names": ("top",), "parts": one, "sums": one, "standard_errors": one, "degrees_of_freedom": one,
        "coefficients": one, "coefficient_errors": one,
    }  # fmt: skip
    yield "images.History", {"present": 1, "past": (), "future": ()}
    yield "images.Objects", {"masks": np.ones((3, 3, 4), bool), "scores": np.ones(3)}
    yield "images.Predictor", {"name": "toy", "factory": len, "summary": "a toy"}


def _edits():
    edit = images.Edit("blur", "left", {"radius": 5})
    yield "images.Edit", {"name": "move", "region": "left", "parameters": {"right": 50}, "on": True}
    yield "images.Edits", {"edits": [edit]}
    yield "images.EditedPhoto", {
        "pixels": np.zeros((3, 4, 3)), "masks": {"left": LABELS == 0}, "vanished": (), "without_effect": (),
    }  # fmt: skip


def _soft():
    yield "images.soft_masks", {"segments": LABELS, "smoothing": "gaussian", "sigma": 1.0}
    soft = images.soft_masks(LABELS)
    yield "images.SoftMaskedImage", {"image": PICTURE, "masks": soft, "replacement": 0.0, "segments": LABELS}
    yield "images.PatchMaskedImage", {"image": PICTURE, "segments": LABELS}
    yield "images.RandomMaskedImage", {"image": PICTURE, "segments": LABELS, "replacement": "noise"}
    random = images.RandomMaskedImage(PICTURE, LABELS, "noise")
    yield "images.RandomImageFunction", {
        "model": answer_of, "masked": random, "target": 0, "batch_size": 4, "device": None, "dtype": "float32",
        "rng": 0, "repeats": 2,
    }  # fmt: skip
    yield "images.rise_masks", {"n": 2, "cells": 2, "shape": (3, 4), "p": 0.5, "rng": 0}
    yield "images.rise_map", {
        "model": answer_of, "image": PICTURE, "target": 0, "n": 60, "cells": 2, "p": 0.5, "replacement": 0.0,
        "mean": "observed", "rng": 0, "device": None, "batch_size": 4, "dtype": "float32",
    }  # fmt: skip
    found = images.rise_map(answer_of, PICTURE, n=60, cells=2, rng=0)
    yield "images.PixelMap", {
        "values": found.values, "standard_errors": found.standard_errors, "n_evaluations": 9, "target": 0,
        "degrees_of_freedom": 5.0, "spread": found.spread,
    }  # fmt: skip


def _three_masks(image):
    """The left half, its left half, and the right half."""
    column = np.arange(image.shape[1])[None] + np.zeros(image.shape[:2], int)
    return np.stack([column < 2, column < 1, column >= 2])


def _network():
    return torch.nn.Sequential(torch.nn.Conv2d(3, 2, 1), torch.nn.AdaptiveAvgPool2d(1), torch.nn.Flatten())


def _networks():
    network = _network()
    yield "Classifier", {
        "network": network, "mean": 0.5, "std": 0.5, "size": 4, "output": "logits", "processor": None,
        "precision": "float32", "class_names": ["a", "b"], "name": "toy", "backend": "torch",
    }  # fmt: skip
    yield "load_model", {
        "name": "efficientnet_lite0", "reference": None, "weights": None, "output": "logits", "precision": "float32",
        "device": "cpu", "backend": "torch",
    }  # fmt: skip
    yield "load_model, similarity", {"name": "dino_similarity", "reference": PICTURE, "output": "similarity"}
    yield "networks.load_backbone", {
        "name": "dino", "engine": "onnx", "weights": None, "device": "cpu", "precision": "float32",
    }  # fmt: skip
    yield "networks.BackboneRow", {"name": "toy", "build": len, "summary": "a toy"}
    yield "networks.Tokens", {"cls": np.zeros((1, 2)), "patches": np.zeros((1, 2, 3, 2))}
    yield "networks.Network", {"name": "toy", "arguments": dict, "summary": "a toy"}
    yield "networks.OneOutput", {"network": network, "field": "logits"}
    yield "networks.imagenet_class_names", {}
    yield "networks.model_names", {}
    yield "superpixel_integrated_gradients", {
        "model": network, "image": np.stack([PICTURE] * 3, axis=2), "segments": LABELS, "target": 0,
        "replacement": 0.0, "steps": 2,
    }  # fmt: skip


def _metrics():
    scores, F = [0.3, -0.2, 0.1], lt.Additive([0.3, -0.2, 0.1])
    shown = [True, False, True]
    for name in ("effective_number", "gini", "gini_shifted"):
        yield f"metrics.{name}", {"coefficients": scores}
    yield "metrics.area_fractions", {"segments": LABELS}
    yield "metrics.curve", {
        "F": F, "scores": scores, "insert": False, "steps": 2, "sizes": [1, 2, 3], "draws": 2, "rng": 0,
    }  # fmt: skip
    for name in ("deletion_auc", "insertion_auc"):
        yield f"metrics.{name}", {"F": F, "scores": scores, "normalise": False, "draws": 2, "rng": 0}
    for name in ("lif", "mif", "srg"):
        yield f"metrics.{name}", {"F": F, "scores": scores, "steps": 2, "normalise": False, "draws": 2}
    yield "metrics.expected_deviation", {"explanation": lt.estimate(F, lt.ImageDesign(3), 20, 0), "relative": True}
    yield "metrics.interval_width", {
        "explanation": lt.estimate(F, lt.ImageDesign(3), 20, 0), "level": 0.9, "relative": True,
    }  # fmt: skip
    yield "metrics.repetition_deviation", {"coefficients": [scores, scores], "relative": True}
    yield "metrics.explanation_similarity", {"coefficients": scores, "randomised": scores, "absolute": True}
    yield "metrics.holm", {"p": [0.1, 0.2]}
    yield "metrics.infidelity", {
        "F": F, "coefficients": scores, "law": lt.ImageDesign(3), "n": 4, "rng": 0, "scale": True,
    }  # fmt: skip
    yield "metrics.interval", {"scores": scores, "level": 0.9, "method": None, "n_resamples": 10, "rng": 0}
    yield "metrics.paired_differences", {
        "scores": {"a": scores, "b": [0.1, 0.5, 0.2]}, "reference": "a", "level": 0.9, "n_resamples": 10, "rng": 0,
    }  # fmt: skip
    yield "metrics.noisy", {"image": PICTURE, "deviation": 0.1, "rng": 0}
    yield "metrics.orders", {"scores": scores, "draws": 2, "rng": 0}
    yield "metrics.removal", {"scores": scores, "steps": 2, "draws": 2, "rng": 0}
    yield "metrics.sensitivity", {
        "explain": np.ravel, "image": PICTURE, "radius": 0.1, "n": 2, "relative": True, "rng": 0,
    }  # fmt: skip
    yield "metrics.shown", {"coefficients": scores, "rule": "public"}
    yield "metrics.size", {"shown": shown, "segments": LABELS}
    yield from _metrics_of_label_maps(shown)
    zeros, found = np.zeros(3), metrics.removal(scores)
    yield "metrics.Curve", {"removal": found, "moved": zeros, "values": zeros, "ends": (0.0, 1.0)}
    yield "metrics.Interval", {"mean": 1.0, "low": 0.0, "high": 2.0}
    yield "metrics.KeptArea", {"preserved": 1.0, "area": 0.1, "within": 1.0}
    yield "metrics.Metric", {"function": print, "better": "↑", "source": "a"}
    yield "metrics.PairedDifference", {"first": "a", "second": "b", "difference": None, "p": 0.1, "p_corrected": 0.1}
    yield "metrics.Removal", {name: getattr(found, name) for name in found.__dataclass_fields__}
    yield "metrics.Sensitivity", {"maximum": 1.0, "mean": 0.5}


def _metrics_of_label_maps(shown):
    maps, region = {"segments": LABELS, "truth": LABELS // 2}, LABELS == 1
    for name in ("boundary_precision", "boundary_recall"):
        yield f"metrics.{name}", {**maps, "tolerance": 1}
    for name in ("achievable_segmentation_accuracy", "undersegmentation_error"):
        yield f"metrics.{name}", maps
    yield "metrics.explained_variation", {"image": PICTURE, "segments": LABELS}
    yield "metrics.achievable_overlap", {"segments": LABELS, "region": region}
    yield "metrics.mask_overlap", {"shown": shown, "segments": LABELS, "region": region}


def _metrics_of_predictions():
    scores, shown = [0.3, -0.2, 0.1], [True, False, True]
    masked = lt.MaskedImage(PICTURE, LABELS, 0.0)
    function = lt.ModelFunction(answer_of, masked)
    predictions = metrics.Predictions(function)
    yield "metrics.Predictions", {"function": function}
    for name in ("contrast_deletion", "contrast_preservation"):
        yield f"metrics.{name}", {"first": predictions, "second": predictions, "shown": shown}
    for name in ("deletion", "preservation"):
        yield f"metrics.{name}", {"predictions": predictions, "shown": shown, "original": 0}
    for name in ("noise_deletion", "noise_preservation"):
        yield f"metrics.{name}", {"noise": predictions, "shown": shown, "original": 0}
    ranked = {"predictions": predictions, "coefficients": scores, "draws": 2, "rng": 0}
    yield "metrics.incremental_deletion", {**ranked, "sizes": [1, 2, 3], "until": 0.15}
    yield "metrics.incremental_deletion_sum", {**ranked, "sizes": [1, 2, 3], "left": 0.85}
    yield "metrics.kept_area_preservation", {**ranked, "area": 0.1, "tolerance": 0.05}
    yield "metrics.pointing_game", {"heatmap": np.eye(3), "region": np.eye(3, dtype=bool), "tolerance": 1.0}
    yield "metrics.pixelwise", {"masked": masked}
    yield "metrics.with_replacement", {"masked": masked, "replacement": 0.5}
    yield "metrics.random_answers", {"predictions": predictions, "rng": 0}
    yield "metrics.random_model", {"module": torch.nn.Linear(2, 2), "rule": "shuffle", "rng": 0}
    yield "metrics.randomisation_check", {"predictions": predictions, "shown": shown}
