"""What a report of an explained photograph is made of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from limetheory.arguments import instance, integer
from limetheory.explaining.repeat import answers_of
from limetheory.explanation import Explanation
from limetheory.images.explanation import ImageExplanation


@dataclass(frozen=True, kw_only=True)
class ReportedRegion:
    """A region of the photograph.

    Attributes:
        name: of the region.
        superpixels: how many it is cut into.
        share: of the photograph's pixels, in [0, 1].
        coefficient: of the region, or the sum of those of its superpixels; None where it is not known.
        interval: of the coefficient, (low, high); None where it is not known.
    """

    name: str
    superpixels: int
    share: float
    coefficient: float | None = None
    interval: tuple[float, float] | None = None


@dataclass(frozen=True, kw_only=True)
class ReportedEdit:
    """An edit of the photograph.

    Attributes:
        name: what it does, such as "rotate".
        region: which region it changes; None of the whole photograph.
        parameters: by their names.
        on: whether it was applied.
    """

    name: str
    region: str | None = None
    parameters: Mapping[str, Any] = field(default_factory=dict)
    on: bool = True


@dataclass(frozen=True, kw_only=True, eq=False)
class ReportedChange:
    """What edits have changed.

    Attributes:
        after: the edited photograph, (h, w, 3) in [0, 1]; None shows none.
        predictions: for each class its name and its output before and after.
        difference: of the explanations, after less before, from the same masks; None where there is none.
    """

    after: np.ndarray | None = None
    predictions: Sequence[tuple[str, float, float]] = ()
    difference: Explanation | None = None


@dataclass(frozen=True, kw_only=True, eq=False)
class Report:
    """What is reported of an explained photograph.

    Args:
        found: the explanation.
        document: the JSON of `limetheory explain`, see `limetheory.explaining.repeat.document`; it is part of the
            report, so that the report repeats the explanation.
        photo: the photograph, (h, w, 3) in [0, 1]; None shows the network's input.
        place: which of the document's explanations it is, from 0.
        level: of the intervals, in (0, 1); None is that of the document.
        regions, edits, change: what is known of them.

    Raises:
        ValueError, TypeError: the document has no such explanation, or it is another one.
    """

    found: ImageExplanation
    document: dict[str, Any]
    photo: np.ndarray | None = None
    place: int = 0
    level: float | None = None
    regions: Sequence[ReportedRegion] = ()
    edits: Sequence[ReportedEdit] = ()
    change: ReportedChange | None = None

    def __post_init__(self) -> None:
        instance("found", self.found, ImageExplanation, "explain_image returns one")
        instance("document", self.document, dict, "limetheory.explaining.repeat.document makes one")
        known = len(answers_of(self.document))
        if integer("place", self.place, 0) >= known:
            raise ValueError(f"place must be below the number of explanations, {known}, got {self.place}; count from 0")
        if self.record.get("coefficients") != self.found.coefficients.tolist():
            raise ValueError(
                f"a report's document must be that of its explanation, got other coefficients at place {self.place}; "
                "give the document of this explanation"
            )

    @property
    def record(self) -> Mapping[str, Any]:
        """The numbers of this explanation in the document."""
        return answers_of(self.document)[self.place]

    @property
    def repeat(self) -> Mapping[str, Any]:
        """What repeats the explanation; nothing where the document does not say."""
        found: Mapping[str, Any] = self.document.get("repeat", {})
        return found

    @property
    def intervals_at(self) -> float:
        """The level of the intervals."""
        return float(self.record["level"]) if self.level is None else self.level

    @property
    def pixels(self) -> np.ndarray:
        """The photograph as it is shown, (h, w, 3) in [0, 1]."""
        return self.found.masked.colours if self.photo is None else self.photo
