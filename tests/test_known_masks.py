"""Values and rows of outputs for masks, each of which is evaluated once."""

import numpy as np
import pytest

from limetheory.known_masks import LARGEST_TABLE_D, RowTable, ValueTable


class Asked:
    """A function that returns its values in batches of three and records every mask that was asked for."""

    def __init__(self, answer):
        self.answer, self.masks = answer, []

    def __call__(self, masks):
        self.masks += [tuple(row) for row in masks.tolist()]
        for start in range(0, len(masks), 3):
            yield slice(start, start + 3), self.answer(masks[start : start + 3])


def weighted(masks):
    return masks @ np.arange(1.0, masks.shape[1] + 1)


def rows(masks):
    return np.stack([weighted(masks), masks.sum(axis=1)], axis=1)


@pytest.mark.parametrize(("table", "answer"), [(ValueTable(5), weighted), (RowTable(), rows)], ids=["values", "rows"])
def test_each_mask_is_asked_for_once_and_has_its_answer(table, answer):
    rng, ask = np.random.default_rng(0), Asked(answer)
    for n in (1, 0, 7, 40, 40):
        masks = rng.random((n, 5)) < 0.5
        found = table.look_up(masks, ask)
        assert len(found) == n and (n == 0 or np.array_equal(found, answer(masks)))
    assert len(ask.masks) == len(set(ask.masks)) <= 32


def test_rows_are_kept_for_any_number_of_superpixels():
    masks = np.random.default_rng(1).random((9, 70)) < 0.5
    table, ask = RowTable(), Asked(rows)
    for _ in range(2):
        assert np.array_equal(table.look_up(masks, ask), rows(masks))
    assert len(ask.masks) == 9


def test_values_are_in_the_order_of_set_functions_and_can_be_taken_over():
    table = ValueTable(3)
    table.look_up(np.array([[True, False, True]]), Asked(weighted))
    assert np.flatnonzero(np.isfinite(table.values)).tolist() == [5]
    table.take_over(np.arange(8.0))
    assert table.values.tolist() == [0, 1, 2, 3, 4, 4, 6, 7]
    with pytest.raises(ValueError, match=r"values must have shape \(8,\), got \(4,\); recompute them"):
        table.take_over(np.zeros(4))


def test_no_table_is_made_for_many_superpixels():
    assert ValueTable(LARGEST_TABLE_D) and not ValueTable(LARGEST_TABLE_D + 1)
