"""Why one class rather than another: a model whose output is the difference of two of a model's outputs."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

import numpy as np

from limetheory.answers import FIELD_OF_CALLABLE, score_rows, scoring
from limetheory.arguments import integer, refuse_class
from limetheory.contrasts import RATHER_THAN, different, refuse_missing
from limetheory.given import given


def contrast(model: Any, target: int | str, against: int | str) -> Any:
    """A model whose one output is that of a class minus that of another one, for "why A rather than B?".

    LIME's coefficients are linear in the outputs, so the coefficients for the contrast are those for A minus those for
    B. Their errors are not: both outputs are evaluated at the same masks, and the standard errors and intervals are
    those of the difference.

    Args:
        model: what `explain_image`, `explain_text` or `explain_tabular` takes: a `Classifier`, a torch module, a fitted
            estimator, or a function of a batch.
        target: the class A, its index or its name.
        against: the class B, likewise.

    Returns:
        A model of the same kind, of one output. Differences of probabilities are known to be in [−1, 1] where the
        outputs of a `Classifier` are known to be probabilities.

    Raises:
        ValueError: both are the same class, or there is no such class; of a function or a module this is said when it
            first answers.
        TypeError: what is no model.

    >>> def shares(batch):
    ...     bright = batch.reshape(len(batch), -1).mean(axis=1)
    ...     return np.stack([bright, bright / 2, 1 - 1.5 * bright], axis=1)
    >>> contrast(shares, 0, 1)(np.ones((2, 4, 4, 3))).tolist()
    [[0.5], [0.5]]
    """
    refuse_class("model", model)
    torch = sys.modules.get("torch")
    if torch is not None and isinstance(model, torch.nn.Module):
        from limetheory.networks.contrast import contrasted

        return contrasted(model, target, against)
    ask = scoring(model) or model
    if not callable(ask):
        raise TypeError(
            f"model must be a torch module, a fitted estimator or a function of a batch, got {given(model)}; give a "
            "function that returns a row of scores for each input"
        )
    return _Contrast(ask, target, against).scores


class _Contrast:
    """What asks a function of a batch for two columns; its method `scores` tells the name of the difference."""

    def __init__(self, ask: Callable[..., Any], target: int | str, against: int | str):
        names = getattr(getattr(ask, "__self__", ask), "classes_", None)
        known = None if names is None else [str(one) for one in names]
        self._ask, self._columns = ask, different(*(_index(one, known) for one in (target, against)))
        named = [f"class {one}" if known is None else known[one] for one in self._columns]
        self.classes_ = (RATHER_THAN.format(*named),)

    def scores(self, batch: Any) -> np.ndarray:
        """The difference for each input, (n, 1)."""
        rows = score_rows(self._ask(batch), len(batch), FIELD_OF_CALLABLE, "input")
        refuse_missing(self._columns, rows.shape[1])
        first, second = self._columns
        found: np.ndarray = rows[:, [first]] - rows[:, [second]]
        return found


def _index(target: int | str, names: list[str] | None) -> int:
    """The number of a class."""
    if not isinstance(target, str):
        position = integer("class index", target, 0, "count classes from 0")
        if names is not None:
            refuse_missing((position, position), len(names))
        return position
    if names is None:
        raise ValueError(f"this model has no class names, got {given(target)}; give the class as an index")
    if target not in names:
        raise ValueError(f"a class must be one of {', '.join(names[:10])}, got {given(target)}; name one of these")
    return names.index(target)
