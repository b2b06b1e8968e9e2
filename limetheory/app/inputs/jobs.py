"""The jobs behind the buttons "Explain" and "Compare" of the tabs about texts and rows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from limetheory.app.answers import forget_answer, put_answer
from limetheory.app.context import Context
from limetheory.app.inputs.kind import LEVEL, Fields, InputKind, known_of
from limetheory.app.jobs.following import Tell
from limetheory.app.jobs.progress import Progress
from limetheory.app.jobs.queue import Job, current_job
from limetheory.app.worker.messages import Done, Task
from limetheory.app.worker.parts import Found
from limetheory.explaining.partial import Partial


def explain_job(context: Context, kind: InputKind, tell: Tell, fields: Fields) -> dict[str, Any]:
    """Explain the input of a tab, and keep the answer whenever there is a better one.

    Raises:
        Refused, ValueError, TypeError: it cannot be done, in words.
    """
    job, task = current_job(), Task(f"explain {kind.name}", kind.explained(context, fields))
    about = _about(context, kind, fields)
    version = 0
    tell(Progress("The model is getting ready"))
    for told in context.worker.results(task, job.cancelled):
        if isinstance(told, Done):
            version = _put_whole(context, kind, job, about, told.value)
        elif isinstance(told, Partial):
            if told.explanation is not None:
                facts = {**about, "state": "part", "done": told.done, "total": int(told.total)}
                version = _put(context, kind, job, kind.answer, told.explanation, facts)
            tell(_evaluated(told, version))
    return {"version": version, "at": job.number}


def change_job(context: Context, kind: InputKind, tell: Tell, fields: Fields) -> dict[str, Any]:
    """Compare the input of a tab with the edited one, from the same masks.

    Raises:
        Refused, ValueError, TypeError: it cannot be done, in words.
    """
    job, task = current_job(), Task(f"change {kind.name}", kind.changed(context, fields))
    version = 0
    tell(Progress("The model is getting ready"))
    for told in context.worker.results(task, job.cancelled):
        if isinstance(told, Done):
            version = _put_change(context, kind, job, _about(context, kind, fields), told.value)
        elif isinstance(told, Partial):
            tell(_evaluated(told, 0))
    return {"version": version, "at": job.number}


def _evaluated(told: Partial, version: int) -> Progress:
    text = f"{told.done:,} of {int(told.total):,} masks evaluated"
    return Progress(text, told.done, int(told.total), version)


def _about(context: Context, kind: InputKind, fields: Fields) -> dict[str, Any]:
    return {"photo": kind.about(fields), "output": "function", "level": LEVEL, "command": kind.command(context, fields)}


def _put_whole(context: Context, kind: InputKind, job: Job, about: dict[str, Any], found: Found) -> int:
    """Keep a finished explanation; what was compared before is about another input and is forgotten."""
    for slot in kind.change:
        forget_answer(job.session, slot)
    return _put(context, kind, job, kind.answer, found.value, {**about, **_ended(found)})


def _put_change(context: Context, kind: InputKind, job: Job, about: dict[str, Any], found: Found) -> int:
    change, version = found.value, 0
    rows = [{**one._asdict(), "name": _class_name(context, kind, one.column)} for one in change.predictions()]
    for slot, one in zip(kind.change, (change.before, change.after, change.difference), strict=True):
        version = _put(context, kind, job, slot, one, {**about, **_ended(found), "rows": rows})
    return version


def _ended(found: Found) -> dict[str, Any]:
    state = "whole" if found.interrupted is None else "interrupted"
    return {"state": state, "said": found.interrupted, "warnings": found.said}


def _put(
    context: Context, kind: InputKind, job: Job, slot: str, explanation: Any, facts: Mapping[str, Any]
) -> int:  # fmt: skip
    named = {"names": list(explanation.names), "class_name": _class_name(context, kind, explanation.target)}
    return put_answer(job.session, slot, explanation, {**facts, **named})


def _class_name(context: Context, kind: InputKind, column: int) -> str:
    names = known_of(context).facts(kind.name).class_names
    return names[column] if column < len(names) else str(column)
