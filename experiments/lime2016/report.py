"""What the saved rows say, one table for each part, beside the numbers of the paper."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from statistics import median

import numpy as np

from experiments._frame import Job, Options, Row
from experiments.lime2016.intervals import percent
from experiments.lime2016.published import F1, RECALL, recalled

Block = Callable[[Options], str]
NAMES = {
    "random": "random", "parzen": "Parzen", "greedy": "greedy", "lime": "LIME", "limit": "its limit",
    "tenth": "LIME, a tenth", "adjusted": "`adjusted`, a tenth",
}  # fmt: skip
"""The explainers in the order of the tables."""
SHOWN = (1, 5, 10, 20, 30)
"""Numbers of documents shown in the table of section 5.4."""


def faithfulness(rows: list[Row]) -> str:
    """Recall of the words used, section 5.2."""
    one = rows[0]
    words, used = (sum((row[name] for row in rows), []) for name in ("words", "used"))
    return "\n".join([
        f"Recall in percent of the words that a classifier truly uses of a document ({median(used):.0f} of "
        f"{median(words):.0f}, medians), among at most {one['named']} named; means with 95 % bootstrap intervals over "
        f"documents. LIME has {one['masks']:,} masks; a tenth is {one['masks'] // 10:,} of them, or 2 d + 2 where that "
        "is more. — where there is none:",
        "",
        *table(rows, "recall", RECALL, lambda row: row["document"]),
        "",
        monte_carlo(rows, "recall", lambda row: row["document"], "of the words used"),
    ])  # fmt: skip


def trust(rows: list[Row]) -> str:
    """F1 of predictions found trustworthy, section 5.3."""
    one, shares = rows[0], [row["trustworthy"] for row in rows]
    return "\n".join([
        f"F1 in percent of the predictions that a user finds trustworthy, {one['rounds']} rounds with a quarter of the "
        f"vocabulary untrustworthy, {one['trusted']} documents explained ({100 * min(shares):.0f} to "
        f"{100 * max(shares):.0f} % of the predictions are trustworthy); means with 95 % bootstrap intervals over "
        "rounds, for these documents and classifiers. — where there is none:",
        "",
        *table(rows, "f1", F1, lambda row: None),
    ])  # fmt: skip


def table(rows: list[Row], what: str, paper: object, groups: Callable[[Row], object]) -> list[str]:
    """A line for each corpus and classifier, followed by that of the paper."""
    lines = [f"| data | classifier | {' | '.join(NAMES.values())} |", "|---|---|" + "---:|" * len(NAMES)]
    for data, model in places(rows):
        some = [row for row in rows if (row["data"], row["model"]) == (data, model)]
        cells = [measured(some, what, name, groups) for name in NAMES]
        lines.append(f"| {data} | {model} | {' | '.join(cells)} |")
        numbers = [recalled(paper, data, model, name) for name in NAMES]  # type: ignore[arg-type]
        if any(numbers):
            shown = ["" if number is None else f"{number:.1f}" for number in numbers]
            lines.append(f"| | *paper, recalled* | {' | '.join(shown)} |")
    return lines


def measured(rows: list[Row], what: str, name: str, groups: Callable[[Row], object]) -> str:
    """The cell of one explainer."""
    if any(name not in row[what] for row in rows):
        return "—"
    values, members = pooled(rows, lambda row: row[what][name], groups)
    return percent(values, members)


def pooled(
    rows: list[Row], values: Callable[[Row], Sequence[float]], groups: Callable[[Row], object]
) -> tuple[list[float], list[object] | None]:
    """The numbers of several rows, and which of them belong together."""
    found = [number for row in rows for number in values(row)]
    members = [groups(row) for row in rows]
    if any(one is None for one in members):
        return found, None
    return found, [(row["data"], one) for row, them in zip(rows, members, strict=True) for one in them]  # type: ignore[attr-defined]


def monte_carlo(rows: list[Row], what: str, groups: Callable[[Row], object], of: str) -> str:
    """How much of LIME's loss the limit has too, for each corpus and classifier where there is a limit."""
    parts = []
    for data, model in places(rows):
        some = [row for row in rows if (row["data"], row["model"]) == (data, model)]
        if any("limit" not in row[what] for row in some):
            continue
        missed = [percent([1 - number for number in pooled(some, lambda row, n=name: row[what][n], groups)[0]],
                          pooled(some, lambda row, n=name: row[what][n], groups)[1]) for name in ("lime", "limit")]  # fmt: skip
        differences, members = pooled(some, lambda row: difference(row[what], "limit", "lime"), groups)
        parts.append(f"{data}, {model}: LIME misses {missed[0]} % {of}, its limit {missed[1]} %, so that "
                     f"{percent(differences, members)} points are Monte Carlo error")  # fmt: skip
    return "How much of LIME's loss is Monte Carlo? " + "; ".join(parts) + "."


