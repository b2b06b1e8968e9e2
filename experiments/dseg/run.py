"""A job for each network and photograph, and an estimate of its cost before it is run."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from functools import lru_cache, partial
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
import torch

from experiments._frame import Job, Row
from experiments.dseg.measures import Models, measured
from experiments.dseg.settings import Settings
from limetheory import metrics
from limetheory.images import load_image
from limetheory.networks import load_model


def jobs(photographs: Sequence[Path], settings: Settings, device: str) -> Iterator[Job]:
    """The jobs for every network and photograph; the first photographs have repetitions."""
    for network in settings.networks:
        for photograph in photographs:
            key = {"photograph": photograph.name, "network": network}
            repeat = photograph in photographs[: settings.spot_checks]
            yield Job(key, partial(row, network, photograph, settings, device, repeat))


def row(network: str, photograph: Path, settings: Settings, device: str, repeat: bool) -> Row:
    """All values for a network and a photograph, with the settings and versions that produced them."""
    numbers = measured(load_image(photograph), photograph.name, _models(network, settings, device), settings, repeat)
    return {
        "photograph": photograph.name,
        "sha256": sha256(photograph.read_bytes()).hexdigest()[:16],
        "network": network,
        "digest": settings.digest(),
        "settings": settings.record() | {"checkpoint": settings.checkpoint and Path(settings.checkpoint).name},
        "seed": settings.seed,
        "device": device,
        "rows": list(numbers),
    }


@lru_cache(maxsize=1)
def _models(network: str, settings: Settings, device: str) -> Models:
    options: dict[str, Any] = {"precision": settings.precision, "device": device}
    first = load_model(network, **options)
    second = load_model(settings.contrasting(network), **options)
    return Models(first, metrics.random_model(first, rng=settings.seed), second)


def evaluations(settings: Settings, repeat: bool = False) -> int:
    """The largest number of forward passes for one photograph and network."""
    variants, d, more = settings.variants, settings.segments[0], settings.n_max - settings.n
    explain = settings.n * (1 + ("GLIME" in variants)) + more * ("S-LIME" in variants)
    metric = len(settings.replacements) * len(variants) * (2 * d + 2 * 10 + 12)
    other = settings.infidelity_masks + settings.sensitivity_draws * settings.n + more
    conditions = len(settings.conditions()) * (3 * explain + metric + other)
    return conditions + repeat * 2 * settings.repetitions * explain


def seconds_per_pass(settings: Settings, device: str, threads: int) -> float:
    """The seconds of a forward pass of the first network, in one process with the given number of threads."""
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
