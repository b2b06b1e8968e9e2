"""What the saved rows say, one table for each part, beside the numbers of the paper."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from math import sqrt
from statistics import fmean, median

from experiments._frame import Job, Options, Row
from experiments.lime2016.intervals import percent
from experiments.lime2016.published import F1, RECALL, Table, recalled
from experiments.lime2016.settings import FULL

Block = Callable[[Options], str]
Groups = Callable[[Row], list[str]]
NAMES = {
    "random": "random", "parzen": "Parzen", "greedy": "greedy", "no intercept": "authors' LIME",
    "no intercept, limit": "limit of that", "lime": "LIME", "limit": "limit of LIME",
    "tenth": "LIME, a tenth", "adjusted": "`adjusted`, a tenth",
}  # fmt: skip
"""The explainers in the order of the tables."""
_BESIDE_LIMIT = (("LIME", "lime", "limit"), ("the authors' LIME", "no intercept", "no intercept, limit"))
SHOWN = (1, 5, 10, 20, 30)
"""Numbers of documents shown in the table of section 5.4."""


def faithfulness(rows: list[Row]) -> str:
    """Recall of the words used, section 5.2."""
    one, words, used = rows[0], every(rows, "words"), every(rows, "used")
    return "\n".join([
        f"Recall in percent of the words that a classifier truly uses of a document ({median(used):.0f} of "
        f"{median(words):.0f}, medians), among at most {one['named']} named; means over {len(words)} documents, of "
        f"{len({row['seed'] for row in rows})} of {FULL.seeds} divisions of a corpus measured so far, with 95 % "
        f"bootstrap intervals over documents. LIME has {one['masks']:,} masks; a tenth is {one['masks'] // 10:,} of "
        "them, or 2 d + 2 where that is more:",
        "",
        *table(rows, "recall", RECALL, document_of),
        "",
        "The same where only as many words count as the classifier uses, those with the largest |coefficients|:",
        "",
        *table(rows, "first", {}, document_of),
        "",
        monte_carlo(rows, "recall"),
        "",
        monte_carlo(rows, "first"),
    ])  # fmt: skip


def trust(rows: list[Row]) -> str:
    """F1 of predictions found trustworthy, section 5.3."""
    one, shares = rows[0], [row["trustworthy"] for row in rows]
    most = max(len(row["document"]) for row in rows)
    return "\n".join([
        f"F1 in percent of the predictions that a user finds trustworthy, {one['rounds']} rounds with a quarter of the "
        f"vocabulary untrustworthy, {most} documents explained (of the predictions at least "
        f"{100 * min(shares):.0f} % are trustworthy, for each classifier); means with 95 % bootstrap intervals over "
        "rounds, for these documents and classifiers. — where there is none:",
        "",
        *table(rows, "f1", F1, round_of),
        *(line for row in rows if row["model"] == "transformer" for line in ("", transformer(row))),
    ])  # fmt: skip


def transformer(row: Row) -> str:
    """The accuracy of the transformer, and the Monte Carlo error of its explanations."""
    number, square = len(row["document"]), {name: fmean(found) for name, found in row["error"].items()}
    lime, size = square["lime"], square["size"]
    errors = [lime, *(max(square[name] - lime, 0.0) for name in ("tenth", "adjusted"))]
    shown = [f"{sqrt(one / size):.0%}".replace("%", " %") for one in errors]
    return (
        f"The transformer on {row['data']} was trained on {row['transformer_training']} documents and is right in "
        f"{100 * row['accuracy']:.0f} % of others; {number} documents are explained, with "
        f"{row['transformer_masks']:,} masks. The Monte Carlo error of a coefficient, of weighted least squares on all "
        f"words, is {shown[0]} of a coefficient's size with these masks, {shown[1]} with a tenth, and {shown[2]} by "
        f"`adjusted` with a tenth (roots of mean squares over words and documents)."
    )


def table(rows: list[Row], what: str, paper: Table, groups: Groups) -> list[str]:
    """A line for each corpus and classifier, followed by that of the paper."""
    lines = [f"| data | classifier | {' | '.join(NAMES.values())} |", "|---|---|" + "---:|" * len(NAMES)]
    for data, model in places(rows):
        some = of_place(rows, data, model)
        lines.append(f"| {data} | {model} | {' | '.join(measured(some, what, name, groups) for name in NAMES)} |")
        numbers = [recalled(paper, data, model, name) for name in NAMES]
        if any(numbers):
            shown = ["" if number is None else f"{number:.1f}" for number in numbers]
            lines.append(f"| | *paper, recalled* | {' | '.join(shown)} |")
    return lines


def measured(rows: list[Row], what: str, name: str, groups: Groups) -> str:
    """The cell of one explainer, — where it does not exist."""
    if any(name not in row[what] for row in rows):
        return "—"
    return percent(*pooled(rows, what, name, groups))


def pooled(rows: list[Row], what: str, name: str, groups: Groups) -> tuple[list[float], list[str]]:
    """The numbers of an explainer in several rows, and which of them are drawn together."""
    numbers = [number for row in rows for number in row[what][name]]
    return numbers, [group for row in rows for group in groups(row)]


def document_of(row: Row) -> list[str]:
    """The document of each number, which several divisions of a corpus may have explained."""
    return [f"{row['data']} {document}" for document in row["document"]]


def round_of(row: Row) -> list[str]:
    """The round of each number of section 5.3."""
    return [f"{row['data']} {row['model']} {row['seed']} {place}" for place in range(row["rounds"])]


def image_model_of(row: Row) -> list[str]:
    """The random model of each number on a photograph."""
    return [f"{row['data']} {row['seed']} {place}" for place in range(row["image_models"])]


def monte_carlo(rows: list[Row], what: str) -> str:
    """What LIME misses beside what its limit misses, with an intercept and without, where there is a limit."""
    parts = []
    for data, model in places(rows):
        some = of_place(rows, data, model)
        for title, *names in _BESIDE_LIMIT:
            (lime, groups), (limit, _) = (pooled(some, what, name, document_of) for name in names)
            missed = [percent([1 - number for number in numbers], groups) for numbers in (lime, limit)]
            excess = percent([b - a for a, b in zip(lime, limit, strict=True)], groups)
            parts.append(f"- {data}, {model}: {title} misses {missed[0]} %, its limit {missed[1]} %, "
                         f"the difference is {excess} points.")  # fmt: skip
    which = {"recall": "Among all that is named", "first": "Among as many as are used"}[what]
    return "\n".join([f"How much of the loss is Monte Carlo error? {which}:", "", *parts])


def choice(rows: list[Row]) -> str:
    """How often the better forest is chosen, section 5.4."""
    lines = []
    for data in sorted({row["data"] for row in rows}):
        some = [row for row in rows if row["data"] == data]
        for name in NAMES:
            for how in ("submodular", "random pick"):
                these = [row["right"][name][how] for row in some if name in row["right"]]
                if these:
                    shown = [n for n in SHOWN if n <= min(map(len, these))]
                    cells = [percent([one[n - 1] for one in these]) for n in shown] + ["—"] * (len(SHOWN) - len(shown))
                    lines.append(f"| {data} | {NAMES[name]} | {how} | {len(these)} | {' | '.join(cells)} |")
    one = rows[0]
    return "\n".join([
        "How often, in percent, the better of two forests is chosen after some documents were shown, "
        f"of {one['pool']} explained for each forest; half for a tie; means with 95 % bootstrap intervals over pairs "
        f"of forests where there are five or more; the full size has {FULL.pairs} (the paper has a figure, no table; "
        "recalled: SP-LIME is best, RP-LIME second):",
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
        cells = [measured(some, "recall", name, image_model_of) for name in kept]
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
    lines = [
        "| trained with | explainer | share of the watermark | it is first | accuracy: mark on 8 | on none | on 3 |",
        "|---|---|---:|---:|---:|---:|---:|",
    ]
    for model in ("watermark", "control"):
        some = [row for row in rows if row["model"] == model]
        accuracies = [percent([row["accuracy"][name] for row in some]) for name in ("with", "without", "swapped")]
        for name in names if some else ():
            networks = [str(row["seed"]) for row in some for _ in row["share"][name]]
            shares = percent([number for row in some for number in row["share"][name]], networks)
            first = percent([float(number == 1) for row in some for number in row["rank"][name]], networks)
            lines.append(f"| {model} | {NAMES[name]} | {shares} | {first} | {' | '.join(accuracies)} |")
    one = rows[0]
    return "\n".join([
        f"The watermark's superpixel, one of 16, in explanations of the class 8, in percent: its share of the sum of "
        f"|coefficients|, how often its |coefficient| is the largest, and the accuracy of the networks; "
        f"{len({row['seed'] for row in rows})} networks each, {one['image_models']} digits each, "
        f"LIME has {one['image_masks']:,} masks; means with 95 % bootstrap intervals over "
        "networks:",
        "",
        *lines,
    ])  # fmt: skip


def every(rows: list[Row], what: str) -> list[int]:
    """The numbers of all documents."""
    return [number for row in rows for number in row[what]]


def of_place(rows: list[Row], data: str, model: str) -> list[Row]:
    """The rows of one corpus and classifier."""
    return [row for row in rows if (row["data"], row["model"]) == (data, model)]


def places(rows: Iterable[Row]) -> list[tuple[str, str]]:
    """The corpora and classifiers in the order of the paper's tables."""
    models = (
        "sparse logistic", "tree", "logistic", "neighbours", "forest", "embedded forest", "svm", "transformer",
    )  # fmt: skip
    return sorted({(row["data"], row["model"]) for row in rows}, key=lambda one: (one[0], models.index(one[1])))


def forecast(missing: Sequence[Job], rows: list[Row]) -> str:
    """How many rows are missing, and the processor time that the saved ones of the same part and model took.

    It is the median, so that the few pairs of forests that `adjusted` explains too are taken for shorter than they are.
    """
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
