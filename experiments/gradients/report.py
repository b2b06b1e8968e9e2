"""A table and a few sentences that summarise the saved rows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from experiments._frame.saved_rows import load
from experiments.gradients.rows import PARTS, ROWS, SLOPES, Row, saved
from limetheory.verification.network import chance_jaccard

LINES: dict[str, Callable[..., float]] = {
    "correlation of LIME with IG": lambda row: row["correlations"]["LIME, IG"],
    "correlation of LIME with Shapley": lambda row: row["correlations"]["LIME, Shapley"],
    "correlation of LIME with Banzhaf": lambda row: row["correlations"]["LIME, Banzhaf"],
    "correlation of Shapley with IG": lambda row: row["correlations"]["Shapley, IG"],
    "top-5 Jaccard of LIME and IG": lambda row: row["jaccard"]["LIME, IG"],
    "top-5 Jaccard of LIME and Shapley": lambda row: row["jaccard"]["LIME, Shapley"],
    "length of LIME − IG over that of LIME": lambda row: row["gap"] / length(row, "LIME"),
    **{f"{part}, length over that of LIME − IG": lambda row, part=part: row["lengths"][part] for part in PARTS},
    **{f"{part}, share of LIME − IG": lambda row, part=part: row["shares"][part] for part in PARTS},
    "longest part of one order over LIME − Shapley": lambda row: max(row["by_order"]) / row["predicted"],
    "R² of LIME − Shapley for LIME − IG": lambda row: row["prediction"]["r2"],
    "Walsh energy of order 1": lambda row: energy(row, 1, 1),
    "Walsh energy of order 2": lambda row: energy(row, 2, 2),
    "Walsh energy of orders ≥ 3": lambda row: energy(row, 3),
}  # fmt: skip


def energy(row: Row, first: int, last: int | None = None) -> float:
    """The share of some orders of interaction in the variance over masks."""
    return float(sum(row["walsh"][first : last + 1 if last else None]) / sum(row["walsh"][1:]))


def length(row: Row, explanation: str) -> float:
    """The Euclidean length of an explanation."""
    return float(np.linalg.norm(row["explanations"][explanation]))


def summary(file: Path = ROWS, superpixels: int = 10) -> str:
    """Medians and quartiles for each network, which part of the gap is the largest, and how well slopes predict."""
    rows = saved(file, superpixels)
    networks = list(dict.fromkeys(row["network"] for row in rows))
    groups = [[row for row in rows if row["network"] == network] for network in networks]
    top = rows[0]["top"]
    lines = [
        f"LIME's limit beside integrated gradients (IG), {_counted(groups)}, d = {superpixels}, "
        f"ν = {rows[0]['bandwidth']:g}; medians with quartiles over photographs (chance gives a top-{top} Jaccard of "
        f"{chance_jaccard(superpixels, top):.2f}):",
        "",
        f"| | {' | '.join(networks)} |",
        f"|---|{'---:|' * len(networks)}",
        *(f"| {name} | {' | '.join(_quartiles(list(map(of, own))) for own in groups)} |" for name, of in LINES.items()),
        "",
        verdict(rows),
        *slopes_summary(file.with_name(SLOPES)),
    ]
    return "\n".join(lines)


def verdict(rows: Sequence[Row]) -> str:
    """How often each part is the longest, and what else could explain the part of the path."""
    longest = [max(PARTS, key=row["lengths"].__getitem__) for row in rows]
    counts = ", ".join(f"{part} in {longest.count(part)}" for part in PARTS)
    error = _quartiles([100 * row["completeness_gap"] / abs(row["rise"]) for row in rows])
    return (
        f"Of {len(rows)} cases the longest part of LIME − IG is {counts}. IG miss their sum f(ξ) − f(ξ̄) by "
        f"{error} % of it, the error of the quadrature that counts as path here."
    )


def slopes_summary(file: Path) -> list[str]:
    """A paragraph on how well slopes predict differences; empty if no slopes are saved."""
    rows = load(file)
    if not rows:
        return []
    masks, sizes = rows[0]["masks"], " and ".join(map(str, sorted({row["superpixels"] for row in rows})))

    def found(name: str, scale: str = "log odds") -> str:
        return _quartiles([row[scale][name] for row in rows])

    return [
        "",
        f"One backward pass gives d slopes, those of the log odds along each superpixel's blend of ξ and ξ̄. At {masks} "
        f"random masks of each of {len(rows)} tables (d = {sizes}) their correlation with the differences that LIME "
        f"needs, superpixel shown − hidden, is {found('correlation')} (within superpixels "
        f"{found('within superpixels')}, of superpixels' means {found('of means')}, of probabilities in place of log "
        f"odds {found('correlation', 'probability')}), and at the best scale their R² is {found('r2')}. At {masks} "
        f"pairs a table the correlation is {found('one end')} for the slope at one end of the blend and "
        f"{found('both ends')} for the mean of both ends.",
    ]


def _counted(groups: Sequence[Sequence[Row]]) -> str:
    counts = sorted({len(own) for own in groups})
    return f"{' to '.join(map(str, dict.fromkeys((counts[0], counts[-1]))))} photographs for each network"


def _quartiles(values: Sequence[float]) -> str:
    low, middle, high = np.quantile(values, [0.25, 0.5, 0.75])
    return f"{middle:.2f} [{low:.2f}, {high:.2f}]"
