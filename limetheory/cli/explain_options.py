"""The options of `limetheory explain`, and what can be refused before any long work."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

from limetheory.arguments import accepted_error, choice, integer, real
from limetheory.cli.output import writable_file

GUARANTEES = ("bounded", "asymptotic")
DEFAULT_METHOD = "wls"
DSEG = "dseg"
"""The command line's name for the masks of the generator "higra", which need no weights."""


@dataclass(frozen=True)
class ExplainOptions:
    """What `limetheory explain` was asked; see the command for each."""

    image: Path
    model: str
    weights: Path | None
    output: str
    precision: str
    segmenter: str
    depth: int
    top_k: int | None
    checkpoint: str | None
    segments: int | None
    replacement: str
    bandwidth: float
    method: str
    ridge: float
    samples: int | None
    tolerance: float | None
    level: float
    guarantee: str | None
    target: str | None
    seed: int
    device: str | None
    batch_size: int | None
    json_file: Path | None
    figure: Path | None

    @property
    def generator(self) -> str | None:
        """The mask generator behind the segmenter; None where it draws a single partition."""
        from limetheory.images.segmentation.methods import SEGMENTERS

        return None if self.segmenter in SEGMENTERS else {DSEG: "higra"}.get(self.segmenter, self.segmenter)

    def check(self) -> None:
        """Refuse what cannot work.

        Raises:
            ValueError, TypeError: in one line.
        """
        from limetheory.designs import ImageDesign

        _check_segmenter(self.segmenter)
        self._check_granularity()
        self._check_checkpoint()
        integer("seed", self.seed, 0)
        real("level", self.level, above=0, below=1, remedy="write 0.95 for 95 %")
        real("ridge", self.ridge, at_least=0)
        self._check_stopping()
        ImageDesign(1, self.bandwidth)
        # late, because they make folders
        writable_file(self.json_file, [self.image])
        writable_file(self.figure, [self.image, self.json_file])
        _check_format(self.figure)

    @property
    def masks(self) -> int:
        """How many masks a level gets, or may get at most with a tolerance."""
        from limetheory.estimation.sequential.until import N_MAX
        from limetheory.explaining.budget import FIXED_N

        if self.samples is not None:
            return self.samples
        return FIXED_N if self.tolerance is None else N_MAX

    def _check_method(self) -> None:
        from limetheory.estimation import METHODS

        read = METHODS.chosen(self.method).takes
        unread = f"ridge {self.ridge:g}" if self.ridge and "ridge" not in read else ""
        if not unread and self.tolerance is not None and self.method != DEFAULT_METHOD:
            unread = "a tolerance"
        if unread:
            raise ValueError(f"method {self.method!r} excludes {unread}, got both; leave one out")

    def _check_stopping(self) -> None:
        integer("samples", self.masks, 2)
        self._check_method()
        if self.tolerance is None:
            if self.guarantee is not None:
                raise ValueError(f"guarantee is for a tolerance, got {self.guarantee!r}; add --tolerance")
            return
        accepted_error("tolerance", self.tolerance)
        if self.samples is not None:
            raise ValueError(
                f"samples and tolerance exclude each other, got {self.samples} and {self.tolerance:g}; leave one out"
            )
        if self.ridge:
            raise ValueError(f"a tolerance has no ridge penalty, got {self.ridge:g}; leave --ridge or --tolerance out")
        choice("guarantee", self.guarantee or GUARANTEES[0], GUARANTEES)
        if self.output == "logits" and self.guarantee != "asymptotic":
            raise ValueError(
                "stopping at a tolerance needs bounds, which logits do not have, got --output logits; "
                "add --guarantee asymptotic or leave --output out"
            )

    def _check_granularity(self) -> None:
        integer("depth", self.depth, 1)
        if self.generator is None and self.depth > 1:
            hierarchies = ", ".join(_hierarchies())
            raise ValueError(
                f"depth above 1 needs a hierarchy, one of {hierarchies}, got {self.segmenter!r}; use --segmenter {DSEG}"
            )
        if self.generator is not None and self.segments is not None:
            integer("segments", self.segments, 2, "or leave it out for the coarsest segments of the hierarchy")
        if self.top_k is not None:
            integer("top-k", self.top_k, 1)
            if self.depth == 1:
                raise ValueError(f"top-k is for a depth above 1, got {self.top_k} at depth 1; add --depth 2")

    def _check_checkpoint(self) -> None:
        if self.segmenter == "sam" and self.checkpoint is None:
            raise ValueError(
                "segmenter 'sam' needs a checkpoint, got none; add --checkpoint FILE (see `limetheory doctor`), "
                f"or use --segmenter {DSEG}, which needs no weights"
            )
        if self.checkpoint is not None and (self.generator is None or self.segmenter == DSEG):
            raise ValueError(
                f"a checkpoint is for a segmenter with weights such as 'sam', got {self.checkpoint!r} with "
                f"{self.segmenter!r}; leave it out or use --segmenter sam"
            )


def _hierarchies() -> list[str]:
    from limetheory.images.generators.mask_generators import generator_names

    return [DSEG if name == "higra" else name for name in generator_names()]


def _check_segmenter(name: str) -> None:
    from limetheory.images.segmentation.methods import SEGMENTERS

    known = [*SEGMENTERS, *_hierarchies()]
    if name in known:
        return
    near = [DSEG] if name == "higra" else get_close_matches(name, known, n=1)
    remedy = f"did you mean {near[0]!r}?" if near else "see `limetheory doctor`"
    raise ValueError(f"segmenter must be one of {', '.join(known)}, got {name!r}; {remedy}")


def _check_format(figure: Path | None) -> None:
    if figure is None:
        return
    from matplotlib.figure import Figure

    known = Figure().canvas.get_supported_filetypes()
    if figure.suffix[1:].lower() not in known:
        raise ValueError(
            f"a figure's name must end in one of {', '.join(sorted(known))}, got {figure.name!r}; use .png"
        )
