"""Measure the photographs that have no rows yet, in one or several processes; say beforehand what that costs."""

from __future__ import annotations

import time
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import torch

from experiments.dseg.measures import Models, measured
from experiments.dseg.rows import Unit
from experiments.dseg.settings import Settings
from experiments.processes import each
from limetheory import metrics
from limetheory.images import load_image
from limetheory.networks import load_model
from limetheory.progress import track

FORMATS = {".jpg", ".jpeg", ".png", ".webp", ".bmp", ".tif", ".tiff"}


def units(images: Path, settings: Settings, out: Path, limit: int | None = None) -> list[Unit]:
    """Every network with every photograph of a folder, photograph by photograph.

    Raises:
        ValueError: no such folder, or nothing in it.
    """
    found = sorted(file for file in images.glob("*") if file.suffix.lower() in FORMATS)[:limit]
    if not found:
        raise ValueError(f"images must be a folder of photographs, got {images} with none; give another --images")
    return [Unit(network, photograph, out) for network in settings.networks for photograph in found]


def run(todo: Sequence[Unit], settings: Settings, device: str, workers: int, spots: set[str]) -> list[str]:
    """Measure and save each unit, those of ``spots`` (names of photographs) with repetitions.

    Returns:
        A line for each photograph that could not be read or segmented; the others are saved.
    """
    jobs = [(unit, settings, device, unit.photograph.name in spots) for unit in todo]
    outcomes = ((1, problem) for problem in each(_job, jobs, workers))
    return [problem for problem in track(outcomes, len(jobs), "photographs") if problem]


def _job(job: tuple[Unit, Settings, str, bool]) -> str:
    return _one(*job)


def _one(unit: Unit, settings: Settings, device: str, repeat: bool) -> str:
    models = _models(unit.network, settings, device)
    try:
        rows = measured(load_image(unit.photograph), unit.photograph.name, models, settings, repeat)
        unit.save(rows, settings, device)
    except (ValueError, OSError) as error:
        return f"{unit.photograph.name}: {error}"
    return ""


@lru_cache(maxsize=1)
def _models(network: str, settings: Settings, device: str) -> Models:
    options: dict[str, Any] = {"precision": settings.precision, "device": device}
    first = load_model(network, **options)
    second = load_model(settings.contrasting(network), **options)
    return Models(first, metrics.random_model(first, rng=settings.seed), second)


def evaluations(settings: Settings, repeat: bool = False) -> int:
    """Forward passes of one photograph and network, at most."""
    variants, d, more = settings.variants, settings.segments[0], settings.n_max - settings.n
    explain = settings.n * (1 + ("GLIME" in variants)) + more * ("S-LIME" in variants)
    metric = len(settings.replacements) * len(variants) * (2 * d + 2 * 10 + 12)
    other = settings.infidelity_masks + settings.sensitivity_draws * settings.n + more
    conditions = len(settings.conditions()) * (3 * explain + metric + other)
    return conditions + repeat * 2 * settings.repetitions * explain


def seconds_per_pass(settings: Settings, device: str, threads: int) -> float:
    """Time of a forward pass of the first network, on one process with so many threads."""
    before = torch.get_num_threads()
    torch.set_num_threads(threads)
    network = _models(settings.networks[0], settings, device).network
    side, batch = network.input_size, 16 if device == "cpu" else 128
    images = torch.as_tensor(np.random.default_rng(0).random((batch, 3, side, side)), dtype=torch.float32)
    with torch.inference_mode():
        network(images).cpu()
        start = time.perf_counter()
        for _ in range(4):
            network(images).cpu()
    torch.set_num_threads(before)
    return (time.perf_counter() - start) / (4 * batch)
