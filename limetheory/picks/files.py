"""From saved explanations to a pick and its record, what a command line needs."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from limetheory.arguments import integer
from limetheory.counts import count
from limetheory.explaining.record import versions
from limetheory.picks.concepts import image_concepts
from limetheory.picks.greedy import coverage, submodular_pick
from limetheory.picks.matrix import ExplanationMatrix, explanation_matrix
from limetheory.picks.reading import check_some
from limetheory.picks.saved import SavedInstances, saved_instances
from limetheory.picks.stability import PickStability, pick_stability

_PACKAGES = ("limetheory", "numpy", "scipy", "scikit-learn")
_Path = str | os.PathLike[str]


def pick_files(
    paths: Iterable[_Path | Sequence[_Path]],
    budget: int,
    *,
    largest: int | None = None,
    target: int | str | None = None,
    ties: str = "first",
    concepts: int | None = None,
    seed: int = 0,
    redraws: int = 200,
    level: float = 0.95,
) -> dict[str, Any]:
    """Pick among saved explanations, and say everything about the pick in a record of JSON.

    Args:
        paths: of the files that `Explanation.save` wrote, one for each instance, or a list of those of its classes; or
            of Parquet files that `explain_many` wrote, with an instance for each input.
        budget, largest, ties: see `submodular_pick`.
        target: of Parquet files: the class whose explanations are picked, by column or name; None where every input is
            explained for one class.
        concepts: cluster the superpixels of images into so many concepts, see `image_concepts`; None for explanations
            whose names are shared.
        seed: of the concepts and of the redraws.
        redraws, level: see `pick_stability`; 0 redraws leave the stability out, which is then null.

    Returns:
        The record: ``indices`` and ``picked``, their files, in the order of picking; ``files``, all of them, a row of a
        Parquet file as "FILE: ITEM"; ``left_out``, the inputs that have no explanation, or
        none of the class;
        ``coverage``, and ``share``, of the coverage of all instances; ``stability`` with its ``inclusion`` (of the
        picked), ``frequencies`` (of all), ``coverage_interval`` and ``share_interval``; the settings; the versions. An
        instance of several files has a list in place of a name. Rows of Parquet files have no covariances, so that
        their coefficients are redrawn independently of each other.

    Raises:
        FileNotFoundError: there is no such file.
        ValueError: a file that is none of ours, several classes of an input, superpixels in Parquet files, or what
            `submodular_pick`, `image_concepts` or `pick_stability` refuse.

    >>> import tempfile
    >>> import limetheory as lt
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     paths = [f"{folder}/{name}" for name in ("a", "b", "c")]
    ...     for path, value in zip(paths, [0.5, 0.1, 0.2]):
    ...         names = ["rain", "sun"] if value < 0.2 else ["rain", "wind"]
    ...         lt.Explanation(np.array([value, 1.0]), 0.0, np.zeros(2), 9, names=names).save(path)
    ...     record = pick_files(paths, 2)
    >>> record["indices"], round(record["share"], 3), record["stability"]["inclusion"]
    ([0, 1], 1.0, [1.0, 1.0])
    """
    redraws, seed = count("redraws", redraws, 0, fewer="a few hundred are enough"), integer("seed", seed, 0)
    saved = saved_instances(paths, concepts is not None, _target(target))
    files = saved.names
    check_some(len(files))
    matrix = saved_matrix(saved, concepts, seed, largest)
    indices = submodular_pick(matrix, budget, ties=ties)
    held, total = coverage(matrix, indices), coverage(matrix, range(len(files)))
    found = pick_stability(matrix, budget, seed, redraws, level=level, ties=ties) if redraws else None
    return {
        "indices": indices.tolist(),
        "picked": [files[i] for i in indices],
        "coverage": held,
        "share": held / total,
        "stability": found and _stability(found),
        "files": files,
        "left_out": saved.left_out,
        "features": len(matrix.names),
        **{
            "budget": int(budget),
            "largest": largest,
            "target": target,
            "ties": ties,
            "concepts": concepts,
            "seed": seed,
        },
        "versions": versions(*_PACKAGES),
    }


def _target(target: Any) -> int | str | None:
    if target is None or isinstance(target, str):
        return target
    return integer("target", target, 0, "or give the name of a class")


def saved_matrix(saved: SavedInstances, concepts: int | None, seed: int, largest: int | None) -> ExplanationMatrix:
    """The explanation matrix of saved instances, over concepts where a number of them is given."""
    if concepts is None:
        return explanation_matrix(saved.explanations, largest)
    return image_concepts(saved.explanations, concepts, np.random.default_rng(seed), largest=largest)


def _stability(found: PickStability) -> dict[str, Any]:
    return {
        "inclusion": found.inclusion.tolist(),
        "frequencies": found.frequencies.tolist(),
        "coverage_interval": found.coverage_interval.tolist(),
        "share_interval": found.share_interval.tolist(),
        "redraws": found.redraws,
        "level": found.level,
    }
