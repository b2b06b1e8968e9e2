"""The object that is proposed under clicks, until a person takes it or drops it."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any

import numpy as np

from limetheory.app.sessions.session import Session
from limetheory.checked_files import DAMAGED
from limetheory.images.generators.own_generators import best_hierarchy
from limetheory.images.regions import PREDICTORS

_FILE = "object.npz"
MOST_CLICKS = 50
"""The most clicks on one object; a convention."""

SCALES = ("part", "object", "all of it")
"""What the three masks of a proposal are called, from the smallest."""


@dataclass(frozen=True, eq=False)
class Proposal:
    """What may be meant by clicks.

    Attributes:
        clicks: (n, 2) places (x, y) in pixels of the photograph.
        labels: (n,) 1 for inside, 0 for outside.
        masks: (3, h, w) bool, from the smallest to the largest.
    """

    clicks: np.ndarray
    labels: np.ndarray
    masks: np.ndarray


def predictor_names(checkpoint: Any) -> list[str]:
    """The predictors that can be asked here, the best first: sam needs a checkpoint, the others their extras."""
    ready = {"sam": checkpoint is not None, "dino": best_hierarchy() == "dino", "higra": find_spec("higra") is not None}
    own = [name for name, there in ready.items() if there]
    return [*own, *(name for name in PREDICTORS if name not in ready)]


def proposal_of(session: Session) -> Proposal | None:
    """The proposal of a session."""
    path = session.path(_FILE)
    if not path.is_file():
        return None
    with suppress(*DAMAGED), np.load(path, allow_pickle=False) as kept:  # it is proposed again
        shape = tuple(kept["shape"].tolist())
        masks = np.unpackbits(kept["masks"], count=int(np.prod(shape))).reshape(shape).astype(bool)
        return Proposal(kept["clicks"], kept["labels"], masks)
    return None


def put_proposal(session: Session, proposal: Proposal) -> None:
    """Keep a proposal.

    Raises:
        Refused: there is no room.
    """
    arrays: dict[str, Any] = {
        "clicks": proposal.clicks, "labels": proposal.labels, "masks": np.packbits(proposal.masks),
        "shape": np.array(proposal.masks.shape),
    }  # fmt: skip
    session.write(_FILE, lambda path: np.savez_compressed(path, **arrays))


def forget_proposal(session: Session) -> None:
    """Drop the proposal of a session."""
    session.forget(_FILE)
