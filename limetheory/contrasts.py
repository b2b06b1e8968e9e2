"""The two columns of a contrast: one class rather than another."""

from __future__ import annotations

RATHER_THAN = "{} rather than {}"
"""The name of the output."""

OF_OUTPUTS = {
    "probabilities": "difference of probabilities", "sigmoid": "difference of probabilities",
    "softmax": "difference of probabilities", "logits": "difference of logits", "identity": "difference of outputs",
}  # fmt: skip
"""What a difference is of, for each output of a `Classifier`."""


def different(first: int, second: int) -> tuple[int, int]:
    """Two columns, which have to be different ones."""
    if first == second:
        raise ValueError(
            f"a contrast needs two different classes, got class {first} twice; name the class that was not chosen"
        )
    return first, second


def refuse_missing(columns: tuple[int, int], number: int) -> None:
    """Refuse columns that an answer does not have."""
    if max(columns) >= number:
        raise ValueError(
            f"target and against must be below the number of columns the model returns, {number}, got {max(columns)}; "
            "count classes from 0"
        )
