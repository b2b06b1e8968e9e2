"""Instances whose coefficients are of different units are refused or warned of, from Python, files and rows."""

import json
import warnings

import numpy as np
import pytest

import limetheory as lt
from limetheory.cli.main import run
from limetheory.picks.units import Unit, WithUnit, check_units, unit_of

ROWS = np.random.default_rng(0).normal(size=(40, 3))


def of_text(text="so good", target=0, columns=2):
    def scores(texts):
        return np.array([[one.count("good"), *[0.1 * len(one)] * (columns - 1)] for one in texts], float)

    return lt.explain_text(scores, text, target=target, n=60, rng=0)


def of_row(i=0):
    return lt.explain_tabular(lambda rows: rows[:, :2], ROWS[i], ROWS, target=0, n=400, rng=0)


def test_the_unit_of_an_explanation_is_its_kind_its_model_and_its_class():
    assert unit_of(of_text(target=1)) == Unit(kind="TextExplanation", outputs=2, target=1)
    assert unit_of(lt.Explanation(np.ones(1), 0.0, np.ones(1), 9)) == Unit()


@pytest.mark.parametrize(
    ("instances", "said"),
    [
        ([of_text(), of_row()], "must be of one kind of input, got 'TextExplanation' and 'TabularExplanation'"),
        ([of_text(), [of_text(), of_row()]], "must be of one kind of input"),
        ([of_text(), of_text(columns=3)], "must be of one model's answers, of so many columns, got 2 and 3"),
    ],
)
@pytest.mark.parametrize("call", [lt.explanation_matrix, lambda found: lt.submodular_pick(found, 1)])
def test_instances_of_different_units_are_refused_in_one_line(instances, said, call):
    with pytest.raises(ValueError, match=f"^instances {said}.*; pick among those of each alone$") as refused:
        call(instances)
    assert "\n" not in str(refused.value)


def test_photographs_beside_texts_are_refused_by_concepts_too():
    picture = lt.explain_image(
        lambda images: images.mean(axis=(1, 2)), ROWS[:16].reshape(4, 4, 3).clip(0, 1),
        segments=np.kron([[0, 1], [2, 3]], np.ones((2, 2), int)), n=60, rng=0,
    )  # fmt: skip
    with pytest.raises(ValueError, match="'ImageExplanation' and 'TextExplanation'"):
        lt.image_concepts([picture, of_text()], 2)


def test_different_classes_are_warned_of():
    with pytest.warns(UserWarning, match=r"for the same class, got the columns 0, 1 of the model's answer.*--target"):
        lt.explanation_matrix([of_text(), of_text(target=1), of_text()])
    with pytest.warns(UserWarning, match="the columns 0, 0 and 1 of"):
        lt.explanation_matrix([of_text(), [of_text(), of_text(target=1)]])


def test_what_is_of_one_unit_or_of_none_known_is_not_warned_of():
    unknown = lt.Explanation(np.ones(2), 0.0, np.ones(2), 9, names=["so", "good"])
    both = [of_text(), of_text(target=1)]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for instances in ([of_text(), of_text()], [of_text(), unknown], [of_row(0), of_row(1)], [both, both[::-1]]):
            lt.explanation_matrix(instances)


def test_models_are_told_apart_by_what_files_say_of_them():
    def row(model):
        return WithUnit(np.ones(1), 0.0, np.ones(1), 9, unit=Unit(model=model))

    check_units([[row("a")], [row("a")], [row(None)]])
    with pytest.raises(ValueError, match="must be of one model, got 'a' and 'b'"):
        check_units([[row("a")], [row("b")]])


@pytest.fixture
def files(tmp_path, monkeypatch):
    """Parquet files of two models of texts and one of rows, and a kept explanation of each kind."""
    pytest.importorskip("pyarrow")
    monkeypatch.chdir(tmp_path)
    items = {"a": "so good", "b": "so bad, so bad"}

    def explained(text, seed):
        return of_text(text, int("bad" in text))

    for name in ("one", "same", "other"):
        lt.explain_many(explained, items, f"{name}.parquet", settings={"model": "m" if name != "other" else "n"})
    lt.explain_many(lambda i, seed: of_row(i), {"0": 0, "1": 1}, "rows.parquet")
    of_text().save("text.npz")
    of_row().save("row.npz")


@pytest.mark.parametrize(
    ("names", "said"),
    [
        (["one.parquet", "other.parquet"], "instances must be of one model, got 'm, its output' and 'n, its output'"),
        (["one.parquet", "rows.parquet"], "instances must be of one kind of input"),
        (["text.npz", "rows.parquet"], "instances must be of one kind of input"),
        (["text.npz", "row.npz"], "instances must be of one kind of input"),
    ],
)
def test_the_command_refuses_files_of_different_units_in_one_line(files, capsys, names, said):
    assert run(["pick", *names, "--budget", "1"]) == 2
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 1 and lines[0].startswith(f"limetheory: {said}"), lines


@pytest.mark.slow
@pytest.mark.filterwarnings("default::UserWarning")
def test_the_command_says_once_that_rows_are_of_different_classes(files, capsys):
    outputs = ["--json", "pick.json", "--figure", "pick.png"]
    assert run(["pick", "one.parquet", "same.parquet", "--budget", "1", *outputs]) == 0
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 1 and "for the same class, got the columns 0, 1" in lines[0]
    with open("pick.json", encoding="utf-8") as file:
        assert len(json.load(file)["files"]) == 4
