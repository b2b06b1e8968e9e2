"""An ordered list of edits that can be switched, re-ordered and saved."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from limetheory.arguments import instance, integer, several
from limetheory.given import given
from limetheory.images.edits.edit import Edit
from limetheory.images.edits.edited_photo import (
    EditedPhoto,
    checked_masks,
    checked_photographs,
    known_photographs,
    known_region,
)
from limetheory.images.edits.saved import MOST_EDITS, read, written
from limetheory.pictures import as_image


@dataclass(frozen=True)
class Edits:
    """Edits in the order in which they are carried out, each on what those before it have made.

    It never changes; its methods return new ones, so that an older one undoes what came after.

    Args:
        edits: at most 100.

    Raises:
        TypeError, ValueError: something else, or more.

    >>> turned = Edits().add(Edit("rotate", "zebra", {"angle": 90})).add(Edit("blur", None, {"radius": 1}))
    >>> [edit.name for edit in turned.moved(1, 0)]
    ['blur', 'rotate']
    """

    edits: tuple[Edit, ...] = ()

    def __post_init__(self) -> None:
        remedy = "make one, such as Edit('rotate', 'zebra', {'angle': 30})"
        found = tuple(instance("edit", one, Edit, remedy) for one in several("edits", self.edits, "Edit objects"))
        if len(found) > MOST_EDITS:
            raise ValueError(f"edits must be at most {MOST_EDITS}, got {len(found)}; remove some")
        object.__setattr__(self, "edits", found)

    def __len__(self) -> int:
        return len(self.edits)

    def __iter__(self) -> Iterator[Edit]:
        return iter(self.edits)

    def __getitem__(self, number: int) -> Edit:
        """The edit of a number, 0 for the first."""
        return self.edits[self._number("number", number)]

    def add(self, edit: Edit) -> Edits:
        """With one more edit at the end."""
        return Edits((*self.edits, edit))

    def remove(self, number: int) -> Edits:
        """Without the edit of a number."""
        number = self._number("number", number)
        return Edits(self.edits[:number] + self.edits[number + 1 :])

    def moved(self, number: int, to: int) -> Edits:
        """With the edit of a number at another place, the others in their order.

        Args:
            number: 0 for the first.
            to: its number afterwards.
        """
        number, to = self._number("number", number), self._number("to", to)
        rest = self.remove(number).edits
        return Edits((*rest[:to], self.edits[number], *rest[to:]))

    def switched(self, number: int) -> Edits:
        """With the edit of a number off if it was on, and on if it was off."""
        return self._with(number, self[number].switched())

    def with_parameters(self, number: int, **values: Any) -> Edits:
        """With other values of some parameters of the edit of a number."""
        return self._with(number, self[number].with_parameters(**values))

    def applied(self, photo: Any, masks: Any = None, photographs: Any = None) -> EditedPhoto:
        """The photograph after the edits that are on.

        A region that an edit leaves without pixels is allowed: the answer names it, and edits of it have no effect.

        Args:
            photo: as for `as_image`, at any size.
            masks: the regions, (h, w) bool of the photograph's shape by name; None where every edit is of the whole
                photograph. They may overlap.
            photographs: others that edits show, each as for `as_image`, by the names that the edits have for them.

        Raises:
            ValueError, TypeError: an edit that is on names another region or photograph, or a mask or a photograph is
                none.

        >>> import numpy as np
        >>> photo, left = np.full((2, 4, 3), 0.5), np.arange(8).reshape(2, 4) % 4 < 2
        >>> edits = Edits([Edit("brightness", "left", {"offset": 0.25}), Edit("move", "left", {"right": 100})])
        >>> edits.switched(1).applied(photo, {"left": left}).pixels[0, :, 0].tolist()
        [0.75, 0.75, 0.5, 0.5]
        >>> edits.applied(photo, {"left": left}).vanished
        ('left',)
        """
        pixels = as_image(photo)
        shown = checked_photographs({} if photographs is None else photographs)
        found = EditedPhoto(pixels, checked_masks({} if masks is None else masks, pixels.shape), photographs=shown)
        for number, edit in enumerate(self):
            if edit.on:
                known_region(edit, found.masks)
                known_photographs(edit, found.photographs)
                found = found.after(number, edit)
        return found

    def to_json(self) -> str:
        """The edits as text, which `from_json` reads."""
        return written(self.edits)

    @classmethod
    def from_json(cls, text: str | bytes) -> Edits:
        """The edits of a text, which may come from anywhere: its size is checked before it is read.

        Args:
            text: what `to_json` wrote, of at most 256 KiB and 100 edits.

        Raises:
            ValueError, TypeError: no such text, in one line.

        >>> edits = Edits([Edit("rotate", "zebra", {"angle": 30}, on=False)])
        >>> Edits.from_json(edits.to_json()) == edits
        True
        """
        return cls(tuple(read(text)))

    def _with(self, number: int, edit: Edit) -> Edits:
        number = self._number("number", number)
        return Edits((*self.edits[:number], edit, *self.edits[number + 1 :]))

    def _number(self, name: str, value: Any) -> int:
        number = integer(name, value, 0)
        if number >= len(self.edits):
            raise ValueError(
                f"{name} must be below the number of edits, {len(self.edits)}, got {given(value)}; 0 is the first"
            )
        return number
