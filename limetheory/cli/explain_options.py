"""The options of `limetheory explain`, and the question that they make; bad ones are refused before any long work."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from limetheory.arguments import integer
from limetheory.cli.output import writable_file
from limetheory.explaining.budget import Budget, chosen_budget
from limetheory.images.question import Question

_NAMES = {"n": "samples"}


@dataclass(frozen=True)
class ExplainOptions:
    """The options of one call of `limetheory explain`; the command describes each."""

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

    def question(self) -> Question:
        """Return the question that the options ask, after a check that the output files can be written.

        Raises:
            ValueError, TypeError: if an option cannot work; the message is one line.
        """
        asked = Question(
            segmenter=self.segmenter, segments=self.segments, depth=self.depth, top_k=self.top_k,
            checkpoint=self.checkpoint, replacement=self.replacement, bandwidth=self.bandwidth, budget=self._budget(),
            level=self.level, target=_target(self.target), seed=self.seed, batch_size=self.batch_size,
        )  # fmt: skip
        # These checks make folders, so they come after those that may refuse an option.
        writable_file(self.json_file, [self.image])
        writable_file(self.figure, [self.image, self.json_file])
        _check_format(self.figure)
        return asked

    def _budget(self) -> Budget:
        given = {"n": self.samples, "guarantee": self.guarantee, "ridge": self.ridge or None}
        given["method"] = None if self.method == "wls" else self.method
        given["level"] = None if self.tolerance is None else self.level
        if self.samples is not None:
            integer("samples", self.samples, 2)
        budget = chosen_budget(
            self.tolerance, {name: value for name, value in given.items() if value is not None}, _NAMES
        )
        if self.tolerance is not None and self.output == "logits" and self.guarantee != "asymptotic":
            raise ValueError(
                "stopping at a tolerance needs bounds, which logits do not have, got --output logits; "
                "add --guarantee asymptotic or leave --output out"
            )
        return budget


def _target(text: str | None) -> int | str | None:
    return int(text) if text is not None and text.removeprefix("-").isdecimal() else text


def _check_format(figure: Path | None) -> None:
    if figure is None:
        return
    from matplotlib.figure import Figure

    known = Figure().canvas.get_supported_filetypes()
    if figure.suffix[1:].lower() not in known:
        raise ValueError(
            f"a figure's name must end in one of {', '.join(sorted(known))}, got {figure.name!r}; use .png"
        )
