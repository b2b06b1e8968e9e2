"""Saved tables: all 2^d values of one network at one photograph, with its integrated gradients."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np

from experiments._frame.saved_rows import versions
from limetheory.images import MaskedImage, ModelFunction, load_image
from limetheory.limits import SetFunction, tabulate
from limetheory.verification.network import exactly

FOLDER = Path(__file__).with_name("rows")
PACKAGES = ("limetheory", "numpy", "scikit-image", "torch", "captum")
STEPS = 64
NETWORKS = ("efficientnet_lite0", "efficientnet_lite1", "efficientnet_lite2")
FORMATS = {".jpg", ".jpeg", ".png", ".webp", ".bmp", ".tif", ".tiff"}


def photographs(folder: Path, limit: int | None) -> list[Path]:
    """The first photographs of a folder by name.

    Raises:
        ValueError: no such folder, or nothing in it.
    """
    found = sorted(file for file in folder.glob("*") if file.suffix.lower() in FORMATS)[:limit]
    if not found:
        raise ValueError(f"images must be a folder of photographs, got {folder} with none; give another --images")
    return found


@dataclass(frozen=True)
class Unit:
    """A network, a photograph, and how many superpixels it is cut into."""

    network: str
    photograph: Path
    d: int
    folder: Path

    @property
    def file(self) -> Path:
        """Where its values are."""
        return self.folder / f"d{self.d}" / self.network / f"{self.photograph.name}.npz"


@dataclass(frozen=True, eq=False)
class Table:
    """What is saved of a unit.

    Attributes:
        values: F on all masks, in the order of `SetFunction`, (2^d,) float64 that were float32.
        gradients: integrated gradients summed over superpixels, (d,).
        about: where it comes from: network, photograph, target, versions, completeness gap, …
    """

    values: np.ndarray
    gradients: np.ndarray
    about: dict[str, Any]

    @property
    def name(self) -> str:
        """Photograph and network."""
        return f"{self.about['photograph']} × {self.about['network']}"

    @property
    def function(self) -> SetFunction:
        """The set function."""
        return SetFunction(self.values)


def measured(model: Any, unit: Unit) -> Table:
    """Evaluate the network on every mask of slic superpixels, exactly d of them, and along its gradients."""
    from limetheory.gradients import superpixel_integrated_gradients

    image = model.prepare(load_image(unit.photograph))
    masked = MaskedImage(image, exactly(unit.d, image))
    function = ModelFunction(model, masked)
    values = tabulate(function, unit.d).values
    gradients = superpixel_integrated_gradients(model, image, masked.segments, target=function.target, steps=STEPS)
    about = {
        "photograph": unit.photograph.name,
        "sha256": sha256(unit.photograph.read_bytes()).hexdigest()[:16],
        "network": unit.network, "superpixels": unit.d, "segmenter": "slic", "replacement": "mean",
        "target": function.target, "target_name": model.class_name(function.target),
        "steps": STEPS, "completeness_gap": gradients.completeness_gap,
        "versions": versions(PACKAGES),
    }  # fmt: skip
    return Table(values, gradients.coefficients, about)


def save(table: Table, file: Path) -> None:
    """Write whole or not at all."""
    file.parent.mkdir(parents=True, exist_ok=True)
    unfinished = file.with_suffix(".part.npz")
    np.savez_compressed(
        unfinished, values=table.values.astype(np.float32), gradients=table.gradients, about=json.dumps(table.about)
    )
    unfinished.replace(file)


def load(file: Path) -> Table:
    """A saved table."""
    with file.open("rb") as opened:
        kept = np.load(opened, allow_pickle=False)
        return Table(kept["values"].astype(float), kept["gradients"], json.loads(str(kept["about"])))


def tables(d: int, folder: Path = FOLDER) -> Iterator[Table]:
    """Every saved table of d superpixels, in the order of networks and photographs."""
    return (load(file) for file in sorted((folder / f"d{d}").glob("*/*.npz")) if not file.name.endswith(".part.npz"))
