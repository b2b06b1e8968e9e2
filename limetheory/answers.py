"""What a model or a set function answers, as real float64 numbers with one row for each input."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import PurePath
from typing import Any

import numpy as np

from limetheory.arguments import has_gaps

FIELD_OF_CALLABLE = "pass lambda images: model(images){access}"
FIELD_OF_TEXTS = "pass lambda texts: predict(texts){access}"
FIELD_OF_MODULE = "from limetheory.networks import OneOutput, and give OneOutput(model, {key!r})"
FIELD_OF_NETWORK = "from limetheory.networks import OneOutput, and give Classifier(OneOutput(network, {key!r}), ...)"
"""How to choose one field of several, as `chosen_answer` says it."""

_RESOLUTIONS = {"bfloat16": 2.0**-7, "float16": 2.0**-10, "float32": 2.0**-23}
_NUMPY_FLOATS = {"float16", "float32", "float64"}


SCORING = ("predict_proba", "decision_function", "predict")
"""Methods of an estimator that answer with scores, the first that it has being asked."""


def scoring(model: Any) -> Callable[..., Any] | None:
    """The method of an estimator that answers with scores; None of what has none, such as a function."""
    name = scoring_name(model)
    return None if name is None else getattr(model, name)


def scoring_name(model: Any) -> str | None:
    """The name of the method that `scoring` returns."""
    return next((name for name in SCORING if hasattr(model, name)), None)


def loading_of(model: Any) -> str | None:
    """What to do with a name or a file in place of a model; None of anything else."""
    if not isinstance(model, (str, PurePath)):
        return None
    session = str(model).endswith(".onnx")
    return f"{'open' if session else 'load'} it first, such as by " + (
        "onnxruntime.InferenceSession(path)" if session else "limetheory.load_model(name)"
    )


def real_numbers(answer: Any, source: str, call: str) -> np.ndarray:
    """Return an answer as float64, refusing what a cast would change without a word.

    Args:
        answer: an array, a tensor or a nested sequence of any real type; integers become float64 before arithmetic.
        source: who answered, such as "a set function".
        call: how it was asked, such as "F(masks)".

    Raises:
        TypeError: complex numbers, labels, or what is no number.

    >>> real_numbers(np.array([200, 100], np.uint8), "a set function", "F(masks)").sum().item()
    300.0
    >>> real_numbers(np.array([1j]), "a set function", "F(masks)")
    Traceback (most recent call last):
    TypeError: a set function must return real numbers, got complex128; return their real part or absolute value
    """
    array = _array(answer, source)
    if array.dtype.kind == "c":
        raise TypeError(
            f"{source} must return real numbers, got {array.dtype}; return their real part or absolute value"
        )
    label = _first_text(array)
    if label is not None:
        raise TypeError(_labels(source, f"labels such as {label!r}", call, label))
    try:
        if array.dtype.kind not in "biufO":
            raise TypeError
        return array.astype(float)
    except (TypeError, ValueError, OverflowError):
        raise TypeError(_no_numbers(source, array)) from None


def score_rows(answer: Any, n: int, field: str, what: str = "image") -> np.ndarray:
    """Return a model's answer to n inputs as (n, classes) float64.

    A ``.logits`` field, and a tuple or mapping of one, are opened; (n,) is one column, and axes of size 1 behind the
    classes, as in (n, classes, 1, 1), are dropped. One column of bool, or of 0 and 1 in uint8 as masks are stored, is a
    detector's no and yes; any other integer in one column is a label, also 0 and 1: an argmax over many classes may be
    these by chance. Floats are scores.

    Args:
        answer: what the model returned.
        n: number of inputs.
        field: how to choose one field of several, one of the constants above.
        what: what an input is, in the singular.

    Raises:
        TypeError: several fields, labels, complex numbers, or what is no array of numbers.
        ValueError: another number of rows or axes.

    >>> score_rows((np.zeros((2, 3, 1, 1), np.float32),), 2, FIELD_OF_CALLABLE).shape
    (2, 3)
    """
    array = _array(chosen_answer(answer, n, field), "a model")
    if array.ndim == 0 and array.dtype.kind not in "biufc":
        raise TypeError(
            f"a model must return an array, (b, classes) or (b,), got {_described(answer)}; return a row of scores for "
            f"each {what}"
        )
    if array.ndim == 0 or len(array) != n or not array.size or any(size != 1 for size in array.shape[2:]):
        raise ValueError(
            f"a model must return (b, classes) or (b,) for a batch of b = {n}, got shape {array.shape}; "
            f"return one row for each {what}, also for a batch of one"
        )
    rows = array.reshape(n, -1)
    label = _label(rows)
    if label is not None:
        got = f"one whole number ({rows.dtype}) for each {what} such as {label}, which is a class label"
        if field == FIELD_OF_MODULE:
            raise TypeError(
                f"a model must return scores, got {got}; return the scores that argmax was taken of, or a detector's "
                "no and yes as .bool()"
            )
        remedy = _labels("a model", got, f"model({what}s)", label)
        raise TypeError(f"{remedy}, a detector's no and yes as .astype(bool), or a count as .astype(float)")
    return real_numbers(rows, "a model", f"model({what}s)")


def resolution(numbers: Any) -> float:
    """Relative rounding of an array's or tensor's numbers, or of a type's name; float64's where none is shorter."""
    name = str(getattr(numbers, "dtype", numbers if isinstance(numbers, str) else "")).rpartition(".")[2]
    return _RESOLUTIONS.get(name, float(np.finfo(float).eps))


def chosen_answer(answer: Any, n: int, field: str) -> Any:
    """The ``.logits`` of an answer, the one field of a tuple or mapping of one, or the answer where it is no container.

    Fields of no or one number, such as a loss, and words do not count.

    Args:
        answer: what a network returned.
        n: number of images; 0 where it is not known.
        field: how to choose one field: `FIELD_OF_CALLABLE`, `FIELD_OF_MODULE`, or a Classifier's `FIELD_OF_NETWORK`.

    Raises:
        TypeError: several fields, with the choice to make.
    """
    if getattr(answer, "logits", None) is not None:
        return chosen_answer(answer.logits, n, field)
    fields = _fields(answer)
    given = [value for value in fields.values() if not isinstance(value, (str, int, float, type(None)))]
    if len(given) == 1 and _holds_a_batch(given[0], n):
        return chosen_answer(given[0], n, field)
    if isinstance(answer, (tuple, list)) and not any(np.ndim(_shaped(value)) > 1 for value in fields.values()):
        return answer  # rows, or numbers, one for each image
    if not fields:
        return answer
    raise TypeError(_several(answer, fields, field))


def _fields(answer: Any) -> dict[Any, Any]:
    """The named or numbered parts of an answer; none of an array."""
    if isinstance(answer, Mapping):
        return dict(answer)
    if isinstance(answer, (tuple, list)):
        return dict(enumerate(answer))
    if hasattr(answer, "__array__") or hasattr(answer, "detach") or _dense_form(answer):
        return {}
    return {name: value for name, value in getattr(answer, "__dict__", {}).items() if hasattr(value, "shape")}


def _shaped(value: Any) -> np.ndarray:
    """An array of the value's shape, of no axes where it has none, read without its numbers."""
    return np.broadcast_to(0, tuple(getattr(value, "shape", ())))


