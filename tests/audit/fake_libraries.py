"""Libraries that are made up, each with one fault, as files that the audit runs in processes of their own."""

from pathlib import Path

from limetheory.audit import Library, Subject
from limetheory.designs import ImageDesign

CODE = """
import os, random, sys, time

import numpy as np

PACKAGES = ("numpy",)


def fitted(F, d, n, seed, width=0.25, ridge=0.0):
    rng = np.random.default_rng(seed)
    masks = rng.random((n, d)) < 0.5
    weights = np.exp(-((1 - np.sqrt(masks.mean(axis=1))) ** 2) / (2 * width**2))
    centre = weights @ masks / weights.sum()
    rows = np.sqrt(weights)[:, None] * (masks - centre)
    values = F(masks)
    targets = np.sqrt(weights) * (values - weights @ values / weights.sum())
    if ridge:
        return np.linalg.solve(rows.T @ rows + ridge * np.eye(d), rows.T @ targets)
    return np.linalg.lstsq(rows, targets, rcond=None)[0]


def right(F, d, n, seed, options):
    return fitted(F, d, n, seed)


def wide(F, d, n, seed, options):
    return fitted(F, d, n, seed, width=0.5)


def shrunk(F, d, n, seed, options):
    return fitted(F, d, n, seed, ridge=3.0)


def odd(F, d, n, seed, options):
    return fitted(F, d, n, seed) + 0.3 * np.sin(1 + np.arange(d))


def unseeded(F, d, n, seed, options):
    return fitted(F, d, n, None)


def seeding(F, d, n, seed, options):
    np.random.seed(seed)
    random.seed(seed)
    return fitted(F, d, n, seed)


def hang(F, d, n, seed, options):
    time.sleep(600)


def crash(F, d, n, seed, options):
    os.abort()


def leave(F, d, n, seed, options):
    sys.stderr.write("the library has had enough\\n")
    os._exit(3)


def printing(F, d, n, seed, options):
    print("fitting <b>now</b>", "x" * 50)
    return fitted(F, d, n, seed)


def nothing(F, d, n, seed, options):
    return np.full(d, np.nan)


def shape(F, d, n, seed, options):
    return np.zeros((2, d))


def lengths(F, d, n, seed, options):
    return fitted(F, d, n, seed)[: d - 1]


def error(F, d, n, seed, options):
    raise RuntimeError("no <such> thing\\nas this")


SUBJECTS = {name: thing for name, thing in globals().items() if callable(thing)}
"""


def library(folder: Path, *names: str, code: str = CODE, package: str = "numpy", **settings: object) -> Library:
    """A made-up library with some of the methods of the code, each of which says it is image LIME without a penalty."""
    file = folder / "made_up.py"
    file.write_text(code, encoding="utf-8")
    stated = {"ridge": 0.0, "sees_masks": True, "drawn": True, "n": 200, **settings}
    subjects = tuple(Subject(name, "image LIME without penalty", ImageDesign, **stated) for name in names)
    return Library("made up", package, "1", file, subjects)
