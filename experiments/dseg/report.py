"""Tables and pictures of everything saved, written beside the rows."""

from __future__ import annotations

from pathlib import Path

from experiments.dseg import figures, tables
from experiments.dseg.rows import ROWS, head
from experiments.dseg.run import evaluations
from experiments.dseg.scores import REPLACEMENT, Scores, scores
from experiments.dseg.settings import Settings

HERE = Path(__file__).parent


def write(folder: Path = ROWS) -> list[Path]:
    """Write results.md and two pictures for each network, beside the saved rows or into another folder of rows."""
    found, out = scores(folder), HERE if folder == ROWS else folder
    page = out / "results.md"
    page.write_text("\n\n".join(["# Segmenters and LIME variants", *(_section(one, folder) for one in found)]) + "\n")
    files = [page]
    for one in found:
        for name, draw in (("means", figures.intervals), ("ranks", figures.critical_differences)):
            files.append(out / f"{name}-{one.network}.png")
            draw(one).savefig(files[-1], dpi=110)
    return files


SUMMARISED = ("Kept-area preservation", "Preservation", "Deletion", "Insertion AUC", "SRG", "Infidelity")


def summary(folder: Path = ROWS) -> str:
    """A few metrics of the first network, and what the paired tests say of all of them."""
    first = scores(folder)[0]
    about = head(next((folder / first.network).glob("*.csv")))
    settings = about["settings"]
    found, whole = tables.compared(first), Settings()
    passes = len(whole.networks) * evaluations(whole)
    return f"""Do such segments explain better? {len(first.photographs)} photographs, {first.network}, LIME with \
{settings["n"]} masks, the other segmenters matched to the hierarchy's number of segments (`higra` is that of \
`--segmenter dseg`); means with 95 % intervals:

{tables.summary(first, SUMMARISED)}

{_verdict(found)}

The whole design has {len(whole.networks)} networks, {len(whole.conditions())} segmentations and \
{len(whole.variants)} variants: at most {passes:,} forward passes for each photograph."""


def _verdict(found: list[tables.Difference]) -> str:
    """How many differences stand after the correction, and in whose favour."""
    clear = [one for one in found if one.p <= 0.05]
    said = ", ".join(f"{one.metric} against {one.other} ({'better' if one.better else 'worse'})" for one in clear)
    return (
        f"Of {len(found)} paired comparisons of the hierarchy at depth 1 ({len(tables.TESTED)} metrics), those "
        f"significant at 5 % after Holm's correction: {said or 'none'}."
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

Mean difference over photographs with its 95 % bootstrap interval, and p of the sign-flip test → Holm-corrected over \
the whole table.

{tables.differences(scores)}

### LIME variants, on the hierarchy's segments

{tables.variants(scores)}

### With each segment's mean colour as the replacement

{tables.replacements(scores)}

### Stability: repetitions against what one explanation expects

{tables.stability(scores)}"""
