"""The simulated users of Ribeiro et al. 2016: how much of what LIME misses there is Monte Carlo error?

Repeat sections 5.2 to 5.4 of Ribeiro, Singh & Guestrin 2016, with exact limits beside LIME, and its ideas on images.

    limetheory experiment run lime2016                  made-up reviews, photographs and digits
    limetheory experiment run lime2016 --data FOLDER    the reviews of books and DVDs in FOLDER, photographs and digits
    limetheory experiment run lime2016 --dry-run        what is missing and how long it takes, from the saved rows
    limetheory experiment run lime2016 --smoke          little of everything, printed only
    limetheory experiment plot lime2016                 the tables and figures of the saved rows

FOLDER is the multi-domain sentiment corpus (Blitzer, Dredze & Pereira 2007), which is not part of this package, with
`books/positive.review` and so on. Without it the documents are made up, see `made_up.py`. `--only PART` measures one
part. The full size takes about 80 minutes on two cores with `--workers 2`; rows that are there are not measured again.

| part | module | section | question |
|---|---|---|---|
| faithfulness | faithfulness.py | 5.2 | are the words named that a sparse classifier uses? |
| trust | trust.py, transformer.py | 5.3 | does a user notice predictions that rest on words that one does not trust? |
| choice | choice.py, forests.py | 5.4 | does a user choose the better of two forests? |
| pictures | pictures.py | 5.2 on images | are the superpixels named that a model uses? |
| shortcut | shortcut.py | 6.4 without people | is a watermark found that a network has learned? |
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path

from experiments._frame import Batch, Experiment, Job, Lines, Options, Parser
from experiments._frame.saved_rows import load
from experiments.lime2016 import report
from experiments.lime2016.settings import FULL, SMOKE, Settings
from limetheory.arguments import choice

PARTS = ("faithfulness", "trust", "choice", "pictures", "shortcut")
PACKAGES = ("limetheory", "numpy", "scipy", "scikit-learn", "scikit-image")


def options(run: Parser, *shown: Parser) -> None:
    """Add the options: where the reviews are, which part, and whether only to estimate the time."""
    run.add_argument("--data", type=Path, metavar="FOLDER", help="the multi-domain sentiment corpus")
    run.add_argument("--only", nargs="+", default=PARTS, metavar="PART", help=", ".join(PARTS))
    run.add_argument("--dry-run", action="store_true", help="say what is missing and how long it takes")


def batches(options: Options) -> list[Batch]:
    """The jobs of all parts, in the order of seeds so that a run that is ended has some of each."""
    parts = [choice("only", part, PARTS) for part in options.only]
    settings = SMOKE if options.smoke else FULL
    found = [job for job in jobs(options.data, settings, options.smoke) if job.key and job.key["part"] in parts]
    found.sort(key=lambda job: job.key["seed"] if job.key else 0)
    if options.dry_run:
        print(report.forecast(Lines(options.out).missing(found), load(options.out)))
        return []
    return [Batch(found, Lines(options.out), PACKAGES)]


def jobs(folder: Path | None, settings: Settings, smoke: bool = False) -> Iterator[Job]:
    """A job for each row."""
    from experiments.lime2016 import choice, corpus, faithfulness, models, pictures, shortcut, transformer, trust

    for data in (corpus.MADE_UP,) if folder is None else corpus.DOMAINS:
        for seed in range(settings.seeds):
            for model in models.SPARSE:
                measure = partial(faithfulness.one_seed, data, folder, model, seed, settings)
                yield job("faithfulness", data, model, seed, measure)
        for model in models.TRUSTED:
            yield job("trust", data, model, 0, partial(trust.one_model, data, folder, model, 0, settings))
        yield job("trust", data, "transformer", 0, partial(transformer.one_corpus, data, folder, 0, settings))
        for seed in range(settings.pairs):
            for model, one_pair in choice.PAIRS.items():
                yield job("choice", data, model, seed, partial(one_pair, data, folder, seed, settings))
    for model in pictures.MODELS:
        for data in pictures.PHOTOGRAPHS[: 1 if smoke else None]:
            yield job("pictures", data, model, 0, partial(pictures.one_photograph, data, model, 0, settings))
    for seed in range(settings.seeds):
        for model in shortcut.TRAINED:
            yield job("shortcut", "digits", model, seed, partial(shortcut.one_network, "digits", model, seed, settings))


def job(part: str, data: str, model: str, seed: int, measure: partial[dict[str, object]]) -> Job:
    """A job by its key."""
    return Job({"part": part, "data": data, "model": model, "seed": seed}, measure)


def draw(options: Options) -> None:
    """Draw the figures."""
    from experiments.lime2016 import figures

    rows = load(options.out)
    for name, make in figures.FIGURES.items():
        if any(row["part"] == name for row in rows):
            make(rows).savefig(options.out.with_name(f"{name}.png"), dpi=110)


def blocks() -> dict[str, report.Block]:
    """A block for each part."""
    return {f"lime2016-{part}": partial(_block, part) for part in PARTS}


def _block(part: str, options: Options) -> str:
    return report.TABLES[part]([row for row in load(options.out) if row["part"] == part])


EXPERIMENT = Experiment(__package__, batches, blocks(), draw, options)
