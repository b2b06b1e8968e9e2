"""A call that works of every public function and class of `limetheory.inspection`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from picture_calls import LABELS, PICTURE, answer_of
from word_and_table_calls import CASES, answer_record, large, share_of_good

import limetheory as lt
from limetheory import inspection

OPTIONS = {
    "target": 0, "design": None, "n": 40, "rng": 0, "method": "wls", "ridge": 0.0, "include_original": False,
    "batch_size": 4,
}  # fmt: skip
TO_A_TOLERANCE = {"tolerance": 0.5, "level": 0.9, "bounds": (0.0, 1.0), "guarantee": "bounded", "n_max": 200}
EDITED = 1 - PICTURE
IMAGES = {"model": answer_of, "segments": LABELS, "replacement": 0.0}


def inspection_calls() -> Iterator[tuple[str, dict[str, Any]]]:
    """The names with the arguments of a call that works."""
    yield from _changes()
    yield from _sweeps()
    yield from _stability()
    yield from _bias()


def _changes():
    both = {"before": lt.MaskedImage(PICTURE, LABELS, 0.0), "after": lt.MaskedImage(EDITED, LABELS, 0.0)}
    yield "inspection.change", {"model": answer_of, **both, **OPTIONS, "device": None, "dtype": "float32"}
    yield "inspection.change, to a tolerance", {"model": answer_of, **both, **TO_A_TOLERANCE}
    yield "inspection.change, exact", {"model": answer_of, **both, "exact": True, "target": 0}
    yield "inspection.image_change", {**IMAGES, "before": PICTURE, "after": EDITED, **OPTIONS}
    words = {"tokens": "words", "missing": "remove", "positions": False}
    yield "inspection.text_change", {
        "predict": share_of_good, "before": "a good plot", "after": "a bad plot", **words, **OPTIONS,
    }  # fmt: skip
    table = {name: value for name, value in CASES.items() if name != "row"}
    yield "inspection.row_change", {
        "predict": large, "before": CASES["row"], "after": CASES["row"], **table, "bins": "quartile",
        "training_labels": None, "draws": "normal", **OPTIONS,
    }  # fmt: skip
    found = inspection.change(answer_of, **both, n=40, rng=0)
    yield "inspection.Change", answer_record(found)
    yield "inspection.PredictionChange", {"column": 0, "name": "cup", "before": 0.5, "after": 0.25}


def _sweeps():
    asked = {"parameter": "strength", "batch_size": 2, "device": None, "dtype": None}
    yield "inspection.sweep", {
        "model": answer_of, "edited": lambda strength: strength * PICTURE, "values": [0.0, 0.5], "targets": [0],
        **asked,
    }  # fmt: skip
    yield "inspection.sweep, of texts", {
        "model": share_of_good, "edited": lambda count: "good " * int(count), "values": [0.0, 2.0], **asked,
    }  # fmt: skip
    yield "inspection.sweep, of rows", {
        "model": large, "edited": lambda age: [age, 3.0], "values": [10.0, 30.0], **asked,
    }  # fmt: skip
    yield "inspection.Sweep", answer_record(inspection.sweep(answer_of, lambda one: one * PICTURE, [0.5]))
    yield "inspection.Unfinished", {"answer": None, "done": 3, "total": 40, "what": "values"}


def _stability():
    plan = inspection.StabilityPlan(seeds=2, n=20)
    asked = {
        "plan": plan, "target": 0, "k": 2, "level": 0.9, "design": None, "method": "wls", "ridge": 0.0, "rng": 0,
        "batch_size": 4, "device": None, "dtype": None,
    }  # fmt: skip
    masked = lt.MaskedImage(PICTURE, LABELS, 0.0)
    yield "inspection.StabilityPlan", {"seeds": 3, "segment_counts": (4,), "noises": 2, "deviation": 0.1, "n": 20}
    yield "inspection.stability_test", {"model": answer_of, "masked": masked, **asked}
    varied = inspection.StabilityPlan(seeds=2, segment_counts=(4,), noises=2, n=20)
    yield "inspection.image_stability_test", {
        "model": answer_of, "image": PICTURE, "segments": "grid", "replacement": 0.0, **asked, "plan": varied,
    }  # fmt: skip
    found = inspection.stability_test(answer_of, masked, plan=plan)
    yield "inspection.agreement", {"explanations": list(found.explanations), "k": 2, "level": 0.9}
    yield "inspection.StabilityTest", answer_record(found)
    yield "inspection.Agreement", answer_record(found.seeds)
    yield "inspection.CountAgreement", {"asked": 4, "d": 4, "overlap": 0.5, "ranks": 0.5}


def _constant(inputs):
    """The same two columns for inputs of any kind."""
    return np.tile([0.25, 0.75], (len(inputs), 1))


def _bias():
    photographs = [PICTURE, EDITED, PICTURE / 2]
    asked = {"target": 0, "prepare": None, "level": 0.9, "batch_size": 2, "device": None, "dtype": None}
    yield "inspection.bias_check", {
        "model": _constant, "photographs": photographs, "edit": lambda one: one, **asked,
    }  # fmt: skip
    yield "inspection.BiasCheck", answer_record(inspection.bias_check(answer_of, photographs, np.flip, 0))
    yield "inspection.mean_interval", {"values": [0.1, 0.2, 0.4], "level": 0.9}
