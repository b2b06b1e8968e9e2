"""The saved answers, where they were saved, and how a new answer is compared with a saved one.

Where Python, the libraries and the machine's vector units are those that saved the answers, a new answer has to be
equal to the last bit, unless a network computes in float32: its sums also depend on where its numbers lie in memory,
and so on what ran before in the process. Elsewhere sums are rounded in another order, so that

- numbers may differ by 1e-9 of the largest number of the answer, and by 1e-4 where a network computes in float32;
- digests are not compared, but four entries and the sum of the array are;
- where the order of rounded numbers decides (which segments are split), or the answer is made by another version of a
  library's own algorithm (superpixels, fitted trees), only the keys and the types are compared.

To compare a change to the last bit elsewhere, save the answers there before it: `python tests/behaviour/save.py`.
"""

import hashlib
import json
import math
import platform
from importlib.metadata import version
from pathlib import Path

import numpy as np
from plain_answers import structure
from threadpoolctl import threadpool_info

FOLDER = Path(__file__).parent
ANSWERS, KEYS = FOLDER / "answers.json", FOLDER / "keys.txt"

PACKAGES = ("numpy", "scipy", "scikit-learn", "scikit-image", "torch", "higra", "pillow")

RELATIVE = 1e-9
IN_FLOAT32 = 1e-4
FLOAT32 = ("network:", "metrics: random weights", "command: explain")

DECIDED_BY_ROUNDING = ("command: explain, hierarchy", "hierarchy: found and explained")
MADE_BY = {
    "scikit-image": ("segments:", "image: slic", "command: explain"),
    "scikit-learn": ("trees:", "kernels:"),
    "scipy": (
        "replacement: blur",
        "image: adjusted",
        "image: quadrature",
        "estimate: adjusted",
        "estimate: quadrature",
    ),
    "higra": ("hierarchy: masks found", "hierarchy: found and explained"),
    "torch": FLOAT32,
    "pillow": ("network: classifier", "command: explain"),
}
"""Questions, by the start of their names, whose answers rest on an algorithm of the library's own."""


def place():
    """What decides the last bit: versions, and the vector units and kernels that are used."""
    import torch

    return {
        "python": ".".join(platform.python_version_tuple()[:2]),
        **{name: version(name) for name in PACKAGES},
        "machine": platform.machine(),
        "processor": _processor(),
        "vectors": np.show_config(mode="dicts")["SIMD Extensions"].get("found", []),
        "blas": sorted(f"{one['internal_api']} {one['version']} {one['architecture']}" for one in _blas()),
        "torch vectors": torch.backends.cpu.get_cpu_capability(),
    }


def _processor():
    """A digest of what the system says of its processor, since some libraries choose their kernels by its maker."""
    file = Path("/proc/cpuinfo")
    lines = file.read_text(encoding="utf-8").splitlines() if file.exists() else [platform.processor()]
    named = sorted({line for line in lines if line.startswith(("vendor_id", "cpu family", "model\t", "CPU "))} or lines)
    return hashlib.sha256("\n".join(named).encode()).hexdigest()[:12]


def _blas():
    return [one for one in threadpool_info() if one["user_api"] == "blas"]


def save(answers):
    """Write the answers by name, one a line, and the keys and types of them as text."""
    lines = ",\n".join(f"{json.dumps(name)}: {json.dumps(answer)}" for name, answer in answers.items())
    ANSWERS.write_text(f'{{"place": {json.dumps(place())},\n"answers": {{\n{lines}\n}}}}\n', encoding="utf-8")
    KEYS.write_text("\n".join(keys(answers)) + "\n", encoding="utf-8")


def load():
    """The saved answers by name, and the place that saved them."""
    kept = json.loads(ANSWERS.read_text(encoding="utf-8"))
    return kept["answers"], kept["place"]


def keys(answers):
    """The names of the answers that have the same keys and types, then these, line by line."""
    alike = {}
    for name, answer in answers.items():
        alike.setdefault(tuple(structure(answer)), []).append(name)
    return [line for lines, names in alike.items() for line in (*names, *(f"    {one}".rstrip() for one in lines))]


def allowed(name, saved_at, here):
    """The relative difference that is allowed: 0 for none, None where only keys and types are compared."""
    if saved_at == here:
        exact = not name.startswith((*FLOAT32, *DECIDED_BY_ROUNDING))
        return 0.0 if exact else None if name.startswith(DECIDED_BY_ROUNDING) else IN_FLOAT32
    newer = [start for package, starts in MADE_BY.items() if saved_at[package] != here[package] for start in starts]
    if name.startswith((*DECIDED_BY_ROUNDING, *newer)):
        return None
    return IN_FLOAT32 if name.startswith(FLOAT32) else RELATIVE


def differences(saved, found, relative):
    """One line for each place at which two answers differ by more than is allowed."""
    if relative is None:
        return [] if list(structure(saved)) == list(structure(found)) else ["other keys or types"]
    slack = relative * max(map(abs, finite(saved)), default=0.0)
    return list(_differences("", saved, found, slack))


def _differences(path, saved, found, slack):
    if isinstance(saved, dict) and isinstance(found, dict) and list(saved) == list(found):
        for key in saved:
            if not (slack and key == "sha256"):
                yield from _differences(f"{path}.{key}", saved[key], found[key], slack)
    elif isinstance(saved, list) and isinstance(found, list) and len(saved) == len(found):
        for number, pair in enumerate(zip(saved, found, strict=True)):
            yield from _differences(f"{path}[{number}]", *pair, slack)
    elif not _alike(saved, found, slack):
        yield f"{path or 'answer'}: saved {saved!r}, found {found!r}"


def _alike(saved, found, slack):
    """Whether two plain values are written alike, which tells 0.0 from −0.0, or are numbers within the slack."""
    if slack and isinstance(saved, float) and isinstance(found, float) and math.isfinite(saved):
        return abs(saved - found) <= slack
    return type(saved) is type(found) and repr(saved) == repr(found)


def finite(answer):
    """Every finite float of an answer."""
    if isinstance(answer, dict):
        return [one for value in answer.values() for one in finite(value)]
    if isinstance(answer, list):
        return [one for value in answer for one in finite(value)]
    return [answer] if isinstance(answer, float) and math.isfinite(answer) else []
