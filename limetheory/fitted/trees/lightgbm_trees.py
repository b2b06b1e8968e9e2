"""LightGBM's trees from `Booster.dump_model`: float64 inputs, x ≤ threshold, zero as a missing value on request."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np
from lightgbm import Booster, LGBMModel
from lightgbm.basic import LightGBMError

from limetheory.fitted.agreement import own_answer
from limetheory.fitted.trees.ensemble import Ensemble, Tree
from limetheory.fitted.trees.reading import Reading, read, refuse_probability, score_of, unfitted, unsupported

_WRITTEN_FOR_INFINITY = 1e300
"""The threshold in JSON of a split with all numbers left and only missing values right (AvoidInf in LightGBM)."""

_TWO_CLASSES = ("binary", "cross_entropy")


@read.register
def _(estimator: LGBMModel, target: int | None, output: str) -> Reading:
    try:
        booster = estimator.booster_
    except (LightGBMError, AttributeError):
        raise unfitted(estimator) from None
    return read(booster, target, output)


@read.register
def _(estimator: Booster, target: int | None, output: str) -> Reading:
    refuse_probability(output, "LightGBM")
    dump = estimator.dump_model()
    n_scores = dump["num_tree_per_iteration"]
    n_classes = 2 if dump.get("objective", "").startswith(_TWO_CLASSES) else n_scores
    column, sign = score_of(target, n_classes if n_classes > 1 else None, n_scores)
    chosen = dump["tree_info"][column::n_scores]
    scale = sign / len(chosen) if dump["average_output"] else sign
    ensemble = Ensemble([_tree(one, scale) for one in chosen], dump["max_feature_idx"] + 1, near_zero_is_zero=True)
    return Reading(ensemble, own_answer(partial(_score, estimator, len(chosen)), target))


def _score(booster: Booster, n_trees: int, rows: np.ndarray) -> np.ndarray:
    """The raw score; a random forest's is a sum over trees, and is divided by their number as its prediction is."""
    total = np.asarray(booster.predict(rows, raw_score=True))
    return total / n_trees if "\naverage_output\n" in booster.model_to_string(num_iteration=1) else total


def _tree(info: dict[str, Any], scale: float) -> Tree:
    if info["num_cat"]:
        raise unsupported("categorical splits", "LightGBM")
    nodes = _nodes(info["tree_structure"])
    if any("leaf_coeff" in node for node in nodes):
        raise unsupported("linear models in the leaves", "LightGBM")
    place = {id(node): number for number, node in enumerate(nodes)}
    left, right = ([place[id(n[side])] if side in n else -1 for n in nodes] for side in ("left_child", "right_child"))
    threshold = np.array([node.get("threshold", 0.0) for node in nodes], float)
    return Tree(
        np.array([node.get("split_feature", 0) for node in nodes]),
        np.where(threshold >= _WRITTEN_FOR_INFINITY, np.inf, threshold),
        np.array(left),
        np.array(right),
        scale * np.array([node.get("leaf_value", 0.0) for node in nodes], float),
        np.array([_zero(node) for node in nodes], np.int8),
    )


def _nodes(root: dict[str, Any]) -> list[dict[str, Any]]:
    """All nodes, the root first; a tree grown leaf by leaf may be deeper than Python's stack."""
    nodes = [root]
    for node in nodes:
        nodes.extend(node[side] for side in ("left_child", "right_child") if side in node)
    return nodes


def _zero(node: dict[str, Any]) -> int:
    if node.get("missing_type") != "Zero":
        return 0
    return 1 if node["default_left"] else -1
