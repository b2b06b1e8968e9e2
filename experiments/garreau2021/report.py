"""What the saved rows say, a table for each figure and table of the study, and what disagreement is made of."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from statistics import median

import numpy as np

from experiments._frame import Row
from experiments.garreau2021 import cells
from experiments.garreau2021.agreement import TOPS, chance_of, index
from experiments.garreau2021.cells import Of, explainable, interval, of_rows, quartiles, table
from experiments.garreau2021.published import published
from experiments.garreau2021.rules import REFERENCE, STEPS, STUDY

HARDLY = 0.01
NOT_KNOWN = "the paper's numbers are not known here: `published.py` has room for them"
EXACT = "exact where all masks were evaluated, else estimated from the masks of all runs together"
STEPS_OF: dict[str, Of] = {
    "the study: LIME, mean of its runs, with gradients": cells.study,
    "Monte Carlo: two runs of LIME, in the normal limit": lambda row, k: row["simulated"][str(k)]["run, run"],
    "Monte Carlo: two runs of LIME, observed": cells.of_pairs,
    "Monte Carlo: one run with the limit": lambda row, k: row["simulated"][str(k)]["run, limit"],
    "Monte Carlo: mean of runs with the limit": lambda row, k: row["simulated"][str(k)]["mean, limit"],
    "bandwidth: limits at ν = 0.25 and ν = ∞": cells.bandwidths("0.25", "inf"),
    "interactions of three and more: ν = ∞ with Shapley":
        lambda row, k: index(row["bandwidths"]["inf"], row["shapley"], k) if row["exact"] else np.nan,
    "path: Shapley with the integral":
        lambda row, k: index(row["shapley"], row["gradients"][REFERENCE], k) if row["exact"] else np.nan,
    "all of these but Monte Carlo: limit with the integral": cells.limit,
    f"rule: {STUDY} steps with the integral": cells.rules(STUDY, REFERENCE),
    f"rule: midpoint, {STEPS} steps with the integral": cells.rules(f"midpoint, {STEPS}", REFERENCE),
    f"direction: one-sided rule, {STEPS} steps, both ways": cells.rules(f"left, {STEPS}", f"right, {STEPS}"),
    "chance": cells.by_chance,
}  # fmt: skip


def theory(rows: list[Row]) -> str:
    """How far repeated runs of lime and of limetheory are from the limit, Figures 3 and 4."""
    head = ["figure", "data", "model", "superpixels", "with a limit that is not 0", "limits from",
            "lime, gap of the mean", "in standard errors", "limetheory, gap of the mean", "in standard errors",
            "lime, gap to the limit with its penalty"]  # fmt: skip
    lines = [
        [row["part"][-1], row["data"], row["model"], str(row["superpixels"]),
         str(sum(abs(value) > 1e-9 for value in row["limit"])), f"{min(row['limit']):.3f} to {max(row['limit']):.3f}",
         *_gap(row, "lime"), *_gap(row, "limetheory"),
         f"{np.abs(np.mean(row['runs']['lime'], axis=0) - row['penalised']).max():.4f}"]
        for row in rows
    ]  # fmt: skip
    one = rows[0]
    return "\n".join([
        f"The largest difference, over superpixels, of the mean of {one['repetitions']} runs with N = "
        f"{one['masks']:,} masks from the limit without a penalty. Standard errors are those of such a mean by "
        "thm:clt, and — where they are 0: lime's penalty alone makes a difference there:",
        "",
        *table(head, lines, 3),
    ])  # fmt: skip


def _gap(row: Row, name: str) -> tuple[str, str]:
    """The largest gap of the mean of the runs to the limit, and the largest in standard errors."""
    gap = np.abs(np.mean(row["runs"][name], axis=0) - row["limit"])
    error = np.array(row["deviation"]) / np.sqrt(len(row["runs"][name]))
    in_errors = f"{(gap[error > 0] / error[error > 0]).max():.1f}" if (error > 1e-12).any() else "—"
    return f"{gap.max():.4f}", in_errors


def small(rows: list[Row]) -> str:
    """Table 1 on scikit-learn's digits or what was trained on."""
    measured = [row for row in rows if row["variant"] == "study"]
    images, rows = len({row["image"] for row in measured}), explainable(measured)
    return "\n".join([
        f"Mean Jaccard index of LIME and integrated gradients over {images} images that the networks were not trained "
        f"on, N = {rows[0]['masks']:,} masks, {rows[0]['repetitions']} runs, mean colours as replacement, top class, "
        f"with 95 % bootstrap intervals over images; {_data(rows)}; limits are exact; {NOT_KNOWN}. Images whose "
        "probability no mask changes by more than float32's rounding are left out, for there is nothing to explain; "
        "`hardly` counts those of the others whose probability changes by less than 0.01 when all is hidden:",
        "",
        *_networks(rows, small=True),
    ])  # fmt: skip


