"""What LIME-like libraries converge to, beside what they should: `limetheory audit` of all that can be installed.

Ask every method of every library in the table about set functions whose limits are known, and explain what deviates.

    limetheory experiment run audit                          those installed here, appended to rows.jsonl
    limetheory experiment run audit --environments FOLDER    also those with an environment FOLDER/LIBRARY of their own
    limetheory experiment run audit --smoke                  one method and a small battery, printed only
    limetheory experiment plot audit                         the tables of the saved rows

A row is one method. A run that was ended goes on after the last; a method that is not installed has a row that says so,
which is not kept.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from experiments._frame import Batch, Experiment, Job, Lines, Options, Parser
from experiments._frame.saved_rows import load
from experiments.audit.report import deviations, overview
from limetheory.audit import LIBRARIES

ORDER = (
    "limetheory", "lime", "captum", "shap", "shapiq", "alibi", "dianna", "interpret", "omnixai", "ferret", "xplique",
)  # fmt: skip


def batches(options: Options) -> list[Batch]:
    """A job for each method that is installed."""
    wanted = [("limetheory", "estimate")] if options.smoke else None
    jobs = []
    for name in ORDER:
        python = _python(options.environments, name)
        for subject in LIBRARIES[name].subjects:
            if wanted is None or (name, subject.name) in wanted:
                jobs.append(_job(name, subject.name, "small" if options.smoke else "standard", python))
    return [Batch([job for job in jobs if job is not None], Lines(options.out))]


def _job(library: str, subject: str, battery: str, python: str | None) -> Job | None:
    from limetheory.audit.run import absent

    if absent(LIBRARIES[library], python):
        return None
    key = {"library": library, "subject": subject, "battery": battery, "seed": 0}
    return Job(key, partial(measured, library, subject, battery, python))


def measured(library: str, subject: str, battery: str, python: str | None) -> dict[str, Any]:
    """The row of one method."""
    from limetheory.audit import audit
    from limetheory.audit.report import row

    table = LIBRARIES[library]
    method = next(one for one in table.subjects if one.name == subject)
    (found,) = audit([replace(table, subjects=(method,))], battery=battery, python=python, seconds=3600.0, seed=0)
    return {**row(found), "battery": battery, "seed": 0}


def _python(folder: Path | None, library: str) -> str | None:
    """The interpreter of a library's own environment, where there is one."""
    own = folder / library / "bin" / "python" if folder else None
    return str(own) if own is not None and own.exists() else None


def options(run: Parser, *shown: Parser) -> None:
    """The folder of environments."""
    run.add_argument("--environments", type=Path, metavar="FOLDER", help="of environments named for their libraries")


EXPERIMENT = Experiment(
    __package__,
    batches,
    {"audit": lambda given: overview(load(given.out)), "audit-deviations": lambda given: deviations(load(given.out))},
    options=options,
)