def difference(found: dict[str, Sequence[float]], one: str, other: str) -> list[float]:
    """What one explainer has more than another, item by item."""
    return (np.asarray(found[one]) - np.asarray(found[other])).tolist()  # type: ignore[no-any-return]


def choice(rows: list[Row]) -> str:
    """How often the better forest is chosen, section 5.4."""
    lines = []
    for data in sorted({row["data"] for row in rows}):
        some = [row for row in rows if row["data"] == data]
        for name in NAMES:
            for how in ("submodular", "random pick"):
                these = [row["right"][name][how] for row in some if name in row["right"]]
                if these:
                    cells = [percent([one[n - 1] for one in these]) if n <= min(map(len, these)) else "—" for n in SHOWN]
                    lines.append(f"| {data} | {NAMES[name]} | {how} | {len(these)} | {' | '.join(cells)} |")
    one = rows[0]
    return "\n".join([
        "How often, in percent, the better of two forests is chosen after some documents were shown, "
        f"of {one['pool']} explained for each forest; half for a tie; means with 95 % bootstrap intervals over pairs "
        "of forests (the paper has a figure, no table; recalled: SP-LIME is best, RP-LIME second):",
        "",
        "| data | explainer | pick | pairs | " + " | ".join(f"{n} shown" for n in SHOWN) + " |",
        "|---|---|---|---:|" + "---:|" * len(SHOWN),
        *lines,
    ])  # fmt: skip


def pictures(rows: list[Row]) -> str:
    """Recall of superpixels, section 5.2 on images."""
    kept = [name for name in NAMES if name in rows[0]["recall"]]
    lines = [f"| model | {' | '.join(NAMES[name] for name in kept)} |", "|---|" + "---:|" * len(kept)]
    for model in dict.fromkeys(row["model"] for row in rows):
        some = [row for row in rows if row["model"] == model]
        cells = [percent(*pooled(some, lambda row, n=name: row["recall"][n], lambda row: None)) for name in kept]
        lines.append(f"| {model} | {' | '.join(cells)} |")
    one, sizes = rows[0], [row["superpixels"] for row in rows]
    return "\n".join([
        f"Recall in percent of the {one['used']} superpixels that a model uses, among {one['named']} named, on "
        f"{len({row['data'] for row in rows})} photographs of {min(sizes)} to {max(sizes)} superpixels with "
        f"{one['image_models']} random models each; LIME has {one['image_masks']:,} masks; means with 95 % bootstrap "
        "intervals over models:",
        "",
        *lines,
    ])  # fmt: skip


def shortcut(rows: list[Row]) -> str:
    """The watermark's share and rank, and accuracies."""
    names = [name for name in NAMES if name in rows[0]["share"]]
    lines = ["| trained with | explainer | share of the watermark | it is first | accuracy: watermark on 8 | on none | on 3 |",
             "|---|---|---:|---:|---:|---:|---:|"]  # fmt: skip
    for model in ("watermark", "control"):
        some = [row for row in rows if row["model"] == model]
        accuracies = [percent([row["accuracy"][name] for row in some]) for name in ("with", "without", "swapped")]
        for name in names if some else ():
            shares = percent([number for row in some for number in row["share"][name]])
            first = percent([float(number == 1) for row in some for number in row["rank"][name]])
            lines.append(f"| {model} | {NAMES[name]} | {shares} | {first} | {' | '.join(accuracies)} |")
    one = rows[0]
    return "\n".join([
        f"The watermark's superpixel, one of 16, in explanations of the class 8, in percent: its share of the sum of "
        f"|coefficients|, how often its |coefficient| is the largest, and the accuracy of the networks; "
        f"{len({row['seed'] for row in rows})} networks each, {one['image_models']} digits each, "
        f"LIME has {one['image_masks']:,} masks; means with 95 % bootstrap intervals, over digits, accuracies over "
        "networks:",
        "",
        *lines,
    ])  # fmt: skip


def places(rows: Iterable[Row]) -> list[tuple[str, str]]:
    """The corpora and classifiers in the order of the paper's tables."""
    models = ("sparse logistic", "tree", "logistic", "neighbours", "forest", "svm")
    return sorted({(row["data"], row["model"]) for row in rows}, key=lambda one: (one[0], models.index(one[1])))


def forecast(missing: Sequence[Job], rows: list[Row]) -> str:
    """How many rows are missing, and the processor time that the saved ones of the same part and model took."""
    total, unknown = 0.0, 0
    for job in missing:
        key = job.key or {}
        same = [row["seconds"] for row in rows if all(row[name] == key[name] for name in ("part", "model"))]
        total, unknown = total + (median(same) if same else 0.0), unknown + (not same)
    known = f"; {unknown} more have no saved row to tell from" if unknown else ""
    return f"{len(missing)} rows are missing, about {total / 60:.0f} minutes of one core{known}."


TABLES = {
    "faithfulness": faithfulness, "trust": trust, "choice": choice, "pictures": pictures, "shortcut": shortcut,
}  # fmt: skip
