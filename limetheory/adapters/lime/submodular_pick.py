"""`SubmodularPick`: explanations of many instances, and the few of them that cover most."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np

from limetheory.arguments import choice, integer
from limetheory.outside import outside
from limetheory.picks import submodular_pick
from limetheory.progress import track

_ROUNDING = 1e-9
"""Sums that are so small beside what is added are those of coefficients that cancel."""


class SubmodularPick:
    """SP-LIME, as lime 0.2.0.1 has it: explain instances, then pick greedily by coverage.

    Args:
        explainer: what has `explain_instance`.
        data: the instances, one each row or entry.
        predict_fn: see the explainer.
        method: ``"sample"`` explains ``sample_size`` instances at random, ``"full"`` all of them.
        sample_size: for ``"sample"``.
        num_exps_desired: how many to pick.
        num_features: see the explainer.
        random_state: of the sample; None is NumPy's global state, as in lime, an int or a `numpy.random.RandomState`.
        **kwargs: for `explain_instance`; ``top_labels`` is 1 unless given.

    Attributes:
        explanations: of all instances that were explained.
        V: the places of the picked ones in it, in the order of picking; of equal ones the last, as in lime.
        sp_explanations: the picked explanations.

    Raises:
        ValueError, TypeError: arguments out of range, or what the explainer refuses.

    Warns:
        UserWarning: more instances are asked for than there are, or the coefficients of several labels cancel, as those
            of two classes do.
    """

    def __init__(
        self, explainer: Any, data: Any, predict_fn: Callable[[Any], Any], method: str = "sample",
        sample_size: int = 1000, num_exps_desired: int = 5, num_features: int = 10, *, random_state: Any = None,
        **kwargs: Any,
    ):  # fmt: skip
        data = data.to_numpy() if hasattr(data, "to_numpy") else data
        options = {"num_features": num_features, "top_labels": 1, **kwargs}
        chosen = _instances(data, choice("method", method, ("sample", "full")), sample_size, random_state)
        picks = integer("num_exps_desired", num_exps_desired, 1)
        if picks > len(chosen):
            _warn("num_exps_desired", picks, len(chosen))
        self.explanations: list[Any] = [
            explainer.explain_instance(data[i], predict_fn, **options)
            for i in track(((1, i) for i in chosen), len(chosen), "instances")
        ]
        weights = _weights(self.explanations)
        count = min(picks, len(chosen))
        # nothing is covered where every coefficient is 0: all are tied
        found = submodular_pick(weights, count, ties="last") if weights.any() else len(chosen) - 1 - np.arange(count)
        self.V: list[int] = [int(i) for i in found]
        self.sp_explanations = [self.explanations[i] for i in self.V]


def _instances(data: Any, method: str, size: int, random_state: Any) -> np.ndarray:
    from sklearn.utils import check_random_state

    count = data.shape[0] if hasattr(data, "shape") else len(data)
    chosen = np.arange(count)
    if method == "full":
        return chosen
    if size > count:
        _warn("sample_size", size, count)
    check_random_state(random_state).shuffle(chosen)
    return chosen[: integer("sample_size", size, 1)]


def _warn(name: str, asked: int, count: int) -> None:
    warnings.warn(
        f"{name} must be at most the number of instances, {count}, got {asked}; all of them are taken",
        UserWarning,
        stacklevel=outside(),
    )


def _weights(explanations: list[Any]) -> np.ndarray:
    """SP-LIME's matrix: instances × names, the coefficients of all labels added."""
    number: dict[Any, int] = {}
    terms = [
        [
            (number.setdefault(name, len(number)), value)
            for label in _labels(one)
            for name, value in one.as_list(label=label)
        ]
        for one in explanations
    ]
    weights = np.zeros((len(explanations), max(len(number), 1)))
    sizes = np.zeros(weights.shape)
    for row, size, named in zip(weights, sizes, terms, strict=True):
        for place, value in named:
            row[place] += value
            size[place] += abs(value)
    cancelled = np.abs(weights) <= _ROUNDING * sizes
    if sizes.any() and cancelled.all():
        warnings.warn(
            "the coefficients of an instance's labels must not cancel, got sums that are 0 but for rounding, so that "
            "all instances are tied; explain one label: labels=(1,) with top_labels=None",
            UserWarning,
            stacklevel=outside(),
        )
    weights[cancelled] = 0.0
    return weights


def _labels(explanation: Any) -> list[Any]:
    return explanation.available_labels() if explanation.mode == "classification" else [1]
