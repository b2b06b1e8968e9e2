"""What the process of the model and the server tell each other."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class ModelSource:
    """Where the model comes from.

    Attributes:
        model: a bundled network, a name of torchvision, or "module:function".
        weights: the state-dict file of a torchvision model.
        backend: what runs it, see `load_model`.
    """

    model: str
    weights: str | None = None
    backend: str = "torch"


@dataclass(frozen=True)
class ModelFacts:
    """What the page says of the model.

    Attributes:
        name: what it is called.
        output: what its numbers are, such as "probabilities".
        class_names: of its classes; None where it has no names.
        input_size: the side of its square input; None where it takes any size.
    """

    name: str
    output: str
    class_names: tuple[str, ...] | None = None
    input_size: int | None = None

    def class_name(self, index: int) -> str:
        """The name of a class."""
        return f"class {index}" if self.class_names is None else self.class_names[index]


@dataclass(frozen=True)
class Task:
    """What the process is asked to do.

    Attributes:
        name: of the task, a row of `TASKS`.
        arguments: of its function.
    """

    name: str
    arguments: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Ready:
    """The model is loaded."""

    facts: ModelFacts


@dataclass(frozen=True)
class Told:
    """Something on the way, such as a `Partial`."""

    value: Any


@dataclass(frozen=True)
class Done:
    """The result of a task."""

    value: Any


@dataclass(frozen=True)
class Failed:
    """A task, or the loading of the model, could not be done; a ``fatal`` process ends itself."""

    message: str
    fatal: bool = False
