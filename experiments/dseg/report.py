"""Tables and figures of all saved rows, written beside them."""

from __future__ import annotations

from pathlib import Path

from experiments.dseg import figures, tables
from experiments.dseg.run import evaluations
from experiments.dseg.scores import REPLACEMENT, Scores, scores
from experiments.dseg.settings import Settings
from experiments.dseg.sheets import ROWS, head

HERE = Path(__file__).parent


def write(folder: Path = ROWS) -> list[Path]:
    """Write results.md and two figures for each network, beside the saved rows or into another folder of rows."""
    found, out = scores(folder), beside(folder)
    page = out / "results.md"
    page.write_text("\n\n".join(["# Segmenters and LIME variants", *(_section(one, folder) for one in found)]) + "\n")
    files = [page]
    for one in found:
        for name, draw in (("means", figures.intervals), ("ranks", figures.critical_differences)):
            files.append(out / f"{name}-{one.network}.png")
            draw(one).savefig(files[-1], dpi=110)
    return files


def beside(folder: Path) -> Path:
    """Where what is made of the rows of a folder goes."""
    return HERE if folder == ROWS else folder


LEVEL = 0.05
SUMMARISED = ("Kept-area preservation", "Preservation", "Deletion", "Insertion AUC", "SRG", "Infidelity")


def summary(folder: Path = ROWS) -> str:
    """The results of the paired tests for the first network, then some of its metrics."""
    first = scores(folder)[0]
    about = head(next((folder / first.network).glob("*.csv")))
    settings, whole = about["settings"], Settings()
    passes, most = (len(whole.networks) * evaluations(whole, repeat) for repeat in (False, True))
    return f"""Do such segments explain better? {verdict(tables.compared(first))} \
{len(first.photographs)} photographs, {first.network}, LIME with {settings["n"]} masks, the other segmenters matched \
to the hierarchy's number of segments (`higra` is that of `--segmenter higra`); means with 95 % intervals:

{tables.summary(first, SUMMARISED)}

The whole design has {len(whole.networks)} networks, {len(whole.conditions())} segmentations and \
{len(whole.variants)} variants: at most {passes:,} forward passes for each photograph, {most:,} where its explanations \
are repeated with other masks."""


def verdict(found: list[tables.Difference]) -> str:
    """Whether the hierarchy differs from the others in any metric of faithfulness, then all significant differences."""
    clear = ", ".join(
        f"{one.metric} against {one.other} ({'better' if one.better else 'worse'}, p = {one.p:.2g})"
        for one in found if one.p <= LEVEL
    )  # fmt: skip
    return (
        f"{_of_faithfulness([one for one in found if one.metric != tables.STABILITY])} Of all {len(found)} paired "
        f"comparisons of the hierarchy at depth 1 (sign-flip tests, Holm's correction over all of them), those "
        f"significant at 5 % are: {clear or 'none'}."
    )


def _of_faithfulness(found: list[tables.Difference]) -> str:
    metrics, smallest = len({one.metric for one in found}), min(found, key=lambda one: one.p)
    if clear := sorted({one.metric for one in found if one.p <= LEVEL}):
        return f"Metrics of faithfulness that differ significantly: {', '.join(clear)} ({len(clear)} of {metrics})."
    return (
        f"None of {metrics} metrics of faithfulness differs significantly: the smallest p is {smallest.p:.2g}, of "
        f"{smallest.metric} against {smallest.other}."
    )


def _section(scores: Scores, folder: Path) -> str:
    about = head(next((folder / scores.network).glob("*.csv")))
    settings, count = about["settings"], len(scores.photographs)
    return f"""## {scores.network}, {count} photographs

{settings["n"]} masks an explanation ({settings["n"]} to {settings["n_max"]} for S-LIME), seed {settings["seed"]}, \
{settings["precision"]}, second network {settings["contrast"]}; metrics with replacement {REPLACEMENT}.
Means with 95 % intervals over photographs, exact for yes/no and bootstrapped otherwise. In parentheses the published \
number for EfficientNetB4 on 20 other photographs, where "higra" stands for SAM.

### Segmenters, with LIME

{tables.segmenters(scores)}

![Means and intervals](means-{scores.network}.png)

![Critical differences](ranks-{scores.network}.png)

### Paired differences

Mean difference over photographs with its 95 % bootstrap interval, and p of the exact sign-flip test → \
Holm-corrected over the whole table.

{tables.differences(scores)}

### LIME variants, on the hierarchy's segments

{tables.variants(scores)}

### With each segment's mean colour as the replacement

{tables.replacements(scores)}

### Stability: repetitions against what one explanation expects

{tables.stability(scores)}"""
