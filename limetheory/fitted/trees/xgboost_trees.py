"""XGBoost's trees from `Booster.save_raw("json")`: float32 inputs, x < threshold, float32 sums in its own predict."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
from xgboost import Booster, XGBModel
from xgboost.core import XGBoostError

from limetheory.fitted.agreement import own_answer
from limetheory.fitted.trees.ensemble import Ensemble, Tree
from limetheory.fitted.trees.reading import FALLBACK, Reading, read, refuse_probability, score_of, unfitted, unsupported


@read.register
def _(estimator: XGBModel, target: int | None, output: str) -> Reading:
    if not estimator.__sklearn_is_fitted__():
        raise unfitted(estimator)
    if not np.isnan(estimator.missing):
        raise unsupported("number that stands for a missing value", "XGBoost")
    booster = estimator.get_booster()
    stopped_early = booster.attr("best_iteration")
    booster = booster[: int(stopped_early) + 1] if stopped_early else booster
    return _reading(booster, partial(estimator.predict, output_margin=True, validate_features=False), target, output)


@read.register
def _(estimator: Booster, target: int | None, output: str) -> Reading:
    predict = partial(estimator.inplace_predict, predict_type="margin", validate_features=False)
    return _reading(estimator, predict, target, output)


def _reading(booster: Booster, margins: Callable[[np.ndarray], Any], target: int | None, output: str) -> Reading:
    refuse_probability(output, "XGBoost")
    learner = _learner(booster)
    size, objective = learner["learner_model_param"], learner["objective"]["name"]
    members = _members(learner["gradient_booster"])
    if any(_is_vector(tree) for tree, _, _ in members):
        raise unsupported("trees of several outputs", "XGBoost")
    _refuse_targets(int(size.get("num_target", 1)))
    n_scores, n_features = max(int(size["num_class"]), 1), int(size["num_feature"])
    n_classes = 2 if objective.startswith("binary:") else n_scores
    column, sign = score_of(target, n_classes if n_classes > 1 else None, n_scores)
    trees = [_tree(tree, sign * float(np.float32(scale))) for tree, score, scale in members if score == column]
    answer, black = own_answer(margins, target), np.zeros((1, n_features))
    start = answer(black)[0] - Ensemble(trees, n_features, np.float32).predict(black)[0]
    return Reading(Ensemble(trees, n_features, np.float32, start), answer, np.float32)


def _refuse_targets(targets: int) -> None:
    if targets > 1:
        raise NotImplementedError(
            f"TreeModel reads a model of one target, got XGBoost with {targets} targets and trees for each; fit one "
            f"model for each target, or {FALLBACK}"
        )


def _learner(booster: Booster) -> dict[str, Any]:
    try:
        learner: dict[str, Any] = json.loads(booster.save_raw("json"))["learner"]
        return learner
    except XGBoostError:
        raise unfitted(booster) from None


def _members(booster: dict[str, Any]) -> list[tuple[dict[str, Any], int, float]]:
    """Every tree with the score that it adds to and its scale, which only DART has."""
    if booster["name"] == "gblinear":
        raise unsupported("linear booster", "XGBoost")
    model = booster.get("gbtree", booster)["model"]
    drops = booster.get("weight_drop") or model.get("weight_drop")  # xgboost 3.4 has them in the model
    scales = drops or [1.0] * len(model["trees"])
    return list(zip(model["trees"], model["tree_info"], scales, strict=True))


def _is_vector(tree: dict[str, Any]) -> bool:
    """Whether each leaf holds a number for every output, as with multi_strategy="multi_output_tree"."""
    return int(tree["tree_param"]["size_leaf_vector"]) > 1


def _tree(tree: dict[str, Any], scale: float) -> Tree:
    if any(tree["split_type"]):
        raise unsupported("categorical splits", "XGBoost")
    conditions = np.array(tree["split_conditions"], np.float32)
    # x < θ in float32 is x ≤ the number before θ.
    before = np.nextafter(conditions, np.float32(-np.inf))
    left, right = np.array(tree["left_children"]), np.array(tree["right_children"])
    return Tree(np.array(tree["split_indices"]), before, left, right, scale * conditions.astype(float))
