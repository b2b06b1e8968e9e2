"""What the page answers about regions `limetheory explain` answers to the bit: by its record and by its command."""

import json
import shlex

import numpy as np
import pytest
from page_scene import picture

from limetheory.app.questions import DEFAULTS, command_of
from limetheory.app.worker.messages import ModelSource
from limetheory.app.worker.tasks import TASKS
from limetheory.cli.main import run
from limetheory.explaining.budget import Masks
from limetheory.images.question import GIVEN, Question
from limetheory.images.regions import Region, Regions, rectangle_mask
from limetheory.images.segmentation.label_png import label_map_png
from limetheory.networks import load_model
from limetheory.pictures import load_image

MODEL, SHAPE = "efficientnet_lite0", (90, 120)


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """A folder with a photograph, the label map of its regions, and the record of their explanation."""
    folder = tmp_path_factory.mktemp("answer")
    (folder / "a.png").write_bytes(picture(SHAPE[1], SHAPE[0]))
    zebra = Region("zebra", rectangle_mask(SHAPE, (10, 10), (70, 60)), 3)
    regions = Regions(SHAPE, (zebra,), outside=4, segmenter="grid")
    partition = TASKS["cut"](None, [].append, photo=folder / "a.png", regions=regions.to_json())
    question = Question(segmenter=GIVEN, budget=Masks(60), seed=3)
    found = TASKS["explain"](
        load_model(MODEL), [].append, photo=folder / "a.png", name="a.png", question=question,
        model=ModelSource(MODEL), partition=partition,
    )  # fmt: skip
    (folder / "answer.json").write_text(json.dumps(found.record))
    (folder / "a-superpixels.png").write_bytes(label_map_png(partition.labels))
    return folder


def coefficients(path):
    return np.array(json.loads(path.read_text())["coefficients"])


@pytest.mark.slow
def test_the_record_gives_the_same_coefficients_and_names(place, tmp_path, capsys):
    assert run(["explain", "--from", str(place / "answer.json"), "--json", str(tmp_path / "again.json")]) == 0
    assert "the coefficients are those of answer.json, to the bit" in capsys.readouterr().err
    assert coefficients(tmp_path / "again.json").tobytes() == coefficients(place / "answer.json").tobytes()
    again = json.loads((tmp_path / "again.json").read_text())
    assert again["repeat"]["label_maps"][0]["names"][:3] == ["zebra 1", "zebra 2", "zebra 3"]


@pytest.mark.slow
def test_the_command_that_is_shown_gives_the_same_coefficients(place, tmp_path, monkeypatch):
    settings = {**DEFAULTS, "samples": 60, "seed": 3}
    words = shlex.split(command_of(settings, "a.png", MODEL, True, "a-superpixels.png"))
    monkeypatch.chdir(place)
    assert run([*words[1:], "--json", str(tmp_path / "again.json")]) == 0
    assert coefficients(tmp_path / "again.json").tobytes() == coefficients(place / "answer.json").tobytes()


@pytest.mark.slow
def test_other_superpixels_give_other_coefficients(place, tmp_path):
    labels = np.arange(SHAPE[1])[None].repeat(SHAPE[0], axis=0) // 18
    (tmp_path / "other.png").write_bytes(label_map_png(labels))
    asked = ["explain", str(place / "a.png"), "--segments-from", str(tmp_path / "other.png"), "--seed", "3"]
    assert run([*asked, "--samples", "60", "--json", str(tmp_path / "other.json")]) == 0
    found = coefficients(tmp_path / "other.json")
    assert len(found) == 7 and not np.array_equal(found, coefficients(place / "answer.json"))


@pytest.mark.slow
def test_the_superpixels_are_those_of_the_library(place):
    zebra = Region("zebra", rectangle_mask(SHAPE, (10, 10), (70, 60)), 3)
    regions = Regions(SHAPE, (zebra,), outside=4, segmenter="grid")
    found = TASKS["cut"](None, [].append, photo=place / "a.png", regions=regions.to_json())
    assert np.array_equal(found.labels, regions.partition(load_image(place / "a.png")).labels)
    assert found.labels.dtype == np.uint8 and found.names[3] == "outside 1"
