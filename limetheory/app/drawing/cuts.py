"""The superpixels of a session: those of its regions, and automatic ones to click on; kept until something changes."""

from __future__ import annotations

from contextlib import suppress
from hashlib import sha256
from typing import Any

import numpy as np

from limetheory.app.sessions.session import Session
from limetheory.checked_files import DAMAGED
from limetheory.images.regions import Partition, Regions

CUT, SEGMENTS = "cut", "segments"
"""The two that are kept: of the regions, and of the photograph as if there were none."""


def key_of(regions: Regions) -> str:
    """What a partition depends on besides the photograph, as a digest."""
    return sha256(regions.to_json().encode()).hexdigest()


def put_cut(session: Session, slot: str, regions: Regions, partition: Partition) -> None:
    """Keep the partition of regions.

    Raises:
        Refused: there is no room.
    """
    arrays: dict[str, Any] = {
        "key": np.array(key_of(regions)), "labels": partition.labels, "owners": partition.owners,
        "regions": np.array(partition.regions, dtype=np.str_),
    }  # fmt: skip
    session.write(f"{slot}.npz", lambda path: np.savez_compressed(path, **arrays))


def cut_of(session: Session, slot: str, regions: Regions) -> Partition | None:
    """The partition of these regions, if it is kept."""
    path = session.path(f"{slot}.npz")
    if not path.is_file():
        return None
    with suppress(*DAMAGED), np.load(path, allow_pickle=False) as kept:  # it is cut again
        if str(kept["key"]) == key_of(regions):
            return Partition(kept["labels"], kept["owners"], tuple(kept["regions"].tolist()))
    return None


def automatic(regions: Regions) -> Regions:
    """No region, cut as what is outside of these is: the superpixels that are clicked on."""
    return Regions(regions.shape, outside=max(2, regions.outside), segmenter=regions.segmenter)
