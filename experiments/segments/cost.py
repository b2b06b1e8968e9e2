"""What the experiment costs, before anything of it is run."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from experiments._frame import Job
from experiments.perturbation_grid.cost import CHECKS, seconds_per_pass
from experiments.segments.settings import Settings


def passes(settings: Settings) -> int:
    """About how many forward passes a job takes: rather fewer, since equal masks are evaluated once."""
    return CHECKS + sum(_of_count(settings, count) for count in settings.counts)


def _of_count(settings: Settings, count: int) -> int:
    """With one segment more than wanted, and a ranking of its own for each explanation."""
    exact = count < settings.exact
    asked = 1 << count + 1 if exact else 2 * settings.n
    maps = 2 + settings.seeds + len(settings.variants) if exact else 2
    return 2 * CHECKS + asked + maps * (2 * (count + 1) + 2 * (settings.steps - 2))


def plan(todo: Sequence[Job], settings: Settings, device: str, workers: int) -> str:
    """The forward passes and hours of the jobs that are missing."""
    keys: list[dict[str, Any]] = [dict(job.key or {}) for job in todo]
    each = Counter(one["network"] for one in keys)
    seconds = {name: seconds_per_pass(name, settings.side, device) for name in each}
    hours = sum(count * passes(settings) * seconds[name] for name, count in each.items()) / workers / 3600
    speeds = ", ".join(f"{1000 * took:.1f} ms with {name}" for name, took in sorted(seconds.items())) or "none"
    return (
        f"{len(todo)} files to do: {len({one['photograph'] for one in keys})} photographs, {len(each)} networks, "
        f"{len({one['segmentation'] for one in keys})} segmenters, about "
        f"{', '.join(map(str, settings.counts))} segments, {settings.n} masks\n"
        f"about {len(todo) * passes(settings):,} forward passes ({speeds}) on {workers} process(es): "
        f"{hours:.1f} hours, and the cutting and fitting besides\n"
        f"parameters of the segmenters: {'chosen on other scenes' if settings.candidates else 'the first ones'}"
    )