def imagenet(rows: list[Row]) -> str:
    """Table 2 on today's networks."""
    rows = _of(rows, "imagenet")
    runs = ", ".join(f"{name} has {own[0]['repetitions']}" for name, own in _by_network(rows))
    errors = [float(np.median(row["limit_error"])) for row in rows if not row["exact"]]
    return "\n".join([
        f"Mean Jaccard index of LIME and integrated gradients, N = {rows[0]['masks']:,} masks (runs: {runs}, which the "
        "mean is of), mean colours as replacement, top class, with 95 % bootstrap intervals over photographs; limits "
        f"are {EXACT}: {sum(row['exact'] for row in rows)} of {len(rows)} are exact, the others have a standard error "
        f"of {median(errors) if errors else 0:.4f} (median). EfficientNet-Lite stands for MobileNetV2, DenseNet121 and "
        f"InceptionV3; {NOT_KNOWN}:",
        "",
        *_networks(rows, small=False),
    ])  # fmt: skip


def _data(rows: list[Row]) -> str:
    """What stands for CIFAR-10."""
    names = {"digits": "scikit-learn's digits enlarged to 28 × 28 stand for CIFAR-10",
             "mnist": "MNIST", "cifar10": "CIFAR-10"}  # fmt: skip
    return ", ".join(names[data] for data in dict.fromkeys(row["data"] for row in rows))


def _networks(rows: list[Row], small: bool) -> list[str]:
    head = ["network", *["accuracy"] * small, "images", *["hardly"] * small, "superpixels", "k", "paper",
            "LIME, mean of runs, as in it", "one run", "limit", "chance"]  # fmt: skip
    lines = []
    for name, own in _by_network(rows):
        accuracy = [f"{own[0]['accuracy']:.3f}"] if small else []
        hardly = [str(sum(abs(row["rise"]) < HARDLY for row in own))] if small else []
        for k in TOPS:
            found = [interval(of_rows(own, of, k)) for of in (cells.study, cells.of_runs, cells.limit, cells.by_chance)]
            lines.append([name, *accuracy, str(len(own)), *hardly, _median(own), str(k), published(name, k), *found])
    return table(head, lines, 1)


def parts(rows: list[Row]) -> str:
    """How much Monte Carlo, bandwidth, interactions, path and rule contribute, as Jaccard indices."""
    found = [(name, own) for part in ("small", "imagenet") for name, own in _by_network(_of(rows, part))]
    k = TOPS[0]
    lines = [[what, *(interval(of_rows(own, of, k)) for _, own in found)] for what, of in STEPS_OF.items()]
    return "\n".join([
        f"Mean Jaccard index of the {k} largest positive coefficients of two explanations that differ in one thing, so "
        "that 1 means that this thing changes nothing; 95 % bootstrap intervals over images; — where the Shapley value "
        "is not known, or there is one run:",
        "",
        *table(["what differs", *(f"{name} ({len(own)})" for name, own in found)], lines, 1),
    ])  # fmt: skip