def _holds_a_batch(value: Any, n: int) -> bool:
    shape = _shaped(value).shape
    return hasattr(value, "logits") or len(shape) > 1 or (len(shape) == 1 and shape[0] == n > 1)


def _several(answer: Any, fields: Mapping[Any, Any], field: str) -> str:
    shapes = {key: _shaped(value).shape for key, value in fields.items()}
    listed = ", ".join(f"{key!r} {shape or type(fields[key]).__name__}" for key, shape in shapes.items())
    key = next((key for key, shape in shapes.items() if len(shape) == 2), next(iter(fields)))
    indexed = isinstance(answer, (Mapping, tuple, list))
    remedy = field.format(key=key, access=f"[{key!r}]" if indexed else f".{key}")
    return f"a model must return one array (b, classes), got {type(answer).__name__} with {listed}; {remedy}"


def _array(answer: Any, source: str) -> np.ndarray:
    """The answer as an array of its own type."""
    dense = _dense_form(answer)
    if dense:
        raise TypeError(f"{source} must return a dense array, got {type(answer).__name__}; return its .{dense}()")
    if has_gaps(answer):
        raise TypeError(
            f"{source} must return an array without gaps, got a masked array; return it with .filled(level)"
        )
    try:
        if hasattr(answer, "detach"):
            answer = answer.detach().cpu()
            if answer.is_floating_point() and str(answer.dtype).rpartition(".")[2] not in _NUMPY_FLOATS:
                answer = answer.float()
        return np.asarray(answer)
    except (TypeError, ValueError, RuntimeError):  # ragged rows, or tensors that NumPy cannot read
        raise TypeError(_no_numbers(source, answer)) from None


def _dense_form(answer: Any) -> str:
    """The method of a sparse matrix (SciPy) or tensor (PyTorch) that makes it dense; empty of what is not sparse."""
    if hasattr(answer, "tocsr"):
        return "toarray"
    layout = str(getattr(answer, "layout", "torch.strided"))
    return "" if layout == "torch.strided" or not hasattr(answer, "to_dense") else "to_dense"


def _described(answer: Any) -> str:
    """What is no array: None and text themselves, else its kind."""
    return repr(answer) if answer is None or isinstance(answer, (str, bytes)) else type(answer).__name__


def _label(rows: np.ndarray) -> int | None:
    """The first class label of one column of integers, one other than 0 and 1 if there is one; None of no labels."""
    if rows.shape[1] != 1 or rows.dtype.kind not in "iu":
        return None
    telling = next((number for number in rows[:, 0].tolist() if number not in (0, 1)), None)
    return int(rows[0, 0]) if telling is None and rows.dtype != np.uint8 else telling


def _first_text(array: np.ndarray) -> Any:
    """The first string of an array, None where there is none."""
    if array.dtype.kind not in "USO":
        return None
    return next((item for item in array.ravel().tolist() if isinstance(item, (str, bytes))), None)


def _labels(source: str, got: str, call: str, label: Any) -> str:
    return (
        f"{source} must return scores, got {got}; return a score for each class as predict_proba does, or explain one "
        f"label as np.asarray({call}) == {label!r}"
    )


def _no_numbers(source: str, answer: Any) -> str:
    kind = f"an array of {answer.dtype}" if isinstance(answer, np.ndarray) else type(answer).__name__
    return f"{source} must return real numbers, got {kind}; wrap it to return them as an array"
