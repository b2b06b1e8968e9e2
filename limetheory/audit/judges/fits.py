"""Whether masks are drawn from the law that is stated, and fitted as is stated."""

from __future__ import annotations

from typing import Any

import numpy as np

from limetheory.arrays import Floats, Masks
from limetheory.audit.evidence import FEWEST, Evidence
from limetheory.audit.findings import UNEXPLAINED, Finding
from limetheory.audit.judges.limits import explained
from limetheory.audit.questions import Question
from limetheory.audit.regressions import Run
from limetheory.designs import BernoulliDesign, Design, ShapleyDesign, SizeLawDesign, TextDesign
from limetheory.designs.exchangeable import ExchangeableDesign
from limetheory.limits import all_masks
from limetheory.testing.battery import LARGEST_TABLE
from limetheory.testing.error_rates import FALSE_ALARM

_EXPECTED_IN_CELL = 5.0  # masks that a cell of a chi-squared test should have; a convention (Cochran 1954)


def fit(evidence: Evidence) -> Finding | None:
    """The stated weights and penalty on the masks of each run give its coefficients, up to rounding."""
    subject = evidence.subject
    if not subject.sees_masks or subject.ridge is None:
        return None
    worst, count, tolerance = 0.0, 0, 0.0
    for question, answer in evidence.of("limit"):
        if question.d < FEWEST:
            continue
        for run in list(evidence.runs(question, answer))[:2]:
            difference = np.abs(_stated(run, subject.design(question.d), subject.ridge) - run.coefficients).max()
            worst, count = max(worst, float(difference)), count + 1
            tolerance = max(tolerance, evidence.tolerance * max(run.size, 0.1))
    if not count:
        return Finding("fit", "no answer", "no run gave all of its masks")
    said = f"largest difference {worst:.1g} in {count} runs"
    numbers = {"largest": worst, "runs": count, "tolerance": tolerance}
    if worst <= tolerance:
        return Finding("fit", "holds", said, numbers=numbers)
    return Finding("fit", "deviates", said, explained(evidence), numbers)


def _stated(run: Run, design: Design, penalty: float) -> Floats:
    """The coefficients of the regression that is stated."""
    weights = design.weight(run.masks)
    centre = weights @ run.masks / weights.sum()
    rows = np.sqrt(weights)[:, None] * (run.masks - centre)
    targets = np.sqrt(weights) * (run.values - weights @ run.values / weights.sum())
    if not penalty:
        return np.asarray(np.linalg.lstsq(rows, targets, rcond=None)[0], float)
    return np.asarray(np.linalg.solve(rows.T @ rows + penalty * np.eye(design.d), rows.T @ targets), float)


def law(evidence: Evidence) -> Finding | None:
    """How many masks of each size there are, and how often each part is shown, beside the stated law."""
    subject = evidence.subject
    if not subject.sees_masks:
        return None
    question, masks = _most_masks(evidence)
    if question is None or not len(masks):
        return Finding("law", "no answer", "no masks were seen")
    design = subject.design(question.d)
    p_sizes, p_parts = _sizes_p(masks, design), _parts_p(masks, design)
    p = min(1.0, 2 * min(p_sizes, p_parts))
    counts = np.bincount(masks.sum(axis=1), minlength=question.d + 1)
    said = f"sizes 0 … {question.d} of {len(masks):,} masks: {_shares(counts / len(masks))}; p = {p:.2g}"
    expected = _size_law(design)
    numbers = {"found": (counts / len(masks)).tolist(), "expected": expected.tolist(), "p": p}
    if p > FALSE_ALARM:
        return Finding("law", "holds", said, numbers=numbers)
    return Finding("law", "deviates", f"{said}; should be {_shares(expected)}", _other_law(masks), numbers)


def first_row(evidence: Evidence) -> Finding | None:
    """Whether the first masks that are fitted are those that are not drawn."""
    subject = evidence.subject
    if not subject.sees_masks:
        return None
    firsts = [
        run.masks[0] for q, a in evidence.of("limit") if FEWEST <= q.d <= LARGEST_TABLE for run in evidence.runs(q, a)
    ]
    if not firsts:
        return Finding("first row", "no answer", "no masks were seen")
    whole = sum(bool(mask.all()) for mask in firsts)
    chance = float(np.mean([2.0 ** -len(mask) for mask in firsts]))
    said = f"the first mask shows every part in {whole} of {len(firsts)} runs"
    numbers = {"whole": whole, "runs": len(firsts)}
    if subject.forced:
        verdict = "holds" if whole == len(firsts) else "deviates"
        return Finding("first row", verdict, said, "" if verdict == "holds" else "it is drawn like the others", numbers)
    if whole < len(firsts) or chance ** len(firsts) > FALSE_ALARM:
        return Finding("first row", "holds", said, numbers=numbers)
    return Finding("first row", "deviates", said, "the first mask is not drawn, it shows every part", numbers)


