"""The job that explains a photograph again and again, and says how far the explanations agree."""

from __future__ import annotations

import math
import re
from typing import Any

from limetheory.app.context import Context
from limetheory.app.jobs.changing import question_behind
from limetheory.app.jobs.following import Asked, Tell, chosen_photo, explained_before, followed
from limetheory.app.jobs.queue import current_job
from limetheory.app.questions import MOST_MASKS, MOST_SEGMENTS
from limetheory.app.refusals import Refused
from limetheory.app.regions import regions_of
from limetheory.app.segmenters import takes_number
from limetheory.app.sessions.session import Session
from limetheory.app.worker.messages import Task
from limetheory.app.worker.repeating import Repeated
from limetheory.images.segmentation.methods import SEGMENTERS
from limetheory.inspection import StabilityPlan
from limetheory.metrics import Interval

STABILITY = "stability.json"
INDICES = ("variables", "coefficients", "ranks")
"""What is compared, by the names of `StabilityIndices`."""

MOST_SEEDS, MOST_NOISES, MOST_COUNTS = 50, 50, 8
MOST_EVALUATIONS = 100_000
"""Of one test, some hours on a small machine; a convention."""


def plan_of(seeds: Any, counts: Any, noises: Any, masks: Any) -> StabilityPlan:
    """What the fields of the page ask for.

    Args:
        seeds, noises, masks: numbers.
        counts: numbers of superpixels as text, such as "20, 50"; empty for none.

    Raises:
        Refused: a number out of its range, or too many evaluations.

    >>> str(plan_of(5, "20, 50", 3, 400))
    '10 explanations of 400 masks: at most 4,240 evaluations'
    """
    numbers = [one for one in re.split(r"[,;\s]+", str(counts or "").strip()) if one]
    if len(numbers) > MOST_COUNTS:
        raise Refused(f"At most {MOST_COUNTS} numbers of superpixels can be compared. Leave some out.")
    plan = StabilityPlan(
        seeds=_whole("The number of seeds", seeds, 2, MOST_SEEDS),
        segment_counts=tuple(_whole("A number of superpixels", one, 2, MOST_SEGMENTS) for one in numbers),
        noises=_whole("The number of noisy copies", noises, 0, MOST_NOISES),
        n=_whole("The number of masks", masks, 10, MOST_MASKS),
    )
    if plan.evaluations > MOST_EVALUATIONS:
        raise Refused(f"{plan} are more than {MOST_EVALUATIONS:,}. Take fewer seeds or masks.")
    return plan


def _whole(title: str, value: Any, least: int, most: int) -> int:
    try:
        number = float(value)
    except (TypeError, ValueError, OverflowError):
        number = math.nan
    if not least <= number <= most or number != int(number):
        raise Refused(f"{title} must be a whole number from {least} to {most}.")
    return int(number)


def stability_asked(context: Context, session: Session, seeds: Any, counts: Any, noises: Any, masks: Any) -> Asked:
    """The question how far repetitions of the session's explanation agree.

    Raises:
        Refused: there is no explanation, or a number is out of its range.
    """
    main, plan = explained_before(session), plan_of(seeds, counts, noises, masks)
    question, regions = question_behind(main), regions_of(session)
    recut = question.segmenter in SEGMENTERS and takes_number(question.segmenter)
    if plan.segment_counts and not (recut or (regions is not None and regions.regions)):
        raise Refused(
            f"Superpixels by {question.segmenter} cannot be cut into another number. Leave the numbers of superpixels "
            "out, or explain with slic."
        )
    photo = chosen_photo(session)
    task = Task(
        "repeat",
        {
            "photo": photo.file, "segments": main.explanation.segments, "regions": regions,
            "question": question, "target": main.explanation.target, "plan": plan,
        },
    )  # fmt: skip
    return Asked(photo, task, {"explained": main.facts["version"], "class_name": main.facts["class_name"]})


def stability_job(context: Context, tell: Tell, asked: Asked) -> dict[str, Any]:
    """Repeat the explanation, and keep the indices.

    Raises:
        Refused: it cannot be done.
    """
    found: Repeated = followed(context, tell, asked.task, "masks evaluated", photo=asked.photo)
    current_job().session.write_json(STABILITY, {**_facts(found), **asked.facts})
    return {"version": asked.facts["explained"], "at": current_job().number}


def _facts(found: Repeated) -> dict[str, Any]:
    test = found.test
    forecast = test.forecast
    known = {} if forecast is None else {
        "variables": _known(forecast.variables_index), "coefficients": _known(forecast.coefficients_index),
    }  # fmt: skip
    return {
        "plan": str(test.plan), "evaluations": test.n_evaluations, "k": test.k, "d": test.explanations[0].d,
        "level": test.level,
        "rows": [
            {
                "index": name, "seeds": _ends(getattr(test.seeds, name)), "forecast": known.get(name),
                "noise": None if test.noise is None else _ends(getattr(test.noise, name)),
            }
            for name in INDICES
        ],
        "counts": [
            {"asked": one.asked, "d": one.d, "overlap": _known(one.overlap), "ranks": _known(one.ranks)}
            for one in test.counts
        ],
        "said": found.interrupted,
    }  # fmt: skip


def _ends(found: Interval) -> list[float | None]:
    """Mean and ends, None where they are not known."""
    return [_known(one) for one in found]


def _known(value: float) -> float | None:
    return float(value) if math.isfinite(value) else None
