"""What repeats the answer about a text or a row of a table: the file, the model, the question, and the machine."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Generic, TypeVar

from limetheory.explaining.asked import asked, question_of
from limetheory.explaining.machine import checked_machine, machine
from limetheory.explaining.question import InputQuestion
from limetheory.explaining.source import Source
from limetheory.given import given

Of = TypeVar("Of", bound=InputQuestion)


@dataclass(frozen=True, kw_only=True)
class StoredRepeat(Generic[Of]):
    """All that an answer by a model from a file depends on.

    Attributes:
        input: the file of the text or table.
        model: the model's name, as it was asked for.
        model_file: its file; None of MODULE:FUNCTION.
        form: what the kind of input has besides, by the names of the options: of a table the row and its columns.
        question: what was asked, with the batch size that there was.
        machine: see `limetheory.explaining.machine`.
    """

    input: Source
    model: str
    model_file: Source | None
    form: Mapping[str, Any]
    question: Of
    machine: Mapping[str, Any]

    @classmethod
    def of_record(cls, kind: type[Of], content: Mapping[str, Any]) -> StoredRepeat[Of]:
        """What `stored_repeatable` wrote.

        Args:
            kind: of the question.
            content: of the record.

        Raises:
            ValueError, TypeError: it is something else, in one line.
        """
        model, form, file = (content.get(name) for name in ("model", "form", "model_file"))
        if not isinstance(model, str) or not isinstance(form, Mapping):
            raise TypeError(
                f"a record must have a model and a form, got {given(model)} and {given(form)}; explain anew"
            )
        there = checked_machine(content.get("machine"))
        question = question_of(kind, content.get("question"))
        return cls(
            input=Source.of_record(content.get("input")), model=model,
            model_file=None if file is None else Source.of_record(file), form=_checked_form(form),
            question=replace(question, batch_size=there["batch_size"] or question.batch_size), machine=there,
        )  # fmt: skip


def stored_repeatable(
    kind: str, source: Source, model: str, question: InputQuestion, batch_size: int | None, **form: Any
) -> dict[str, Any]:
    """All that repeats an answer about a text or a row of a table, as JSON takes it.

    Args:
        kind: "text" or "table".
        source: the file of the text or table.
        model: the model's name, as it was asked for.
        question: what was asked.
        batch_size: inputs per evaluation.
        **form: what the kind of input has besides.
    """
    return {
        "kind": kind,
        "input": source.record,
        "model": model,
        "model_file": Source.of_file(model).record if os.path.isfile(model) else None,
        "form": form,
        "question": asked(question),
        "machine": machine(None, batch_size),
    }


def _checked_form(form: Mapping[str, Any]) -> dict[str, Any]:
    """The row, a number, and the names of columns, lists of strings or None."""
    for name, value in form.items():
        number = name == "row" and isinstance(value, int) and not isinstance(value, bool)
        names = value is None or (isinstance(value, list) and all(isinstance(one, str) for one in value))
        if name not in ("row", "leave_out", "categorical") or not (number if name == "row" else names):
            raise TypeError(f"{given(name)} in a record must be of another type, got {given(value)}; explain anew")
    return dict(form)
