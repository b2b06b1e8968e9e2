"""The options of `limetheory explain`, and the question that they make; bad ones are refused before any long work."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

from limetheory.cli.output import STANDARD_OUTPUT, writable_file
from limetheory.cli.repeated import Repeated
from limetheory.cli.shown import shown
from limetheory.counts import count
from limetheory.explaining.budget import FIXED_N, Budget, chosen_budget
from limetheory.explaining.several_targets import ALL, several
from limetheory.images.question import GIVEN, Question
from limetheory.tabular.explain import FIXED_N as TABLE_N
from limetheory.text.explain import FIXED_N as TEXT_N

if TYPE_CHECKING:
    from typing import Self

    from limetheory.stored_models import StoredModel
    from limetheory.tabular.question import TableQuestion
    from limetheory.text.question import TextQuestion

_NAMES = {"n": "samples"}

FIGURES = ("png", "pdf", "svg", "jpg")
"""The endings of the files that a figure can be written to."""


@dataclass(frozen=True, kw_only=True)
class ExplainOptions:
    """The options of one call of `limetheory explain` that every kind of input has; the command describes each."""

    model: str
    bandwidth: float
    method: str
    ridge: float
    samples: int | None
    tolerance: float | None
    level: float
    guarantee: str | None
    target: str | list[str] | None
    seed: int
    batch_size: int | None
    json_file: Path | None
    figure: Path | None
    html: Path | None
    save: Path | None
    repeat: Repeated | None

    @classmethod
    def of(cls, options: Mapping[str, Any]) -> Self:
        """Those of all options that this kind of input has; a single target stands for itself."""
        own = {one.name: options[one.name] for one in fields(cls)}
        return cls(**{**own, "target": alone(own["target"])})

    @property
    def several_targets(self) -> bool:
        """Whether several classes are asked about."""
        return several(self.target)

    def budget(self, fixed_n: int = FIXED_N, without_bounds: bool = False) -> Budget:
        """How many masks the options ask for.

        Args:
            fixed_n: masks where neither a number nor a tolerance was given.
            without_bounds: whether the outputs explained are known to have no bounds.
        """
        given = {"n": self.samples, "guarantee": self.guarantee, "ridge": self.ridge or None}
        given["method"] = None if self.method == "wls" else self.method
        given["level"] = None if self.tolerance is None else self.level
        if self.samples is not None:
            count("samples", self.samples, 2, fewer="limetheory plan says how many are enough")
        asked = {name: value for name, value in given.items() if value is not None}
        budget = chosen_budget(self.tolerance, asked, _NAMES, fixed_n)
        if self.tolerance is not None and without_bounds and self.guarantee != "asymptotic":
            raise ValueError(
                "stopping at a tolerance needs bounds, which logits do not have, got --output logits; "
                "add --guarantee asymptotic or leave --output out"
            )
        return budget

    def common(self) -> dict[str, Any]:
        """What every question has besides the budget."""
        return {
            "level": self.level, "target": target_of(self.target), "seed": self.seed, "batch_size": self.batch_size,
        }  # fmt: skip

    @property
    def json_to_stdout(self) -> bool:
        """Whether the JSON goes to standard output."""
        return self.json_file == STANDARD_OUTPUT

    def computing(self) -> AbstractContextManager[None]:
        """Compute with the threads of the answer that is repeated."""
        return nullcontext() if self.repeat is None else self.repeat.computing()

    def check_outputs(self, *inputs: Path | None) -> None:
        """Check that the output files can be written; this makes folders, so it comes after what may refuse.

        Before that, the files of an answer that is repeated must be the same.
        """
        if self.repeat is not None:
            self.repeat.check(vars(self))
            inputs = (*inputs, self.repeat.path)
        check_format(self.figure)
        if self.save is not None and self.several_targets:
            raise ValueError(
                f"--save keeps the explanation of one class, got several in {self.save}; give one --target for each "
                "file, or use limetheory explain-many"
            )
        writable_file(None if self.json_to_stdout else self.json_file, inputs, ".json")
        writable_file(self.figure, [*inputs, self.json_file])
        writable_file(self.html, [*inputs, self.json_file, self.figure], ".html")
        writable_file(self.save, [*inputs, self.json_file, self.figure, self.html], ".npz")


@dataclass(frozen=True, kw_only=True)
class ImageOptions(ExplainOptions):
    """The options for a photograph."""

    image: Path
    similar_to: Path | None
    rather_than: str | None
    weights: Path | None
    output: str
    precision: str
    segmenter: str
    depth: int
    top_k: int | None
    checkpoint: str | None
    segments: int | None
    segments_from: Path | None
    replacement: str
    attribution: str | None
    smoothing: str | None
    sigma: float | None
    per_pixel: bool
    device: str | None
    backend: str

    def question(self) -> Question:
        """Return the question that the options ask, after a check that the output files can be written.

        Raises:
            ValueError, TypeError: if an option cannot work; the message is one line.
        """
        asked = self.repeat.question if self.repeat is not None else self._asked()
        self.check_outputs(self.image, self.similar_to, self.segments_from)
        return asked

    def _asked(self) -> Question:
        common = self.common()
        if self.rather_than is not None:
            if self.similar_to is not None:
                raise ValueError(
                    "--rather-than contrasts two classes, got it with --similar-to, which has none; leave one out"
                )
            if self.several_targets:
                raise ValueError(
                    f"--rather-than contrasts one class with another, got --target {len(self.target or ())} times; "
                    "name it once"
                )
            common["target"] = None  # the contrast is the one output
        return Question(
            segmenter=self._segmenter(), segments=self.segments, depth=self.depth, top_k=self.top_k,
            checkpoint=self.checkpoint, replacement=self.replacement, bandwidth=self.bandwidth,
            attribution=self.attribution, smoothing=self.smoothing, sigma=self.sigma, per_pixel=self.per_pixel,
            budget=self.budget(without_bounds=self.output in ("logits", "identity")), **common,
        )  # fmt: skip

    def _segmenter(self) -> str:
        if (self.segments_from is None) != (self.segmenter != GIVEN):
            raise ValueError(
                f"--segmenter {GIVEN} and --segments-from FILE go together, got one of them; add the other, or leave "
                "both out"
            )
        return self.segmenter


@dataclass(frozen=True, kw_only=True)
class StoredOptions(ExplainOptions):
    """The options for what a model from a file is asked about."""

    trust: list[str] | None
    trust_pickle: bool

    def stored_model(self) -> StoredModel:
        """The model."""
        from limetheory.stored_models import load_stored_model

        return load_stored_model(self.model, trusted=self.trust or (), trust_pickle=self.trust_pickle)


@dataclass(frozen=True, kw_only=True)
class TextOptions(StoredOptions):
    """The options for a text."""

    text: Path
    tokens: str
    missing: str

    def question(self) -> TextQuestion:
        """Return the question that the options ask, after a check that the output files can be written."""
        asked = self.repeat.question if self.repeat is not None else self._asked()
        self.check_outputs(self.text)
        return asked

    def _asked(self) -> TextQuestion:
        from limetheory.text.question import TextQuestion

        return TextQuestion(
            tokens=self.tokens, missing=self.missing, bandwidth=self.bandwidth, budget=self.budget(TEXT_N),
            **self.common(),
        )  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class TableOptions(StoredOptions):
    """The options for a row of a table."""

    table: Path
    row: int | None
    leave_out: list[str] | None
    categorical: list[str] | None
    bins: str
    width: float | None

    def question(self) -> TableQuestion:
        """Return the question that the options ask, after a check that the output files can be written."""
        if self.row is None:
            raise ValueError("--table needs the number of a row, from 0, got none; add --row 0")
        asked = self.repeat.question if self.repeat is not None else self._asked()
        self.check_outputs(self.table)
        return asked

    def _asked(self) -> TableQuestion:
        from limetheory.tabular.question import TableQuestion

        return TableQuestion(bins=self.bins, bandwidth=self.width, budget=self.budget(TABLE_N), **self.common())


def target_of(asked: str | list[str] | None) -> int | str | tuple[int | str, ...] | None:
    """A class as the command line names it, its index or its name, or several.

    >>> target_of("7"), target_of(["7", "cat"]), target_of(None)
    (7, (7, 'cat'), None)
    """
    return tuple(map(_class, asked)) if isinstance(asked, list) else class_of(asked)


_DIGITS = 18
"""The longest index of a class; of more digits than Python reads it would be no number, and no model has so many."""


def class_of(text: str | None) -> int | str | None:
    """One class as the command line names it; None of none."""
    return None if text is None else _class(text)


def _class(text: str) -> int | str:
    return int(text) if text.removeprefix("-").isdecimal() and len(text) <= _DIGITS else text


def alone(targets: list[str] | None) -> str | list[str] | None:
    """The one target of a list; None of none.

    Raises:
        ValueError: a class that is named twice, or all classes and one of them.
    """
    if not targets:
        return None
    twice = next((one for one in targets if targets.count(one) > 1), None)
    if twice is not None:
        raise ValueError(f"each --target must be another class, got {twice} twice; leave one out")
    if len(targets) > 1 and ALL in targets:
        raise ValueError(f"--target all stands for every class, got --target {len(targets)} times; give it alone")
    return targets[0] if len(targets) == 1 else targets


def check_format(figure: Path | None) -> None:
    """Refuse a figure whose name has another ending than those of `FIGURES`."""
    if figure is not None and figure.suffix[1:].lower() not in FIGURES:
        raise ValueError(
            f"a figure's name must end in one of {', '.join(FIGURES)}, got {shown(figure.name)!r}; write "
            f"{shown(figure.stem or 'figure')}.png"
        )
