"""`stability_test`: explanations repeated with other seeds, other numbers of superpixels, and a little noise."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import numpy as np

from limetheory.arguments import generator, instance, real
from limetheory.designs import Design
from limetheory.estimation.methods.table import Explain, Method
from limetheory.evaluation import is_random
from limetheory.explaining.budget import LEVEL, Masks
from limetheory.explaining.classes import Classes
from limetheory.explaining.explained import InputExplanation, chosen_design, explained, refuse_design
from limetheory.images.masked import with_channels
from limetheory.images.segmentation.methods import Segmenter
from limetheory.images.segmentation.segment import segment
from limetheory.inspection.agreement import agreement, check_k, with_first
from limetheory.inspection.kinds import InputKind, kind_of
from limetheory.inspection.pairs import masked_image
from limetheory.inspection.plan import StabilityPlan
from limetheory.inspection.repeated import StabilityTest, count_agreement
from limetheory.inspection.unfinished import Unfinished
from limetheory.metrics import noisy
from limetheory.progress import ProgressBar
from limetheory.statistics import Stability, stability

_SELECTED = 5
"""Parts whose selection is compared by default; a convention."""


def stability_test(
    model: Any,
    masked: Any,
    *,
    plan: StabilityPlan = StabilityPlan(),  # noqa: B008 — it is frozen
    target: int | str | None = None,
    k: int | None = None,
    level: float = LEVEL,
    design: Design | Callable[[int], Design] | None = None,
    method: str | Method | Explain = "wls",
    ridge: float = 0.0,
    rng: Any = 0,
    batch_size: int | None = None,
    device: Any = None,
    dtype: Any = None,
) -> StabilityTest:
    """Explain an input of any kind again and again from other masks, and say how far the explanations agree.

    ``print(plan)`` says beforehand how many evaluations that takes. Beside the repetition stands the forecast of
    `stability` from the first explanation alone, which takes none.

    Args:
        model, target, design, method, ridge, batch_size, device, dtype: see `change`.
        masked: a `MaskedImage` or another kind of masked image, a `MaskedText` or a `MaskedRow`.
        plan: how many seeds, and how many masks each. For other numbers of superpixels and for noise, see
            `image_stability_test`.
        k: how many parts are selected, those of largest absolute coefficient; None is 5, or d if that is less.
        level: of the intervals, in (0, 1).
        rng: of the seeds: None, an int or a numpy.random.Generator (SPEC 7).

    Returns:
        A `StabilityTest`.

    Raises:
        ValueError, TypeError: bad arguments, in one line.
        Unfinished: on Ctrl-C, with the `StabilityTest` of the finished explanations in its ``answer``.

    >>> import limetheory as lt
    >>> stars = lambda texts: [3 + text.count("good") - 2.0 * text.count("bad") for text in texts]
    >>> found = stability_test(stars, lt.MaskedText("Not bad: good plot"), plan=StabilityPlan(4, n=60), k=2)
    >>> found.seeds.variables.mean, found.forecast.variables_index
    (1.0, 0.8424)
    """
    checked = instance("plan", plan, StabilityPlan, "make one, such as StabilityPlan(seeds=10)")
    if checked.noises or checked.segment_counts:
        raise ValueError(
            f"noises and segment_counts are for photographs, got {checked.noises} and {checked.segment_counts}; call "
            "image_stability_test, or leave them out"
        )
    asked = {"batch_size": batch_size, "device": device, "dtype": dtype}
    question = _Question(kind_of(masked), model, masked, target, design, Masks(checked.n, method, ridge), asked)
    return _Test(question, checked, _selected(k, masked.d), _level(level), generator(rng)).run()


def image_stability_test(
    model: Any,
    image: Any,
    *,
    segments: Any = "slic",
    replacement: Any = "mean",
    plan: StabilityPlan = StabilityPlan(),  # noqa: B008 — it is frozen
    target: int | str | None = None,
    k: int | None = None,
    level: float = LEVEL,
    design: Design | Callable[[int], Design] | None = None,
    method: str | Method | Explain = "wls",
    ridge: float = 0.0,
    rng: Any = 0,
    batch_size: int | None = None,
    device: Any = None,
    dtype: Any = None,
) -> StabilityTest:
    """`stability_test` of a photograph, with other numbers of superpixels and with a little noise besides.

    Under noise the superpixels and the masks stay as they are, so that what changes is the model's answer to noise
    alone. With other numbers of superpixels the heat maps are compared, pixel by pixel.

    Args:
        model, image, segments, replacement: see `explain_image`.
        plan: how many seeds, numbers of superpixels and noises, and how many masks each.
        target, k, level, design, method, ridge, rng, batch_size, device, dtype: see `stability_test`.

    Returns:
        A `StabilityTest`.

    Raises:
        ValueError, TypeError: bad arguments, in one line.
        Unfinished: on Ctrl-C, with the `StabilityTest` of the finished explanations in its ``answer``.

    >>> image = np.random.default_rng(0).random((12, 12, 3))
    >>> plan = StabilityPlan(seeds=3, segment_counts=(4,), noises=2, n=60)
    >>> mean = lambda images: images[:, :6].mean(axis=(1, 2, 3))
    >>> found = image_stability_test(mean, image, segments="grid", replacement=0.0, plan=plan, k=2)
    >>> found.n_evaluations <= plan.evaluations, [one.d for one in found.counts]
    (True, [4])
    """
    checked = instance("plan", plan, StabilityPlan, "make one, such as StabilityPlan(seeds=10)")
    pixels = with_channels(image)
    if checked.segment_counts and not (isinstance(segments, (str, Segmenter)) or callable(segments)):
        raise ValueError(
            f"segment_counts need a method of segmentation, got a label map with {checked.segment_counts}; give "
            "segments='slic', or leave segment_counts out"
        )
    refuse_design(design)
    masked = masked_image(model, pixels, segments, replacement)
    made = partial(masked_image, model, replacement=replacement)
    variants = _Variants(
        partial(_recut, made, pixels, segments), lambda rng: made(noisy(pixels, plan.deviation, rng), masked.segments)
    )
    asked = {"batch_size": batch_size, "device": device, "dtype": dtype}
    question = _Question(kind_of(masked), model, masked, target, design, Masks(checked.n, method, ridge), asked)
    return _Test(question, checked, _selected(k, masked.d), _level(level), generator(rng), variants).run()


def _recut(made: Callable[..., Any], pixels: np.ndarray, segments: Any, number: int) -> Any:
    return made(pixels, segment(pixels, segments, n_segments=number))


def _level(level: Any) -> float:
    return real("level", level, above=0, below=1, remedy="write 0.95 for 95 %")


def _selected(k: Any, d: int) -> int:
    return min(_SELECTED, d) if k is None else check_k(k, d)


@dataclass(frozen=True)
class _Question:
    """A class of a model at an input, and how it is explained."""

    kind: InputKind
    model: Any
    masked: Any
    target: Any
    design: Any
    budget: Masks
    asked: dict[str, Any]

    def function(self, masked: Any, target: Any, seed: int) -> Any:
        """The set function at an input; a random one draws by the seed."""
        return self.kind.function(self.kind.model(self.model), masked, target, seed, self.asked)

    def explained(self, function: Any, seed: int) -> InputExplanation:
        """The explanation of a set function."""
        masked = function.masked
        labels = getattr(masked, "segments", None)
        design = chosen_design(self.design, masked.d, lambda _: self.kind.design(masked), self.kind.parts, labels)
        names = self.kind.part_names(masked, masked)
        attributes = self.kind.attributes(function, names, self.kind.model(self.model), self.budget.ridge)
        return explained(self.kind.explanation, Classes([function]), self.budget, design, seed, **attributes)[0]


@dataclass(frozen=True)
class _Variants:
    """Other forms of a photograph: cut into another number of superpixels, and with noise of a generator."""

    recut: Callable[[int], Any]
    noised: Callable[[np.random.Generator], Any]


@dataclass
class _Test:
    """A stability test while it runs.

    Attributes:
        functions: that were evaluated.
        seeds, noises, counts: the explanations so far.
    """

    question: _Question
    plan: StabilityPlan
    k: int
    level: float
    rng: np.random.Generator
    variants: _Variants | None = None
    functions: list[Any] = field(default_factory=list)
    seeds: list[InputExplanation] = field(default_factory=list)
    noises: list[InputExplanation] = field(default_factory=list)
    counts: list[InputExplanation] = field(default_factory=list)

    def run(self) -> StabilityTest:
        """Explain again and again.

        Raises:
            Unfinished: on Ctrl-C, with what the finished explanations say.
        """
        try:
            with ProgressBar("explanations", self.plan.explanations) as bar:
                for done, _ in enumerate(self._explanations(), start=1):
                    bar.advance(done)
        except KeyboardInterrupt:
            done = len(self.seeds) + len(self.noises) + len(self.counts)
            partly = self.found() if len(self.seeds) > 1 else None
            raise Unfinished(partly, done, self.plan.explanations, "explanations") from None
        return self.found()

    def found(self) -> StabilityTest:
        """What the explanations so far say."""
        noise = with_first([self.seeds[0], *self.noises], self.k, self.level) if self.noises else None
        asked = zip(self.plan.segment_counts, self.counts, strict=False)
        return StabilityTest(
            self.plan, self.k, self.level, tuple(self.seeds), self._forecast(),
            agreement(self.seeds, self.k, self.level), noise,
            tuple(count_agreement(number, self.seeds[0], one, self.k) for number, one in asked),
            sum(one.n_evaluations for one in self.functions),
        )  # fmt: skip

    def _explanations(self) -> Iterator[None]:
        question, masked = self.question, self.question.masked
        numbers = self.rng.integers(1 << 31, size=self.plan.seeds).tolist()
        function = self._function(masked, question.target, numbers[0])
        for seed in numbers:
            fresh = is_random(function) and bool(self.seeds)
            own = self._function(masked, function.target, seed) if fresh else function
            self.seeds.append(question.explained(own, seed))
            yield
        yield from self._varied(function.target, numbers[0])

    def _varied(self, target: int, seed: int) -> Iterator[None]:
        """The explanations of other forms of a photograph, from the masks of the first one where parts are the same."""
        if self.variants is None:
            return
        for stream in self.rng.spawn(self.plan.noises):
            self.noises.append(
                self.question.explained(self._function(self.variants.noised(stream), target, seed), seed)
            )
            yield
        for number in self.plan.segment_counts:
            self.counts.append(self.question.explained(self._function(self.variants.recut(number), target, seed), seed))
            yield

    def _function(self, masked: Any, target: Any, seed: int) -> Any:
        found = self.question.function(masked, target, seed)
        self.functions.append(found)
        return found

    def _forecast(self) -> Stability | None:
        """None where standard errors are not known."""
        with suppress(ValueError):
            return stability(self.seeds[0], self.k)
        return None