LENGTHS: dict[str, Callable[[Row], np.ndarray]] = {
    "Monte Carlo: mean of runs − limit": lambda row: cells.averaged(row) - row["limit"],
    "bandwidth: limit at ν = 0.25 − ν = ∞":
        lambda row: np.subtract(row["bandwidths"]["0.25"], row["bandwidths"]["inf"]),
    "interactions of three and more: ν = ∞ − Shapley":
        lambda row: np.subtract(row["bandwidths"]["inf"], row.get("shapley", np.nan)),
    "path: Shapley − integral": lambda row: np.subtract(row.get("shapley", np.nan), row["gradients"][REFERENCE]),
    f"rule: {STUDY} steps − integral": lambda row: np.subtract(row["gradients"][STUDY], row["gradients"][REFERENCE]),
}  # fmt: skip


def lengths(rows: list[Row]) -> str:
    """The same parts as lengths."""
    found = [(name, own) for part in ("small", "imagenet") for name, own in _by_network(_of(rows, part))]
    lines = [[what, *(quartiles(_relative(own, of)) for _, own in found)] for what, of in LENGTHS.items()]
    missed = [quartiles([abs(sum(row["gradients"][REFERENCE]) / row["rise"] - 1) for row in own if row["rise"]])
              for _, own in found]  # fmt: skip
    return "\n".join([
        "Length of each difference over the length of limit − integral; medians with quartiles over images. The last "
        "line says by how much the integral misses its sum f(ξ) − f(ξ̄), as a share of it:",
        "",
        *table(["part", *(f"{name} ({len(own)})" for name, own in found)],
               [*lines, ["the integral's own error", *missed]], 1),
    ])  # fmt: skip


def _relative(rows: Sequence[Row], of: Callable[[Row], np.ndarray]) -> list[float]:
    """Lengths over that of limit − integral, without rows that do not have them."""
    wholes = [np.linalg.norm(np.subtract(row["limit"], row["gradients"][REFERENCE])) for row in rows]
    found = [float(np.linalg.norm(of(row)) / whole) for row, whole in zip(rows, wholes, strict=True) if whole > 0]
    return [number for number in found if np.isfinite(number)]


def settings(rows: list[Row]) -> str:
    """Bandwidths, replacements and segmentations."""
    lines = []
    for part in ("small", "imagenet"):
        for name, own in _by_network(explainable(row for row in rows if row["part"] == part)):
            variants = list(dict.fromkeys(row["variant"] for row in own))
            if len(variants) == 1:
                continue
            shared = set.intersection(*({row["image"] for row in own if row["variant"] == one} for one in variants))
            for variant in variants if shared else ():
                some = [row for row in own if row["variant"] == variant and row["image"] in shared]
                lines.append([name, variant, str(len(some)), _median(some), *_with_gradients(some)])
    return "\n".join([
        f"Mean Jaccard index of the {TOPS[0]} largest positive coefficients of LIME's limit and the integral of "
        "gradients, on the images that have all variants and something to explain in each; `study` is quickshift (on "
        "photographs that the network's preprocessing has changed) with mean colours, other names say what is put in "
        "its place. 95 % bootstrap intervals over images:",
        "",
        *table(["network", "variant", "images", "superpixels", "index", "chance", "ν = 0.15", "ν = 0.5", "ν = 1",
                "ν = ∞"], lines, 2),
    ])  # fmt: skip


def _with_gradients(rows: Sequence[Row]) -> list[str]:
    """The index at the study's bandwidth, chance, and the index at others."""
    k = TOPS[0]
    chances = [chance_of(row["limit"], row["gradients"][REFERENCE], k) for row in rows]
    others = [of_rows(rows, cells.at_bandwidth(width), k) for width in ("0.15", "0.5", "1", "inf")]
    return [interval(of_rows(rows, cells.limit, k)), interval(chances), *map(interval, others)]


