"""An answer that `limetheory explain --from` repeats, and what is said of the two."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from limetheory.explaining.machine import with_threads
from limetheory.explaining.repeat import largest_difference
from limetheory.explaining.source import Source
from limetheory.shown_text import shown


@dataclass(frozen=True, kw_only=True)
class Repeated:
    """An answer from a file.

    Attributes:
        path: of the file.
        records: of the classes explained.
        question: what was asked.
        machine: where it was computed.
        sources: the files that it is about, by what they are: their option, what they were, and how they are called.
        maps: the superpixels of a photograph.
    """

    path: Path
    records: Sequence[Mapping[str, Any]]
    question: Any
    machine: Mapping[str, Any]
    sources: Mapping[str, tuple[Source, str]]
    maps: Sequence[Any] = ()

    def check(self, options: Mapping[str, Any]) -> None:
        """Refuse other files than those of the answer.

        Args:
            options: by name, those of the files among them.

        Raises:
            FileNotFoundError, ValueError: in one line.
        """
        for name, (source, what) in self.sources.items():
            source.check(options[name], what)

    @contextmanager
    def computing(self) -> Iterator[None]:
        """Compute with as many threads as then."""
        with with_threads(self.machine["threads"]):
            yield

    def compare(self, records: Sequence[Mapping[str, Any]], machine: Mapping[str, Any]) -> None:
        """Say on stderr whether the coefficients are the same, and where they are not, what was different."""
        print(f"limetheory: {self._said(records, machine)}", file=sys.stderr)

    def _said(self, records: Sequence[Mapping[str, Any]], machine: Mapping[str, Any]) -> str:
        name = shown(self.path.name)
        if any(one.get("interrupted") for one in self.records):
            return f"{name} was interrupted before all masks were drawn; this is the whole answer"
        if len(records) != len(self.records):
            return f"{name} has {len(self.records)} classes, this answer {len(records)}"
        pairs = zip(self.records, records, strict=True)
        difference = max(largest_difference(before, now) for before, now in pairs)
        if difference == 0:
            return f"the coefficients are those of {name}, to the bit"
        return f"the coefficients differ from those of {name} by up to {difference:.2g}{self._why(records, machine)}"

    def _why(self, records: Sequence[Mapping[str, Any]], machine: Mapping[str, Any]) -> str:
        before, now = self.records[0].get("versions"), records[0]["versions"]
        pairs = [(name, before.get(name), now[name]) for name in now] if isinstance(before, Mapping) else []
        pairs += [(name.replace("_", " "), self.machine[name], machine[name]) for name in self.machine]
        others = [f"{name} {shown(str(then))} there, {here} here" for name, then, here in pairs if then != here]
        return f": {'; '.join(others)}" if others else ""
