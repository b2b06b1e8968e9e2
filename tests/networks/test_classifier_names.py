"""Names of classes: found, missing, unknown and ambiguous ones."""

import numpy as np
import pytest
from toy_networks import SETTINGS, Recorder, convolutional, random_images

from limetheory.networks import Classifier


def test_names_are_matched_in_any_case(lite0):
    assert lite0.class_index("ESPRESSO") == lite0.class_index(967) == lite0.class_index(np.int64(967)) == 967
    assert lite0.class_name(285) == "Egyptian Mau"


def test_classes_without_names_are_counted():
    classifier = Classifier(convolutional(), **SETTINGS)
    assert (classifier.number_of_classes, classifier.class_name(3)) == (4, "class 3")
    with pytest.raises(ValueError, match=r"class index must be in 0\.\.3, got 4; count classes from 0"):
        classifier.class_index(4)
    with pytest.raises(ValueError, match=r"toy has no class names, got 'cat'; give the class index"):
        classifier.class_index("cat")


def test_unknown_name_shows_close_ones(lite0):
    with pytest.raises(
        ValueError, match=r"got 'tabbi cat'; did you mean 'tabby cat' \(281\) or '.*' \(\d+\) or '.*' \(\d+\)\?$"
    ):
        lite0.class_index("tabbi cat")
    with pytest.raises(ValueError, match=r"got 'xqzw'; see class_names, or give the index"):
        lite0.class_index("xqzw")


def test_ambiguous_name_lists_the_indices():
    classifier = Classifier(Recorder(), class_names=["crane", "cat", "Crane"], **SETTINGS)
    with pytest.raises(ValueError, match=r"unambiguous, got 'crane' for 0, 2; give the index"):
        classifier.class_index("crane")


@pytest.mark.parametrize("index", [-1, 1000])
def test_index_out_of_range(lite0, index):
    with pytest.raises(ValueError, match=rf"got {index}; count classes from 0"):
        lite0.class_name(index)


def test_index_of_another_type(lite0):
    with pytest.raises(TypeError, match=r"class index must be an integer, got 1\.5; count classes from 0"):
        lite0.class_index(1.5)


def test_class_names_must_fit_the_outputs():
    with pytest.raises(ValueError, match="class_names must name all 3 outputs, got 2 names; give one per class"):
        Classifier(Recorder(), class_names=["a", "b"], **SETTINGS)(random_images(1, 3, 8, 8))


def test_names_that_hold_the_words_are_suggested_first(lite0):
    # "crane" was answered with orange, cradle and candle.
    with pytest.raises(
        ValueError, match=r"got 'crane'; did you mean 'crane bird' \(134\) or 'construction crane' \(517\)\?$"
    ):
        lite0.class_index("crane")
