"""What a model answers to texts: scores of classes from functions, estimators and pipelines of other libraries."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from numbers import Real
from typing import Any

import numpy as np

from limetheory.answers import FIELD_OF_TEXTS, resolution, score_rows, scoring
from limetheory.arguments import refuse_class
from limetheory.functions import answer
from limetheory.given import given
from limetheory.module_calls import called, of_texts
from limetheory.text.strings import strings

_PAIR = {"label", "score"}


class TextPredictions:
    """A model as a function of texts: a list of n strings → scores (n, classes) float64.

    | model | asked as | classes |
    |---|---|---|
    | function of a list of strings | itself | numbers |
    | estimator or pipeline of scikit-learn | predict_proba, else decision_function, else predict | `classes_` |
    | pipeline of transformers, with ``top_k=None`` | itself; each answer a list of label and score | labels, in order |
    | pipeline of spaCy | `pipe`; each answer's `cats` | their names |

    A model whose answer has `logits` gives these.

    Args:
        predict: one of the models above.

    Attributes:
        class_names: the names of the classes; None where the model knows none, or has not been asked yet.
        resolution: relative rounding of the answers so far.

    Raises:
        TypeError: what cannot be asked.

    >>> lengths = TextPredictions(lambda texts: [len(text) for text in texts].__len__() * [0.5])
    >>> lengths(["a", "bc"]).tolist()
    [[0.5], [0.5]]
    """

    def __init__(self, predict: Any):
        refuse_class("predict", predict)
        self._ask, names = _asked(predict), getattr(getattr(predict, "__self__", predict), "classes_", None)
        self.class_names = None if names is None else tuple(map(str, names))
        self.resolution = resolution("float64")

    def __call__(self, texts: Sequence[str]) -> np.ndarray:
        """The scores of texts, (n, classes)."""
        asked = list(strings("texts", texts))
        n = len(asked)  # predict may change its list
        found = called(
            lambda: answer("predict", self._ask, "list of n strings → (n, classes)", asked),
            self._ask, "a function of a list of texts", of_texts,
        )  # fmt: skip
        labels = _label_scores(found)
        if labels is not None:
            self.class_names, found = _table(labels)
        self.resolution = max(self.resolution, resolution(found))
        return score_rows(found, n, FIELD_OF_TEXTS, "text")

    def class_index(self, name: str) -> int:
        """The column of a class.

        Raises:
            ValueError: there is no class of this name.
        """
        names = self.class_names or ()
        if not isinstance(name, str) or name not in names:
            known = f"its classes are {', '.join(names[:20])}" if names else "give the class as an index"
            raise ValueError(f"target must be a class of the model, got {given(name)}; {known}")
        return names.index(name)


def _asked(predict: Any) -> Callable[[list[str]], Any]:
    method = scoring(predict)
    if method is not None:
        return method
    if hasattr(predict, "pipe"):
        return lambda texts: list(predict.pipe(texts))
    if callable(predict):
        return predict  # type: ignore[no-any-return]
    raise TypeError(
        f"predict must be a function of a list of texts, or an estimator, got {type(predict).__name__}; "
        "give lambda texts: scores"
    )


def _label_scores(answer: Any) -> list[Mapping[str, Any]] | None:
    """The scores by label of each text, where the answer has labels: dicts of label and score, or spaCy's `cats`."""
    if not isinstance(answer, (list, tuple)) or not answer:
        return None
    first = answer[0]
    if isinstance(getattr(first, "cats", None), Mapping):
        return [_scores_by_label(getattr(one, "cats", None)) for one in answer]
    if isinstance(first, Mapping):
        raise TypeError(
            f"predict must return the scores of all labels, got one label for each text such as {given(first)}; make "
            "the pipeline with top_k=None"
        )
    if not isinstance(first, (list, tuple)) or not first or not isinstance(first[0], Mapping):
        return None
    return [_scores_by_label(_pairs(row)) for row in answer]


def _pairs(row: Any) -> dict[str, Any] | None:
    """The labels and scores of a text; None where they are no dicts of label and score, or where a label is twice."""
    if not (isinstance(row, (list, tuple)) and all(isinstance(one, Mapping) and _PAIR <= one.keys() for one in row)):
        return None
    found = {str(one["label"]): one["score"] for one in row}
    return found if len(found) == len(row) else None


def _scores_by_label(row: Any) -> Mapping[str, float]:
    """The scores of a text by their labels.

    Raises:
        TypeError: no labels with numbers.
    """
    if not isinstance(row, Mapping) or not all(isinstance(score, Real) for score in row.values()):
        raise TypeError(
            f"predict must return the labels of each text with a number for each, got {given(row)}; return for each "
            "text a list of {'label': name, 'score': number}, each label once"
        )
    return row


def _table(rows: list[Mapping[str, Any]]) -> tuple[tuple[str, ...], np.ndarray]:
    """The labels in alphabetical order, and their scores, (n, labels)."""
    labels = tuple(sorted(rows[0]))
    other = next((sorted(row) for row in rows if tuple(sorted(row)) != labels), None)
    if other is not None:
        raise ValueError(
            f"predict must return the same labels for each text, got {', '.join(labels)} and {', '.join(other)}; make "
            "the pipeline with top_k=None"
        )
    return labels, np.array([[row[label] for label in labels] for row in rows], float)
