"""The check of array shapes that every test run makes: what it refuses, and what it leaves as it is."""

import itertools
from dataclasses import dataclass

import numpy as np
import pytest
from jaxtyping import Float
from jaxtyping._decorator import jaxtyped

import limetheory as lt
from limetheory import arrays
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


def test_every_annotation_is_read_as_jaxtyping_reads_it():
    """All pairs of annotations, each with arrays of 0 to 3 dimensions: accepted and refused alike."""
    hints = [hint for hint in vars(arrays).values() if hasattr(hint, "dim_str")]
    shapes = [(), (2,), (3,), (2, 2), (2, 3), (3, 2), (4, 2, 3), (2, 2, 2)]
    accepted = 0
    for first, second in itertools.product(hints, repeat=2):

        def checked(one, two):
            return None

        checked.__annotations__ = {"one": first, "two": second}
        checked = arrays_only(checked)
        for one, two in itertools.product(shapes, repeat=2):
            given = [np.zeros(shape, hint.dtypes[-1].rstrip("_")) for shape, hint in ((one, first), (two, second))]
            with jaxtyped("context"):
                expected = isinstance(given[0], first) and isinstance(given[1], second)
            try:
                checked(*given)
                found = True
            except AssertionError:
                found = False
            assert found == expected, (first, second, one, two)
            accepted += found
    assert accepted > len(hints) ** 2


def test_arguments_by_name_and_results_are_checked_too():
    assert totals(MASKS, values=np.ones(3)).tolist() == [3, 3]
    with pytest.raises(AssertionError, match="values must be"):
        totals(MASKS, values=np.ones(4))


@pytest.mark.parametrize("sizes", ["n+1", "..."])
def test_sizes_that_are_not_read_are_refused(sizes):
    def later(value):
        return value

    later.__annotations__ = {"value": Float[np.ndarray, sizes]}
    with pytest.raises(ValueError, match="sizes must be names"):
        arrays_only(later)
