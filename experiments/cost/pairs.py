"""One row: a text or a row of a table, explained by limetheory and by lime in alternating pairs."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import numpy as np
from lime.lime_tabular import LimeTabularExplainer
from lime.lime_text import LimeTextExplainer
from threadpoolctl import threadpool_limits

import limetheory as lt
from limetheory.estimation.methods.linear_models import Free
from limetheory.estimation.samples.sample import draw
from limetheory.explaining import ModelFunction
from limetheory.tabular import RowFunction
from limetheory.text import TextPredictions

WORDS, COLUMNS, TRAINING_ROWS, SAMPLES = 500, 30, 1000, 5000
Call: TypeAlias = Callable[[], object]
Seconds: TypeAlias = dict[str, float]


@dataclass(frozen=True)
class Contest:
    """What both libraries do, and the parts of limetheory's work.

    Attributes:
        own, lime: one call of each.
        fit: limetheory without standard errors, which lime does not have either: masks, texts or rows, and the fit.
        parts: by what they do.
        about: what is said of it.
    """

    own: Call
    lime: Call
    fit: Call
    parts: Mapping[str, Call]
    about: Mapping[str, Any] = field(default_factory=dict)


def text(distinct: bool = False) -> str:
    """500 words, all of them different, or about as many different ones as a review of this length has.

    Word i of 2,000 has the frequency 1 / i (Zipf's law), which gives 259. Of 62 reviews of products with 480 to 520
    words (Blitzer, Dredze & Pereira 2007) half have 263 or more.
    """
    rng, frequency = np.random.default_rng(0), 1 / np.arange(1.0, 2001.0)
    drawn = range(WORDS) if distinct else rng.choice(2000, WORDS, p=frequency / frequency.sum())
    return " ".join(f"word{number}" for number in drawn)


def table() -> np.ndarray:
    """Training rows of independent normal numbers, (1000, 30)."""
    return np.random.default_rng(0).standard_normal((TRAINING_ROWS, COLUMNS))


def free(inputs: Any) -> np.ndarray:
    """A model that takes almost no time: the same two probabilities for each input."""
    return np.full((len(inputs), 2), 0.5)


def of_text(samples: int, distinct: bool = False) -> Contest:
    """A text, by whole calls with the defaults of both."""
    review = text(distinct)
    masked = lt.MaskedText(review)
    design = lt.TextDesign(masked.d)
    masks = design.sample(samples, np.random.default_rng(0))
    return Contest(
        lambda: lt.explain_text(free, review, target=1, n=samples, rng=0),
        lambda: LimeTextExplainer(random_state=0).explain_instance(review, free, num_samples=samples),
        lambda: _fitted(ModelFunction(TextPredictions(free), lt.MaskedText(review), 1), lt.TextDesign, samples),
        {
            "draw masks": lambda: design.sample(samples, np.random.default_rng(0)),
            "write texts": lambda: masked.compose(masks),
            "draw masks and fit": lambda: _fit(design, samples),
        },
        {"parts": masked.d},
    )


def of_row(samples: int, reading: str = "neither", features: int = 10) -> Contest:
    """A row of a table with quartile bins, the training data being read by neither, by both, or by limetheory alone.

    lime selects by weight where it keeps more than six features, and forward where it keeps six or fewer.
    """
    rows = table()
    masked, made = lt.MaskedRow(rows[0], rows), LimeTabularExplainer(rows, random_state=0)
    design = masked.design()
    masks = design.sample(samples, np.random.default_rng(0))
    options = {"num_features": features, "num_samples": samples}

    def lime() -> object:
        explainer = LimeTabularExplainer(rows, random_state=0) if reading == "both" else made
        return explainer.explain_instance(rows[0], free, **options)

    def own() -> object:
        if reading == "neither":
            return lt.estimate(RowFunction(free, masked, 1, 0), design, samples, 0)
        return lt.explain_tabular(free, rows[0], rows, target=1, n=samples, rng=0)

    def fit() -> object:
        read = masked if reading == "neither" else lt.MaskedRow(rows[0], rows)
        return _fitted(RowFunction(free, read, 1, 0), lambda _: read.design(), samples)

    parts = {
        "read training data": lambda: lt.MaskedRow(rows[0], rows),
        "draw masks": lambda: design.sample(samples, np.random.default_rng(0)),
        "draw rows": lambda: masked.compose(masks, 0),
        "draw masks and fit": lambda: _fit(design, samples),
    }
    return Contest(own, lime, fit, parts, {"parts": COLUMNS, "training_rows": TRAINING_ROWS})


def _fitted(function: Any, design: Callable[[int], lt.Design], samples: int) -> np.ndarray:
    """The coefficients by the steps of `explain_text` or `explain_tabular`, and nothing besides them."""
    sample = draw(function, design(function.d), samples, np.random.default_rng(0))
    return Free.of(sample).fit(sample)[1]


def _fit(design: lt.Design, samples: int) -> object:
    return lt.estimate(lambda masks: np.full(len(masks), 0.5), design, samples, 0)


CONTESTS: Mapping[str, Callable[[int], Contest]] = {
    "text": of_text,
    "text, no word twice": lambda samples: of_text(samples, distinct=True),
    "row, training data read by neither": of_row,
    "row, training data read by both": lambda samples: of_row(samples, "both"),
    "row, training data read by limetheory alone": lambda samples: of_row(samples, "limetheory alone"),
    "row, read by neither, lime keeps 6 features": lambda samples: of_row(samples, features=6),
}


def measured(kind: str, samples: int, pairs: int) -> dict[str, Any]:
    """The seconds of each pair after an unmeasured one, and of limetheory's parts, on one thread."""
    with threadpool_limits(limits=1):
        contest = CONTESTS[kind](samples)
        taken = [_pair(contest, number) for number in range(pairs + 1)][1:]
        parts = {name: _median([_seconds(call) for _ in range(pairs)]) for name, call in contest.parts.items()}
    return {
        "kind": kind, "seed": 0, "samples": samples, **contest.about, "pairs": taken, "seconds_of": parts,
        "threads": 1, "load": round(os.getloadavg()[0], 2),
    }  # fmt: skip


def _pair(contest: Contest, number: int) -> dict[str, Seconds]:
    """Both, and the fit alone, in the opposite order in every second pair."""
    calls = {"own": contest.own, "lime": contest.lime, "fit": contest.fit}
    order = sorted(calls, reverse=number % 2 == 0)
    return {name: _seconds(calls[name]) for name in order}


def _seconds(call: Call) -> Seconds:
    wall, processor = time.perf_counter(), time.process_time()
    call()
    return {"wall": time.perf_counter() - wall, "processor": time.process_time() - processor}


def _median(seconds: list[Seconds]) -> Seconds:
    return {clock: float(np.median([one[clock] for one in seconds])) for clock in ("wall", "processor")}
