"""Tables of named things of one kind, such as methods of estimation, to which other packages can add theirs.

Things that users name in Python, such as designs, have the lines of an `__init__` as their table, see `exported`.

>>> shapes = Registry("shape", {"disc": len, "bar": max})
>>> shapes.names(), shapes.chosen("disc") is len
(('disc', 'bar'), True)
>>> shapes.chosen("dsic")
Traceback (most recent call last):
ValueError: shape must be one of disc, bar, got 'dsic'; did you mean 'disc'?
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import import_module, metadata
from importlib.metadata import EntryPoint, EntryPoints
from typing import Any, TypeVar

from limetheory.given import did_you_mean, given

Entry = TypeVar("Entry")


@dataclass(frozen=True)
class Readiness:
    """Whether something can be used here, and what it has or what is missing."""

    name: str
    ready: bool
    note: str


class UnknownNameError(KeyError):
    """A name that is in no row of a table, said as a sentence: a `KeyError` alone says its argument in quotes."""

    def __str__(self) -> str:
        return str(self.args[0])


def entry_points(group: str) -> EntryPoints:
    """The entry points of a group; those of all packages are read again only where a folder on the path has changed."""
    found: EntryPoints = _entry_points(tuple((folder, _changed(folder)) for folder in sys.path)).select(group=group)
    return found


@lru_cache(maxsize=1)
def _entry_points(folders: tuple[tuple[str, int], ...]) -> Any:
    """Those of all packages: before Python 3.12 in an older class, with the same `select`."""
    return metadata.entry_points()


def _changed(folder: str) -> int:
    """When something was last added to a folder or removed, in nanoseconds; 0 where there is none."""
    try:
        return os.stat(folder or os.curdir).st_mtime_ns
    except OSError:
        return 0


class Registry(Mapping[str, Entry]):
    """Entries by name: this package's own, and those of the entry points of a group.

    Entry points are looked for when a name is asked for that is none of the own ones, or when all names are; one is
    loaded when its entry is asked for. The own names come first and cannot be taken by others.

    Args:
        kind: what an entry is, as its argument is called: "method".
        own: this package's entries.
        group: the group of entry points that other packages register under; None where they cannot.
        entry: (name, callable) → the entry that it makes; None where callables are no entries.
        row: the class of the entries, of which an instance stands for itself.
        remedy: what to do instead of giving an unknown name.
        columns: attributes of the entries that their printed table shows.
    """

    def __init__(
        self,
        kind: str,
        own: Mapping[str, Entry],
        group: str | None = None,
        entry: Callable[[str, Any], Entry] | None = None,
        row: type | None = None,
        remedy: str = "",
        columns: Sequence[str] = (),
    ):
        self.kind, self.group, self.remedy, self.columns = kind, group, remedy, columns
        self.own: Mapping[str, Entry] = dict(own)
        self._entry, self._row = entry, row
        self._loaded: dict[str, Entry] = {}

    def names(self) -> tuple[str, ...]:
        """All names, the own ones first; nothing is loaded."""
        return (*self.own, *self.others())

    def others(self) -> dict[str, EntryPoint]:
        """The entry points of other packages by name."""
        if self.group is None:
            return {}
        return {found.name: found for found in entry_points(group=self.group) if found.name not in self.own}

    def chosen(self, value: Any, argument: str = "") -> Entry:
        """The entry of a name, or of a callable; an entry stands for itself.

        Args:
            value: what the caller gave.
            argument: what the caller calls it, where that is not the kind.

        Raises:
            ValueError: none of these, with the names and a remedy.
            ImportError: the entry point of that name cannot be loaded.
        """
        if isinstance(value, str) and value in self:
            return self[value]
        if not isinstance(value, str) and self._is_entry(value):
            return self._made(_name_of(value), value)
        raise ValueError(self.refusal(value, argument))

    def refusal(self, value: Any, argument: str = "") -> str:
        """What is said of a value that is no entry: the rule, the value and the remedy."""
        names = self.names()
        remedy = did_you_mean(value, names) or self.remedy
        rule = f"{argument or self.kind} must be one of {', '.join(names)}, got {given(value)}"
        return f"{rule}; {remedy}" if remedy else rule

    def readiness(self) -> list[Readiness]:
        """Whether the entry point of each other package can be loaded, and otherwise why not."""
        return [self._readiness(found) for found in self.others().values()]

    def __str__(self) -> str:
        """The own entries as a table in Markdown, with the names of other packages below."""
        rows = [[f"`{name}`", *(_cell(getattr(row, one)) for one in self.columns)] for name, row in self.own.items()]
        rows += [[f"`{name}`", owner(found)] for name, found in self.others().items()]
        head = [[self.kind, *self.columns], ["---"] * (1 + len(self.columns))]
        return "\n".join(f"| {' | '.join(cells)} |" for cells in [*head, *rows])

    def __getitem__(self, name: str) -> Entry:
        if name in self.own:
            return self.own[name]
        if name not in self._loaded:
            others = self.others()
            if name not in others:
                raise UnknownNameError(self.refusal(name))
            self._loaded[name] = self.of_entry_point(others[name])
        return self._loaded[name]

    def __contains__(self, name: object) -> bool:
        return name in self.own or name in self._loaded or name in self.others()

    def __iter__(self) -> Iterator[str]:
        return iter(self.names())

    def __len__(self) -> int:
        return len(self.names())

    def of_entry_point(self, found: EntryPoint) -> Entry:
        """The entry that an entry point stands for.

        Raises:
            ImportError: it cannot be loaded.
            TypeError: what it loads is no entry.
        """
        thing = loaded(found, self.kind)
        if self._is_entry(thing):
            return self._made(found.name, thing)
        kinds = [f"a {self._row.__name__}"] if self._row else []
        kinds += ["a function"] if self._entry else []
        raise TypeError(
            f"{self.kind} {found.name!r} must be {' or '.join(kinds)}, got {type(thing).__name__} from {owner(found)}; "
            "tell its authors"
        )

    def _is_entry(self, thing: Any) -> bool:
        if self._row is not None and isinstance(thing, self._row):
            return True
        return self._entry is not None and callable(thing) and not isinstance(thing, type)

    def _made(self, name: str, thing: Any) -> Entry:
        if self._entry is None or (self._row is not None and isinstance(thing, self._row)):
            found: Entry = thing
            return found
        return self._entry(name, thing)

    def _readiness(self, found: EntryPoint) -> Readiness:
        try:
            self.of_entry_point(found)
        except (ImportError, TypeError) as error:
            return Readiness(found.name, False, str(error))
        return Readiness(found.name, True, owner(found))


def exported(package: str) -> list[str]:
    """The names of a package's own classes and functions that its `__init__` holds, in its order: its `__all__`.

    A line ``from package.module import Name as Name`` is all that makes a name public: type checkers read it as such.

    >>> exported("limetheory.designs")[:2]
    ['AreaDesign', 'DegenerateDesignError']
    """
    return held(vars(import_module(package)), package)


def held(names: Mapping[str, Any], package: str) -> list[str]:
    """Those of the names of a module whose classes and functions are a package's own, in its order.

    >>> held({"nan": float("nan"), "exported": exported, "_made": exported}, "limetheory")
    ['exported']
    """
    modules = {name: getattr(found, "__module__", None) or "" for name, found in names.items() if callable(found)}
    return [name for name, module in modules.items() if name[0] != "_" and f"{module}.".startswith(f"{package}.")]


def on_use(place: str) -> Callable[..., Any]:
    """A function "package.module:name" that is imported when it is called.

    >>> on_use("math:sqrt")(4.0)
    2.0
    """

    def function(*arguments: Any, **options: Any) -> Any:
        module, _, name = place.partition(":")
        return getattr(import_module(module), name)(*arguments, **options)

    return function


def loaded(found: EntryPoint, kind: str) -> Any:
    """The object that an entry point loads.

    Raises:
        ImportError: it cannot be loaded, for whatever reason its package has.
    """
    try:
        return found.load()
    except Exception as error:
        reason = " ".join(str(error).split()) or type(error).__name__
        raise ImportError(
            f"{kind} {found.name!r}: {owner(found)} cannot be used ({reason}); install it again"
        ) from None


def owner(found: EntryPoint) -> str:
    """The package of an entry point with its version, or its place where no package is known."""
    return f"{found.dist.name} {found.dist.version}" if found.dist is not None else found.value


def _cell(value: Any) -> str:
    """What a table says of an attribute."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return value if isinstance(value, str) else ", ".join(value)


def _name_of(thing: Any) -> str:
    """What a callable is called in messages."""
    name: str = getattr(thing, "name", None) or getattr(thing, "__name__", None) or type(thing).__name__
    return name
