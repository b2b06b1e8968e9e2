"""The job behind the button "Compute the exact limit"."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from limetheory.app.answers import MAIN, answer_of, put_answer
from limetheory.app.context import Context
from limetheory.app.jobs.progress import Progress
from limetheory.app.jobs.queue import current_job
from limetheory.app.refusals import Refused
from limetheory.app.worker.messages import Done, Task
from limetheory.explaining.partial import Partial

LARGEST_D = 14
"""Superpixels whose 2^d masks are evaluated: 16 384 at most; a convention."""


def exact_job(context: Context, tell: Callable[[Progress], None]) -> dict[str, Any]:
    """Compute what the explanation of the session converges to, and put it beside its coefficients.

    Raises:
        Refused: there is no explanation of few superpixels.
    """
    job = current_job()
    answer = answer_of(job.session, MAIN)
    if answer is None or answer.explanation.d > LARGEST_D:
        raise Refused(f"The exact limit needs an explanation of {LARGEST_D} superpixels or fewer. Ask for fewer.")
    tell(Progress("All masks are being evaluated"))
    limit: Any = None
    for told in context.worker.results(Task("exact limit", {"explanation": answer.explanation}), job.cancelled):
        if isinstance(told, Done):
            limit = told.value
        elif isinstance(told, Partial):
            tell(Progress(f"{told.done:,} of {int(told.total):,} masks evaluated", told.done, int(told.total)))
    facts = {**answer.facts, "exact": limit.coefficients.tolist()}
    return {"version": put_answer(job.session, MAIN, answer.explanation, facts), "at": job.number}
