"""What the experiment costs, before anything of it is run."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np
import torch

from experiments._frame import Job
from experiments.perturbation_grid.measure import BATCH, network_of
from experiments.perturbation_grid.settings import FIXED, RISE, SPARE, Settings

CHECKS = 12  # the most forward passes in which a `ModelFunction` asks whether the model has a set function


def passes(settings: Settings, segmentation: str) -> int:
    """The most forward passes of a job; equal masks are evaluated once, so that it may take fewer."""
    inner, seeds = 2 * (settings.steps - 2), settings.seeds
    colours, d = len(settings.occlusions), settings.superpixels
    if segmentation == RISE:
        maps = len(settings.budgets) * seeds
        return sum(settings.budgets) * (d + SPARE) * seeds + maps * (inner * colours + CHECKS) + colours * CHECKS
    drawn = seeds * sum(settings.budgets) * (d + SPARE) * len(settings.samplers) + len(FIXED) * (d + 1)
    crossed = seeds * len(settings.budgets) * len(settings.samplers) * len(settings.attributions)
    maps = (crossed + len(FIXED)) * len(settings.maps)
    return len(settings.smoothings) * (drawn + CHECKS + maps * inner * colours) + colours * CHECKS


def plan(todo: Sequence[Job], settings: Settings, device: str, weights: dict[str, str], workers: int) -> str:
    """The forward passes and hours of the jobs that are missing."""
    keys: list[dict[str, Any]] = [dict(job.key or {}) for job in todo]
    seconds = {
        name: seconds_per_pass(name, settings.side, device, weights.get(name))
        for name in {one["network"] for one in keys}
    }
    each = Counter((one["network"], one["segmentation"]) for one in keys)
    total = {key: count * passes(settings, key[1]) for key, count in each.items()}
    hours = sum(count * seconds[network] for (network, _), count in total.items()) / workers / 3600
    speeds = ", ".join(f"{1000 * took:.1f} ms with {name}" for name, took in sorted(seconds.items())) or "none"
    return (
        f"{len(todo)} files to do: {len({one['photograph'] for one in keys})} photographs, {len(seconds)} networks, "
        f"{len(settings.segmentations)} segmentations, {settings.cells()} cells for each network, "
        f"{settings.seeds} seeds\n"
        f"at most {sum(total.values()):,} forward passes ({speeds}) on {workers} process(es): {hours:.1f} hours"
    )


def seconds_per_pass(name: str, side: int | None, device: str, weights: str | None = None) -> float:
    """The seconds of a forward pass with one thread, on its own."""
    network, before = network_of(name, weights, device, side), torch.get_num_threads()
    shape = np.broadcast_to(network.input_size or 224, 2).tolist()
    images = torch.as_tensor(np.random.default_rng(0).random((BATCH, 3, *shape)), dtype=torch.float32)
    torch.set_num_threads(1)
    try:
        with torch.inference_mode():
            network(images).cpu()
            start = time.perf_counter()
            for _ in range(3):
                network(images).cpu()
            return (time.perf_counter() - start) / (3 * BATCH)
    finally:
        torch.set_num_threads(before)
