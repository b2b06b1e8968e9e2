"""What runs in the process of one library: it asks the library for explanations and writes each answer to a file.

The process may belong to another environment, so that this module, like those in `libraries`, needs NumPy and the
library alone. It is run by its path, and is no part of the package for those that import it:

    python worker.py LIBRARY_FILE SUBJECT FOLDER

The folder has ``questions.json`` and ``functions.npz``, and gets one ``answer-I.npz`` for each question I.
"""

from __future__ import annotations

import contextlib
import importlib.util
import json
import os
import random
import sys
import time
import warnings
from importlib.metadata import PackageNotFoundError, version
from typing import Any

import numpy as np

LARGEST_FILE = 1 << 26  # bytes that a library may print; more than an honest library prints
_BEFORE = (11, 12)  # what the global generators are seeded with before a run, in turn


class Recorded:
    """A set function, (n, d) bool → (n,), that keeps the masks it was asked for.

    Args:
        d: number of superpixels.
        table: its 2^d values, mask z at the index Σ_j z_j 2^j, or None.
        leaves: where there is no table, values with the parts that must be shown and those that must be hidden.
    """

    def __init__(self, d: int, table: Any = None, leaves: Any = ()):
        self.d, self._table, self._leaves = d, table, leaves
        self._masks: list[Any] = []

    def __call__(self, masks: Any) -> Any:
        """The values at masks, which are kept."""
        masks = np.asarray(masks).astype(bool).reshape(-1, self.d)
        self._masks.append(masks.copy())
        if self._table is not None:
            return self._table[masks @ (1 << np.arange(self.d))]
        values = np.zeros(len(masks))
        for value, on, off in self._leaves:
            values += value * (masks[:, on].all(axis=1) & ~masks[:, off].any(axis=1))
        return values

    def asked(self) -> Any:
        """All masks so far in their order, (n, d) bool."""
        return np.concatenate(self._masks) if self._masks else np.zeros((0, self.d), bool)


def main(library: str, subject: str, folder: str) -> None:
    """Answer the questions in a folder one after the other."""
    limit_files()
    with open(os.path.join(folder, "questions.json"), encoding="utf-8") as opened:
        asked = json.load(opened)
    with np.load(os.path.join(folder, "functions.npz"), allow_pickle=False) as opened:
        tables = dict(opened)
    module = loaded(library)
    write(folder, "versions", {}, versions(module.PACKAGES))
    for index, question in enumerate(asked["questions"]):
        name = question["function"]
        arrays, said = answer(module.SUBJECTS[subject], question, tables.get(name), asked["leaves"].get(name, ()))
        write(folder, f"answer-{index}", arrays, said)


def answer(explain: Any, question: dict[str, Any], table: Any, leaves: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    """The coefficients and masks of each run of a question, and what went wrong."""
    coefficients, masks = [], []
    said: dict[str, Any] = {"errors": [], "warnings": [], "globals": []}
    for run, seed in enumerate(question["seeds"]):
        function = Recorded(question["d"], table, leaves)
        before = global_states(_BEFORE[run % 2])
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            found, error = one_run(explain, function, question, seed)
        said["globals"].append(changed(before, global_states()))
        said["errors"].append(error)
        said["warnings"] += [f"{one.category.__name__}: {first_line(one.message)}" for one in caught]
        coefficients.append(found)
        masks.append(function.asked())
    said["warnings"] = sorted(set(said["warnings"]))[:3]
    kept = np.concatenate(masks) if question["masks"] else np.zeros((0, question["d"]), bool)
    rows = np.array([len(one) for one in masks])
    said["processor"] = time.process_time()
    return {"coefficients": np.array(coefficients), "rows": rows, "masks": np.packbits(kept, axis=1)}, said


def one_run(explain: Any, function: Any, question: dict[str, Any], seed: int) -> tuple[Any, str]:
    """The coefficients of one run, NaN where there are none, and why."""
    d = question["d"]
    nothing = np.full(d, np.nan)
    try:
        found = np.asarray(explain(function, d, question["n"], seed, question["options"]), float)
    except Exception as error:
        return nothing, f"{type(error).__name__}: {first_line(error)}"
    if found.shape != (d,):
        return nothing, f"it gave coefficients of the shape {found.shape} for d = {d}"
    return found, "" if np.isfinite(found).all() else "it gave coefficients that are not finite"


def first_line(message: Any) -> str:
    """The first line of a message that says something, not too long."""
    lines = [line.strip() for line in str(message).splitlines() if line.strip()]
    return lines[0][:200] if lines else "no message"


def global_states(seed: int | None = None) -> dict[str, Any]:
    """Fingerprints of the global generators of NumPy and of Python, which are seeded first if a seed is given."""
    if seed is not None:
        np.random.seed(seed)  # noqa: NPY002  (the global generator is what is watched)
        random.seed(seed)
    state: Any = np.random.get_state()  # noqa: NPY002
    return {"NumPy": hash((state[1].tobytes(), state[2])), "Python": hash(random.getstate())}


def changed(before: dict[str, Any], after: dict[str, Any]) -> dict[str, Any]:
    """The fingerprints after a run of those generators that changed."""
    return {name: after[name] for name in before if before[name] != after[name]}


def loaded(path: str) -> Any:
    """The module of a library, from its file."""
    spec: Any = importlib.util.spec_from_file_location("audited_library", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def versions(packages: Any) -> dict[str, str]:
    """The versions of those packages that are installed, and of NumPy and Python."""
    found = {"python": ".".join(map(str, sys.version_info[:3]))}
    for name in [*packages, "numpy"]:
        with contextlib.suppress(PackageNotFoundError):
            found[name] = version(name)
    return found


def write(folder: str, name: str, arrays: dict[str, Any], said: dict[str, Any]) -> None:
    """Write an answer under another name first, so that a file of its name is complete."""
    place = os.path.join(folder, f"{name}.npz")
    with open(f"{place}.part", "wb") as opened:
        np.savez(opened, said=np.array(json.dumps(said)), **arrays)
    os.replace(f"{place}.part", place)


def limit_files() -> None:
    """End the process if it prints without end."""
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_FSIZE, (LARGEST_FILE, LARGEST_FILE))


if __name__ == "__main__":
    sys.path.pop(0)  # this folder, whose modules would stand before others of the same names
    main(*sys.argv[1:])
