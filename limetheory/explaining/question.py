"""What is asked about an input of any kind; each kind adds its own."""

from __future__ import annotations

from dataclasses import dataclass, field

from limetheory.arguments import integer, real
from limetheory.explaining.budget import LEVEL, Budget, Masks


@dataclass(frozen=True, kw_only=True)
class InputQuestion:
    """One question about one input.

    Attributes:
        budget: how many masks are drawn, or until when.
        level: the level of the reported intervals, in (0, 1).
        target: class index or name, or several of them, or "all", which share the masks; None takes the top class.
        seed: of the masks.
        batch_size: inputs per evaluation; None is the kind's own number.

    Raises:
        ValueError, TypeError: in one line.
    """

    budget: Budget = field(default_factory=Masks)
    level: float = LEVEL
    target: int | str | tuple[int | str, ...] | None = None
    seed: int = 0
    batch_size: int | None = None

    def __post_init__(self) -> None:
        integer("seed", self.seed, 0)
        real("level", self.level, above=0, below=1, remedy="write 0.95 for 95 %")
        if self.batch_size is not None:
            integer("batch_size", self.batch_size, 1)
