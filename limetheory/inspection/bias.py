"""`bias_check`: the same edit on many inputs, and the mean change of a class with a paired interval."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from limetheory.arguments import real
from limetheory.explaining.budget import LEVEL
from limetheory.explaining.output_bounds import looks_like_probabilities
from limetheory.explanation.rendering import figure_of
from limetheory.explanation.table import data_frame
from limetheory.functions import answer
from limetheory.inspection.answers import Answers, answers_of
from limetheory.inspection.mean_interval import mean_interval
from limetheory.inspection.photographs import NamedInput, named_inputs, pieces
from limetheory.inspection.rendering import Shown
from limetheory.inspection.unfinished import Unfinished
from limetheory.metrics import Interval
from limetheory.progress import ProgressBar

if TYPE_CHECKING:
    import pandas
    from matplotlib.figure import Figure

TOO_FEW = 10
"""With fewer inputs an interval is not to be trusted where changes are skewed; measured in the tests."""
FEW = 30
"""From so many inputs on it held the mean nearly as often as its level says for every law that was tried."""

_AT_ONCE = 32  # inputs that are read and edited at a time; a convention


@dataclass(frozen=True, eq=False)
class BiasCheck(Shown):
    """By how much the same edit changes the answer for a class, over many inputs.

    Attributes:
        names: of the inputs: of files their own, of others their numbers.
        before, after: the answer for the class to each input and to its edited form, (n,).
        column: of the model's answer.
        class_name: the name of the class, its number where it has none.
        level: of the interval.
        interval: of the mean change over the inputs that these are a sample of, see `mean_interval`.
        n_evaluations: inputs that were evaluated, those of the checks of a model of images among them.
    """

    names: tuple[str, ...]
    before: np.ndarray
    after: np.ndarray
    column: int
    class_name: str
    level: float
    interval: Interval
    n_evaluations: int

    @property
    def changes(self) -> np.ndarray:
        """After − before of each input, (n,)."""
        changes: np.ndarray = self.after - self.before
        return changes

    @property
    def remark(self) -> str:
        """What the number of inputs says about the interval, in one sentence; empty where there are enough."""
        n = len(self.names)
        if n < 3:
            return f"too few inputs for an interval: {n}; take {FEW} or more"
        if not np.isfinite(self.interval.low):
            return "all changes are equal, so that no interval can be estimated"
        if n < TOO_FEW:
            return f"too few inputs: {n}; the interval misses far too often where changes are skewed; take {FEW}"
        if n < FEW:
            return f"few inputs: {n}; the interval misses more often than it says where changes are skewed"
        return ""

    def to_dataframe(self) -> pandas.DataFrame:
        """A pandas data frame with a row for each input: name, before, after, change.

        Raises:
            ImportError: pandas is not installed.
        """
        return data_frame({"name": self.names, "before": self.before, "after": self.after, "change": self.changes})

    def plot(self) -> Figure:
        """A matplotlib figure of every input's change, and of the mean with its interval."""
        return figure_of(self, LEVEL)


def bias_check(
    model: Any,
    photographs: Any,
    edit: Callable[[Any], Any],
    target: int | str,
    *,
    prepare: Callable[[Any], Any] | None = None,
    level: float = LEVEL,
    batch_size: int | None = None,
    device: Any = None,
    dtype: Any = None,
) -> BiasCheck:
    """Apply one edit to many inputs, and estimate the mean change of a class with a paired interval.

    Each input is compared with its own edited form, so that the interval is that of a mean of differences and what
    inputs differ in otherwise cancels. It speaks of all inputs that these are a random sample of, and of no others. If
    there are too few for an interval to be trusted, `BiasCheck.remark` says so.

    Args:
        model: of images, of texts, or of rows, see `sweep`.
        photographs: a folder of photographs, or a list of photographs, of their files as ``pathlib.Path``, of texts, or
            of rows.
        edit: input → input, at the photograph's own resolution.
        target: class index or name, the same for all.
        prepare: photograph → image as the model takes it, before and after the edit; None is ``model.prepare`` where
            the model has one, as a `Classifier` does, and else the photograph itself.
        level: of the interval, in (0, 1).
        batch_size, device, dtype: see `ModelFunction`; they change no answer by more than rounding.

    Returns:
        A `BiasCheck`.

    Raises:
        ValueError, TypeError: bad arguments, in one line.
        Unfinished: on Ctrl-C, with the `BiasCheck` of the finished inputs in its ``answer``.

    >>> rng = np.random.default_rng(0)
    >>> photographs = [rng.random((4, 4, 3)) for _ in range(30)]
    >>> redness = lambda images: images[..., 0].mean(axis=(1, 2))
    >>> found = bias_check(redness, photographs, lambda photograph: 0.9 * photograph, 0)
    >>> np.round(found.interval, 3).tolist(), found.remark
    ([-0.052, -0.054, -0.049], '')
    """
    inputs = named_inputs(photographs)
    real("level", level, above=0, below=1, remedy="write 0.95 for 95 %")
    prepared = getattr(model, "prepare", None) if prepare is None else prepare
    asked = {"batch_size": batch_size, "device": device, "dtype": dtype}
    run = _Run(model, edit, target, prepared, level, inputs, asked)
    try:
        run.evaluate()
    except KeyboardInterrupt:
        done = len(run.pairs) // 2
        raise Unfinished(run.found(done) if done else None, done, len(inputs), "inputs") from None
    return run.found(len(inputs))


@dataclass
class _Run:
    """A bias check while it runs.

    Attributes:
        pairs: the answers for the class so far, before and after in turn.
    """

    model: Any
    edit: Callable[[Any], Any]
    target: int | str
    prepared: Callable[[Any], Any] | None
    level: float
    inputs: list[NamedInput]
    asked: dict[str, Any]
    pairs: list[float] = field(default_factory=list)
    column: int = 0
    probabilities: bool = True
    asking: Answers | None = None

    def evaluate(self) -> None:
        """Ask the model about every input and its edited form."""
        with ProgressBar("inputs", len(self.inputs)) as bar:
            for piece in pieces(self.inputs, _AT_ONCE):
                both = [form for one in piece for form in self._forms(one.read())]
                asking = self.asking = self.asking or answers_of(both[0], self.model, self.asked)
                for outputs in asking.rows(both):
                    self.column = asking.column(self.target, outputs[0])
                    self.probabilities &= all(map(looks_like_probabilities, outputs))
                    self.pairs += outputs[:, self.column].tolist()
                    bar.advance(len(self.pairs) // 2)

    def found(self, done: int) -> BiasCheck:
        """The check of the first inputs."""
        assert self.asking is not None
        before, after = np.reshape(self.pairs[: 2 * done], (done, 2)).T.copy()
        ends = mean_interval(after - before, self.level)
        if self.probabilities:
            ends = Interval(ends.mean, max(ends.low, -1.0), min(ends.high, 1.0))
        names = tuple(one.name for one in self.inputs[:done])
        return BiasCheck(names, before, after, self.column, self.asking.name(self.column), self.level, ends,
                         self.asking.n_evaluations)  # fmt: skip

    def _forms(self, photograph: Any) -> list[Any]:
        """An input as the model takes it, and its edited form."""
        edited = answer("edit", self.edit, "input → input", photograph)
        return [one if self.prepared is None else answer("prepare", self.prepared, "photograph → image", one)
                for one in (photograph, edited)]  # fmt: skip
