"""Whether settings that should not matter do not: seeds, the numbering of parts, batches, what the input shows."""

from __future__ import annotations

from typing import Any

import numpy as np

from limetheory.arrays import Floats
from limetheory.audit.evidence import Evidence
from limetheory.audit.findings import UNEXPLAINED, Finding
from limetheory.audit.process import Answer
from limetheory.audit.questions import Question
from limetheory.testing.error_rates import deviation


def seeds(evidence: Evidence) -> Finding | None:
    """Two runs with one seed, and one with another."""
    answer = _plain(evidence)
    if answer is None or not answer.good.all():
        return _no_answer("seeds", answer)
    first, again, other = answer.coefficients
    same, differs = bool((first == again).all()), bool((first != other).any())
    whose = "of the global generator, as it has none of its own" if evidence.subject.global_seed else "of its own"
    said = f"a seed {whose}: the same seed gives {'the same' if same else 'another'} answer"
    if evidence.subject.random:
        said += f", another seed {'another' if differs else 'the same'}"
    if not same:
        gap = float(np.abs(first - again).max())
        if gap <= evidence.subject.precise:
            return Finding("seeds", "holds", f"{said} up to rounding, {gap:.1g}")
        return Finding("seeds", "deviates", said, f"the seed is not used for everything, difference {gap:.2g}")
    return Finding("seeds", "holds", said)


def global_seeds(evidence: Evidence) -> Finding | None:
    """Whether runs seed a generator of the whole process: after different states it is in the same one."""
    answer = _plain(evidence)
    if answer is None:
        return None
    if evidence.subject.global_seed:
        return None
    first, second = answer.states[:2]
    seeded = [name for name in first if second.get(name) == first[name]]
    used = [name for name in first if name in second and second[name] != first[name]]
    if seeded:
        said = f"it seeds the global generator of {' and '.join(seeded)}"
        return Finding("global seeds", "deviates", said, "its state afterwards does not depend on the one before")
    if used:
        return Finding("global seeds", "holds", f"it draws from the global generator of {' and '.join(used)}")
    return Finding("global seeds", "holds", "no global generator changes")


def labels(evidence: Evidence) -> Finding | None:
    """Parts numbered from 1, and with gaps, beside 0 … d − 1.

    The same seeds may give other masks, so that answers that differ are compared by a sign test of the differences.
    """
    asked = evidence.of("labels")
    if len(asked) < 2 or not asked[0][1].good.all():
        return None
    (_, plain), *others = asked
    said, wrong = [], []
    for question, answer in others:
        outcome, differs = _renumbered(answer, plain, evidence.subject.precise)
        said.append(f"{question.options['labels']}: {outcome}")
        wrong += [(question, answer)] * differs
    text = "; ".join(said)
    if not wrong:
        return Finding("labels", "holds", text)
    return Finding("labels", "deviates", text, _numbering(wrong))


def _renumbered(answer: Answer, plain: Answer, precise: float) -> tuple[str, bool]:
    """What another numbering gave, and whether it is something else."""
    if not answer.good.all():
        return next(filter(None, answer.errors)), True
    differences = answer.coefficients - plain.coefficients
    largest = float(np.abs(differences).max())
    if largest <= 10 * precise:
        return f"difference {largest:.1g}", False
    room = 0.25 * plain.coefficients.std(axis=0) + precise
    found = deviation(differences, np.zeros(differences.shape[1]), allowed=room)
    if found.found:
        return f"part {found.part} differs by {found.size:.3g}, median of {len(differences)} runs", True
    return "other masks, and no other medians", False


def batch(evidence: Evidence) -> Finding | None:
    """Batches of 1, 7 and 1000 masks beside the default, with the same seed."""
    return _same(evidence, "batch", lambda question: f"{question.options['batch_size']} masks a batch")


def content(evidence: Evidence) -> Finding | None:
    """An input whose parts have other levels, with the same seed and the same set function."""
    found = _same(evidence, "content", lambda question: "an input of other levels")
    if found is None or found.verdict != "deviates":
        return found
    regression = evidence.imitated("content")
    return Finding("content", "deviates", found.says, str(regression or UNEXPLAINED))


def _same(evidence: Evidence, check: str, words: Any) -> Finding | None:
    plain, asked = _plain(evidence), evidence.of(check)
    if not asked or plain is None or not plain.good.all():
        return None
    gaps = [(_gap(answer, plain), question, answer) for question, answer in asked]
    for gap, question, answer in gaps:
        if not answer.good.all():
            return Finding(check, "no answer", f"{words(question)}: {next(filter(None, answer.errors))}")
        if gap > 10 * evidence.subject.precise:
            return Finding(check, "deviates", f"{words(question)}: difference {gap:.2g}", UNEXPLAINED)
    return Finding(check, "holds", f"largest difference {max(gap for gap, *_ in gaps):.1g}")


def _plain(evidence: Evidence) -> Answer | None:
    """The runs that the others are compared with."""
    found = evidence.of("seeds")
    return found[0][1] if found else None


def _gap(answer: Answer, plain: Answer) -> float:
    """The largest difference of the first runs, which have one seed; NaN where there is no answer."""
    difference: Floats = np.abs(answer.coefficients[0] - plain.coefficients[0])
    return float(difference.max())


def _numbering(wrong: list[tuple[Question, Answer]]) -> str:
    """Whether what is hidden follows from columns 0 … d − 1 that hide the parts of those numbers."""
    for question, answer in wrong:
        d, masks = question.d, answer.masks[0]
        numbers = np.arange(1, d + 1) if question.options["labels"] == "from 1" else 3 * np.arange(d)
        never = masks.all(axis=0) if len(masks) else np.zeros(d, bool)
        if not len(masks) or (never != (numbers >= d)).any():
            return UNEXPLAINED
    return (
        "right for: parts numbered 0 … d − 1; column j hides the part of the number j, so that in no mask a part of a "
        "number ≥ d is hidden (tested on the masks of both numberings)"
    )


def _no_answer(check: str, answer: Answer | None) -> Finding | None:
    if answer is None:
        return None
    return Finding(check, "no answer", next(filter(None, answer.errors)))
