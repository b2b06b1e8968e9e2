"""The picture that is drawn on: which pixels have which colour, and that names are text."""

import io

import numpy as np
import pytest
from page_scene import picture
from PIL import Image

from limetheory.app.figures.borders import borders
from limetheory.app.figures.region_map import PALETTE, Drawn, overlay, region_map
from limetheory.images.regions import Region, Regions

LEFT = np.arange(20)[None].repeat(12, axis=0) < 8
MIDDLE = ~LEFT & (np.arange(20)[None] < 14)
REGIONS = Regions((12, 20), (Region("<b>left</b>", LEFT), Region("middle", MIDDLE)))


def pixels(drawn):
    return np.asarray(Image.open(io.BytesIO(overlay(drawn))))


def test_regions_have_the_colours_of_the_list_and_the_rest_shows_the_photograph():
    found = pixels(Drawn(REGIONS))
    assert found.shape == (12, 20, 4)
    assert [bytes(found[5, 3, :3].tolist()).hex(), bytes(found[5, 11, :3].tolist()).hex()] == [
        colour[1:] for colour in PALETTE[:2]
    ]
    assert (found[~LEFT & ~MIDDLE, 3] == 0).all() and (found[LEFT | MIDDLE, 3] > 0).all()


def test_a_hidden_region_is_not_drawn_and_a_selected_one_stands_out():
    plain, hidden, selected = (
        pixels(Drawn(REGIONS, **more))[5, 3, 3]
        for more in ({}, {"hidden": ["<b>left</b>"]}, {"selected": ["<b>left</b>"]})
    )
    assert hidden == 0 < plain < selected


def test_borders_of_superpixels_and_a_proposal_are_drawn_above():
    labels = (np.arange(12)[:, None] // 6).repeat(20, axis=1)
    proposed = np.zeros((12, 20), bool)
    proposed[2:10, 15:19] = True
    found = pixels(Drawn(REGIONS, labels, proposed))
    assert found[6, 3].tolist()[:3] == [255, 255, 255] != found[5, 3].tolist()[:3]
    assert found[5, 17, 3] > 0 and found[11, 17, 3] == 0


def test_borders_are_where_a_neighbour_differs():
    labels = np.random.default_rng(3).integers(0, 3, (7, 9))
    expected = [
        [(x > 0 and labels[y, x] != labels[y, x - 1]) or (y > 0 and labels[y, x] != labels[y - 1, x]) for x in range(9)]
        for y in range(7)
    ]
    assert borders(labels).tolist() == expected


def test_the_figure_has_the_photographs_coordinates_and_names_as_text():
    layout = region_map(picture(20, 10), Drawn(REGIONS, hidden=["middle"]), "lasso", 24)["layout"]
    assert (layout["xaxis"]["range"], layout["yaxis"]["range"]) == ([-0.5, 19.5], [11.5, -0.5])
    assert [one["text"] for one in layout["annotations"]] == ["&lt;b&gt;left&lt;/b&gt;"]
    place = layout["annotations"][0]
    assert LEFT[round(place["y"]), round(place["x"])] and layout["dragmode"] == "drawclosedpath"


@pytest.mark.parametrize(("tool", "mode"), [("brush", "drawopenpath"), ("rectangle", "drawrect"), ("object", False)])
def test_each_tool_has_its_mode(tool, mode):
    assert region_map(picture(20, 10), Drawn(REGIONS), tool, 24)["layout"]["dragmode"] == mode


def test_a_large_photograph_is_drawn_smaller():
    mask = np.zeros((3000, 1500), bool)
    mask[:1500] = True
    found = pixels(Drawn(Regions((3000, 1500), (Region("upper", mask),))))
    assert found.shape == (1400, 700, 4) and (found[:700, :, 3] > 0).all() and (found[701:, :, 3] == 0).all()
