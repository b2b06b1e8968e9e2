"""XGBoost's trees from `Booster.save_raw("json")`: float32 inputs, x < threshold, float32 sums in its own predict."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
from xgboost import Booster, XGBModel
from xgboost.core import XGBoostError

from limetheory.trees.ensemble import Ensemble, Tree
from limetheory.trees.reading import read, refuse_probability, score_of, unfitted, unsupported


@read.register
def _(estimator: XGBModel, target: int | None, output: str) -> Ensemble:
    if not estimator.__sklearn_is_fitted__():
        raise unfitted(estimator)
    if not np.isnan(estimator.missing):
        raise unsupported("number that stands for a missing value", "XGBoost")
    booster = estimator.get_booster()
    stopped_early = booster.attr("best_iteration")
    return read(booster[: int(stopped_early) + 1] if stopped_early else booster, target, output)


@read.register
def _(estimator: Booster, target: int | None, output: str) -> Ensemble:
    refuse_probability(output, "XGBoost")
    learner = _learner(estimator)
    size, objective = learner["learner_model_param"], learner["objective"]["name"]
    n_scores, n_features = max(int(size["num_class"]), 1), int(size["num_feature"])
    n_classes = 2 if objective.startswith("binary:") else n_scores
    column, sign = score_of(target, n_classes if n_classes > 1 else None, n_scores)
    if int(size.get("num_target", 1)) > 1:
        raise unsupported("trees of several outputs", "XGBoost")
    trees = _trees(learner["gradient_booster"], column, sign)
    black = np.zeros((1, n_features), np.float32)
    margin = estimator.inplace_predict(black, predict_type="margin", validate_features=False).ravel()[column]
    start = sign * float(margin) - Ensemble(trees, n_features, np.float32).predict(black)[0]
    return Ensemble(trees, n_features, np.float32, start)


def _learner(booster: Booster) -> dict[str, Any]:
    try:
        return json.loads(booster.save_raw("json"))["learner"]
    except XGBoostError:
        raise unfitted(booster) from None


def _trees(booster: dict[str, Any], column: int, sign: float) -> list[Tree]:
    """The trees of one score; DART scales each of them."""
    if booster["name"] == "gblinear":
        raise unsupported("linear booster", "XGBoost")
    model = booster.get("gbtree", booster)["model"]
    scales = booster.get("weight_drop", [1.0] * len(model["trees"]))
    members = zip(model["trees"], model["tree_info"], scales, strict=True)
    return [_tree(tree, sign * float(np.float32(scale))) for tree, score, scale in members if score == column]


def _tree(tree: dict[str, Any], scale: float) -> Tree:
    if any(tree["split_type"]):
        raise unsupported("categorical splits", "XGBoost")
    if int(tree["tree_param"]["size_leaf_vector"]) > 1:
        raise unsupported("trees of several outputs", "XGBoost")
    conditions = np.array(tree["split_conditions"], np.float32)
    # x < θ in float32 is x ≤ the number before θ.
    before = np.nextafter(conditions, np.float32(-np.inf))
    left, right = np.array(tree["left_children"]), np.array(tree["right_children"])
    return Tree(np.array(tree["split_indices"]), before, left, right, scale * conditions.astype(float))
