"""What the picture of a pick shows is what the matrix says."""

import io

import numpy as np
import pytest
from matplotlib.colors import to_hex
from matrices import explanation
from planted import ORDERS, planted

import limetheory as lt

GIVEN = [
    explanation(["rain", "$x_1$ sun"], [0.5, 0.0]),
    explanation(["rain", "wind"], [-2.0, 0.25]),
    explanation(["snow", "ice"], [0.1, 9.0]),
]


def drawn(figure):
    """The figure, that it can be drawn, warnings being errors."""
    figure.savefig(io.BytesIO(), format="png")
    return figure


@pytest.mark.slow
def test_cells_are_the_weights_in_the_order_of_importance():
    figure = drawn(lt.pick_figure(GIVEN, [1, 0], titles=["second", "first"]))
    bars, cells = figure.axes[:2]
    names = [label.get_text() for label in cells.get_xticklabels()]
    assert names == ["ice", "rain", "wind", "snow"]
    assert [label.get_text() for label in cells.get_yticklabels()] == ["second", "first"]
    shown = cells.images[0].get_array()
    assert shown.filled(0).tolist() == [[0, -2.0, 0.25, 0], [0, 0.5, 0, 0]] and shown.mask.sum() == 5
    assert [bar.get_height() for bar in bars.patches] == pytest.approx(np.sqrt([9.0, 2.5, 0.25, 0.1]))
    light = [to_hex(bar.get_facecolor()) == "#cccccc" for bar in bars.patches]
    assert light == [True, False, False, True]
    assert cells.images[0].get_clim() == (-2.0, 2.0)
    covered = lt.coverage(GIVEN, [0, 1]) / lt.coverage(GIVEN, [0, 1, 2])
    assert bars.get_title() == f"2 of 3 instances cover {100 * covered:.0f} % of the importance of 4 features"


@pytest.mark.slow
def test_so_many_features_are_shown_as_asked_for():
    figure = drawn(lt.pick_figure(GIVEN, [2], features=2))
    assert [label.get_text() for label in figure.axes[1].get_xticklabels()] == ["ice", "rain"]
    assert figure.axes[1].get_yticklabels()[0].get_text() == "instance 2"


@pytest.mark.slow
def test_heat_maps_of_picked_images_are_shown_on_one_scale():
    explained = [planted(seed, order) for seed, order in enumerate(ORDERS)]
    figure = drawn(lt.pick_figure(lt.image_concepts(explained, 3, 0), [2, 0]))
    maps = [axes for axes in figure.axes if axes.get_title().startswith("instance")]
    assert [axes.get_title() for axes in maps] == ["instance 2", "instance 0"]
    for axes, i in zip(maps, (2, 0), strict=True):
        np.testing.assert_array_equal(axes.images[0].get_array(), explained[i].heatmap())
        assert axes.images[0].get_clim() == maps[0].images[0].get_clim()


@pytest.mark.slow
def test_many_images_stand_in_rows_of_five():
    explained = [planted(seed, ORDERS[seed % 4]) for seed in range(7)]
    figure = drawn(lt.pick_figure(lt.image_concepts(explained, 3, 0), range(7)))
    maps = [axes.get_subplotspec() for axes in figure.axes if axes.get_title().startswith("instance ")]
    assert [(place.rowspan.start, place.colspan.start) for place in maps] == [(j // 5, j % 5) for j in range(7)]


@pytest.mark.slow
def test_a_matrix_of_nothing_can_be_shown():
    assert len(drawn(lt.pick_figure(np.zeros((2, 3)), [1])).axes[1].get_xticklabels()) == 1


@pytest.mark.parametrize(
    ("indices", "options", "said"),
    [
        ([], {}, "indices must be one or more, got none; give what submodular_pick returns"),
        ([3], {}, "indices must be from 0 to 2, got 3; count instances from 0"),
        ([1], {"titles": ["a", "b"]}, "titles must be one for each of the 1 indices, got 2"),
        ([1], {"features": 0}, "features must be at least 1, got 0; show at least one"),
    ],
)
def test_what_cannot_be_shown_is_refused(indices, options, said):
    with pytest.raises(ValueError, match=f"^{said}"):
        lt.pick_figure(GIVEN, indices, **options)
