"""What the saved jobs took at each place, and what the whole study would take at that speed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from experiments._frame.groups import about
from experiments._frame.markdown import markdown
from experiments.perturbation_grid.cost import passes
from experiments.perturbation_grid.settings import RISE, Settings

TIMED = 2
"""Photographs of each network and place that count: the first ones, which were measured with nothing beside them."""
STUDY = 1000
"""Photographs of the published study."""
SIDES = {"efficientnet_lite0": 224, "efficientnet_lite1": 240, "efficientnet_lite2": 260}
"""Pixels of a side of the images that each network was trained on."""


def cost_table(folder: Path) -> str:
    """Seconds of a job at each place, and the hours of the whole study by extrapolation."""
    jobs = list(timed(folder))
    columns = (
        "place",
        "network",
        "jobs",
        "seconds of a job with segments",
        "with RISE's grids",
        "ms of a forward pass",
    )
    groups = sorted({(job["place"], job["network"]) for job in jobs})
    lines = [
        (place, network, str(len(own)), _seconds(own, False), _seconds(own, True), f"{1000 * pace(own):.1f}")
        for place, network in groups
        for own in [[job for job in jobs if (job["place"], job["network"]) == (place, network)]]
    ]
    return f"{markdown(columns, lines)}\n\n{_whole(jobs)}"


def timed(folder: Path) -> Iterator[dict[str, Any]]:
    """What is saved of the jobs of the first photographs of each network and place."""
    jobs = [about(file) for file in sorted(folder.glob("*/*.parquet"))]
    for key in sorted({(job["place"], job["network"]) for job in jobs}):
        own = [job for job in jobs if (job["place"], job["network"]) == key]
        first = sorted({job["photograph"] for job in own})[:TIMED]
        yield from (job for job in own if job["photograph"] in first)


def pace(jobs: Sequence[dict[str, Any]]) -> float:
    """Seconds of jobs for each of their forward passes, everything included."""
    return float(sum(job["seconds"] for job in jobs) / sum(job["evaluations"] for job in jobs))


def _seconds(jobs: Sequence[dict[str, Any]], of_rise: bool) -> str:
    found = [job["seconds"] for job in jobs if (job["segmentation"] == RISE) == of_rise]
    return f"{np.mean(found):.1f} ({min(found):.1f} … {max(found):.1f})" if found else ""


def _whole(jobs: Sequence[dict[str, Any]]) -> str:
    """The hours of the study's size, from the time of a forward pass with one process."""
    alone = [job for job in jobs if job["place"] == "1 process"]
    known = {job["network"] for job in alone}
    paces = {name: pace([job for job in alone if job["network"] == name]) for name in known}
    side = replace(Settings(), **alone[0]["settings"]).side if alone else None
    if not paces or side is None:
        return ""
    settings, slowest = Settings(), max(paces.values())
    each = sum(passes(settings, one) for one in settings.segmentations)
    seconds = sum(STUDY * each * paces.get(name, slowest) * (own / side) ** 2 for name, own in SIDES.items())
    return (
        f"{STUDY:,} photographs and the three networks {', '.join(SIDES)}, with images of "
        f"{', '.join(map(str, SIDES.values()))} pixels a side and {settings.steps} steps, take at most "
        f"{len(SIDES) * STUDY * each / 1e6:.0f} million forward passes and {seconds / 3600:,.0f} hours of one core. "
        f"That is the time of a forward pass above, in proportion to the number of pixels; a network that was not "
        f"measured counts like the slowest that was."
    )
