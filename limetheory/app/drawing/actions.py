"""The buttons beside the list of regions: what each does to the selected ones."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from limetheory.app.refusals import Refused
from limetheory.images.regions import Regions

_Names = Sequence[str]


@dataclass(frozen=True)
class Action:
    """One button.

    Attributes:
        title: on the button.
        hint: what it does, in a sentence.
        fewest, most: how many regions must be selected.
        change: (regions, names of the selected ones) → regions.
    """

    title: str
    hint: str
    fewest: int
    most: int
    change: Callable[[Regions, _Names], Regions]


def _without(regions: Regions, names: _Names) -> Regions:
    for name in names:
        regions = regions.remove(name)
    return regions


_MANY = 1000

ACTIONS: dict[str, Action] = {
    "merge": Action(
        "Merge", "The selected regions become one, with the superpixels of all.", 2, _MANY,
        lambda regions, names: regions.merge(list(names)),
    ),
    "union": Action(
        "Union", "The first selected region gets the pixels of the second one, which stays.", 2, 2,
        lambda regions, names: regions.union(names[0], names[1]),
    ),
    "subtract": Action(
        "Subtract", "The second selected region is cut out of the first one, and stays.", 2, 2,
        lambda regions, names: regions.subtract(names[0], names[1]),
    ),
    "intersect": Action(
        "Intersect", "Of the first selected region stays what the second one has too; the second stays.", 2, 2,
        lambda regions, names: regions.intersect(names[0], names[1]),
    ),
    "raise": Action(
        "On top", "The selected region lies on top of the others.", 1, 1,
        lambda regions, names: regions.raised(names[0]),
    ),
    "delete": Action("Delete", "The selected regions go; Undo brings them back.", 1, _MANY, _without),
}  # fmt: skip
"""By name. "Split" asks the model's process, which has the photograph."""


def acted(regions: Regions, name: str, selected: Sequence[str]) -> Regions:
    """The regions after an action on the selected ones, in the order of the list.

    Raises:
        Refused: another number of regions must be selected.
        ValueError: what the regions refuse.
    """
    action = ACTIONS[name]
    if not action.fewest <= len(selected) <= action.most:
        wanted = str(action.fewest) if action.fewest == action.most else f"{action.fewest} or more"
        raise Refused(f"{action.title} needs {wanted} selected regions, and {len(selected)} are. Select them by name.")
    return action.change(regions, [one for one in regions.names if one in selected])
