"""A call that works of the methods of public classes for texts and tables that users call."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from word_and_table_calls import CASES, CHEERFUL, TEXT, large, share_of_good

import limetheory as lt
from limetheory import selection, tabular, text

TEXT_MASKS = np.array([[True, False, True, True, False], [False, False, True, True, True]])
ROW_MASKS = np.array([[True, False], [False, True], [True, True]])


def word_and_table_methods(folder: Path) -> Iterator[tuple[Any, str, dict[str, Any]]]:
    """Each object with the name of a method and the arguments of a call that works.

    Args:
        folder: for the files that some of them write.
    """
    yield from _texts()
    yield from _tables()
    for answer in (
        lt.explain_text(share_of_good, TEXT, n=40, rng=0),
        lt.explain_tabular(large, **CASES, n=400, rng=0, repeats=2),
    ):
        for name in ("interval", "simultaneous_interval", "asked_interval", "plot", "to_html", "to_dataframe"):
            yield answer, name, {"level": 0.9}
        yield answer, "save", {"path": folder / "kept.npz"}
    yield selection.SELECTIONS, "chosen", {"value": "forward", "argument": "method"}


def _texts() -> Iterator[tuple[Any, str, dict[str, Any]]]:
    masked, model = lt.MaskedText(TEXT), lt.TextModel(CHEERFUL)
    yield masked, "compose", {"masks": TEXT_MASKS}
    predictions = text.TextPredictions(share_of_good)
    yield predictions, "__call__", {"texts": ["good", "bad"]}
    named = text.TextPredictions(lambda texts: [[{"label": "good", "score": 0.1}] for _ in texts])
    named(["good"])
    yield named, "class_index", {"name": "good"}
    yield model, "__call__", {"texts": ["good", "bad"]}
    yield model, "on_tokens", {"masked": masked}
    yield text.MiniLM(), "transform", {"texts": ["good", "bad"]}


def _tables() -> Iterator[tuple[Any, str, dict[str, Any]]]:
    masked, normal = lt.MaskedRow(**CASES), tabular.NormalRow(**CASES)
    yield masked, "compose", {"masks": ROW_MASKS, "rng": 0}
    yield masked, "design", {"bandwidth": 1.0}
    yield normal, "design", {"bandwidth": 1.0}
    yield normal, "linear_limit", {"weights": [1.0, 2.0], "intercept": 1.0}
    yield tabular.RowFunction(large, masked, 0, 0), "__call__", {"masks": ROW_MASKS}
    crossing = np.array([[0.1, 1.0], [-0.1, 1.0]])
    path = tabular.BandwidthPath(np.array([0.5, 1.0]), crossing, crossing, crossing, 0.5, ("age", "dose"))
    yield path, "zero", {"column": 0}