def _most_masks(evidence: Evidence) -> tuple[Question | None, Masks]:
    """The masks of the first question about limits at d ≥ 4 that has some, without those that are not drawn."""
    skipped = evidence.subject.forced
    for question, answer in sorted(evidence.of("limit"), key=lambda one: abs(one[0].d - 6)):
        runs = list(evidence.runs(question, answer))
        if question.d >= FEWEST and runs:
            return question, np.concatenate([run.masks[skipped:] for run in runs])
    return None, np.zeros((0, 0), bool)


def _size_law(design: Design) -> Floats:
    """P(K = k) under the sampling law, (d + 1,)."""
    if isinstance(design, ExchangeableDesign):
        return np.exp(design.log_law)
    masks = all_masks(design.d)
    return np.asarray(np.bincount(masks.sum(axis=1), design.chance(masks), design.d + 1), float)


def _sizes_p(masks: Masks, design: Design) -> float:
    """The p-value of the chi-squared test of sizes, with small cells put together; 0 where a size is impossible."""
    from scipy.stats import chi2

    expected = _size_law(design) * len(masks)
    counts = np.bincount(masks.sum(axis=1), minlength=design.d + 1).astype(float)
    if counts[expected == 0].any():
        return 0.0
    small = expected < _EXPECTED_IN_CELL
    if small.any():
        expected = np.append(expected[~small], expected[small].sum())
        counts = np.append(counts[~small], counts[small].sum())
    used = expected > 0
    statistic = float((((counts - expected)[used]) ** 2 / expected[used]).sum())
    return float(chi2.sf(statistic, max(1, int(used.sum()) - 1)))


def _parts_p(masks: Masks, design: Design) -> float:
    """The smallest p-value of how often each part is shown, times their number; the masks are independent."""
    from scipy.stats import binomtest

    mean = float(_size_law(design) @ np.arange(design.d + 1)) / design.d
    shown = masks.sum(axis=0)
    found = min(binomtest(int(one), len(masks), min(max(mean, 0.0), 1.0)).pvalue for one in shown)
    return float(min(1.0, design.d * found))


def _other_law(masks: Masks) -> str:
    """The law of the family that the second half of the masks agrees with, chosen on the first half."""
    half = len(masks) // 2
    found = max(_laws(masks.shape[1]).items(), key=lambda one: _p(masks[:half], one[1]))
    if _p(masks[half:], found[1]) > 1e-3:
        return f"right for: {found[0]} (tested on {len(masks) - half:,} fresh masks)"
    return UNEXPLAINED


def _p(masks: Masks, design: Design) -> float:
    return min(_sizes_p(masks, design), _parts_p(masks, design))


def _laws(d: int) -> dict[str, Any]:
    return {
        "Bernoulli(1/2) masks": BernoulliDesign(d),
        "masks of text LIME": TextDesign(d),
        "sizes with the chances of Shapley values": ShapleyDesign(d),
        "sizes 0 … d, equally likely": SizeLawDesign([1.0] * (d + 1)),
        "sizes 1 … d, equally likely": SizeLawDesign([0.0] + [1.0] * d),
        "sizes 1 … d − 1, equally likely": SizeLawDesign([0.0, *[1.0] * (d - 1), 0.0]),
        "text LIME's masks with 1 more part": _fewer(d, 1),
        "text LIME's masks with 2 more parts": _fewer(d, 2),
    }


def _fewer(d: int, more: int) -> Any:
    """The law of the size of d of d + more parts, of which text LIME removes a uniform number."""
    from scipy.stats import hypergeom

    whole = d + more
    masses = np.zeros(d + 1)
    for removed in range(1, whole + 1):
        masses += hypergeom.pmf(np.arange(d + 1), whole, d, whole - removed) / whole
    return SizeLawDesign(masses)


def _shares(shares: Any) -> str:
    return " ".join(f"{one:.3f}" for one in shares)
