"""Probabilities from a network's outputs: by softmax, by sigmoid, or as they are if they are probabilities."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn

from limetheory.answers import FIELD_OF_NETWORK, chosen_answer

AS_THEY_ARE = ("logits", "identity")
"""What leaves the outputs of a network as they are."""

_PROBES = 8
"""How many random inputs are used to see whether outputs leave [0, 1]; a convention."""

SUM_TOLERANCE = 1e-3
"""How far the sum of probabilities may be from 1; a convention that leaves room for rounding in half precision."""


class OutputScale:
    """The function from a network's outputs to probabilities or logits: (b, columns) → (b, classes).

    One logit is the log-odds of class 1, so "probabilities" makes two columns of it. Outputs that are probabilities
    already are left as they are: those of a last layer Softmax or Sigmoid, and two or more outputs that are
    non-negative with a sum of 1 in the first batch. The value of a single output does not decide, since it may be 1 by
    chance.

    Args:
        output: "probabilities", "sigmoid", "softmax", "logits" or "identity".
        network: the network; if it is an `nn.Sequential`, its last layer is examined.
        logits: whether its outputs are known to be logits, whatever they look like.

    Attributes:
        activation: "softmax", "sigmoid" or "none"; None before the first batch if that batch decides.

    Raises:
        ValueError: if a softmax of a single logit would be taken, or is the network's last layer, or if the outputs are
            probabilities for some images only.

    >>> OutputScale("probabilities", nn.Identity())(torch.zeros(1, 1)).tolist()
    [[0.5, 0.5]]
    """

    def __init__(self, output: str, network: nn.Module, logits: bool = False) -> None:
        """See the class for the arguments."""
        last = _last_layer(network)
        self.output, self.activation = output, _certain(output, last)
        self._ends_in_softmax = isinstance(last, nn.Softmax)
        self._first, self._logits = True, logits

    def __call__(self, logits: Tensor) -> Tensor:
        """Return the probabilities or logits of a batch."""
        self._first = False
        if logits.shape[1] == 1:
            self._refuse_softmax_of_one()
        if self.activation is None:
            done = _adding_up(logits) and not self._logits
            self.activation = "sigmoid" if logits.shape[1] == 1 else "none" if done else "softmax"
            return self(logits)
        if self.activation == "softmax":
            return logits.softmax(dim=1)
        return self._by_column(logits)

    def in_doubt(self, logits: Tensor) -> bool:
        """Whether a sigmoid or softmax would be taken of first outputs that could be probabilities already."""
        if self._logits:
            return False
        if self.output in ("sigmoid", "softmax"):
            return self._first and self.activation == self.output and _inside(logits)
        return self.activation is None and _inside(logits) and not _adding_up(logits)

    def _refuse_softmax_of_one(self) -> None:
        if self._ends_in_softmax and self.output not in AS_THEY_ARE:
            raise ValueError(
                "softmax must have two logits or more, got a network that takes it of one, where it is 1; leave its "
                "last layer out"
            )
        if self.output == "softmax":
            raise ValueError("softmax must have two logits or more, got one, whose softmax is 1; take output='sigmoid'")

    def _by_column(self, logits: Tensor) -> Tensor:
        """The activation other than softmax, applied to each column; a single probability p becomes (1 − p, p)."""
        if self.output == "probabilities" and logits.shape[1] == 1:
            return _both_classes(logits, self.activation)
        if self.activation == "sigmoid":
            return logits.sigmoid()
        if self.output == "probabilities" and not _inside(logits):
            raise ValueError(
                "a network's outputs must be probabilities for every image or for none, got some that are none after "
                "some that add up to 1; give output='softmax' or output='identity'"
            )
        return logits


def logits_of(answer: Any) -> Tensor:
    """The outputs of a network as (b, columns) float32, or float64 if the network computes that.

    Raises:
        TypeError: if the result does not hold exactly one tensor of real numbers.
        ValueError: if that tensor has other axes than those of images and classes.
    """
    logits = chosen_answer(answer, 0, FIELD_OF_NETWORK)
    if not isinstance(logits, Tensor):
        raise TypeError(f"network must return a tensor (b, classes), got {type(logits).__name__}; make it one")
    if logits.is_complex():
        raise TypeError(f"network must return real numbers, got {logits.dtype}; return their real part")
    if logits.ndim == 0 or any(size != 1 for size in logits.shape[2:]):
        remedy = "return one number for each class, such as the mean over its pixels"
        raise ValueError(f"network must return (b, classes), got {tuple(logits.shape)}; {remedy}")
    rows = logits.reshape(len(logits), -1)
    if rows.shape[1] == 1 and not rows.is_floating_point() and rows.dtype != torch.bool:
        raise TypeError(f"network must return scores, got one {rows.dtype} for each image, a label; return its logits")
    return rows.to(torch.promote_types(rows.dtype, torch.float32))


def _certain(output: str, last: nn.Module) -> str | None:
    """The activation if ``output`` and the last layer determine it; None if it depends on the first batch."""
    if output in AS_THEY_ARE or (isinstance(last, (nn.Softmax, nn.Sigmoid)) and output == "probabilities"):
        return "none"
    if output == "probabilities":
        return None
    done = {"sigmoid": nn.Sigmoid, "softmax": nn.Softmax}[output]
    return "none" if isinstance(last, done) else output


def _last_layer(network: nn.Module) -> nn.Module:
    while getattr(type(network), "forward", None) is nn.Sequential.forward and len(network):  # type: ignore[arg-type]
        network = network[-1]  # type: ignore[index]
    return network


def _both_classes(logits: Tensor, activation: str | None) -> Tensor:
    """(1 − p, p) with p the probability of the last column; 1 − p is σ(−l) for a logit l, without cancellation."""
    if activation == "sigmoid":
        return torch.cat([-logits, logits], dim=1).sigmoid()
    return torch.cat([1 - logits, logits], dim=1)


def far_from(inputs: Tensor) -> Tensor:
    """Random inputs, a thousand times as large as normalised images, for which logits leave [0, 1]."""
    noise = torch.randn((_PROBES, *inputs.shape[1:]), generator=torch.Generator().manual_seed(0))
    return (1e3 * noise).to(inputs).contiguous(memory_format=torch.channels_last)


def refuse_bounded(logits: Tensor, far: Tensor) -> None:
    """Refuse a network whose outputs stay in [0, 1] far from images: a sigmoid or softmax of those is wrong.

    Args:
        logits: its outputs for images.
        far: its outputs for the inputs of `far_from`; NaN, as after an overflow, counts as inside [0, 1].
    """
    if far.shape[1] == 1 and bool((logits == 1).all() and (far == 1).all()):
        raise ValueError(
            "a network's one output must be a logit, got 1 for every input, as the softmax of one logit is; leave that "
            "softmax out, or give output='identity' if the 1 is meant"
        )
    if not _outside(far):
        raise ValueError(
            "a network's outputs must be logits, got some in [0, 1] for every input, as probabilities are; give "
            "output='identity' to leave them as they are, or, if they are logits, nn.Sequential(network, "
            "nn.Softmax(dim=1)) or nn.Sequential(network, nn.Sigmoid())"
        )


def _adding_up(rows: Tensor) -> bool:
    return bool(rows.shape[1] > 1 and _inside(rows) and ((rows.sum(dim=1) - 1).abs() <= SUM_TOLERANCE).all())


def _outside(rows: Tensor) -> bool:
    """Whether some number is below 0 or above 1, which NaN is not."""
    return bool(((rows < 0) | (rows > 1 + SUM_TOLERANCE)).any())


def _inside(rows: Tensor) -> bool:
    return bool((rows >= 0).all() and (rows <= 1 + SUM_TOLERANCE).all())
