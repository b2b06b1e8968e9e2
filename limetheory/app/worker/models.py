"""The model of the page from what the command line names."""

from __future__ import annotations

from typing import Any

from limetheory.app.worker.messages import ModelFacts, ModelSource
from limetheory.images.function_network import FunctionNetwork


def loaded(source: ModelSource) -> Any:
    """The network.

    Raises:
        ValueError, TypeError, ImportError: it cannot be loaded, in one line.
    """
    from limetheory.networks.registry import SOURCES, load_model

    if ":" in source.model and source.model.partition(":")[0] not in SOURCES:
        from limetheory.stored_models.functions import imported_function

        found = imported_function(source.model)
        return found if hasattr(found, "prepare") else FunctionNetwork(found, source.model)
    return load_model(source.model, weights=source.weights, backend=source.backend)


def facts_of(network: Any) -> ModelFacts:
    """What the page says of the network."""
    return ModelFacts(network.name, network.output, network.class_names, network.input_size)
