"""F(z) = f(x(z))_target for a network or any batch callable, evaluated in batches and never twice."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Generic, TypeVar

import numpy as np

from limetheory.arguments import integer, mask_rows
from limetheory.arrays import Masks, PerMask
from limetheory.explaining.batch_dependence import Ask, check_batch_dependence, check_ends
from limetheory.explaining.masked_input import MaskedInput, evaluator_of
from limetheory.explaining.output_bounds import output_bounds
from limetheory.known_masks import ValueTable
from limetheory.layout import Layout
from limetheory.want_of_memory import out_of_memory

Masked = TypeVar("Masked", bound=MaskedInput)


class ModelFunction(Generic[Masked]):
    """The set function of one class of a model at one masked image: callable (n, d) bool → (n,) float64.

    Masks are composed and evaluated in batches, which halve themselves when memory runs out. For d ≤ 20 the
    values are kept, so that no mask is evaluated twice. A torch module runs in eval mode without gradients, on a GPU in
    full float32 but where a `Classifier` says otherwise, and masks share its first layers where it is a `Classifier` or
    an `nn.Sequential`.

    A model whose answer to an image depends on the others in the batch, or on chance, has no set function: before the
    first batch the image and its replacement are evaluated again, alone and beside each other, and behind it its first
    and its last image alone; the model is refused if that changes an answer, see `check_batch_dependence`. A batch
    twice as large as those before is checked like the first. Images one by one, with ``batch_size`` 1, depend on no
    others; they are evaluated twice more, to tell a random model. An explanation evaluates the image once more behind
    all masks, see `warn_of_drift`.

    Args:
        model: a torch `nn.Module` on (b, c, h, w) float32 in [0, 1], or a callable (b, h, w, c) float64 in
            [0, 1] → (b, classes) or (b,), which gets (b, h, w) of a grey image (h, w). Whatever it returns is
            explained: give it probabilities or logits. A module gets a grey image in three channels, or in one if it
            refuses three.
        masked: the image with superpixels and replacement, of any number of channels.
        target: class index, or name if the model knows names; None takes the top class of the image.
        batch_size: images per evaluation; None fits the device (16 or 8 a thread on a CPU, 128 on a GPU) and 64 MiB.
        device: where a torch module runs; None leaves it where its parameters are.
        dtype: of the images that a callable gets: "float32", "float16" or "float64", which is None's.

    Attributes:
        d, target, batch_size: as above.
        evaluator: what asks the model about masks, a `TorchEvaluator` or `CallableEvaluator`.
        outputs: the model's answer on the image itself, shape (classes,).
        output_bounds: (lo, hi) that its answers are known to stay in, see `output_bounds`; None where none are.
        n_evaluations: images evaluated so far: the image itself, five for that check, each mask once, and two for
            every batch of three or more that is twice as large as those before. Where answers differ by more than
            float32's rounding, as in bfloat16, the check takes one such batch more.
    """

    def __init__(
        self,
        model: Any,
        masked: Masked,
        target: int | str | None = None,
        batch_size: int | None = None,
        device: Any = None,
        dtype: Any = None,
    ):
        self.evaluator, preferred = evaluator_of(masked, model, device, dtype)
        self.masked, self.d, self.n_evaluations = masked, masked.d, 0
        self._checked = 0
        self.batch_size = preferred if batch_size is None else integer("batch_size", batch_size, 1)
        self._known = ValueTable(self.d)
        self.outputs = np.empty(0)
        self.outputs = self._original()[0]
        self._model = model
        self.target = self.column(target)
        self._known.values[-1:] = self.outputs[self.target]
        self.output_bounds = output_bounds(model, self.outputs)

    def column(self, target: int | str | None) -> int:
        """The column of the model's answer that a target names; of None the largest on the input itself.

        Raises:
            ValueError, TypeError: there is none.
        """
        return chosen_target(self._model, target, self.outputs)

    @property
    def resolution(self) -> float:
        """Relative rounding of the model's numbers, 1.2e-7 for float32."""
        return self.evaluator.resolution

    @property
    def layout(self) -> Layout | None:
        """Where the parts of the input are, which surrogates use; None where the input has no places."""
        return getattr(self.masked, "layout", None)

    @property
    def block_size(self) -> int:
        """How many masks callers should hand over at a time: more where some are known already."""
        return 4 * self.batch_size if self._known else self.batch_size

    def __call__(self, masks: Any) -> PerMask:
        """F on each mask: (n, d) bool → (n,) float64."""
        masks = mask_rows(masks, self.d)
        return self._known.look_up(masks, self._values_of) if self._known else self._fresh(masks)

    def evaluated_again(self) -> float:
        """The model's answer on the image itself, evaluated once more: another number where the model is random."""
        return float(self._original()[0, self.target])

    def answered_again(self) -> np.ndarray:
        """The model's answer on the image itself, (classes,), evaluated once more as at first."""
        answer: np.ndarray = self._counted(self.evaluator.afresh(np.ones((1, self.d), bool)))[0]
        return answer

    @property
    def known_values(self) -> np.ndarray:
        """Values on all 2^d masks in the order of `SetFunction`, NaN where not evaluated yet; empty for d > 20."""
        return self._known.values.copy()

    def recall(self, values: np.ndarray) -> None:
        """Take over values that an earlier function of the same model and image knew."""
        self._known.take_over(values)

    def _fresh(self, masks: Masks) -> PerMask:
        """F on each mask, only the image itself being known."""
        partial = np.flatnonzero(~masks.all(axis=1))
        values = np.full(len(masks), self.outputs[self.target])
        for batch, found in self._values_of(masks[partial]):
            values[partial[batch]] = found
        return values

    def _values_of(self, masks: Masks) -> Iterator[tuple[slice, np.ndarray]]:
        return ((batch, outputs[:, self.target]) for batch, outputs in self.outputs_of(masks))

    def outputs_of(self, masks: Masks) -> Iterator[tuple[slice, np.ndarray]]:
        """Yield the model's outputs (b, classes), batch by batch."""
        start = 0
        while start < len(masks):
            batch = slice(start, min(start + self.batch_size, len(masks)))
            try:
                outputs = self._checked_rows(masks[batch])
            except (MemoryError, RuntimeError) as error:
                self._halve(error)
                continue
            start = batch.stop
            yield batch, outputs

    def _checked_rows(self, masks: Masks) -> np.ndarray:
        """The outputs of a batch; one at least twice as large as those checked so far is checked for dependence."""
        if not self._checked:
            image_and_replacement = np.repeat([[True], [False]], self.d, axis=1)
            size = min(self.batch_size, max(len(masks), 2))
            check_batch_dependence(self.outputs, self._again(image_and_replacement), size, self.target)
            self._checked = 1
        outputs = self._rows(masks)
        if len(masks) >= max(3, 2 * self._checked):
            check_ends(outputs, self._again(masks[[0, -1]]), self.target)
            self._checked = len(masks)
        return outputs

    def _again(self, masks: Masks) -> Ask:
        """The outputs of batches of two masks, computed as those before."""
        return lambda batch: self._counted(self.evaluator.again(masks[list(batch)]))

    def _original(self) -> np.ndarray:
        """The outputs on the image itself, in a batch of one."""
        return self._rows(np.ones((1, self.d), bool))

    def _rows(self, masks: Masks) -> np.ndarray:
        return self._counted(self.evaluator(masks))

    def _counted(self, outputs: np.ndarray) -> np.ndarray:
        self.n_evaluations += len(outputs)
        known = len(self.outputs) or outputs.shape[1]
        if outputs.shape[1] != known:
            raise ValueError(f"a model must always return as many columns, got {known} and then {outputs.shape[1]}")
        return outputs

    def _halve(self, error: Exception) -> None:
        if self.batch_size == 1 or not out_of_memory(error):
            raise error
        self.batch_size = self.batch_size // 2


def chosen_target(model: Any, target: int | str | None, outputs: np.ndarray) -> int:
    """The column to explain, from its number, a name that the model knows, or the largest of the outputs."""
    if not np.isfinite(outputs).all():
        raise ValueError(
            f"a model must return finite numbers, got {np.count_nonzero(~np.isfinite(outputs))} NaN or infinite "
            "on the input itself; check its preprocessing"
        )
    if target is None:
        return int(np.argmax(outputs))
    if isinstance(target, str):
        if not hasattr(model, "class_index"):
            raise ValueError(f"this model has no class names, got {target!r}; give the class as an index")
        target = model.class_index(target)
    target = integer("target", target, 0)
    if target >= len(outputs):
        raise ValueError(f"target must be below the number of columns the model returns, {len(outputs)}, got {target}")
    return target
