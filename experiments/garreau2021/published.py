"""The numbers of Tables 1 and 2 of the study, which are not known here: enter those of the paper to see them beside."""

from __future__ import annotations

JACCARD: dict[tuple[str, int], float] = {}
"""The mean Jaccard index of a network, as it is called in the rows, and a number of superpixels, 5 or 10."""


def published(network: str, k: int) -> str:
    """The cell of the paper's number, empty where it has not been entered."""
    return f"{JACCARD[network, k]:.2f}" if (network, k) in JACCARD else ""
