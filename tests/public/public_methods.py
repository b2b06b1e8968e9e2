"""A call that works of the methods of public classes that users call: the bound method and its arguments by name.

Left out is what limetheory itself calls with arguments that it has checked, such as `Design.shrink`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from inspect import signature
from pathlib import Path
from typing import Any

import numpy as np
import torch
from picture_calls import LABELS, PICTURE, answer_of
from sklearn.svm import SVR
from sklearn.tree import DecisionTreeRegressor
from word_and_table_methods import word_and_table_methods

import limetheory as lt
from limetheory import attribution, estimation, explaining, images, inspection, metrics, networks, statistics

MASKS = np.array([[True, False, True], [False, False, True], [True, True, False]])


def public_methods(folder: Path) -> dict[str, tuple[Callable[..., Any], dict[str, Any]]]:
    """Each method with the arguments of a call that works.

    Args:
        folder: for the files that some of them write.
    """
    rows = [
        *_designs(),
        *_set_functions(),
        *_answers(folder),
        *_statistics(),
        *_images(),
        *_regions(),
        *_models(),
        *_metrics(),
        *_inspection(),
        *word_and_table_methods(folder),
    ]
    return {f"{type(one).__name__}.{name}": (getattr(one, name), arguments) for one, name, arguments in rows}


def _designs() -> Iterator[tuple[Any, str, dict[str, Any]]]:
    for design in (lt.ImageDesign(3), lt.ProductDesign([0.5, 0.4, 0.3]), lt.AreaDesign([3.0, 1.0, 2.0])):
        yield design, "alpha", {"a": 1, "b": 1}
        for name in ("centred", "centred_share", "contrasts", "probability", "weight", "density", "chance"):
            yield design, name, {"masks": MASKS}
        for name in ("slopes", "squared_distance", "log_odds_of_complement"):
            yield design, name, {"masks": MASKS}
        for name in ("sample", "leverage_sample"):
            yield design, name, {"n": 3, "rng": np.random.default_rng(0)}


def _set_functions() -> Iterator[tuple[Any, str, dict[str, Any]]]:
    leaf, ones = lt.Leaf(3, on=(0,)), np.ones((2, 3))
    for model in (
        lt.Additive([1.0, 2.0, 3.0]), leaf, lt.LeafSum(3, [leaf]), lt.Multilinear(3, {(0, 1): 1.0}),
        lt.FactorProduct([1.0, 2.0, 3.0], [0.0, 1.0, 2.0]), lt.FactorSum(ones, ones), lt.Maximum([leaf]),
        lt.WeightedSum([leaf]), lt.SetFunction(range(8)), lt.NormalisedSum([3.0, 4.0, 1.0], [9.0, 16.0, 1.0]),
    ):  # fmt: skip
        yield model, "__call__", {"masks": MASKS}
    yield lt.LeafSum(3, [leaf]), "leaf", {"index": 0}


def _answers(folder: Path) -> Iterator[tuple[Any, str, dict[str, Any]]]:
    F, design = lt.Additive([1.0, -2.0, 0.5]), lt.ImageDesign(3)
    answer = lt.estimate(F, design, 40, 0)
    for name in ("interval", "simultaneous_interval", "asked_interval", "plot", "to_dataframe"):
        yield answer, name, {"level": 0.9}
    yield answer, "save", {"path": folder / "kept.npz"}
    sample = lt.Sample.of(MASKS, np.ones(3), np.ones(3))
    yield sample, "of", {"masks": MASKS, "weights": np.ones(3), "values": np.ones(3), "ends": None}
    for budget in (explaining.Masks(40), explaining.Until(0.5, bounds=(-3, 3), n_max=100)):
        yield budget, "explain", {"function": F, "design": design, "rng": 0}
    yield estimation.METHODS, "chosen", {"value": "wls", "argument": "method"}
    row = attribution.ATTRIBUTIONS["ols"]
    yield row, "require", {"masks": np.vstack([MASKS, MASKS]), "ridge": 0.0}
    yield row, "require_design", {"design": design}
    yield row, "checked_ridge", {"ridge": 0.1}


def _statistics() -> Iterator[tuple[Any, str, dict[str, Any]]]:
    bound = lt.Bound(lt.ImageDesign(3))
    for name in ("chernoff", "unbiased", "wls"):
        yield bound, name, {"n": 100, "eta": 0.1}
    for name in ("unbiased_masks", "wls_masks"):
        yield bound, name, {"half_width": 0.2, "eta": 0.1}
    yield bound, "observed", {"masks": MASKS, "values": np.zeros(3), "eta": 0.1, "ends": None}
    sequence = statistics.BettingSequence(3, 0.1)
    sequence.update(np.zeros((4, 3)), np.zeros(3), np.ones(3))
    for name in ("interval", "half_widths", "half_widths_of_each"):
        yield sequence, name, {"level": 0.9}


def _edits() -> Iterator[tuple[Any, str, dict[str, Any]]]:
    edit = images.Edit("move", "left", {"right": 50})
    edits = images.Edits([edit, images.Edit("blur", None, {"radius": 5})])
    yield edit, "with_parameters", {"right": 20}
    yield edits, "__getitem__", {"number": 0}
    yield edits, "add", {"edit": edit}
    yield edits, "remove", {"number": 0}
    yield edits, "moved", {"number": 0, "to": 1}
    yield edits, "switched", {"number": 0}
    yield edits, "with_parameters", {"number": 0, "down": 10}
    yield edits, "applied", {"photo": np.eye(4), "masks": {"left": np.eye(4) > 0}, "photographs": {"sea": np.eye(3)}}
    yield edits, "from_json", {"text": edits.to_json()}


def _images() -> Iterator[tuple[Any, str, dict[str, Any]]]:
    masked = lt.MaskedImage(np.eye(3), np.arange(9).reshape(3, 3) // 3, 0.0)
    yield masked, "compose", {"masks": MASKS}
    function = lt.ModelFunction(answer_of, masked)
    yield function, "__call__", {"masks": MASKS}
    answer = lt.explain_image(answer_of, np.eye(3), segments=masked.segments, replacement=0.0, n=10, rng=0)
    for name in ("interval", "simultaneous_interval", "asked_interval", "plot", "to_dataframe"):
        yield answer, name, {"level": 0.9}
    soft = images.SoftMaskedImage(np.eye(3), images.soft_masks(masked.segments), 0.0, masked.segments)
    yield soft, "compose", {"masks": MASKS}
    yield from _edits()
    yield images.RandomMaskedImage(np.eye(3), masked.segments), "compose", {"masks": MASKS, "rng": 0}
    pixels = images.rise_map(answer_of, np.eye(3), n=60, cells=2, rng=0)
    for name in ("interval", "simultaneous_interval", "maximum_interval", "maximum_region"):
        yield pixels, name, {"level": 0.9}
    yield pixels, "plot", {"image": np.eye(3), "level": 0.9}
    column = np.arange(6)[None] + np.zeros((4, 6), int)
    tree = images.containment_tree([column < 3, column < 1, (column > 0) & (column < 3), column >= 3])
    for name in ("nodes", "partition", "at"):
        yield tree, name, {"depth": 1}
    yield tree, "cut", {"n_segments": 2}
    coarse, fine = tree.at(1), tree.at(2)
    yield coarse, "refine", {"segments": [0, 1]}
    yield fine, "merge", {"segments": [0, 1]}
    yield fine, "merge_up", {"segments": [1]}
    yield fine, "coarsen", {"n_segments": 2}
    yield fine, "inside", {"coarse": coarse}
    yield coarse, "consistency", {
        "coefficients": np.zeros(coarse.d), "finer": fine, "finer_coefficients": np.zeros(fine.d),
    }  # fmt: skip


def _regions() -> Iterator[tuple[Any, str, dict[str, Any]]]:
    column, photo = np.arange(6)[None].repeat(4, axis=0), np.zeros((4, 6, 3))
    region = images.Region("left", column < 3, 2)
    yield region, "renamed", {"name": "other"}
    yield region, "with_mask", {"mask": column < 2}
    yield region, "with_superpixels", {"superpixels": 3}
    drawn = images.Regions((4, 6), [region, images.Region("stripe", column % 3 == 2)], 2, "grid")
    for name in ("union", "subtract", "intersect"):
        yield drawn, name, {"a": "left", "b": "stripe"}
    for name in ("remove", "raised"):
        yield drawn, name, {"name": "left"}
    yield drawn, "add", {"region": images.Region("new", column == 5)}
    yield drawn, "rename", {"name": "left", "new": "other"}
    yield drawn, "replace_mask", {"name": "left", "mask": column < 2}
    yield drawn, "with_superpixels", {"name": "left", "superpixels": 3}
    yield drawn, "with_outside", {"outside": 3, "segmenter": "slic"}
    yield drawn, "merge", {"names": ["left", "stripe"]}
    yield drawn, "split", {"name": "stripe", "into": 2, "image": photo}
    yield drawn, "toggled", {"name": "left", "labels": column, "superpixel": 4}
    yield drawn, "suggested", {"total": 10}
    yield drawn, "free_name", {"name": "left"}
    yield drawn, "partition", {"image": photo}
    yield drawn, "from_json", {"text": drawn.to_json()}
    joint = lt.estimate(lt.Additive([1.0, 2.0, 3.0, 4.0, 5.0]), lt.ImageDesign(5), 40, 0)
    yield images.region_sums(joint, drawn.partition(photo)), "interval", {"level": 0.9}


def _models() -> Iterator[tuple[Any, str, dict[str, Any]]]:
    pictures, rows = np.zeros((2, 2, 2)), np.arange(12.0).reshape(3, 4) / 12
    detector = lt.ShapeDetector(np.eye(2, dtype=bool), 0.5)
    for model in (
        lt.LinearPixels(np.ones((2, 2))), detector, lt.ShapeDetectors([detector]),
        lt.ConvolutionalDetector(np.eye(2, dtype=bool), 0.5),
        lt.TreeModel(DecisionTreeRegressor(max_depth=1).fit(rows, [0.0, 1.0, 2.0])),
        lt.KernelMachine(SVR().fit(rows, [0.0, 1.0, 2.0])), lt.RBFExpansion(np.ones((2, 4)), [1.0, 2.0], 1.0),
    ):  # fmt: skip
        yield model, "__call__", {next(iter(signature(model).parameters)): pictures}
    network = torch.nn.Sequential(torch.nn.Conv2d(3, 2, 1), torch.nn.AdaptiveAvgPool2d(1), torch.nn.Flatten())
    classifier = networks.Classifier(
        network, size=4, mean=0.5, std=0.5, output="logits", class_names=["a", "b"], name="toy"
    )
    yield classifier, "class_index", {"target": "a"}
    yield classifier, "class_name", {"index": 1}
    yield classifier, "forward", {"images": torch.zeros(1, 3, 4, 4)}
    yield classifier, "prepare", {"image": np.zeros((4, 4, 3))}
    yield classifier, "precision_gap", {"images": torch.zeros(1, 3, 4, 4)}


def _metrics() -> Iterator[tuple[Any, str, dict[str, Any]]]:
    curve = metrics.curve(lt.Additive([0.3, -0.2, 0.1]), [0.3, -0.2, 0.1])
    yield curve, "area", {"normalise": False}
    yield curve, "average", {"normalise": False}
    masked = lt.MaskedImage(np.eye(3), np.arange(9).reshape(3, 3) // 3, 0.0)
    predictions = metrics.Predictions(lt.ModelFunction(answer_of, masked))
    for name in ("outputs", "classes", "__call__"):
        yield predictions, name, {"masks": MASKS}
    answer = lt.explain_image(answer_of, np.eye(3), segments=masked.segments, replacement=0.0, n=10, rng=0)
    yield predictions, "of", {"model": answer_of, "explanation": answer, "replacement": 0.5}


def _inspection() -> Iterator[tuple[Any, str, dict[str, Any]]]:
    both = (lt.MaskedImage(one, LABELS, 0.0) for one in (PICTURE, 1 - PICTURE))
    found = inspection.change(answer_of, *both, n=40, rng=0)
    yield found, "predictions", {"top": 2}
    for name in ("intervals", "to_dataframe", "plot"):
        yield found, name, {"level": 0.9}
