"""The kinds of networks that a `Classifier` takes, one row each, and what each of them knows of itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import torch
from torch import nn

from limetheory.answers import loading_of, scoring
from limetheory.arguments import refuse_class
from limetheory.devices import refuse_meta
from limetheory.networks.estimator_network import EstimatorNetwork
from limetheory.networks.imagenet import CLASSES, imagenet_class_names
from limetheory.networks.session_network import SessionNetwork
from limetheory.networks.taken import Taken
from limetheory.packages import needed


@dataclass(frozen=True)
class Kind:
    """One row of `KINDS`.

    Attributes:
        name: what such a network is called.
        known: network → whether it is of this kind; no package is imported for that.
        taken: network → the torch module, and what it knows.
    """

    name: str
    known: Callable[[Any], bool]
    taken: Callable[[Any], Taken]


def taken(network: Any, processor: Any = None) -> Taken:
    """The network as the first kind of the table takes it that knows it.

    Args:
        network: the network.
        processor: its image processor of transformers, if it has one.

    Raises:
        TypeError: it is of no kind.
        ValueError: see the kinds, `refuse_meta` and `processing_of`.
    """
    refuse_class("network", network)
    for kind in KINDS:
        if kind.known(network):
            found = replace(kind.taken(network), given=type(network).__name__)
            refuse_meta(found.network)
            return found if processor is None else found.processed(processor)
    names = ", ".join(dict.fromkeys(kind.name for kind in KINDS))
    remedy = loading_of(network) or "wrap it in a torch.nn.Module"
    raise TypeError(f"network must be one of {names}, got {type(network).__name__}; {remedy}")


def _is_module(network: Any) -> bool:
    return isinstance(network, nn.Module)


def _is_of_timm(network: Any) -> bool:
    return _is_module(network) and isinstance(getattr(network, "pretrained_cfg", None), dict)


def _is_of_transformers(network: Any) -> bool:
    return _is_module(network) and hasattr(getattr(network, "config", None), "id2label")


def _is_pipeline(network: Any) -> bool:
    return hasattr(network, "image_processor") and _is_of_transformers(getattr(network, "model", None))


def _is_program(network: Any) -> bool:
    return isinstance(network, torch.export.ExportedProgram)


def _is_session(network: Any) -> bool:
    return hasattr(network, "get_inputs") and hasattr(network, "get_outputs") and hasattr(network, "run")


def _is_estimator(network: Any) -> bool:
    return not _is_module(network) and scoring(network) is not None


def _of_timm(network: Any) -> Taken:
    """Size, means and deviations as `timm.data.resolve_model_data_config` says them."""
    data = needed("timm.data", "a network of timm", "networks").resolve_model_data_config(network)
    imagenet = network.pretrained_cfg.get("num_classes") == getattr(network, "num_classes", None) == CLASSES
    return Taken(
        network=network, size=tuple(data["input_size"][1:]), mean=data["mean"], std=data["std"],
        class_names=imagenet_class_names() if imagenet else None, name=network.pretrained_cfg.get("architecture"),
        logits=_ends_in_logits(network, "timm"),
    )  # fmt: skip


def _ends_in_logits(network: nn.Module, package: str) -> bool:
    """Whether a network of a package whose networks return logits has its last layer still."""
    *_, last = network.modules()
    return type(network).__module__.startswith(f"{package}.") and not isinstance(last, (nn.Softmax, nn.Sigmoid))


_PROBLEMS = {"multi_label_classification": "sigmoid", "regression": "identity"}


def _of_transformers(network: Any) -> Taken:
    """Names and outputs as the pipeline of transformers reads them."""
    config = network.config
    labels = {int(place): str(name) for place, name in config.id2label.items()}
    output = _PROBLEMS.get(getattr(config, "problem_type", None) or "", "sigmoid" if len(labels) == 1 else None)
    names = [labels[place] for place in sorted(labels)]
    return Taken(
        network=network, class_names=names, output=output, logits=_ends_in_logits(network, "transformers"),
        remedy="give processor=AutoImageProcessor.from_pretrained(…), or those of its training",
    )  # fmt: skip


def _of_pipeline(pipeline: Any) -> Taken:
    return _of_transformers(pipeline.model).processed(pipeline.image_processor)


def _of_session(session: Any) -> Taken:
    network = SessionNetwork(session)
    return Taken(network=network, size=network.size)


def _of_estimator(estimator: Any) -> Taken:
    """Its names of classes; the scores of one without predict_proba are no logits, and are left as they are."""
    network = EstimatorNetwork(estimator)
    names = getattr(estimator, "classes_", None)
    names = None if isinstance(names, list) else names  # of several labels, each with classes of its own
    asked = network.method
    several = asked == "predict_proba" or (names is not None and len(names) > 2)
    return Taken(
        network=network, size=network.size, name=type(estimator).__name__,
        class_names=[str(one) for one in names] if names is not None and several else None,
        output=None if asked == "predict_proba" else "identity",
        remedy="give mean=0 and as std 1 over the largest level of its pixels, such as 1 / 255",
    )  # fmt: skip


def _of_module(network: nn.Module) -> Taken:
    return Taken(network=network)


KINDS = (
    Kind("a torch.nn.Module", _is_of_timm, _of_timm),
    Kind("a torch.nn.Module", _is_of_transformers, _of_transformers),
    Kind("a torch.nn.Module", _is_module, _of_module),
    Kind("a program of torch.export", _is_program, lambda program: Taken(network=program.module())),
    Kind("a session of ONNX Runtime", _is_session, _of_session),
    Kind("an image-classification pipeline of transformers", _is_pipeline, _of_pipeline),
    Kind("a fitted estimator of scikit-learn", _is_estimator, _of_estimator),
)
"""The kinds, the first of which that knows a network takes it. One more takes a row here."""
