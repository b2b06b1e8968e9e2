"""`explain_many`: an explanation for each of many inputs, in one file."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Any

from limetheory.arguments import flag, integer, real, refuse_class
from limetheory.explanation import Explanation
from limetheory.given import given
from limetheory.many.lines import Lines, refuse_other_settings, write_lines
from limetheory.many.one_run import only_run
from limetheory.many.row import rows_of
from limetheory.packages import needed
from limetheory.parallel import each, require_cluster
from limetheory.parquet_files import Row, parquet_path, pyarrow, read_parquet, write_parquet
from limetheory.progress import track

_MOST_SEED = 1 << 63


@dataclass(frozen=True)
class _Job:
    number: int
    name: str
    item: Any
    seed: int


def explain_many(
    explain: Callable[[Any, int], Explanation | Sequence[Explanation]],
    items: Mapping[str, Any],
    path: str | os.PathLike[str],
    *,
    seed: int = 0,
    level: float = 0.95,
    workers: int = 1,
    cluster: str | None = None,
    settings: Mapping[str, Any] | None = None,
    retry_failed: bool = False,
) -> int:
    """Explain many inputs, and write a Parquet file with a row for each, in the order of the inputs.

    An input that is explained for several classes has a row for each of them, in the order of the explanations. The
    rows have the same numbers whatever the number of workers: each input has a seed of its own, ``seed`` plus its
    number, and each explanation is computed on one thread. The rows of an input are kept, in ``path`` with ``.rows``
    behind its name, as soon as they are there; the same call after a run that was stopped or killed computes only those
    that are missing, and tries those again that could not be explained. Two runs at a time into one file are refused.

    | column | what it holds |
    |---|---|
    | number, item, seed | number of the input from 0, its name, and the seed of its masks, which its classes share |
    | error, warnings | why there is no explanation, else null; what was said of it |
    | kind | the class of the explanation, such as TextExplanation |
    | target, target_name, prediction | the class explained, its name where known, and the model's output for it |
    | method, n_evaluations, reached | how it was estimated, and whether a tolerance was reached (null without one) |
    | intercept; names, coefficients, standard_errors, lower, upper | the explanation; lists of an entry a part |

    Args:
        explain: (input, seed) → its explanation, or a list with one for each class; a method class_name(target) of it
            names the class. For several workers it is sent to other processes, as can be a function, or an object that
            can be pickled.
        items: the inputs by their names.
        path: of the Parquet file, which ends in .parquet or .pq and must not exist yet, but for ``retry_failed``.
        seed: of the first input.
        level: of the intervals from lower to upper, each for one coefficient; for all at once where a tolerance is.
        workers: how many processes, at least 1.
        cluster: the address of a Dask scheduler, whose workers are used instead.
        settings: what the explanations depend on, as JSON takes it; a run that was stopped continues only with the
            same, and they are kept in the file's metadata.
        retry_failed: whether the inputs that a finished file has no explanation of are tried again; its other rows stay
            as they are. Without a file, or where all of its inputs are explained, this changes nothing.

    Returns:
        How many inputs could not be explained; their rows say why in ``error``.

    Raises:
        ValueError: no inputs, a path with another ending, a file that exists, rows of a run with other inputs, seed or
            settings, or another run at work on the same file.
        ImportError: pyarrow, filelock, or for a cluster distributed, is not installed.
        KeyboardInterrupt: on Ctrl-C; the rows so far are kept.

    >>> import tempfile
    >>> import limetheory as lt
    >>> def explained(text, seed):
    ...     return lt.explain_text(lambda texts: [1.0 * one.count("good") for one in texts], text, n=50, rng=seed)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     failed = explain_many(explained, {"a": "so good", "b": "", "c": "a good film"}, f"{folder}/all.parquet")
    ...     found = pyarrow().parquet.read_table(f"{folder}/all.parquet").to_pylist()
    >>> failed, [row["item"] for row in found if row["error"]]
    (1, ['b'])
    >>> found[2]["names"], [round(one) for one in found[2]["coefficients"]]
    (['a', 'good', 'film'], [0, 1, 0])
    """
    refuse_class("explain", explain)
    if not callable(explain):
        raise TypeError(f"explain must be a function (input, seed) → explanation, got {given(explain)}; give one")
    out, kept, again = _checked_path(path), _kept(settings), flag("retry_failed", retry_failed)
    _check_free(out, again)
    pyarrow()
    names = [str(name) for name in _mapping("items", items, "the inputs by their names")]
    seed, workers = integer("seed", seed, 0), integer("workers", workers, 1)
    level = real("level", level, above=0, below=1, remedy="write 0.95 for 95 %")
    if not names:
        raise ValueError("items must have at least one input, got none; give the inputs by their names")
    if not isinstance(cluster, (str, type(None))):
        raise TypeError(
            f"cluster must be the address of a Dask scheduler, got {given(cluster)}; dask scheduler prints one"
        )
    if cluster is not None:
        needed("distributed", "a cluster", "cluster")
        require_cluster(cluster)
    if seed + len(names) > _MOST_SEED:
        raise ValueError(
            f"seed must be below 2^63 for all {len(names)} inputs, which Parquet's integers hold, got {seed}; choose a "
            "smaller one"
        )
    digest = sha256("\0".join(names).encode("utf-8", "surrogatepass")).hexdigest()
    kept |= {"seed": seed, "level": level, "inputs": len(names), "sha256_of_names": digest}
    jobs = [_Job(i, name, item, seed + i) for i, (name, item) in enumerate(items.items())]
    with only_run(out):
        _check_free(out, again)
        lines = _begun(out, kept)
        left = [job for job in jobs if job.number not in lines.explained]
        _add_rows(lines, partial(_measured, explain, level), left, len(jobs), workers, cluster)
        write_parquet(lines.in_order(), out, kept)
        lines.path.unlink()
    return len(lines.failed)


def _begun(out: Path, kept: dict[str, Any]) -> Lines:
    """The rows so far: those of a run that was stopped, or those of a finished file."""
    path = _rows_of(out)
    if out.exists() and not path.exists():
        known, rows = read_parquet(out)
        refuse_other_settings(
            "failed inputs must be tried again with the settings of the file", known, kept,
            "give the same, or choose another name",
        )  # fmt: skip
        write_lines(path, kept, rows)
    return Lines(path, kept)


def _add_rows(
    lines: Lines, measure: Callable[[_Job], list[Row]], jobs: list[_Job], total: int, workers: int, cluster: str | None
) -> None:
    done = total - len(jobs)
    try:
        with closing(each(measure, jobs, workers, cluster)) as measured:
            for rows in track(((1, one) for one in measured), len(jobs), "explanations"):
                lines.add(rows)
                done += 1
    except KeyboardInterrupt:
        raise KeyboardInterrupt(
            f"interrupted after {done} of {total} explanations; the same call continues from there"
        ) from None


def _measured(explain: Callable[[Any, int], Any], level: float, job: _Job) -> list[Row]:
    return rows_of(explain, job.number, job.name, job.item, job.seed, level)


def _mapping(name: str, value: Any, what: str) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise TypeError(f"{name} must be a dict of {what}, got {given(value)}; give a dict")
    return value


def _kept(settings: Any) -> dict[str, Any]:
    """The settings, as a file of JSON gives them back."""
    asked = dict(_mapping("settings", {} if settings is None else settings, "what the explanations depend on"))
    try:
        found: dict[str, Any] = json.loads(json.dumps(asked, allow_nan=False))
    except (TypeError, ValueError):
        raise TypeError(f"settings must be what JSON takes, got {given(asked)}; write str(value)") from None
    return found


def _checked_path(path: Any) -> Path:
    """A path in a folder that is there."""
    out = parquet_path("path", path)
    if not out.parent.is_dir():
        raise FileNotFoundError(f"path must be in a folder that exists, got {given(str(out))}; make the folder first")
    return out


def _check_free(out: Path, again: bool) -> None:
    """Refuse a path where a file is.

    A file beside unfinished rows is of a run that was killed after its last row, and is written again.
    """
    if out.is_dir() or (out.exists() and not again and not _rows_of(out).exists()):
        raise ValueError(
            f"path must be a new file, got {given(str(out))}, which exists; choose another name, or "
            "add --retry-failed (retry_failed=True) to try again what it has no explanation of"
        )


def _rows_of(out: Path) -> Path:
    """The file of the rows so far."""
    return out.with_name(f"{out.name}.rows")
