"""Numbers as people read them: significant digits that are right, aligned columns, no minus before zeros."""

from __future__ import annotations

from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from limetheory.shown_numbers import EXACT, Column, ends, plain, signed

SIZES = st.floats(-1e12, 1e12, allow_subnormal=False)


def digits(text):
    """The significant digits of a written number."""
    return len(text.lstrip("+-").partition("e")[0].replace(".", "").lstrip("0"))


@given(SIZES)
def test_a_number_has_four_digits_and_is_right_to_them(number):
    for text in (plain(number), signed(number)):
        assert digits(text) <= 4 and abs(float(text) - number) <= 0.5001e-3 * abs(number)
        assert not text.startswith("-0") or float(text) != 0


@given(st.lists(st.tuples(SIZES, st.floats(0, 1e6)), min_size=1, max_size=6))
def test_a_column_tells_each_interval_from_zero_width_and_never_writes_minus_zero(rows):
    values, half = np.array(rows).T
    column = Column(np.append(values, [values - half, values + half]), half)
    for value, reach in zip(values, half, strict=True):
        text = column.signed(value)
        assert not (text.startswith("-") and float(text) == 0)
        # either as exact as the smallest half-width asks for, or in four digits of its own
        smallest = min(half[half > 0], default=abs(value))
        assert abs(Decimal(text) - Decimal(value)) <= Decimal(max(0.06 * smallest, 0.5001e-3 * abs(value)))
        if reach > 0:
            assert float(column.plain(reach)) > 0


@pytest.mark.parametrize(
    ("values", "half", "expected"),
    [
        ([0.34251, -0.0234], [0.0117, 0.0117], ["+0.3425", "-0.0234"]),
        ([-0.0002341, -0.0000312], [2e-5, 2e-5], ["-0.0002341", "-0.0000312"]),
        ([0.5, 0.25], [1e-6, 1e-6], ["+0.5000000", "+0.2500000"]),
        ([12345.6, -1.0], [30, 30], ["+12346", "-1"]),
        ([1e9, 1.0], [1e-9, 1e-9], ["+1e+09", "+1"]),
        ([0.0, -0.0], [0, 0], ["+0.000", "+0.000"]),
        ([0.5, np.inf], [np.inf, np.nan], ["+0.5000", "+inf"]),
        ([1e-300, -1e-300], [0, 0], ["+1e-300", "-1e-300"]),
    ],
)
def test_columns(values, half, expected):
    column = Column(values, half)
    assert [column.signed(one) for one in values] == expected


def test_four_decimals_hide_what_is_small():
    # the fault that this replaces: an interval that excludes 0 looked like one that is nothing but zeros
    low, high = -0.0000412, -0.0000212
    assert f"{low:+.4f} … {high:+.4f}" == "-0.0000 … -0.0000"
    assert ends(low, high) == Column([low, high], [1e-5]).ends(low, high).replace("-0.00004120", "-4.12e-05").replace(
        "-0.00002120", "-2.12e-05"
    )


def test_an_exact_number_has_no_interval():
    assert ends(0.3, 0.3) == Column([0.3]).ends(0.3, 0.3) == EXACT
    assert EXACT not in ends(0.3, 0.30001)