def exact(rows: list[Row]) -> str:
    """The comparison on tables of all values."""
    pairs, k = (("LIME", "Banzhaf"), ("Banzhaf", "Shapley"), ("Shapley", "IG"), ("LIME", "IG")), TOPS[0]
    lines = []
    for name, own in _by_network(rows):
        for d in sorted({row["superpixels"] for row in own}):
            some = [row for row in own if row["superpixels"] == d]
            explanations = [row["explanations"] for row in some]
            noise = [interval([row["simulated"][str(k)][two] for row in some]) for two in ("run, run", "mean, limit")]
            indices = [interval([index(one[a], one[b], k) for one in explanations]) for a, b in pairs]
            by_chance = interval([chance_of(one["LIME"], one["IG"], k) for one in explanations])
            lines.append([name, str(d), str(len(some)), *noise, *indices, by_chance])
    head = ["network", "superpixels", "photographs", "run, run", "mean, LIME", *(f"{a}, {b}" for a, b in pairs),
            "chance"]  # fmt: skip
    return "\n".join([
        f"Mean Jaccard index of the {k} largest positive coefficients of two exact explanations, on tables of all "
        "values for merged slic superpixels: LIME's limit at ν = 0.25, Banzhaf values (ν = ∞), Shapley values "
        "(interactions of three and more), integrated gradients (IG: the path), and chance for LIME with them. Two "
        f"runs of {rows[0]['masks']:,} masks, and the mean of {rows[0]['repetitions']} with the limit, are drawn with "
        "the exact covariance of thm:clt. 95 % bootstrap intervals over photographs:",
        "",
        *table(head, lines, 1),
    ])  # fmt: skip


def convergence(rows: list[Row]) -> str:
    """Errors beside those that thm:clt predicts, and beside the guarantee of thm:bound."""
    lines = [
        [str(row["superpixels"]), f"{row['limit'][0]:.4f}", f"{row['limit'][1]:.4f}", f"{n:,}", f"{rmse:.4f}",
         f"{rmse / predicted:.2f}", f"{largest:.3f}", f"{bound:.3f}" if np.isfinite(bound) else "—"]
        for row in sorted(rows, key=lambda row: row["superpixels"])
        for n, rmse, predicted, largest, bound in zip(
            *(row[name] for name in ("sizes", "rmse", "predicted", "largest", "bound")), strict=True)
    ]  # fmt: skip
    return "\n".join([
        f"A shape in two superpixels, ν = 0.25, {rows[0]['repetitions']} repetitions: the limits of a superpixel of "
        "the shape and of another one, the root mean squared error of a coefficient, its ratio to what thm:clt "
        "predicts, the 95 % quantile of the largest error of all coefficients, and thm:bound's guarantee for it:",
        "",
        *table(["superpixels", "limit, in the shape", "limit, elsewhere", "N", "error", "over predicted",
                "largest, 95 %", "guarantee"], lines, 0),
    ])  # fmt: skip


def _of(rows: list[Row], part: str, variant: str = "study") -> list[Row]:
    """The rows of a part with the study's superpixels and replacement, those where there is something to explain."""
    return explainable(row for row in rows if (row["part"], row["variant"]) == (part, variant))


def _by_network(rows: list[Row]) -> list[tuple[str, list[Row]]]:
    """The rows of every network."""
    order = sorted({row["model"] for row in rows})
    return [(name, [row for row in rows if row["model"] == name]) for name in order]


def _median(rows: Sequence[Row]) -> str:
    return f"{median(row['superpixels'] for row in rows):.0f}"


BLOCKS: dict[str, tuple[Callable[[list[Row]], str], tuple[str, ...]]] = {
    "theory": (theory, ("figure3", "figure4")), "small": (small, ("small",)), "imagenet": (imagenet, ("imagenet",)),
    "parts": (parts, ("small", "imagenet")), "lengths": (lengths, ("small", "imagenet")),
    "settings": (settings, ("small", "imagenet")), "exact": (exact, ("tables",)),
    "convergence": (convergence, ("convergence",)),
}  # fmt: skip
"""The tables by name, with the parts of which they need rows."""


def block(name: str, rows: list[Row]) -> str:
    """A table of the saved rows."""
    make, needed = BLOCKS[name]
    found = [row for row in rows if row["part"] in needed]
    return make(found) if found else "No row of it has been measured yet."
