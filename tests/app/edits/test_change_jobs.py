"""The jobs behind the panel "What changes" give the numbers of the library's own functions."""

import numpy as np
import pytest
from edit_scene import SETTINGS, explained, job_of, pressed, session_in, with_edits, with_region
from page_scene import context, outputs

from limetheory.app.answers import MAIN, answer_of
from limetheory.app.jobs.changing import BEFORE, DIFFERENCE, EDITED, change_asked, change_job
from limetheory.app.jobs.editing import PICTURE, PREDICTION, prediction_job
from limetheory.app.photos import photo_of
from limetheory.app.refusals import Refused
from limetheory.images.edits.edit import Edit
from limetheory.images.edits.edits import Edits
from limetheory.images.function_network import FunctionNetwork
from limetheory.inspection import image_change
from limetheory.pictures import load_image

NETWORK = FunctionNetwork(outputs, "toy")
DARKER = Edit("brightness", "left", {"offset": -0.4})


def predicted(session, scene=None):
    with job_of(session):
        return prediction_job(scene or context(), lambda progress: None)


def test_the_prediction_is_that_of_the_photograph_after_the_edits(tmp_path):
    session = session_in(tmp_path)
    mask = with_region(session)
    with_edits(session, DARKER, Edit("rotate", None, {"angle": 90}, on=False))
    predicted(session)
    photo = load_image(photo_of(session).file)
    edited = photo.copy()
    edited[mask] = np.clip(edited[mask] - 0.4, 0, 1)
    before, after = outputs(np.stack([NETWORK.prepare(one) for one in (photo, edited)]))
    found = session.read_json(PREDICTION)
    rows = sorted(found["rows"], key=lambda row: row["column"])
    assert np.allclose([[row["before"], row["after"]] for row in rows], np.stack([before, after], axis=1))
    assert abs(after[1] - before[1]) > 0.05 and found["target"] == int(before.argmax())
    assert session.read_bytes(PICTURE).startswith(b"\xff\xd8")


def test_a_model_that_was_asked_before_answers_about_the_photograph_of_now(tmp_path):
    scene, brighter = context(), Edit("brightness", None, {"offset": 0.3})
    for seed in (1, 2, 1):
        session = session_in(tmp_path, seed=seed)
        with_edits(session, brighter)
        predicted(session, scene)
        photo = load_image(photo_of(session).file)
        both = outputs(np.stack([NETWORK.prepare(one) for one in (photo, np.clip(photo + 0.3, 0, 1))]))
        rows = sorted(session.read_json(PREDICTION)["rows"], key=lambda row: row["column"])
        assert np.allclose([[row["before"], row["after"]] for row in rows], both.T)


def test_the_class_stays_that_of_the_explanation(tmp_path):
    session = session_in(tmp_path)
    explained(session, target=1)
    with_edits(session, Edit("brightness", None, {"offset": -0.4}))
    predicted(session)
    found = session.read_json(PREDICTION)
    assert found["target"] == 1 and found["rows"][0]["column"] == 1


@pytest.mark.slow
def test_the_change_is_that_of_image_change_with_the_superpixels_of_the_explanation(tmp_path):
    session = session_in(tmp_path)
    mask = with_region(session)
    explained(session)
    with_edits(session, DARKER)
    pressed(session, change_asked, change_job)
    main, found = answer_of(session, MAIN), {one: answer_of(session, one) for one in (BEFORE, EDITED, DIFFERENCE)}
    photo = load_image(photo_of(session).file)
    after = Edits((DARKER,)).applied(photo, {"left": mask}).pixels
    expected = image_change(
        NETWORK, NETWORK.prepare(photo), NETWORK.prepare(after), segments=main.explanation.segments,
        n=SETTINGS["samples"], rng=SETTINGS["seed"], target=main.explanation.target,
    )  # fmt: skip
    for slot, one in ((BEFORE, expected.before), (EDITED, expected.after), (DIFFERENCE, expected.difference)):
        assert np.array_equal(found[slot].explanation.coefficients, one.coefficients)
    assert np.array_equal(found[BEFORE].explanation.coefficients, main.explanation.coefficients)
    assert np.array_equal(found[DIFFERENCE].explanation.standard_errors, expected.difference.standard_errors)
    difference = found[EDITED].explanation.coefficients - found[BEFORE].explanation.coefficients
    assert np.allclose(found[DIFFERENCE].explanation.coefficients, difference)


@pytest.mark.parametrize(
    ("prepare", "words"),
    [
        (lambda session: None, "no edit that is on"),
        (lambda session: with_edits(session, DARKER), r"Edit 1 \(brightness\) is of the region left, .* switch it off"),
        (lambda session: with_edits(session, Edit("blur")), "Press Explain first"),
    ],
)
def test_what_is_missing_is_told_with_the_next_step(tmp_path, prepare, words):
    session = session_in(tmp_path)
    prepare(session)
    with pytest.raises(Refused, match=words):
        pressed(session, change_asked, change_job)


def test_an_edit_of_a_missing_region_is_harmless_while_it_is_off(tmp_path):
    session = session_in(tmp_path)
    with_edits(session, DARKER.switched(), Edit("blur", None, {"radius": 5}))
    assert "stamp" in predicted(session)
