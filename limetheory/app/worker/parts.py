"""Explanations of a text or a row in the model's process, and what another text or row changes."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from limetheory.app.worker.stored import StoredSource, loaded, said, table_of
from limetheory.app.worker.telling import Tell, steps_told
from limetheory.estimation import Interrupted
from limetheory.explaining.finished import FROM_THOSE, share
from limetheory.explaining.partial import watched
from limetheory.explaining.question import InputQuestion


@dataclass(frozen=True, eq=False)
class Found:
    """What was found.

    Attributes:
        value: an explanation, or a `Change`.
        interrupted: after a cancel, how far it got.
        said: the warnings on the way.
    """

    value: Any
    interrupted: str | None = None
    said: list[str] = field(default_factory=list)


def explain_text(network: Any, tell: Tell, *, source: StoredSource, text: str, question: Any) -> Found:
    """What `limetheory explain --text` answers, told in parts on the way."""
    model = loaded(source)
    return _explained(lambda: question.answered(model.predict, text)[-1], tell)


def explain_row(network: Any, tell: Tell, *, source: StoredSource, row: Mapping[str, Any], question: Any) -> Found:
    """What `limetheory explain --table` answers, told in parts on the way."""
    rows, predict = _rows(source)
    form = {"feature_names": rows.names, "categorical": rows.categorical}
    return _explained(lambda: question.answered(predict, dict(row), rows.training, **form)[-1], tell)


def change_text(
    network: Any, tell: Tell, *, source: StoredSource, before: str, after: str, question: Any
) -> Found:  # fmt: skip
    """What other words change, from the same masks."""
    from limetheory.inspection import text_change

    model = loaded(source)
    return _changed(lambda: text_change(model.predict, before, after, **_asked(question)), question, tell)


def change_row(
    network: Any, tell: Tell, *, source: StoredSource, before: Mapping[str, Any], after: Mapping[str, Any],
    question: Any,
) -> Found:  # fmt: skip
    """What other values change, from the same masks."""
    from limetheory.inspection import row_change

    rows, predict = _rows(source)
    form = {"feature_names": rows.names, "categorical": rows.categorical, "bins": question.bins, **_asked(question)}
    pair = functools.partial(row_change, predict, dict(before), dict(after), rows.training, **form)
    return _changed(pair, question, tell)


def _rows(source: StoredSource) -> tuple[Any, Callable[..., Any]]:
    rows = table_of(source)
    return rows, rows.asking(loaded(source).predict)


def _explained(explain: Callable[[], Any], tell: Tell) -> Found:
    with said() as messages, watched(tell):
        found = explain()
    return Found(found.explanation, found.interrupted, messages)


def _changed(change: Callable[[], Any], question: InputQuestion, tell: Tell) -> Found:
    interrupted = None
    with said() as messages, steps_told(tell):
        try:
            found = change()
        except Interrupted as stopped:
            if stopped.explanation is None:
                raise
            found, done = stopped.explanation, share(stopped.sample.n, question.budget)
            interrupted = f"interrupted after {done}; {FROM_THOSE}"
    return Found(found, interrupted, messages)


def _asked(question: InputQuestion) -> dict[str, Any]:
    return {"target": question.target, "rng": question.seed, "n": question.budget.n}  # type: ignore[union-attr]
