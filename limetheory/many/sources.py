"""Where models come from: names that can be sent to another process, which loads the model once."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from limetheory.backends import TORCH
from limetheory.stored_models import StoredModel, load_stored_model


@dataclass(frozen=True)
class ModelSource:
    """A model from a file: the arguments of `load_stored_model`."""

    source: str
    trusted: tuple[str, ...] = ()
    trust_pickle: bool = False

    def load(self) -> StoredModel:
        """The model, which is loaded once in a process."""
        return _stored(self)


@dataclass(frozen=True)
class NetworkSource:
    """A network of `load_model`, by its arguments."""

    name: str
    weights: Path | None = None
    output: str = "probabilities"
    device: str | None = None
    reference: Path | None = None
    backend: str = TORCH

    def load(self) -> Any:
        """The network, which is loaded once in a process."""
        return _network(self)


@lru_cache(maxsize=1)
def _stored(source: ModelSource) -> StoredModel:
    return load_stored_model(source.source, trusted=source.trusted, trust_pickle=source.trust_pickle)


@lru_cache(maxsize=1)
def _network(source: NetworkSource) -> Any:
    from limetheory.networks import load_model

    return load_model(
        source.name,
        reference=source.reference,
        weights=source.weights,
        output=source.output,  # type: ignore[arg-type]
        device=source.device,
        backend=source.backend,
    )
