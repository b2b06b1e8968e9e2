"""Questions to the command line: the JSON of explain and of plan, with a small network in place of the bundled ones."""

import json
import os
from contextlib import redirect_stderr, redirect_stdout
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest import mock

from pictures import classifier, picture
from PIL import Image
from public_names import command, images

FEW = ["--samples", "60", "--segments", "8"]
EXPLAIN = {
    "defaults": FEW,
    "options": [*FEW, "--target", "cat", "--ridge", "1", "--bandwidth", "0.5", "--replacement", "0.5", "--seed", "4",
                "--segmenter", "grid", "--batch-size", "5"],
    "logits, unbiased": [*FEW, "--output", "logits", "--method", "unbiased", "--bandwidth", "inf"],
    "adjusted": [*FEW, "--method", "adjusted", "--segmenter", "grid"],
    "sigmoid, watershed": [*FEW, "--segmenter", "watershed", "--output", "sigmoid"],
    "tolerance": ["--tolerance", "0.05", "--segments", "8"],
    "tolerance, asymptotic": ["--tolerance", "0.02", "--guarantee", "asymptotic", "--level", "0.9", "--segments", "10"],
    "hierarchy": ["--segmenter", "higra", "--depth", "2", "--samples", "80"],
    "hierarchy, tolerance": ["--segmenter", "higra", "--depth", "2", "--top-k", "1", "--tolerance", "0.1"],
}  # fmt: skip
WIDE = ["--superpixels", "50", "--half-width", "0.05"]
PLAN = {
    "defaults": WIDE,
    "options": [*WIDE, "--level", "0.9", "--bandwidth", "inf", "--range", "-2", "6", "--spread", "0.7",
                "--simultaneous", "--seconds-per-evaluation", "0.01"],
}  # fmt: skip


def questions():
    """Every question to the command line by name."""
    return {
        **{f"command: explain, {name}": explained(options) for name, options in EXPLAIN.items()},
        **{f"command: plan, {name}": planned(options) for name, options in PLAN.items()},
        "command: plan, pilot": from_a_pilot,
    }


def explained(options):
    def ask():
        with TemporaryDirectory() as folder:
            return explain(Path(folder), options)

    return ask


def explain(folder, options):
    """The record of `limetheory explain` of a photograph that is written for it, at the superpixels of `segment`.

    The saved answers are older than the search for the number of `--segments`, which has tests of its own.
    """
    Image.fromarray(picture(96)).save(folder / "photo.png")
    with mock.patch("limetheory.images.segmentation.counted.segmented_into", images.segment):
        return record(folder, ["explain", str(folder / "photo.png"), *options])


def planned(options):
    def ask():
        with TemporaryDirectory() as folder:
            return record(Path(folder), ["plan", *options])

    return ask


def from_a_pilot():
    with TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "pilot.json").write_text(json.dumps(explain(folder, FEW)), encoding="utf-8")
        return record(folder, ["plan", "--pilot", str(folder / "pilot.json"), "--half-width", "0.01"])


LATER = ("format", "schema", "repeat")
"""What the JSON holds beside the answer: the machine and the question, which `explain --from` is tested on."""


def record(folder, arguments):
    """What the command writes as JSON but for `LATER`; of the versions only which there are."""
    cache = {"XDG_CACHE_HOME": str(folder / "cache")}
    silent = StringIO()
    with mock.patch.dict(os.environ, cache), redirect_stdout(silent), redirect_stderr(silent):
        code = command([*arguments, "--json", str(folder / "out.json")], load)
    assert code == 0, silent.getvalue()
    written = json.loads((folder / "out.json").read_text(encoding="utf-8"))
    found = {key: value for key, value in written.items() if key not in LATER}
    return {**found, "versions": sorted(found["versions"])} if "versions" in found else found


def load(name, weights=None, device=None, reference=None, **how):
    return classifier(**how)
