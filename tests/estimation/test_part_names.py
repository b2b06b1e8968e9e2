"""The warning of few masks with the name of the part whose interval it is about."""

import re

import numpy as np
import pytest

import limetheory as lt
from limetheory.estimation import FewMasksWarning
from limetheory.estimation.methods.few_masks import few_masks_told_once, warn_of_few, with_part_names


def test_the_warning_of_few_masks_names_the_part():
    with pytest.warns(FewMasksWarning) as said:
        warn_of_few(np.array([50.0, 3.0, 2.0]), np.ones(3))
    message = str(said[0].message)
    named = with_part_names(message, ["sky", "grass", r"zebra \1"])
    assert named == message.replace("coefficient 2", r"zebra \1") != message


def test_other_messages_and_unknown_parts_stay():
    for message in ("the interval of coefficient 3 rests on", "a coefficient 0 is not meant", ""):
        assert with_part_names(message, ["sky", "grass", "zebra"]) == message


def fewest(call):
    """What the one warning of few masks says."""
    with pytest.warns(FewMasksWarning) as said:
        call()
    (message,) = [str(one.message) for one in said if issubclass(one.category, FewMasksWarning)]
    return message


def test_words_and_conditions_are_named_by_every_front_end():
    words = lambda texts: [len(text.split()) ** 2 / 9 for text in texts]  # noqa: E731
    asked = {"n": 12, "rng": 1}
    message = fewest(lambda: lt.explain_text(words, "a good film of many words", **asked))
    assert re.match(
        r"the interval of '(a|good|film|of|many|words)' rests on fewer than 10 effective masks, got ", message
    )
    table = np.random.default_rng(0).random((40, 2))
    message = fewest(lambda: lt.explain_tabular(lambda rows: rows[:, 0] ** 2, table[0], table, **asked))
    assert re.match(r"the interval of '[^']*\b[01]\b[^']*' rests on fewer than 10 effective masks, got ", message)


def test_names_end_with_the_block_and_parts_without_one_keep_their_number():
    few = np.array([50.0, 3.0]), np.ones(2)
    with few_masks_told_once(["sky", "the\ngrass"]):
        assert fewest(lambda: warn_of_few(*few)).startswith("the interval of 'the\\ngrass' rests on")
    with few_masks_told_once(["sky"]):
        assert fewest(lambda: warn_of_few(*few)).startswith("the interval of coefficient 1 rests on")
    assert fewest(lambda: warn_of_few(*few)).startswith("the interval of coefficient 1 rests on")
