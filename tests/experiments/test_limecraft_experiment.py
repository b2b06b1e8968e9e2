"""Regions by hand beside automatic ones: equal numbers, regions from masks and hierarchies, tables, the smoke mode."""

import json

import numpy as np
import pytest
from photographs import overlap, scene
from PIL import Image
from skimage import data

from experiments._frame import main
from experiments.limecraft.drawing import OBJECTS, SHARE, hand_made, objects, tree_of
from experiments.limecraft.experiment import EXPERIMENT
from experiments.limecraft.measure import ways
from experiments.limecraft.report import MEASURES, NOT_YET, TABLES, differences, differences_table, means_table, values
from experiments.limecraft.settings import AUTOMATIC, HAND, Settings
from limetheory.images import Region, Regions, as_image

IMAGE, SHAPES = scene()
PHOTO = as_image(IMAGE)


def test_the_script_draws_objects_that_stand_out_and_do_not_overlap():
    found = objects(tree_of(PHOTO, "higra"))
    masks = [region.mask for region in found]
    assert 1 <= len(found) <= OBJECTS and np.sum(masks, axis=0).max() == 1
    assert all(SHARE[0] <= mask.mean() <= SHARE[1] for mask in masks)
    assert max(overlap(mask, SHAPES[2]) for mask in masks) > 0.9


def test_a_mask_beside_the_photograph_is_taken(tmp_path):
    Image.fromarray(SHAPES[0]).save(tmp_path / "one_mask.png")
    regions, source = hand_made(tmp_path / "one.png", PHOTO, "higra")
    assert source == "mask" and np.array_equal(regions["mask"].mask, SHAPES[0])
    assert hand_made(tmp_path / "two.png", PHOTO, "higra")[1] == "hierarchy"


def test_every_way_has_as_many_superpixels_and_only_drawn_ones_keep_the_border():
    regions = Regions(PHOTO.shape[:2], [Region("disc", SHAPES[0]), Region("bar", SHAPES[2])])
    found = ways(PHOTO, regions, PHOTO, Settings(total=12))
    assert found.keys() == {HAND, *AUTOMATIC} and {int(labels.max()) for labels in found.values()} == {11}

    def crosses(labels):
        return len(np.unique(np.stack([labels.ravel(), SHAPES[0].ravel()]), axis=1).T) > 12

    assert not crosses(found[HAND]) and crosses(found["grid"])


def row(photograph, hand, others, network="a"):
    own = {HAND: hand, **dict(zip(AUTOMATIC, others, strict=True))}
    return {
        "photograph": photograph, "network": network, "source": "mask", "settings": Settings().record(),
        "evaluations": 10, "ways": {way: dict.fromkeys((*MEASURES, "segments"), value) for way, value in own.items()},
    }  # fmt: skip


ROWS = [row(f"{k}", 1.0 + k, (1.0 + k, k, 2.0 + k + 0.1 * (k % 2))) for k in range(14)]


def test_values_are_means_over_networks_for_each_photograph():
    rows = [row("x", 1.0, (0, 0, 0)), row("x", 3.0, (0, 0, 0), "b"), row("y", 5.0, (0, 0, 0))]
    assert values(rows, "srg", HAND).tolist() == [2.0, 5.0]


def test_differences_are_paired_and_corrected_over_all_of_them():
    found = differences(ROWS)
    assert len(found) == len(MEASURES) * len(AUTOMATIC)
    slic, watershed, grid = found[:3]
    assert slic.difference.mean == 0 and slic.corrected == 1
    assert watershed.difference.mean == pytest.approx(1) and grid.difference.mean == pytest.approx(-1.05)
    # the sign-flip test of 14 differences of one sign has p = 2^-13, times the 30 comparisons
    assert watershed.corrected == pytest.approx(len(found) * 2**-13)
    lines = differences_table(ROWS).splitlines()
    clear = sum(one.corrected <= 0.05 for one in found)
    assert lines[0] == f"Of 30 paired differences {clear} are significant at 5 % after Holm's correction."
    assert "| +0.000, p = 1 | **+1.000, p = 0.0037** | **-1.050 (-1.079 … -1.021), p" in lines[-1] and 0 < clear < 30


def test_the_means_say_what_was_measured():
    head, _, _, _, superpixels, *_ = means_table(ROWS).splitlines()
    assert head.startswith("14 photographs, 14 with a mask") and "10 forward passes" in head
    assert superpixels.split(" | ")[1] == "7.5"


def test_tables_say_that_nothing_is_saved_yet(tmp_path):
    assert {table(tmp_path / "rows.jsonl") for table in TABLES.values()} == {NOT_YET}


@pytest.mark.slow
def test_the_smoke_mode_measures_every_way_and_is_plotted(tmp_path, capsys):
    for name in ("chelsea", "coffee"):
        Image.fromarray(getattr(data, name)()).resize((96, 80)).save(tmp_path / f"{name}.png")
    mask = np.zeros((80, 96), np.uint8)
    mask[20:60, 30:70] = 255
    Image.fromarray(mask).save(tmp_path / "chelsea_mask.png")
    assert main(EXPERIMENT, ["run", "--images", str(tmp_path), "--smoke"]) == 0
    found = json.loads(capsys.readouterr().out.strip().splitlines()[-1])
    assert (found["photograph"], found["source"]) == ("chelsea.png", "mask")
    assert found["ways"].keys() == {HAND, *AUTOMATIC}
    assert {measured["segments"] for measured in found["ways"].values()} == {6}
    assert all(np.isfinite([measured[name] for name in MEASURES]).all() for measured in found["ways"].values())
    assert found["evaluations"] > 4 * 3 * 24 and "6.0" in means_table([found])
