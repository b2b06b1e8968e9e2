"""The same edit on many inputs: pairs, names, what is said of few inputs, and what Ctrl-C leaves."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import limetheory as lt
from limetheory.inspection import Unfinished, bias_check, mean_interval

PHOTOGRAPHS = list(np.random.default_rng(0).random((40, 5, 6, 3)))


def colours(images):
    return images.mean(axis=(1, 2))


def darker(photograph):
    return 0.8 * photograph


def test_changes_are_those_of_each_photograph_and_its_own_edited_form():
    found = bias_check(colours, PHOTOGRAPHS, darker, 1)
    before = np.array([one[..., 1].mean() for one in PHOTOGRAPHS])
    np.testing.assert_allclose(found.before, before, atol=1e-14)
    np.testing.assert_allclose(found.changes, -0.2 * before, atol=1e-14)
    assert found.interval == mean_interval(found.changes) and found.names == tuple(map(str, range(40)))
    assert found.class_name == "1" and found.remark == "" and 80 <= found.n_evaluations <= 100


def test_pairs_are_far_more_certain_than_two_samples():
    found = bias_check(colours, PHOTOGRAPHS, darker, 0)
    apart = np.sqrt((found.before.var(ddof=1) + found.after.var(ddof=1)) / 40)
    assert found.changes.std(ddof=1) / np.sqrt(40) < 0.3 * apart


@pytest.mark.parametrize("batch_size", [1, 3, 64])
def test_the_answer_does_not_depend_on_the_batch_size(batch_size):
    expected = bias_check(colours, PHOTOGRAPHS, darker, 0)
    found = bias_check(colours, PHOTOGRAPHS, darker, 0, batch_size=batch_size)
    np.testing.assert_allclose(found.changes, expected.changes, atol=1e-14)


@pytest.mark.parametrize(("n", "said"), [
    (2, "too few inputs for an interval: 2; take 30 or more"),
    (9, "too few inputs: 9; the interval misses far too often"),
    (29, "few inputs: 29; the interval misses more often than it says"),
    (30, ""),
])  # fmt: skip
def test_few_photographs_are_said_to_be_few(n, said):
    found = bias_check(colours, PHOTOGRAPHS[:n], darker, 0)
    assert found.remark.startswith(said) and bool(found.remark) == bool(said)
    assert found.remark in str(found) and found.remark in found._repr_html_()


def test_equal_changes_have_no_interval_and_say_so():
    found = bias_check(colours, PHOTOGRAPHS, lambda photograph: photograph, 0)
    assert not found.changes.any() and np.isnan(found.interval.low)
    assert found.remark == "all changes are equal, so that no interval can be estimated"


def test_the_ends_of_probabilities_stay_possible():
    chances = lambda images: np.stack([images[:, 0, 0, 0], 1 - images[:, 0, 0, 0]], axis=1)  # noqa: E731
    photographs = [np.full((2, 2, 3), level) for level in (0.9, 0.0, 0.0, 0.0)]
    found = bias_check(chances, photographs, lambda photograph: 1.0 - photograph / 9, 0)
    assert mean_interval(found.changes).low < -1 or mean_interval(found.changes).high > 1
    assert -1 <= found.interval.low <= found.interval.high <= 1


def test_a_folder_is_read_by_the_names_of_its_photographs(tmp_path):
    for name in ("b.png", "a.png", "c.PNG"):
        Image.fromarray(np.full((4, 5, 3), ord(name[0]), np.uint8)).save(tmp_path / name)
    (tmp_path / "notes.txt").write_text("no photograph")
    found = bias_check(colours, tmp_path, darker, 0)
    assert found.names == ("a.png", "b.png", "c.PNG")
    np.testing.assert_allclose(found.before, np.array([97, 98, 99]) / 255)
    some = bias_check(colours, [Path(tmp_path / "c.PNG"), tmp_path / "a.png"], darker, 0)
    assert some.names == ("c.PNG", "a.png") and some.before[1] == found.before[0]


def test_photographs_of_any_size_reach_the_model_by_prepare():
    sizes = [(4, 6, 3), (8, 4, 3), (5, 5, 3)]
    photographs = [np.random.default_rng(0).random(size) for size in sizes]
    with pytest.raises(ValueError, match="all pictures must have the same size"):
        bias_check(colours, photographs, darker, 0)
    halved = lambda photograph: photograph[:4, :4]  # noqa: E731
    assert len(bias_check(colours, photographs, darker, 0, prepare=halved).names) == 3

    class Prepared:
        def prepare(self, photograph):
            return halved(photograph)

        def __call__(self, images):
            return colours(images)

    assert len(bias_check(Prepared(), photographs, darker, 0).names) == 3


def test_texts_and_rows_are_checked_too():
    stars = lambda texts: [3.0 + text.count("good") for text in texts]  # noqa: E731
    found = bias_check(stars, ["good", "a good one", "fine"], lambda text: text.replace("good", "bad"), 0)
    assert found.changes.tolist() == [-1, -1, 0]
    rows = bias_check(lambda rows: rows[:, 0], [[1.0, 2.0], [3.0, 4.0]], lambda row: [row[0] + 1, row[1]], 0)
    assert rows.changes.tolist() == [1, 1]


def test_ctrl_c_gives_the_finished_photographs():
    calls = []

    def model(images):
        calls.append(len(images))
        if len(calls) == 14:
            raise KeyboardInterrupt
        return colours(images)

    with pytest.raises(Unfinished, match=r"interrupted after \d+ of 40 inputs") as stopped:
        bias_check(model, PHOTOGRAPHS, darker, 0, batch_size=5)
    found, whole = stopped.value.answer, bias_check(colours, PHOTOGRAPHS, darker, 0)
    done = len(found.names)
    assert 5 < done < 40
    np.testing.assert_allclose(found.changes, whole.changes[:done], atol=1e-14)


def test_wrong_arguments_are_refused_with_what_works(tmp_path):
    for photographs, message in (
        (str(tmp_path / "none"), "must be a folder or a list, got .* which is no folder; name one"),
        (tmp_path, "a folder must hold photographs, got none in .*; their names end in"),
        ([], "photographs must be one or more, got none"),
    ):
        with pytest.raises(ValueError, match=message):
            bias_check(colours, photographs, darker, 0)
    with pytest.raises(ValueError, match="target must be below the number of columns the model returns, 3, got 3"):
        bias_check(colours, PHOTOGRAPHS, darker, 3)
    with pytest.raises(ValueError, match="level must be above 0 and below 1, got 95"):
        bias_check(colours, PHOTOGRAPHS, darker, 0, level=95)


def test_a_check_shows_itself():
    found = bias_check(colours, PHOTOGRAPHS, lambda photograph: photograph**2, 0)
    assert str(found).startswith("class 0: mean change -0.") and "95 % interval" in str(found)
    figure = found.plot()
    assert len(figure.axes) == 2 and "mean change" in figure.axes[1].get_title()
    assert list(found.to_dataframe().columns) == ["name", "before", "after", "change"]
    assert lt.__version__
