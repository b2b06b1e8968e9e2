"""What is asked of a network about a photograph, for the command line and every other front end."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches

from limetheory.arguments import integer
from limetheory.attribution import ATTRIBUTIONS, Attribution
from limetheory.designs import Design, ImageDesign
from limetheory.estimation import METHODS
from limetheory.estimation.methods.table import Method
from limetheory.explaining.budget import Masks, Until
from limetheory.explaining.question import InputQuestion
from limetheory.explaining.several_targets import several
from limetheory.images.generators.mask_generators import generator_names
from limetheory.images.generators.own_generators import best_hierarchy
from limetheory.images.hierarchy.dseg import TOP_K
from limetheory.images.perturbation import Smoothing, chosen_attribution
from limetheory.images.random.accepted import refuse_single_values
from limetheory.images.replacement import grey_level, named
from limetheory.images.segmentation.methods import SEGMENTERS

BANDWIDTH = 0.25
"""Of the image design; lime 0.2.0.1's number."""

_LIME = "lime"

DSEG = "dseg"
"""The front ends' name for the best hierarchy that needs no checkpoint, see `best_hierarchy`."""


GIVEN = "given"
"""The front ends' name for superpixels that are given as a label map."""


@dataclass(frozen=True, kw_only=True)
class Question(InputQuestion):
    """One question; what cannot work is refused here, before a network is loaded.

    Attributes:
        segmenter: a method of `segment`, which draws a single partition; or of a hierarchy, the name of a mask
            generator, or "dseg", which is "dino" where that is installed and "higra" elsewhere; or "given" where
            `answered` gets a label map.
        segments: superpixels wanted, of a hierarchy those at depth 1; None is the segmenter's own number.
        depth: how many partitions of a hierarchy are explained, from coarse to fine; 1 for the coarsest alone.
        top_k: segments split from one depth to the next, for a depth above 1; None is DSEG-LIME's number.
        checkpoint: of a mask generator with weights: a file, a folder, or a name that it knows.
        replacement: a name of `REPLACEMENTS` such as "mean", or a grey level in [0, 1], as a number or as text.
        bandwidth: ν in (0, ∞] of the image design, for LIME's own attribution and "lime".
        attribution, smoothing, sigma, per_pixel: see `explain_image`.
        budget: how many masks are drawn at each depth, or until when.
        level: the level of the reported intervals, in (0, 1).
        target: class index or name, or several of them, or "all", for a depth of 1; None takes the top class.
        seed: of the masks.
        batch_size: images per evaluation; None fits the device.

    Raises:
        ValueError, TypeError: in one line.

    >>> Question(segmenter="higra", depth=2).generator
    'higra'
    """

    segmenter: str = "slic"
    segments: int | None = None
    depth: int = 1
    top_k: int | None = None
    checkpoint: str | None = None
    replacement: str | float = "mean"
    bandwidth: float = BANDWIDTH
    attribution: str | None = None
    smoothing: str | None = None
    sigma: float | None = None
    per_pixel: bool | str = False

    def __post_init__(self) -> None:
        _check_segmenter(self.segmenter)
        self._check_depth()
        self._check_checkpoint()
        super().__post_init__()
        ImageDesign(1, self.bandwidth)
        Smoothing(self.smoothing, self.sigma, self.per_pixel)
        self._check_attribution()
        self._check_replacement()

    @property
    def generator(self) -> str | None:
        """The mask generator behind the segmenter; None where it draws a single partition."""
        if self.segmenter == GIVEN or self.segmenter in SEGMENTERS:
            return None
        return best_hierarchy() if self.segmenter == DSEG else self.segmenter

    @property
    def hidden(self) -> str | float:
        """The replacement, a grey level as a number."""
        try:
            return float(self.replacement)
        except ValueError:
            return self.replacement

    @property
    def random(self) -> bool:
        """Whether the replacement is drawn anew for each mask."""
        return isinstance(self.hidden, str) and named(self.hidden).random

    @property
    def splits(self) -> int:
        """Segments split between two levels."""
        return TOP_K if self.top_k is None else self.top_k

    @property
    def method(self) -> Method | None:
        """What is made of the masks; None to a tolerance, which has its own."""
        if isinstance(self.budget, Until):
            return None
        return METHODS.chosen(self.budget.method) if self.attribution is None else self._row.as_method()

    def design(self, d: int) -> Design:
        """The design of a level with d segments, for which there must be samples enough."""
        of_lime = self.attribution in (None, _LIME)
        design = ImageDesign(d, self.bandwidth) if of_lime else self._row.design(d)
        if isinstance(self.budget, Masks) and self.method is not None:
            integer("samples", self.budget.n, *self.method.fewest(design, self.budget.ridge, False))
        return design

    @property
    def _row(self) -> Attribution:
        return ATTRIBUTIONS.chosen(self.attribution, "attribution")

    def _check_attribution(self) -> None:
        budget = self.budget
        if isinstance(budget, Until):
            chosen_attribution(self.attribution, budget.tolerance, "wls")
            return
        row = chosen_attribution(self.attribution, None, budget.method)
        if row is None:
            return
        row.checked_ridge(budget.ridge)
        if row.name != _LIME and self.bandwidth != BANDWIDTH:
            raise ValueError(
                f"a bandwidth is for LIME's masks, got {self.bandwidth:g} with attribution {row.name!r}; leave it out, "
                "or use attribution lime"
            )

    def _check_replacement(self) -> None:
        if isinstance(self.hidden, float):
            grey_level(self.hidden)
        if self.random:
            method = None if isinstance(self.budget, Until) else self.budget.method
            refuse_single_values(method, None if self.attribution is None else self._row)

    def _check_depth(self) -> None:
        integer("depth", self.depth, 1)
        if self.segmenter == GIVEN and self.segments is not None:
            raise ValueError(f"segments are those of the label map, got {self.segments} besides; leave it out")
        if self.generator is None and self.depth > 1:
            hierarchies = ", ".join(_hierarchies())
            raise ValueError(
                f"depth above 1 needs a hierarchy, one of {hierarchies}, got {self.segmenter!r}; use segmenter {DSEG}"
            )
        if self.generator is not None and self.segments is not None:
            integer("segments", self.segments, 2, "or leave it out for the coarsest segments of the hierarchy")
        if several(self.target) and self.depth > 1:
            raise ValueError(
                f"several classes need a depth of 1, since each splits other segments, got depth {self.depth}; leave "
                "it out, or explain one class after the other"
            )
        if self.top_k is not None:
            integer("top-k", self.top_k, 1)
            if self.depth == 1:
                raise ValueError(f"top-k is for a depth above 1, got {self.top_k} at depth 1; give depth 2")

    def _check_checkpoint(self) -> None:
        if self.segmenter == "sam" and self.checkpoint is None:
            raise ValueError(
                "segmenter 'sam' needs a checkpoint, got none; give its file or folder (see `limetheory doctor`), or "
                f"use segmenter {DSEG}, which needs no weights"
            )
        if self.checkpoint is not None and (self.generator is None or self.segmenter in (DSEG, "higra")):
            raise ValueError(
                f"a checkpoint is for a segmenter with weights such as 'sam', got {self.checkpoint!r} with "
                f"{self.segmenter!r}; leave it out or use segmenter sam"
            )


def _hierarchies() -> list[str]:
    return [DSEG, *generator_names()]


def _check_segmenter(name: str) -> None:
    known = [*SEGMENTERS, *_hierarchies()]
    if name == GIVEN or name in known:
        return
    near = get_close_matches(name, known, n=1)
    remedy = f"did you mean {near[0]!r}?" if near else "see `limetheory doctor`"
    raise ValueError(f"segmenter must be one of {', '.join(known)}, got {name!r}; {remedy}")
