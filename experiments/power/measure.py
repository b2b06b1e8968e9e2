"""Blocks of batteries: which checks fail for an explainer, with or without a fault."""

from __future__ import annotations

import time
import warnings
from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any

import limetheory as lt
from limetheory.testing import FAULTS, check_explainer
from limetheory.testing.faults import PlainLime

RIGHT = "right"
_FIRST = "first row, weight "


def explainer(name: str) -> PlainLime:
    """The explainer of a name: the right one, that of a fault, or one whose first row has another weight."""
    if name == RIGHT:
        return PlainLime()
    if name.startswith(_FIRST):
        return PlainLime(first_weight=float(name.removeprefix(_FIRST)))
    return FAULTS[name].explain


def block_of(name: str, n: int, false_alarm: float, block: int, batteries: int) -> dict[str, Any]:
    """One row: how many of the batteries failed, and by which checks."""
    start, caught = time.process_time(), 0
    failures: Counter[str] = Counter()
    seeds = range(block * batteries, (block + 1) * batteries)
    for seed in seeds:
        failed, cases = failing(explainer(name), "function", n, false_alarm, seed, every=name == RIGHT)
        failures.update(failed)
        caught += bool(failed)
    return {
        **_key(name, n, false_alarm, block), "seed": seeds[0], "batteries": batteries, "cases": cases, "caught": caught,
        "failures": dict(failures), "seconds": time.process_time() - start,
    }  # fmt: skip


def failing(
    explain: Callable[..., Any], kind: str, n: int, false_alarm: float, seed: int, every: bool
) -> tuple[list[str], int]:
    """The names of the checks that fail, all or the first of them, and how many checks there are."""
    checks, failed = check_explainer(explain, kind, n=n, false_alarm=false_alarm, seed=seed), []
    for check in checks:
        try:
            check()
        except AssertionError:
            failed.append(check.name)
            if not every:
                break
    return failed, len(checks)


def _image(predict: Any, image: Any, segments: Any, n: int, rng: Any) -> Any:
    return lt.explain_image(predict, image, segments=segments, target=0, n=n, rng=rng)


def _text(predict: Any, text: str, n: int, rng: Any, batch_size: int | None = None) -> Any:
    return lt.explain_text(predict, text, target=0, n=n, rng=rng, batch_size=batch_size)


def _tabular(predict: Any, row: Any, training_data: Any, n: int, rng: Any) -> Any:
    return lt.explain_tabular(predict, row, training_data, target=0, n=n, rng=rng)


OWN: Mapping[str, tuple[str, Callable[..., Any]]] = {
    "explain_image": ("image", _image), "explain_text": ("text", _text), "explain_tabular": ("tabular", _tabular),
}  # fmt: skip
"""This package's own explainers by name, with their kinds."""


def own_checked(name: str, n: int, false_alarm: float) -> dict[str, Any]:
    """One row: a battery for one of this package's own explainers."""
    kind, explain = OWN[name]
    start = time.process_time()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", lt.FewMasksWarning)
        failed, cases = failing(explain, kind, n, false_alarm, 0, every=True)
    return {
        **_key(name, n, false_alarm, 0), "seed": 0, "batteries": 1, "cases": cases, "caught": bool(failed) + 0,
        "failures": dict(Counter(failed)), "seconds": time.process_time() - start,
    }  # fmt: skip


def _key(name: str, n: int, false_alarm: float, block: int) -> dict[str, Any]:
    return {"explainer": name, "n": n, "false_alarm": false_alarm, "block": block}
