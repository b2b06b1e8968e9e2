"""Each library runs in a process of its own: whatever it does is a line, and harms nothing here."""

import random

import numpy as np
import pytest
from fake_libraries import library

from limetheory.audit.process import asked
from limetheory.audit.questions import Question
from limetheory.limits import Leaf, SetFunction

FUNCTIONS = {"leaf 4": Leaf(4, on=(0, 1)), "leaf 50": Leaf(50, on=(0, 1), off=(7,), value=0.5)}
PLAIN = Question("limit", "leaf 4", 4, 60, (0, 1), masks=True)


def answers(tmp_path, name, questions=(PLAIN,), seconds=60.0, **more):
    made = library(tmp_path, name, **more)
    return asked(made, made.subjects[0], list(questions), FUNCTIONS, seconds=seconds)


def test_coefficients_and_masks_of_every_run_come_back(tmp_path):
    found = answers(tmp_path, "right")
    ((question, answer),) = found.answered
    assert question is PLAIN and found.failure == "" and answer.errors == ("", "")
    assert answer.coefficients.shape == (2, 4) and answer.evaluations == (60, 60)
    rng = np.random.default_rng(1)
    assert (answer.masks[1] == (rng.random((60, 4)) < 0.5)).all()
    assert found.versions["numpy"] == np.__version__ and answer.processor > 0


def test_a_function_of_many_parts_goes_there_as_leaves(tmp_path):
    found = answers(tmp_path, "right", [Question("limit", "leaf 50", 50, 400, (0,), masks=True)])
    ((_, answer),) = found.answered
    values = FUNCTIONS["leaf 50"](answer.masks[0])
    assert 0 < values.mean() < 0.5
    design = np.column_stack([np.ones(400), answer.masks[0]])
    weights = np.exp(-((1 - np.sqrt(answer.masks[0].mean(axis=1))) ** 2) / 0.125)
    again = np.linalg.lstsq(np.sqrt(weights)[:, None] * design, np.sqrt(weights) * values, rcond=None)[0][1:]
    assert np.abs(again - answer.coefficients[0]).max() < 1e-9


@pytest.mark.slow
def test_a_library_that_hangs_is_ended_and_keeps_its_answers(tmp_path):
    found = answers(tmp_path, "hang", seconds=2.0)
    assert found.failure == "it did not end within 2 s, after 0 of 1 questions" and found.answered == []
    assert found.seconds < 20


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("crash", "its process was ended by SIGABRT, after 0 of 1 questions"),
        ("leave", "its process ended with the code 3, after 0 of 1 questions: the library has had enough"),
    ],
)
def test_a_library_that_crashes_is_one_line(tmp_path, name, line):
    assert answers(tmp_path, name).failure == line


def test_a_library_that_cannot_be_imported_is_one_line(tmp_path):
    found = answers(tmp_path, "right", code="import no_such_package")
    assert found.failure.endswith("ModuleNotFoundError: No module named 'no_such_package'")


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("nothing", "it gave coefficients that are not finite"),
        ("shape", "it gave coefficients of the shape (2, 4) for d = 4"),
        ("lengths", "it gave coefficients of the shape (3,) for d = 4"),
        ("error", "RuntimeError: no <such> thing"),
    ],
)
def test_an_answer_that_is_none_is_one_line_for_its_run(tmp_path, name, line):
    ((_, answer),) = answers(tmp_path, name).answered
    assert answer.errors == (line, line) and not answer.good.any() and np.isnan(answer.coefficients).all()


@pytest.mark.slow
def test_what_a_library_prints_does_not_come_here(tmp_path, capfd):
    found = answers(tmp_path, "printing")
    assert found.printed == 2 * (len("fitting <b>now</b>") + 52) and capfd.readouterr() == ("", "")


@pytest.mark.slow
def test_the_global_generators_here_stay_as_they_are(tmp_path):
    numpy_state, state = np.random.get_state()[1].copy(), random.getstate()  # noqa: NPY002
    ((_, answer),) = answers(tmp_path, "seeding").answered
    assert (np.random.get_state()[1] == numpy_state).all() and random.getstate() == state  # noqa: NPY002
    assert set(answer.states[0]) == {"NumPy", "Python"}


@pytest.mark.slow
def test_answers_are_no_pickles(tmp_path):
    code = "import numpy as np\nPACKAGES = ()\nSUBJECTS = {'right': lambda F, d, n, seed, options: [object()] * d}"
    ((_, answer),) = answers(tmp_path, "right", code=code).answered
    assert answer.errors[0].startswith("TypeError: float() argument must be")


def test_a_table_and_its_recorded_masks_agree_with_the_function(tmp_path):
    rng = np.random.default_rng(0)
    F = SetFunction(rng.random(16))
    made = library(tmp_path, "right")
    found = asked(made, made.subjects[0], [Question("limit", "f", 4, 5000, (3,))], {"f": F})
    import limetheory as lt

    limit = lt.limit(F, lt.ImageDesign(4)).coefficients
    assert np.abs(found.answered[0][1].coefficients[0] - limit).max() < 0.1
