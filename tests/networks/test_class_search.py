"""Classes by a word, in the order of their nearness in meaning."""

import pytest

from limetheory.networks.class_search import found_classes, other_names, suggestion
from limetheory.networks.imagenet import imagenet_class_names

NAMES = imagenet_class_names()


@pytest.mark.parametrize(
    ("word", "first"),
    [("crane", [134, 517]), ("Bow", [456, 457]), ("cup", [968, 647]), ("mouse", [673]), ("tiger cat", [282])],
)
def test_whole_names_come_first_then_kinds_then_the_others(word, first):
    assert found_classes(NAMES, word)[: len(first)] == first


def test_kinds_come_before_other_names_with_the_word():
    names = ["cat flap", "tiger cat", "cat", "dog"]
    assert found_classes(names, "cat") == [2, 1, 0]
    assert found_classes(names, "flap cat") == [0] and found_classes(names, "") == [] == found_classes(names, "ca")


def test_other_names_are_those_of_imagenet_alone():
    assert other_names(["crane", "cat"]) == ((), ())
    assert len(other_names(NAMES)) == 1000 and other_names(NAMES)[281] == ("tabby", "tabby cat")


def test_letters_help_where_no_word_does():
    assert suggestion(NAMES, "espreso").startswith("did you mean 'espresso' (967)") and suggestion(NAMES, "qqqq") == ""
