"""The check of array shapes that every test run makes: what it refuses, and what it leaves as it is."""

from dataclasses import dataclass

import numpy as np
import pytest

import limetheory as lt
from limetheory.arrays import Masks, PerMask, PerSuperpixel
from tests.shapes import arrays_only


@arrays_only
def totals(masks: Masks, values: PerMask, note: int = 0) -> PerSuperpixel:
    return values @ masks


@arrays_only
def number(count: int) -> int:
    return count


@arrays_only
@dataclass
class Row:
    coefficients: PerSuperpixel


MASKS = np.ones((3, 2), bool)


def test_sizes_agree_within_a_call_and_not_between_calls():
    assert totals(MASKS, np.ones(3)).tolist() == [3, 3]
    assert totals(MASKS[:2], np.ones(2)).tolist() == [2, 2]
    with pytest.raises(AssertionError, match="values"):
        totals(MASKS, np.ones(4))


@pytest.mark.parametrize("masks", [MASKS.astype(float), MASKS[0]], ids=["type", "dimensions"])
def test_an_array_of_another_type_or_dimension_is_refused(masks):
    with pytest.raises(AssertionError, match="masks"):
        totals(masks, np.ones(3))


def test_the_result_is_checked_against_the_arguments():
    @arrays_only
    def turned(masks: Masks) -> Masks:
        return masks.T

    assert turned(MASKS[:2]).shape == (2, 2)
    with pytest.raises(AssertionError, match="return"):
        turned(MASKS)


def test_a_generator_is_checked_when_it_is_called():
    @arrays_only
    def rows(masks: Masks):
        yield from masks

    assert len(list(rows(MASKS))) == 3
    with pytest.raises(AssertionError, match=r"masks must be .*, got bool of shape"):
        rows(MASKS[0])


def test_the_fields_of_a_dataclass_are_checked():
    assert Row(np.ones(2)).coefficients.tolist() == [1, 1]
    with pytest.raises(AssertionError, match="coefficients"):
        Row(np.ones((2, 2)))


def test_arguments_that_are_no_arrays_are_left_alone_and_annotations_are_kept():
    assert totals(MASKS, np.ones(3), note="no number").tolist() == [3, 3]
    assert number("three") == "three" and number.__name__ == "number" and not hasattr(number, "__wrapped__")
    assert set(totals.__annotations__) == {"masks", "values", "note", "return"}


def test_the_functions_of_the_package_are_checked():
    with pytest.raises(AssertionError, match="coefficients"):
        lt.ImageDesign(3).shrink(np.ones((2, 3)), 0.1)
