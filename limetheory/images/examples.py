"""Photographs that come with scikit-image, on which everybody can try what they have just installed."""

from __future__ import annotations

from difflib import get_close_matches
from importlib.util import find_spec
from pathlib import Path

PREFIX = "example:"
"""What the name of an example begins with where a file could be named as well."""

EXAMPLES = {"coffee": "coffee.png", "chelsea": "chelsea.png", "rocket": "rocket.jpg", "astronaut": "astronaut.png"}
"""Their names and files: a cup, a cat, a start and a person. They are in the public domain (CC0, NASA, SpaceX)."""


def example_file(name: str) -> Path:
    """The file of an example.

    Raises:
        ValueError: there is no such example, or its file is missing.

    >>> example_file("coffee").name
    'coffee.png'
    """
    if name not in EXAMPLES:
        near = get_close_matches(name, EXAMPLES, n=1)
        remedy = f"did you mean {PREFIX}{near[0]}?" if near else f"write {PREFIX}coffee"
        raise ValueError(f"an example must be one of {', '.join(EXAMPLES)}, got {name!r}; {remedy}")
    found = find_spec("skimage")
    places = found.submodule_search_locations if found is not None else None
    file = Path(*(places or [""])[:1], "data", EXAMPLES[name])
    if not file.is_file():
        raise ValueError(
            f"an example must come with scikit-image, got no file {EXAMPLES[name]} there; name one of yours"
        )
    return file


def named_photograph(given: Path) -> Path:
    """The file that a user names, that of an example where its name says so.

    >>> named_photograph(Path("example:rocket")).name, str(named_photograph(Path("cat.png")))
    ('rocket.jpg', 'cat.png')
    """
    name = str(given)
    return example_file(name.removeprefix(PREFIX)) if name.startswith(PREFIX) else given
