"""Sweeps, stability tests and bias checks of the page give the numbers of the library's own functions."""

import numpy as np
import pytest
from edit_scene import SETTINGS, explained, pressed, session_in, with_edits, with_region
from page_scene import context, outputs, picture

from limetheory.app.answers import MAIN, answer_of
from limetheory.app.jobs.bias import BIAS, PLACE, WHOLE, bias_asked, bias_job
from limetheory.app.jobs.repeating import STABILITY, plan_of, stability_asked, stability_job
from limetheory.app.jobs.sweeping import SWEEP, movable, sweep_asked, sweep_job
from limetheory.app.photos import photo_of
from limetheory.app.refusals import Refused
from limetheory.images.edits.edit import Edit
from limetheory.images.edits.edits import Edits
from limetheory.images.function_network import FunctionNetwork
from limetheory.inspection import StabilityPlan, image_stability_test
from limetheory.pictures import load_image

NETWORK = FunctionNetwork(outputs, "toy")
DARKER = Edit("brightness", "left", {"offset": -0.2})


def answers(photo, mask, offset, after):
    """The model's answers to a photograph whose region is darkened, and which is then darkened as a whole."""
    edited = photo.copy()
    edited[mask] = np.clip(edited[mask] + offset, 0, 1)
    return outputs(NETWORK.prepare(np.clip(edited + after, 0, 1))[None])[0]


def test_a_sweep_moves_one_parameter_and_keeps_the_edits_before_and_after_it(tmp_path):
    session = session_in(tmp_path)
    mask = with_region(session)
    with_edits(session, Edit("blur", None, {"radius": 0}), DARKER, Edit("brightness", None, {"offset": 0.1}))
    pressed(session, sweep_asked, sweep_job, "1.offset", -0.5, 0.5, 5, [1, 0])
    found, photo = session.read_json(SWEEP), load_image(photo_of(session).file)
    expected = np.stack([answers(photo, mask, value, 0.1) for value in (-0.5, -0.25, 0, 0.25, 0.5)])
    assert found["values"] == [-0.5, -0.25, 0, 0.25, 0.5] and found["now"] == -0.2
    assert np.allclose(found["curves"], expected[:, [1, 0]].T) and np.ptp(expected[:, 1]) > 0.1
    assert found["title"] == "2. brightness left: offset"


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        (("7.offset", 0, 1, 5, []), "There is no such parameter"),
        (("0.offset", -3, 1, 5, []), "first value must be a number from -1 to 1"),
        (("0.offset", 0, None, 5, []), "last value must be a number"),
        (("0.offset", 0, 1, 1, []), "from 2 to 101"),
        (("0.offset", 0, 1, 102, []), "from 2 to 101"),
        (("0.offset", 0, 1, 5, [0, 1, 0, 1, 0, 1]), "At most 5 classes"),
    ],
)
def test_a_sweep_out_of_range_is_refused_in_words(tmp_path, asked, words):
    session = session_in(tmp_path)
    with_edits(session, Edit("brightness"))
    with pytest.raises(Refused, match=words):
        pressed(session, sweep_asked, sweep_job, *asked)


def test_every_number_of_the_edits_that_are_on_can_be_swept():
    edits = Edits((Edit("noise"), Edit("rotate", on=False), Edit("remove", "a")))
    assert [one.key for one in movable(edits)] == ["0.strength", "0.grain", "0.seed", "0.feather", "2.feather"]
    seeds = movable(edits)[2].values(0, 3, 11)
    assert seeds == [0, 1, 2, 3]


@pytest.mark.slow
def test_a_stability_test_is_that_of_the_library(tmp_path):
    session = session_in(tmp_path)
    explained(session)
    pressed(session, stability_asked, stability_job, 4, "", 0, 100)
    found, main = session.read_json(STABILITY), answer_of(session, MAIN).explanation
    expected = image_stability_test(
        NETWORK, NETWORK.prepare(load_image(photo_of(session).file)), segments=main.segments, target=main.target,
        plan=StabilityPlan(4, n=100), rng=SETTINGS["seed"],
    )  # fmt: skip
    indices = {row["index"]: row["seeds"][0] for row in found["rows"]}
    assert indices == pytest.approx(
        {name: getattr(expected.seeds, name).mean for name in ("variables", "coefficients", "ranks")}
    )
    assert found["evaluations"] == expected.n_evaluations <= StabilityPlan(4, n=100).evaluations


@pytest.mark.slow
@pytest.mark.parametrize("drawn", [False, True])
def test_other_numbers_of_superpixels_keep_the_regions(tmp_path, drawn):
    session = session_in(tmp_path)
    if drawn:
        with_region(session)
    explained(session)
    pressed(session, stability_asked, stability_job, 2, "4, 16", 2, 60)
    found = session.read_json(STABILITY)
    assert [one["asked"] for one in found["counts"]] == [4, 16] and found["counts"][0]["d"] < found["counts"][1]["d"]
    assert found["rows"][0]["noise"] is not None


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ((1, "", 0, 100), "seeds must be a whole number from 2"),
        ((5, "20, many", 0, 100), "superpixels must be a whole number"),
        ((5, "2 3 4 5 6 7 8 9 10", 0, 100), "At most 8"),
        ((50, "", 0, 20_000), "more than 100,000"),
        ((5, "", 0.5, 100), "whole number from 0"),
        ((5, "", None, 100), "whole number from 0"),
    ],
)
def test_a_plan_out_of_range_is_refused_in_words(fields, words):
    with pytest.raises(Refused, match=words):
        plan_of(*fields)


@pytest.fixture
def folder(tmp_path):
    made = tmp_path / "photos"
    made.mkdir()
    for seed in range(4):
        (made / f"{seed}.png").write_bytes(picture(30 + 10 * seed, 40, seed=seed))
    (made / "broken.png").write_bytes(b"no picture")
    return made


@pytest.mark.parametrize("of", [PLACE, WHOLE])
def test_a_bias_check_edits_the_same_place_of_each_photograph_or_all_of_it(tmp_path, folder, of):
    session = session_in(tmp_path)
    with_region(session)
    explained(session, target=1)
    with_edits(session, DARKER)
    pressed(session, bias_asked, bias_job, of, scene=context(photos=folder))
    found, changes = session.read_json(BIAS), []
    for seed in range(4):
        photo = load_image(folder / f"{seed}.png")
        width = photo.shape[1]
        left = [of == WHOLE or (column + 0.5) / width < 20 / 60 for column in range(width)]
        mask = np.broadcast_to(left, photo.shape[:2])
        changes.append(answers(photo, mask, -0.2, 0)[1] - outputs(NETWORK.prepare(photo)[None])[0][1])
    assert np.allclose(np.subtract(found["after"], found["before"]), changes)
    assert found["interval"][0] == pytest.approx(np.mean(np.subtract(found["after"], found["before"])))
    assert found["left_out"] == ["broken.png"] and "too few inputs: 4" in found["remark"]


def test_a_bias_check_needs_a_class(tmp_path):
    session = session_in(tmp_path)
    with_edits(session, Edit("blur", None, {"radius": 1}))
    with pytest.raises(Refused, match="no class yet"):
        pressed(session, bias_asked, bias_job, PLACE)
