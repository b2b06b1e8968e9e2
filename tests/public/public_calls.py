"""A call that works of every public function and class: its arguments by name."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib import import_module
from inspect import isabstract
from pathlib import Path
from typing import Any

import numpy as np
import torch
from sklearn.svm import SVR
from sklearn.tree import DecisionTreeRegressor

import limetheory as lt
from limetheory import images, metrics, verification

SUBPACKAGES = (
    "designs", "limits", "explanation", "estimation", "statistics", "explaining", "images", "networks", "fitted",
    "metrics", "verification",
)  # fmt: skip
"""Those of docs/reference.md, besides limetheory itself."""


def public_callables() -> dict[str, Callable[..., Any]]:
    """Every public function and every public class of which there are instances, by its shortest dotted name."""
    found: dict[str, Callable[..., Any]] = {}
    for package in [lt, *(import_module(f"limetheory.{part}") for part in SUBPACKAGES)]:
        for name in package.__all__:
            one = getattr(package, name)
            if callable(one) and not isabstract(one) and not any(one is other for other in found.values()):
                found[f"{package.__name__}.{name}".removeprefix("limetheory.")] = one
    return found


def public_calls(folder: Path) -> dict[str, tuple[Callable[..., Any], dict[str, Any]]]:
    """Each function with the arguments of a call that works; ", and so on" after its name tells a second call apart.

    Args:
        folder: for the files that some of them read or write.
    """
    known, rows = public_callables(), dict(_rows(folder))
    return {name: (known[name.partition(",")[0]], arguments) for name, arguments in rows.items()}


def _rows(folder: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    design, model = lt.ImageDesign(3), lt.Additive([1.0, -2.0, 0.5])
    yield from _designs()
    yield from _set_functions()
    yield from _answers(design, model, folder)
    yield from _statistics(design, model)
    yield from _records(design, model)
    yield from _fitted()
    yield from _images(folder)
    yield from _networks()
    yield from _metrics()
    yield from _metrics_of_predictions()
    yield from _verification(folder)


def _designs():
    for name in ("ImageDesign", "TextDesign"):
        yield name, {"d": 3, "bandwidth": 0.25}
    yield "BernoulliDesign", {"d": 3, "p": 0.5}
    yield "ShapleyDesign", {"d": 3}
    yield "SizeLawDesign", {"masses": [1, 2, 2, 1]}
    yield "GlimeDesign", {"d": 3, "sigma": 1.0, "law": "binomial"}
    yield "ProductDesign", {"keep": [0.5, 0.4, 0.3], "weights_off": [1.0, 0.5, 0.5]}
    yield "ExchangeableDesign", {"d": 3, "log_law": np.log([1 / 8, 3 / 8, 3 / 8, 1 / 8]), "log_weight": np.zeros(4)}
    yield "DegenerateDesignError", {}


def _set_functions():
    leaf = lt.Leaf(3, on=(0,))
    yield "Additive", {"weights": [1.0, 2.0], "intercept": 1.0}
    yield "Leaf", {"d": 3, "on": (0,), "off": (1,), "value": 1.0}
    yield "limits.LeafSum", {"d": 3, "leaves": [leaf], "intercept": 1.0}
    yield "Multilinear", {"d": 3, "terms": {(0, 1): 1.0}}
    yield "FactorProduct", {"on": [1.0, 2.0, 3.0], "off": [0.0, 1.0, 2.0]}
    ones = np.ones((2, 3))
    yield "FactorSum", {"on": ones, "off": ones, "weights": [1.0, 2.0], "log_scale": [0.0, 0.0], "intercept": 1.0}
    yield "Maximum", {"leaves": [leaf]}
    yield "any_of", {"detectors": [leaf]}
    yield "all_of", {"detectors": [leaf]}
    yield "parity", {"d": 3, "members": (0, 1)}
    yield "exclusive_or", {"d": 3, "members": (0, 1)}
    yield "WeightedSum", {"models": [leaf], "weights": [1.0], "intercept": 1.0}
    yield "SetFunction", {"values": [0.0, 1.0]}
    yield "tabulate", {"function": lt.Additive([1.0, 2.0]), "d": 2}
    yield "all_masks", {"d": 3, "start": 0, "stop": 2}
    yield "supported", {}


def _answers(design, model, folder):
    F = {"F": model, "design": design}
    yield "limit", {"model": model, "design": design, "ridge": 0.1}
    yield "estimate", {
        **F, "n": 40, "rng": 0, "method": "wls", "ridge": 0.0, "include_original": False, "sampling": "design",
    }  # fmt: skip
    yield "estimate_until", {
        **F, "tolerance": 0.5, "level": 0.9, "rng": 0, "bounds": (-3.0, 3.0), "guarantee": "bounded", "n_max": 100,
        "fit": None,
    }  # fmt: skip
    yield "two_level", {
        "cheap": model, "exact": model, "design": design, "n": 40, "n_exact": 20, "rng": 0, "method": "wls",
    }  # fmt: skip
    yield "estimate, by a function", {**F, "n": 40, "rng": 0, "method": "adjusted", "sampling": "design"}
    yield "estimate_until, asymptotically", {**F, "tolerance": 0.5, "rng": 0, "guarantee": "asymptotic", "n_max": 100}
    yield "slime", {**F, "k": 1, "rng": 0, "n": 40, "n_max": 80, "alpha": 0.05, "ridge": 1.0}
    yield "slime_limit", {"model": model, "design": design, "k": 1, "ridge": 0.1}
    yield "baylime", {
        **F, "n": 40, "rng": 0, "mode": "full", "prior_mean": [0.0, 0.0, 0.0], "prior_precision": 1.0,
        "noise_precision": 1.0,
    }  # fmt: skip
    yield "baylime_limit", {"model": model, "design": design, "prior_mean": [0.0, 0.0, 0.0], "ridge": 0.1}
    yield "ig_gap", {**F, "gradients": [1.0, 2.0, 3.0]}
    yield "order_spectrum", {"F": model}
    lt.limit(model, design).save(folder / "answer.npz")
    yield "load_explanation", {"path": folder / "answer.npz"}


def _statistics(design, model):
    answer = lt.estimate(model, design, 40, 0)
    yield "above", {"explanation": answer, "i": 0, "j": 1}
    yield "rank_intervals", {"explanation": answer, "level": 0.9}
    yield "stability", {"explanation": answer, "k": 1, "rng": 0, "draws": 10}
    yield "asymptotic_covariance", {"model": model, "design": design}
    yield "asymptotic_deviations", {"model": model, "design": design}
    yield "statistics.leaf_covariance", {"model": lt.limits.LeafSum(3, [lt.Leaf(3, on=(0,))]), "design": design}
    yield "bias_split", {"answer": answer, "model": model, "design": design, "n": 40, "ridge": 0.1, "wanted": design}
    yield "estimated_bias_split", {"answer": answer, "reference": answer, "design": design, "n": 40, "ridge": 0.1}
    yield "plan", {
        "design": design, "half_width": 0.1, "level": 0.9, "pilot": None, "bounds": (0.0, 1.0), "spread": 0.5,
        "simultaneous": False, "method": "clt",
    }  # fmt: skip
    yield "plan, from a pilot", {"design": design, "half_width": 0.1, "pilot": answer, "method": "clt"}
    yield "Bound", {"design": design, "bounds": (0.0, 1.0), "spread": 0.5, "simultaneous": True}
    for name in ("BettingSequence", "NormalMixtureSequence", "PartwiseBettingSequence"):
        yield f"statistics.{name}", {"m": 3, "tolerance": 0.1, "level": 0.9, "horizon": 100}


def _records(design, model):
    """Classes of answers, which users read and do not make."""
    zeros = np.zeros(3)
    explanation = {
        "coefficients": zeros, "intercept": 0.0, "standard_errors": zeros, "n_evaluations": 3,
        "degrees_of_freedom": 3.0, "covariance": np.eye(3), "method": "wls", "stopping": None, "names": ["a", "b", "c"],
    }  # fmt: skip
    yield "Explanation", explanation
    yield "BayesianExplanation", {**explanation, "prior_mean": zeros, "prior_precision": 1.0, "noise_precision": 1.0}
    yield "SparseExplanation", {**explanation, "selected": (0,), "statistics": (1.0,), "significant": True}
    masked = lt.MaskedImage(np.eye(3), np.arange(9).reshape(3, 3) // 3, 0.0)
    yield "ImageExplanation", {
        **explanation, "masked": masked, "target": 0, "outputs": zeros, "design": design, "n_masks": 3, "seed": 0,
    }  # fmt: skip
    yield "Stopping", {
        "half_widths": zeros, "reached": True, "tolerance": 0.1, "level": 0.9, "guarantee": "bounded", "n_masks": 3,
    }  # fmt: skip
    sample = {"d": 3, "bits": np.zeros((2, 1), np.uint8), "weights": np.ones(2), "values": np.ones(2)}
    yield "Sample", sample
    yield "Interrupted", {"sample": lt.Sample(**sample)}
    yield "FewMasksWarning", {}
    yield (
        "BiasSplit",
        dict.fromkeys(("bandwidth", "ridge", "sampling", "bandwidth_errors", "ridge_errors", "sampling_size"), zeros),
    )
    yield "Comparison", {"difference": 1.0, "standard_error": 1.0, "degrees_of_freedom": 3.0, "p_value": 0.1}
    yield "GradientsGap", {
        "lime": zeros, "banzhaf": zeros, "shapley": zeros, "gradients": zeros, "by_order": np.zeros((3, 3)),
    }  # fmt: skip
    yield "OrderSpectrum", {"moebius": np.zeros(4), "walsh": np.zeros(4)}
    need = lt.statistics.Requirement(3.0, "nothing")
    yield "statistics.Requirement", {"n": 3.0, "assumes": "nothing"}
    yield "Plan", {
        "d": 3, "half_width": 0.1, "level": 0.9, "method": "clt", "clt": need, "unbiased": None, "wls": None,
    }  # fmt: skip
    yield "Stability", {
        "selected": (0,), "change": 0.1, "inclusion": zeros, "variables_index": 1.0, "coefficients_index": 1.0,
    }  # fmt: skip
    yield "SuperpixelGradients", {"coefficients": zeros, "completeness_gap": 0.0, "rise": 0.0}
    yield "limits.Supported", {"model": "", "statement": "", "file": "", "test": ""}
    yield "estimation.Method", {"name": "a", "summary": "b", "function": print}
    yield "explaining.Masks", {"n": 40, "method": "wls", "ridge": 0.0, "include_original": False}
    yield "explaining.Until", {
        "tolerance": 0.1, "level": 0.9, "bounds": (0.0, 1.0), "guarantee": "bounded", "n_max": 100,
    }  # fmt: skip


def _fitted():
    rows = np.arange(12.0).reshape(3, 4) / 12
    tree = DecisionTreeRegressor(max_depth=1).fit(rows, [0.0, 1.0, 2.0])
    machine = SVR().fit(rows, [0.0, 1.0, 2.0])
    detector = lt.ShapeDetector(np.eye(2, dtype=bool), 0.5)
    yield "LinearPixels", {"weights": np.ones((2, 2)), "intercept": 1.0}
    yield "ShapeDetector", {"shape": np.eye(2, dtype=bool), "threshold": 0.5}
    yield "ShapeDetectors", {"detectors": [detector], "combine": "weighted", "weights": [1.0]}
    yield "ConvolutionalDetector", {"pattern": np.eye(2), "threshold": 0.5, "stride": 1}
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
    yield "set_function", {"model": answer_of, "masked": masked, "target": 0}
    yield "explain_image", {
        **explained, "target": 0, "design": lt.ImageDesign, "n": 10, "rng": 0, "device": None, "method": "wls",
        "ridge": 0.0, "include_original": False, "batch_size": 4, "dtype": "float32", "tolerance": None, "level": 0.95,
        "bounds": None, "guarantee": None, "n_max": 100_000,
    }  # fmt: skip
    yield "explain_image, to a tolerance", {
        **explained, "tolerance": 0.5, "level": 0.9, "bounds": (0.0, 1.0), "guarantee": "bounded", "n_max": 100,
    }  # fmt: skip
    yield "explain_image, of a module", {
        **explained, "model": _network(), "device": "cpu", "n": 10, "rng": 0, "dtype": None, "batch_size": 2,
    }  # fmt: skip
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


def _three_masks(image):
    """The left half, its left half, and the right half."""
    column = np.arange(image.shape[1])[None] + np.zeros(image.shape[:2], int)
    return np.stack([column < 2, column < 1, column >= 2])


def _network():
    return torch.nn.Sequential(torch.nn.Conv2d(3, 2, 1), torch.nn.AdaptiveAvgPool2d(1), torch.nn.Flatten())


def _networks():
    network = _network()
    yield "Classifier", {
        "network": network, "input_size": 4, "mean": 0.5, "std": 0.5, "output": "logits", "precision": "float32",
        "class_names": ["a", "b"], "name": "toy",
    }  # fmt: skip
    yield "load_model", {
        "name": "efficientnet_lite0", "weights": None, "output": "logits", "precision": "float32", "device": "cpu",
    }  # fmt: skip
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
    zeros, found = np.zeros(3), metrics.removal(scores)
    yield "metrics.Curve", {"removal": found, "moved": zeros, "values": zeros, "ends": (0.0, 1.0)}
    yield "metrics.Interval", {"mean": 1.0, "low": 0.0, "high": 2.0}
    yield "metrics.KeptArea", {"preserved": 1.0, "area": 0.1, "within": 1.0}
    yield "metrics.Metric", {"function": print, "better": "↑", "source": "a"}
    yield "metrics.PairedDifference", {"first": "a", "second": "b", "difference": None, "p": 0.1, "p_corrected": 0.1}
    yield "metrics.Removal", {name: getattr(found, name) for name in found.__dataclass_fields__}
    yield "metrics.Sensitivity", {"maximum": 1.0, "mean": 0.5}


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
    yield "metrics.pixelwise", {"masked": masked}
    yield "metrics.with_replacement", {"masked": masked, "replacement": 0.5}
    yield "metrics.random_answers", {"predictions": predictions, "rng": 0}
    yield "metrics.random_model", {"module": torch.nn.Linear(2, 2), "rule": "shuffle", "rng": 0}
    yield "metrics.randomisation_check", {"predictions": predictions, "shown": shown}


def _verification(folder):
    yield "verification.Check", {"name": "a", "value": 1.0, "low": 0.0, "high": 2.0, "meaning": "b"}
    yield "verification.Section", {"title": "a", "text": "b", "checks": [], "numbers": {}, "figures": {}}
    workload = verification.WORKLOADS["quick"]
    yield "verification.Workload", vars(workload)
    yield "verification.verify", {"workload": workload, "folder": folder, "say": print}
