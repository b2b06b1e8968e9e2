"""A call that works of every public function and class of limetheory.testing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

import limetheory as lt
from limetheory.testing.faults import PlainLime


def testing_calls() -> Iterator[tuple[str, dict[str, Any]]]:
    """The names with the arguments of a call that works."""
    yield from _assertions()
    yield from _decisions()
    yield "testing.battery", {"d": 3, "rng": 0}
    yield "testing.KnownFunction", {"name": "leaf", "F": lt.Leaf(3, on=(0,)), "dummies": (1, 2), "symmetric": ((1, 2),)}
    yield "testing.check_explainer", {
        "explain": PlainLime(), "kind": "function", "design": lt.ImageDesign, "n": 20, "ridge": 0.0, "intervals": None,
        "unbiased": False, "false_alarm": 1e-6, "power": 0.9, "seed": 0,
    }  # fmt: skip
    yield "testing.Check", {"name": "answers", "check": dict}
    yield "testing.designs", {"d": 3}
    yield "testing.set_functions", {"d": 3}
    yield "testing.images", {"shape": (2, 3)}
    yield "testing.label_maps", {"shape": (2, 3), "max_labels": 3}


def _assertions():
    asked = {"explain": PlainLime(), "F": lt.Additive([0.5, -0.25]), "n": 20, "rng": 0}
    rates = {"false_alarm": 0.01, "power": 0.9}
    near = {**asked, **rates, "design": lt.ImageDesign(2), "ridge": 0.0, "discrepancy": 0.2, "allowed": 0.1}
    yield "testing.assert_converges", near
    yield "testing.assert_unbiased", near
    yield "testing.assert_intervals_cover", {
        **asked, **rates, "design": lt.ImageDesign(2), "ridge": 0.0, "level": 0.9, "narrow": 0.5, "allowed": 0.05,
    }  # fmt: skip
    yield "testing.assert_deterministic", {**asked, "d": 2, "seeds_matter": False}
    yield "testing.assert_equivariant", {
        **asked, **rates, "d": 2, "under": ["scale"], "others": {"way": PlainLime()}, "discrepancy": 0.2,
    }  # fmt: skip


def _decisions():
    runs, zeros = np.zeros((4, 2)), np.zeros(2)
    yield "testing.deviation", {"runs": runs, "target": zeros, "allowed": 0.1, "false_alarm": 0.01}
    yield "testing.runs_needed", {
        "d": 2, "spread": 0.1, "discrepancy": 0.5, "allowed": 0.1, "false_alarm": 0.01, "power": 0.9,
    }  # fmt: skip
    yield "testing.Deviation", {
        "target": zeros, "medians": zeros, "p_values": zeros, "allowed": zeros, "false_alarm": 0.01, "n_runs": 4,
    }  # fmt: skip
    yield "testing.share_deviation", {"shares": [0.5, 1.0], "low": 0.2, "high": 0.9, "false_alarm": 0.01}
    yield "testing.share_runs_needed", {"bound": 0.9, "share": 0.5, "parts": 2, "false_alarm": 0.01, "power": 0.9}
    yield "testing.ShareDeviation", {
        "share": 0.5, "low": 0.2, "high": 0.9, "p_value": 0.1, "false_alarm": 0.01, "n_runs": 4,
    }  # fmt: skip
