"""A graph of ONNX as an estimator: texts or rows of a table → scores."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from typing import Any

import numpy as np

_TYPES = {
    "tensor(float)": np.float32, "tensor(double)": np.float64, "tensor(int64)": np.int64, "tensor(int32)": np.int32,
    "tensor(string)": object,
}  # fmt: skip
_SCORES = ("tensor(float)", "tensor(double)")
_FUNCTION = "write a function that runs it, and give it as MODULE:FUNCTION"


class OnnxGraph:
    """A session of onnxruntime as an estimator.

    A graph with one input takes texts if the input is of strings, (n,) or (n, 1), and else rows, (n, p). A graph with
    several inputs takes a table, each input being the column of its name. Its scores are its one output of floats,
    or of maps from classes to floats, as skl2onnx writes them.

    Args:
        session: an onnxruntime.InferenceSession.

    Attributes:
        feature_names_in_: the names of several inputs; None of one.
        n_features_in_: how many columns it takes; None where the graph does not say.
        classes_: the classes, where its scores are maps from them; of a graph that refuses empty strings and zeros,
            from its first answer on.

    Raises:
        ValueError: inputs of other types, or not just one output of scores.
    """

    def __init__(self, session: Any):
        self._session, self._inputs = session, session.get_inputs()
        other = [f"{one.name!r} of {one.type}" for one in self._inputs if one.type not in _TYPES]
        if other or not self._inputs:
            raise ValueError(
                f"an .onnx model must take {', '.join(_TYPES)}, got {', '.join(other) or 'no input'}; {_FUNCTION}"
            )
        self._output = _score_output(session.get_outputs())
        several = len(self._inputs) > 1
        self.feature_names_in_ = tuple(one.name for one in self._inputs) if several else None
        self.n_features_in_ = len(self._inputs) if several else _width(self._inputs[0])
        if self._output.type not in _SCORES:
            with suppress(Exception):  # such as a category that it does not know: then its first answer says them
                self._name_classes()

    def predict_proba(self, batch: Any) -> np.ndarray:
        """The scores of a list of texts, or of an array or a frame of rows: (n, classes)."""
        answer = self._session.run([self._output.name], self._feeds(batch))[0]
        return self._of_maps(answer) if isinstance(answer, list) else np.asarray(answer)

    def _name_classes(self) -> None:
        """Ask about one empty input, since a graph says its classes in its answers only."""
        text = [one.type == "tensor(string)" for one in self._inputs]
        if all(text) or self.n_features_in_:
            row = [""] if all(text) and self.feature_names_in_ is None else [["" if one else 0.0 for one in text]]
            self.predict_proba(row if len(text) > 1 or text[0] else np.zeros((1, self.n_features_in_ or 1)))

    def _feeds(self, batch: Any) -> dict[str, np.ndarray]:
        if self.feature_names_in_ is None:
            return {self._inputs[0].name: _as_input(np.asarray(batch), self._inputs[0])}
        columns = _columns(batch, self.feature_names_in_)
        return {
            one.name: _as_input(np.asarray(column)[:, None], one)
            for one, column in zip(self._inputs, columns, strict=True)
        }

    def _of_maps(self, answer: Sequence[dict[Any, float]]) -> np.ndarray:
        keys = list(answer[0])
        self.classes_ = tuple(map(str, keys))
        return np.array([[row[key] for key in keys] for row in answer])


def _as_input(values: np.ndarray, one: Any) -> np.ndarray:
    """Values in the type and number of axes of an input."""
    axes = len(one.shape)
    if values.ndim == 1 and axes == 2:
        values = values[:, None]
    elif values.ndim == 2 and axes == 1 and values.shape[1] == 1:
        values = values[:, 0]
    return values.astype(_TYPES[one.type])


def _columns(batch: Any, names: Sequence[str]) -> list[Any]:
    if hasattr(batch, "columns"):
        return [batch[name] for name in names]
    return list(np.asarray(batch).T)


def _width(one: Any) -> int | None:
    width = one.shape[1] if len(one.shape) == 2 else None
    return width if isinstance(width, int) else None


def _score_output(outputs: Sequence[Any]) -> Any:
    found = [one for one in outputs if one.type in _SCORES or one.type.startswith("seq(map(")]
    if len(found) != 1:
        listed = ", ".join(f"{one.name!r} of {one.type}" for one in outputs)
        remedy = "export it with the option zipmap=False for skl2onnx, or " if found else ""
        raise ValueError(f"an .onnx model must have one output of scores (floats), got {listed}; {remedy}{_FUNCTION}")
    return found[0]
