"""The numbers of Ribeiro, Singh & Guestrin 2016 (KDD, arXiv 1602.04938) that stand beside the measured ones.

They are recalled, not read off the paper, and have no intervals there. Percentages.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

Table: TypeAlias = Mapping[tuple[str, str], tuple[float, ...]]
EXPLAINERS = ("random", "parzen", "greedy", "no intercept")
"""By their names here; the authors' LIME has no intercept."""

RECALL: Table = {
    ("books", "sparse logistic"): (17.4, 72.8, 64.3, 92.1),
    ("books", "tree"): (20.6, 78.9, 37.0, 97.0),
    ("dvd", "sparse logistic"): (19.2, 60.8, 63.4, 90.2),
    ("dvd", "tree"): (17.4, 80.6, 47.6, 97.8),
}
"""Section 5.2: recall of the words truly used, in the order of `EXPLAINERS`."""

F1: Table = {
    ("books", "logistic"): (14.6, 84.0, 53.7, 96.6),
    ("books", "neighbours"): (14.8, 87.6, 47.4, 94.5),
    ("books", "forest"): (14.7, 94.3, 45.0, 96.2),
    ("books", "svm"): (14.7, 92.3, 53.3, 96.7),
    ("dvd", "logistic"): (14.2, 87.0, 52.4, 96.6),
    ("dvd", "neighbours"): (14.3, 81.7, 58.1, 91.8),
    ("dvd", "forest"): (14.5, 94.2, 46.6, 96.1),
    ("dvd", "svm"): (14.4, 87.3, 55.1, 95.6),
}
"""Section 5.3: F1 of predictions found trustworthy. The forest there is on averaged word vectors, here on words."""


def recalled(table: Table, data: str, model: str, explainer: str) -> float | None:
    """A number of the paper, None where it has none."""
    found = table.get((data, model))
    return None if found is None or explainer not in EXPLAINERS else found[EXPLAINERS.index(explainer)]
