"""Which backend runs a network: the one that is asked for, or torch where that cannot, with the reason."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from importlib.metadata import PackageNotFoundError, version
from typing import Any

import torch
from torch import Tensor, nn

from limetheory.arguments import choice
from limetheory.backends import AUTO, BACKENDS, ORDER, TORCH, Layers

AGREEMENT = 5e-6
"""How far outputs may be from torch's, relative to the larger of 1 and the largest of them; a convention."""

_KEPT = 3  # converted networks that are kept, for the number of layers that masks share differs; a convention


class Running:
    """The backend of one network.

    A network that is converted must give torch's outputs for the probes of each explanation, up to `AGREEMENT`. Where
    it does not, or cannot be converted, torch runs it, with a warning where the backend was asked for by name.

    Args:
        asked: a name of `BACKENDS`, or "auto".

    Attributes:
        name: the backend in use.
        reason: why torch runs what another backend was asked for; None where that runs, or where torch was asked for.

    Raises:
        ValueError: there is no such backend.
    """

    def __init__(self, asked: str = TORCH):
        """See the class for the argument."""
        self.asked = choice("backend", asked, (AUTO, *BACKENDS.names()))
        self._kept: dict[Any, tuple[str, Layers]] = {}
        self._impossible: str | None = None
        self.begin()

    def __getstate__(self) -> dict[str, Any]:
        """Its state without converted networks, which cannot be copied."""
        return {**vars(self), "_kept": {}}

    @property
    def wanted(self) -> bool:
        """Whether another backend than torch is to be tried."""
        return self.asked != TORCH and self._impossible is None

    @property
    def record(self) -> dict[str, Any]:
        """What a record says of it: the backend, its version, what was asked for, and the reason if it is another."""
        return {"name": self.name, "version": _version(self.name), "asked": self.asked, "reason": self.reason}

    def begin(self) -> None:
        """Say that torch runs what follows, as it does for the first masks of an explanation."""
        few = None if self.asked == TORCH else "so few images that converting would take longer"
        self.name, self.reason = TORCH, self._impossible or few

    @contextmanager
    def as_before(self) -> Iterator[None]:
        """Say behind the ``with`` block what was said before it, whatever ran inside."""
        name, reason = self.name, self.reason
        try:
            yield
        finally:
            self.name, self.reason = name, reason

    def refuse(self, reason: str) -> None:
        """Let torch run what follows, for a reason that may pass, such as the network's place."""
        if self.asked not in (AUTO, TORCH) and self.reason != reason:
            warnings.warn(f"backend {self.asked} cannot run this network, torch does: {reason}", stacklevel=2)
        self.name, self.reason = TORCH, reason

    def converted(self, layers: Sequence[nn.Module], maps: Tensor, outputs: Callable[[Any], Tensor]) -> Layers | None:
        """The layers as the backend runs them; None where torch does.

        Args:
            layers: of the network, whose composition makes logits of the maps.
            maps: probes, a batch of three or more inputs of the layers.
            outputs: logits → what is explained.
        """
        network = nn.Sequential(*layers)
        expected = outputs(network(maps))
        try:
            self.name, found = self._checked(network, maps, lambda run: _gap(outputs(run(maps)), expected))
        except Exception as error:  # what a converter or a user's layer says
            self._impossible = " ".join(str(error).split()) or type(error).__name__
            self.refuse(self._impossible)
            return None
        self.reason = None
        return found

    def _checked(self, network: nn.Sequential, maps: Tensor, gap: Callable[[Layers], float]) -> tuple[str, Layers]:
        """The backend's name and the network by it: one that was converted before if it still gives the numbers."""
        key = len(network), tuple(maps.shape[1:]), torch.get_num_threads()
        kept = self._kept.pop(key, None)
        if kept is None or not gap(kept[1]) <= AGREEMENT:
            kept = self._first(network, maps, gap)
        self._kept[key] = kept
        for oldest in list(self._kept)[:-_KEPT]:
            del self._kept[oldest]
        return kept

    def _first(self, network: nn.Sequential, maps: Tensor, gap: Callable[[Layers], float]) -> tuple[str, Layers]:
        """By the first backend that can run it and gives the numbers, else the last error."""
        names = ORDER if self.asked == AUTO else (self.asked,)
        said: Exception = ValueError("there is no other backend")
        for name in names:
            try:
                made = BACKENDS[name].convert(network, maps[:-1])  # the check is in a batch of another size
                _refuse_gap(gap(made))
            except Exception as error:
                said = error
                continue
            return name, made
        raise said


def _gap(found: Tensor, expected: Tensor) -> float:
    """How far outputs are apart, relative to the larger of 1 and the largest; infinite for other shapes."""
    if found.shape != expected.shape:
        return float("inf")
    return float((found - expected).abs().max() / max(1.0, float(expected.abs().max())))


def _refuse_gap(gap: float) -> None:
    if not gap <= AGREEMENT:
        raise ValueError(f"its outputs differ from torch's by {gap:.1g}, more than {AGREEMENT:g}")


def _version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None
