"""One row for each saved table: the interactions of the network, and the parts of the gap to integrated gradients."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np

import limetheory as lt
from experiments._frame.saved_rows import load
from experiments.tables.store import Table
from limetheory.verification.network import jaccard, top_positive

ROWS = Path(__file__).with_name("rows.jsonl")
SLOPES = "slopes.jsonl"
"""The name of the file of slopes, which is beside the rows."""
BANDWIDTH, TOP = 0.25, 5
EXPLANATIONS = ("LIME", "Banzhaf", "Shapley", "IG")
PARTS = ("finite bandwidth", "orders ≥ 3", "path against cube")

Row = dict[str, Any]


def measured(table: Table) -> Row:
    """The row of a table; it is exact, so that the only seed is that of the table."""
    gap = lt.ig_gap(table.function, lt.ImageDesign(table.function.d, BANDWIDTH), table.gradients)
    spectrum = lt.order_spectrum(table.function)
    explanations = dict(zip(EXPLANATIONS, (gap.lime, gap.banzhaf, gap.shapley, table.gradients), strict=True))
    return {
        "seed": None, **table.about_without("versions"), "table_versions": table.about.get("versions"),
        "bandwidth": BANDWIDTH, "top": TOP,
        "rise": float(table.values[-1] - table.values[0]),
        "walsh": spectrum.walsh.tolist(), "moebius": spectrum.moebius.tolist(),
        "explanations": {name: values.tolist() for name, values in explanations.items()},
        "by_order": np.linalg.norm(gap.by_order, axis=1).tolist(),
        "gap": _length(gap.observed), "predicted": _length(gap.predicted),
        **_parts(gap), **_agreement(explanations), "prediction": _prediction(gap.predicted, gap.observed),
    }  # fmt: skip


def _parts(gap: lt.GradientsGap) -> dict[str, dict[str, float]]:
    """The length of each part, and its component along the gap, both divided by the length of the gap."""
    parts = dict(zip(PARTS, (gap.finite_bandwidth, gap.higher_orders, gap.path), strict=True))
    whole = gap.observed / _length(gap.observed)
    return {
        "lengths": {name: _length(part) / _length(gap.observed) for name, part in parts.items()},
        "shares": {name: float(part @ whole) / _length(gap.observed) for name, part in parts.items()},
    }


def _agreement(explanations: dict[str, np.ndarray]) -> dict[str, dict[str, float]]:
    """The correlation and the overlap of the first five superpixels for each pair of explanations."""
    pairs = {f"{one}, {other}": (one, other) for one, other in combinations(EXPLANATIONS, 2)}
    most = {name: top_positive(values, TOP) for name, values in explanations.items()}
    return {
        "correlations": {k: correlation(explanations[a], explanations[b]) for k, (a, b) in pairs.items()},
        "jaccard": {name: jaccard(most[one], most[other]) for name, (one, other) in pairs.items()},
    }


def _prediction(predicted: np.ndarray, observed: np.ndarray) -> dict[str, float]:
    """LIME − Shapley as a prediction of LIME − IG: the slope through 0, the correlation, and R² without rescaling."""
    missed = observed - predicted
    return {
        "slope": float(observed @ predicted / (predicted @ predicted)),
        "correlation": correlation(predicted, observed),
        "r2": 1 - float(missed @ missed / (observed @ observed)),
    }


def _length(values: np.ndarray) -> float:
    return float(np.linalg.norm(values))


def correlation(one: np.ndarray, other: np.ndarray) -> float:
    """Pearson's correlation over all entries of two arrays of one shape."""
    return float(np.corrcoef(one.ravel(), other.ravel())[0, 1])


def saved(file: Path = ROWS, superpixels: int = 10) -> list[Row]:
    """The saved rows of a number of superpixels, in the order of networks and photographs.

    Raises:
        ValueError: there is none.
    """
    found = [row for row in load(file) if row["superpixels"] == superpixels]
    if not found:
        raise ValueError(
            f"rows of {superpixels} superpixels must be in {file}, got none; limetheory experiment run gradients first"
        )
    return sorted(found, key=lambda row: (row["network"], row["photograph"], row["superpixels"]))
