"""Classes by a word: the ones that it names come first, then those of its kind, then the other ones that hold it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from difflib import get_close_matches

from limetheory.networks.imagenet import imagenet_class_names, wordnet_names

MOST_SUGGESTED = 3
"""How many class names an error message suggests at most, where more of them are as near; a convention."""


def other_names(names: Sequence[str]) -> tuple[tuple[str, ...], ...]:
    """For each class the names of the same meaning in WordNet; none of classes that are not those of ImageNet.

    >>> other_names(["crane"]), other_names(imagenet_class_names())[281]
    (((),), ('tabby', 'tabby cat'))
    """
    return wordnet_names() if tuple(names) == imagenet_class_names() else ((),) * len(names)


def found_classes(names: Sequence[str], word: str) -> list[int]:
    """The classes that a word or several may mean, in the order of their nearness in meaning, then of their indices.

    First come classes of which it is a whole name, in WordNet's words too; then its kinds, whose names end in it, as
    that of a tiger cat; then the other ones whose names have its words, as that of a cat flap.

    Args:
        names: of all classes.
        word: what is looked for; upper and lower case are alike.

    >>> names = imagenet_class_names()
    >>> [names[index] for index in found_classes(names, "crane")]
    ['crane bird', 'construction crane']
    >>> [names[index] for index in found_classes(names, "bow")]
    ['hunting bow', 'bow tie']
    """
    asked = word.casefold().split()
    if not asked:
        return []
    called = [[name.casefold().split(), *(other.casefold().split() for other in others)]
              for name, others in zip(names, other_names(names), strict=True)]  # fmt: skip
    nearness = [min(_apart(asked, one) for one in all_names) for all_names in called]
    return sorted(
        (index for index, apart in enumerate(nearness) if apart < len(_KINDS)), key=lambda i: (nearness[i], i)
    )


def suggestion(names: Sequence[str], word: str) -> str:
    """The classes that were meant perhaps, as a question; nothing where none is near in meaning or letters.

    >>> suggestion(imagenet_class_names(), "crane")
    "did you mean 'crane bird' (134) or 'construction crane' (517)?"
    """
    near = found_classes(names, word)[:MOST_SUGGESTED]
    if not near:
        by_letters = {name.casefold(): index for index, name in reversed(list(enumerate(names)))}
        near = [by_letters[one] for one in get_close_matches(word.casefold(), by_letters, n=MOST_SUGGESTED)]
    listed = [f"{names[index]!r} ({index})" for index in near]
    return f"did you mean {' or '.join(listed)}?" if listed else ""


_KINDS: tuple[Callable[[list[str], list[str]], bool], ...] = (
    lambda asked, name: name == asked,
    lambda asked, name: name[-len(asked) :] == asked,
    lambda asked, name: set(asked) <= set(name),
)
"""How a word may be in a name, from the nearest in meaning: all of it, its head, somewhere."""


def _apart(asked: list[str], name: list[str]) -> int:
    return next((place for place, kind in enumerate(_KINDS) if kind(asked, name)), len(_KINDS))
