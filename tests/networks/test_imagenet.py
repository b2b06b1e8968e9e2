"""The ImageNet names."""

from limetheory.networks import imagenet_class_names


def test_thousand_different_names():
    names = imagenet_class_names()
    assert len(names) == 1000
    assert len({name.casefold() for name in names}) == 1000


def test_known_names():
    names = imagenet_class_names()
    known = {0: "tench", 281: "tabby cat", 285: "Egyptian Mau", 504: "coffee mug", 967: "espresso"}
    assert {index: names[index] for index in known} == known


def test_descriptions_and_duplicates_give_way_to_wordnet():
    names = imagenet_class_names()
    assert names[282] == "tiger cat"
    assert (names[657], names[744]) == ("missile", "projectile")
