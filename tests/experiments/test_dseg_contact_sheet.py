"""The contact sheet of the experiment dseg: rows of photographs, and segments alike in number."""

import numpy as np
import pytest
from counted_backbone import CountedColours
from photographs import IMAGES
from PIL import Image

from experiments.dseg import contact_sheet
from limetheory.networks.vit import load


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    """A backbone that takes no time."""
    monkeypatch.setattr(load, "load_backbone", lambda **options: CountedColours())


@pytest.mark.slow
def test_the_sheet_has_a_row_for_each_photograph_and_alike_numbers_of_segments(tmp_path):
    photos = {name: IMAGES[name] / 255 for name in ("coffee", "cat")}
    file = contact_sheet.write(tmp_path, photos)
    with Image.open(file) as picture:
        assert file.name == "segments.png" and min(picture.size) > 200
    for row in np.array([axes.get_title() for axes in contact_sheet.contact_sheet(photos).axes]).reshape(2, 10):
        assert row[0] in photos and row[1].startswith("dino, depth 1: ") and row[9].startswith("slic: ")
        dino, higra, slic = (np.array([int(title.rpartition(" ")[2]) for title in row[i : i + 3]]) for i in (1, 4, 7))
        assert (np.diff(dino) > 0).all() and (higra <= dino).all() and (abs(slic - dino) <= 0.25 * dino).all()


def test_photographs_of_a_folder_are_spread_over_it_and_reduced(tmp_path):
    for number in range(9):
        Image.new("RGB", (500, 400), (number, 0, 0)).save(tmp_path / f"{number}.png")
    found = contact_sheet.of_folder(tmp_path, limit=3)
    assert list(found) == ["0", "4", "8"] and max(found["4"].shape) == contact_sheet.SIDE
    with pytest.raises(ValueError, match="images must be a folder of photographs"):
        contact_sheet.of_folder(tmp_path / "none")


def test_packaged_photographs_need_no_download():
    found = contact_sheet.packaged()
    assert len(found) == 7 and all(photo.ndim == 3 and 0 <= photo.min() < photo.max() <= 1 for photo in found.values())
