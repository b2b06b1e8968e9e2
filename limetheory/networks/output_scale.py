"""From a network's answer to probabilities: softmax, sigmoid, or neither where they are probabilities already."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn

from limetheory.answers import FIELD_OF_NETWORK, chosen_answer

_PROBES = 8
SUM_TOLERANCE = 1e-3
"""Probabilities of a network add up to 1 within this, also where it computed them in half precision."""


class OutputScale:
    """What turns a network's outputs into what was asked for: (b, columns) → (b, classes).

    One logit is the log-odds of class 1, so "probabilities" makes two columns of it. Outputs that are probabilities
    already stay: those behind a Softmax or Sigmoid layer, and several that are non-negative with a sum of 1, which the
    first batch decides for all. A single output is never taken for probabilities by its value: it may be 1 by chance.

    Args:
        output: "probabilities", "sigmoid", "softmax" or "logits".
        network: whose last layer is looked at where it is an `nn.Sequential`.

    Attributes:
        activation: "softmax", "sigmoid" or "none"; None until the first batch where that decides.

    Raises:
        ValueError: softmax of a single logit, also as the network's last layer, or outputs that are probabilities for
            some images only.

    >>> OutputScale("probabilities", nn.Identity())(torch.zeros(1, 1)).tolist()
    [[0.5, 0.5]]
    """

    def __init__(self, output: str, network: nn.Module) -> None:
        """See the class for the arguments."""
        last = _last_layer(network)
        self.output, self.activation = output, _certain(output, last)
        self._ends_in_softmax = isinstance(last, nn.Softmax)
        self._first = True

    def __call__(self, logits: Tensor) -> Tensor:
        """The outputs of a batch."""
        self._first = False
        if logits.shape[1] == 1:
            self._refuse_softmax_of_one()
        if self.activation is None:
            self.activation = "sigmoid" if logits.shape[1] == 1 else "none" if _adding_up(logits) else "softmax"
            return self(logits)
        if self.activation == "softmax":
            return logits.softmax(dim=1)
        return self._by_column(logits)

    def in_doubt(self, logits: Tensor) -> bool:
        """Whether the first outputs could be probabilities already, of which a sigmoid would be taken."""
        if self.output == "sigmoid":
            return self._first and self.activation == "sigmoid" and _inside(logits)
        return self.activation is None and _inside(logits) and not _adding_up(logits)

    def _refuse_softmax_of_one(self) -> None:
        if self._ends_in_softmax and self.output != "logits":
            raise ValueError(
                "softmax must have two logits or more, got a network that takes it of one, where it is 1; leave its "
                "last layer out"
            )
        if self.output == "softmax":
            raise ValueError("softmax must have two logits or more, got one, whose softmax is 1; take output='sigmoid'")

    def _by_column(self, logits: Tensor) -> Tensor:
        """Without softmax; a single probability p becomes (1 − p, p)."""
        if self.output == "probabilities" and logits.shape[1] == 1:
            return _both_classes(logits, self.activation)
        if self.activation == "sigmoid":
            return logits.sigmoid()
        if self.output == "probabilities" and not _inside(logits):
            raise ValueError(
                "a network's outputs must be probabilities for every image or for none, got some that are none after "
                "some that add up to 1; give output='softmax' or output='logits'"
            )
        return logits


def logits_of(answer: Any) -> Tensor:
    """The outputs of a network as (b, columns) float32, or float64 where they are that.

    Raises:
        TypeError: an answer without one tensor of real numbers.
        ValueError: more axes than classes.
    """
    logits = chosen_answer(answer, 0, FIELD_OF_NETWORK)
    if not isinstance(logits, Tensor):
        raise TypeError(f"network must return a tensor (b, classes), got {type(logits).__name__}; make it one")
    if logits.is_complex():
        raise TypeError(f"network must return real numbers, got {logits.dtype}; return their real part")
    if logits.ndim == 0 or any(size != 1 for size in logits.shape[2:]):
        raise ValueError(f"network must return (b, classes), got {tuple(logits.shape)}; flatten its output")
    rows = logits.reshape(len(logits), -1)
    if rows.shape[1] == 1 and not rows.is_floating_point() and rows.dtype != torch.bool:
        raise TypeError(f"network must return scores, got one {rows.dtype} for each image, a label; return its logits")
    return rows.to(torch.promote_types(rows.dtype, torch.float32))


def _certain(output: str, last: nn.Module) -> str | None:
    """The activation that the output and the last layer tell without an image."""
    if output == "logits" or (isinstance(last, (nn.Softmax, nn.Sigmoid)) and output == "probabilities"):
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
    """(1 − p, p), p the last column's probability; by σ(−l) for a logit l, exact where p is near 1."""
    if activation == "sigmoid":
        return torch.cat([-logits, logits], dim=1).sigmoid()
    return torch.cat([1 - logits, logits], dim=1)


def far_from(inputs: Tensor) -> Tensor:
    """Noise a thousand times as large as normalised images, where logits leave [0, 1] and probabilities cannot."""
    noise = torch.randn((_PROBES, *inputs.shape[1:]), generator=torch.Generator().manual_seed(0))
    return (1e3 * noise).to(inputs).contiguous(memory_format=torch.channels_last)


def refuse_bounded(logits: Tensor, far: Tensor) -> None:
    """Refuse a network whose outputs stay in [0, 1] even far from images: its sigmoid would be taken a second time.

    Args:
        logits: its outputs on images.
        far: those on `far_from` images; NaN, as from an overflow, tells nothing.
    """
    if far.shape[1] == 1 and bool((logits == 1).all() and (far == 1).all()):
        raise ValueError(
            "a network's one output must be a logit, got 1 for every input, as the softmax of one logit is; leave that "
            "softmax out, or give output='logits' if the 1 is meant"
        )
    if not _outside(far):
        raise ValueError(
            "a network's outputs must be logits, got some in [0, 1] for every input, as probabilities of labels are; "
            "give output='logits' to leave them as they are, or, if they are logits, output='softmax' or "
            "nn.Sequential(network, nn.Sigmoid())"
        )


def _adding_up(rows: Tensor) -> bool:
    return bool(rows.shape[1] > 1 and _inside(rows) and ((rows.sum(dim=1) - 1).abs() <= SUM_TOLERANCE).all())


def _outside(rows: Tensor) -> bool:
    """Whether some number is none in [0, 1]; NaN is neither in nor out."""
    return bool(((rows < 0) | (rows > 1 + SUM_TOLERANCE)).any())


def _inside(rows: Tensor) -> bool:
    return bool((rows >= 0).all() and (rows <= 1 + SUM_TOLERANCE).all())
