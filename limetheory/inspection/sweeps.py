"""`sweep`: how a model's answers move as a parameter of an edit takes one value after another."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from limetheory.arguments import several, vector
from limetheory.explaining.budget import LEVEL
from limetheory.explanation.rendering import figure_of
from limetheory.explanation.table import data_frame
from limetheory.functions import answer
from limetheory.images.masked import with_channels
from limetheory.inspection.answers import Answers, answers_of
from limetheory.inspection.rendering import Shown
from limetheory.inspection.unfinished import Unfinished
from limetheory.progress import ProgressBar
from limetheory.text.strings import string as text

if TYPE_CHECKING:
    import pandas
    from matplotlib.figure import Figure

_LEADING = 5
"""The most classes of a sweep without targets; a convention."""


@dataclass(frozen=True, eq=False)
class Sweep(Shown):
    """The answers of a model along the values of a parameter; each was evaluated, so that nothing is uncertain.

    Attributes:
        parameter: its name.
        values: of the parameter, (m,).
        outputs: the model's answer to the input of each value, (m, classes).
        columns: of the answer that are shown.
        names: of the classes that are shown.
        n_evaluations: inputs that were evaluated, those of the checks of a model of images among them.
    """

    parameter: str
    values: np.ndarray
    outputs: np.ndarray
    columns: tuple[int, ...]
    names: tuple[str, ...]
    n_evaluations: int

    @property
    def curves(self) -> np.ndarray:
        """The answers for the classes that are shown, (m, classes shown)."""
        return self.outputs[:, list(self.columns)]

    @property
    def top(self) -> np.ndarray:
        """The column of the largest answer at each value, (m,) int."""
        columns: np.ndarray = self.outputs.argmax(axis=1)
        return columns

    def to_dataframe(self) -> pandas.DataFrame:
        """A pandas data frame with a row for each value, and a column for the parameter and for each class shown.

        Raises:
            ImportError: pandas is not installed.
        """
        return data_frame({self.parameter: self.values, **dict(zip(self.names, self.curves.T, strict=True))})

    def plot(self) -> Figure:
        """A matplotlib figure of the curves; changes of the largest class are marked."""
        return figure_of(self, LEVEL)


def sweep(
    model: Any,
    edited: Callable[[float], Any],
    values: Any,
    targets: Sequence[int | str] | None = None,
    *,
    parameter: str = "value",
    batch_size: int | None = None,
    device: Any = None,
    dtype: Any = None,
) -> Sweep:
    """Ask a model about an input under every value of a parameter: an angle, a shift, a colour, a strength.

    Args:
        model: of images, a torch module or a callable on batches, see `explain_image`; of texts, see `TextPredictions`;
            of rows, a function of rows or an estimator.
        edited: value → input, as the model takes it: an image, a text, or a row. It is called once for each value.
        values: of the parameter, (m,) numbers, at least one.
        targets: class indices or names that are shown; None takes five, first those that are the largest at some value.
        parameter: its name, for figures and tables.
        batch_size, device, dtype: see `ModelFunction`; they change no answer by more than rounding.

    Returns:
        A `Sweep`.

    Raises:
        ValueError, TypeError: bad arguments, in one line.
        Unfinished: on Ctrl-C, with the `Sweep` over the finished values in its ``answer``.

    >>> image = np.linspace(0, 1, 12).reshape(3, 4)
    >>> model = lambda images: images.mean(axis=(1, 2, 3))
    >>> found = sweep(model, lambda strength: strength * image, [0.0, 0.5, 1.0], [0], parameter="strength")
    >>> found.curves[:, 0].round(12).tolist()
    [0.0, 0.25, 0.5]
    """
    points = vector("values", values)
    if not len(points):
        raise ValueError("values must be one or more numbers, got none; give such as numpy.linspace(-45, 45, 19)")
    chosen = None if targets is None else several("targets", targets, "class indices or names")
    inputs = [answer("edited", edited, "value → input", point) for point in points.tolist()]
    asked = {"batch_size": batch_size, "device": device, "dtype": dtype}
    run = _Run(answers_of(inputs[0], model, asked, _all_grey(inputs)), text("parameter", parameter), points, chosen, [])
    try:
        run.evaluate(inputs)
    except KeyboardInterrupt:
        raise Unfinished(run.found() if run.finished else None, run.done, len(points), "values") from None
    return run.found()


@dataclass(frozen=True, eq=False)
class _Run:
    """A sweep while it is made.

    Attributes:
        asking: what asks the model.
        chosen: the targets; None where none were given.
        finished: the answers so far, batch after batch.
    """

    asking: Answers
    parameter: str
    points: np.ndarray
    chosen: list[Any] | None
    finished: list[np.ndarray]

    @property
    def done(self) -> int:
        """How many values are finished."""
        return sum(map(len, self.finished))

    def evaluate(self, inputs: list[Any]) -> None:
        """Ask about the inputs; targets that the model does not have are refused after the first batch."""
        with ProgressBar("values", len(inputs)) as bar:
            for outputs in self.asking.rows(inputs):
                self.finished.append(outputs)
                self.columns()
                bar.advance(self.done)

    def columns(self) -> list[int]:
        """The columns that are shown."""
        outputs = np.concatenate(self.finished)
        return (
            _leading(outputs) if self.chosen is None else [self.asking.column(one, outputs[0]) for one in self.chosen]
        )

    def found(self) -> Sweep:
        """The sweep over the finished values."""
        outputs, columns = np.concatenate(self.finished), self.columns()
        names = tuple(self.asking.name(column) for column in columns)
        return Sweep(self.parameter, self.points[: len(outputs)], outputs, tuple(columns), names,
                     self.asking.n_evaluations)  # fmt: skip


def _leading(outputs: np.ndarray) -> list[int]:
    """The columns that are the largest at some value, then the others, each by their largest answer."""
    leads = np.isin(np.arange(outputs.shape[1]), outputs.argmax(axis=1))
    order = np.lexsort((-outputs.max(axis=0), ~leads))
    return [int(column) for column in order[:_LEADING]]


def _all_grey(inputs: list[Any]) -> bool:
    """Whether all inputs are images of three channels alike."""
    images = [one for one in inputs if not isinstance(one, (str, list, tuple)) and np.ndim(one) > 1]
    return len(images) == len(inputs) and all(_grey(with_channels(one)) for one in images)


def _grey(pixels: np.ndarray) -> bool:
    return pixels.shape[-1] == 3 and bool((pixels == pixels[..., :1]).all())
