"""Bins, their names and the values drawn in them are lime 0.2.0.1's."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from side_by_side import both

from limetheory.adapters.lime.discretize import BaseDiscretizer, DecileDiscretizer, QuartileDiscretizer

KINDS = ["QuartileDiscretizer", "DecileDiscretizer", "EntropyDiscretizer"]


@pytest.mark.slow
@pytest.mark.parametrize("name", KINDS)
@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 2**20), as_state=st.booleans())
def test_bins_and_drawn_values_are_limes(name, seed, as_state):
    rng = np.random.default_rng(seed)
    data = np.column_stack([rng.normal(size=(40, 3)), rng.integers(0, 4, 40)])
    names = ["age", "dose", "a <b>", "count"]
    theirs, ours = (
        kind(data, [1], names, rng.integers(0, 3, 40) * 0 + np.arange(40) % 3,
             random_state=np.random.RandomState(seed) if as_state else seed)
        for kind in both("discretize", name)
    )  # fmt: skip
    assert theirs.names == ours.names and theirs.to_discretize == ours.to_discretize
    for attribute in ("means", "stds", "mins", "maxs"):
        assert getattr(theirs, attribute) == getattr(ours, attribute)
    cells = theirs.discretize(data)
    assert (cells == ours.discretize(data)).all() and (ours.discretize(data[0]) == cells[0]).all()
    assert theirs.lambdas.keys() == ours.lambdas.keys()
    assert (theirs.undiscretize(cells) == ours.undiscretize(cells)).all()


def test_a_row_is_drawn_as_a_table_of_one_row_is():
    data = np.random.default_rng(0).normal(size=(30, 3))
    one, table = (QuartileDiscretizer(data, [], list("abc"), random_state=5) for _ in range(2))
    cells = one.discretize(data[0])
    assert one.undiscretize(cells).tolist() == table.undiscretize(cells[None])[0].tolist()


def test_a_discretizer_of_ones_own_says_where_its_edges_are():
    class Signs(BaseDiscretizer):
        def bins(self, data, labels):
            return [np.zeros(1) for _ in self.to_discretize]

    found = Signs(np.array([[-1.0], [2.0]]), [], ["x"])
    assert found.names == {0: ["x <= 0.00", "x > 0.00"]} and found.discretize(np.array([[3.0]])) == 1
    with pytest.raises(NotImplementedError, match="must define bins"):
        BaseDiscretizer(np.zeros((2, 1)), [], ["x"])


def test_edges_that_are_equal_are_one():
    found = DecileDiscretizer(np.array([[0.0]] * 9 + [[1.0]]), [], ["x"])
    assert len(found.names[0]) == len(np.unique(found.bins(np.array([[0.0]] * 9 + [[1.0]]), None)[0])) + 1
