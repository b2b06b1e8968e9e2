"""What is audited: a method of a library, what it should converge to, and what it can be asked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from limetheory.designs import Design

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Subject:
    """A method of a library.

    Attributes:
        name: of the method, a key of `SUBJECTS` in the library's file.
        method: what it does, as its documentation says.
        design: d → the design whose limit its coefficients should converge to.
        ridge: the penalty on the sum of weighted squares that it says it has; None where it is no such regression.
        takes: which settings it has, of labels, batch_size, content and keep.
        n: masks for each run.
        random: whether runs with different seeds differ.
        sees_masks: whether it fits the last n masks that it evaluates, so that its fit can be done again.
        drawn: whether its masks are drawn independently from the design's law, so that thm:clt holds.
        forced: how many of its first masks are not drawn: one that shows every part, then one that hides every part.
        global_seed: whether its runs follow a generator of the whole process, as it has no seed of its own.
        fewest, most: the numbers of parts d that it takes.
        precise: how far rounding may move a coefficient.
    """

    name: str
    method: str
    design: Callable[[int], Design]
    ridge: float | None = None
    takes: frozenset[str] = frozenset()
    n: int = 200
    random: bool = True
    sees_masks: bool = False
    drawn: bool = False
    forced: int = 0
    global_seed: bool = False
    fewest: int = 1
    most: int = 50
    precise: float = 1e-7


@dataclass(frozen=True)
class Library:
    """A library: its package, the versions that its file was written for, and its methods.

    Attributes:
        name: what it is called.
        package: its distribution, which is looked up to see whether it is installed.
        versions: those that its file was written for and tried with.
        file: of the functions that call it, which need NumPy and the library alone.
        subjects: its methods.
    """

    name: str
    package: str
    versions: str
    file: Path
    subjects: tuple[Subject, ...]

    @property
    def methods(self) -> str:
        """The names of its methods."""
        return ", ".join(one.name for one in self.subjects)


def library_file(name: str) -> Path:
    """The file of a library of this package."""
    return HERE / "libraries" / f"{name}.py"
