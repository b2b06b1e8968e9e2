"""Outputs of models and set functions are read as they are meant, or refused with a remedy that works."""

from collections import OrderedDict, namedtuple
from fractions import Fraction
from types import SimpleNamespace

import numpy as np
import pytest
import torch

import limetheory as lt
from limetheory.answers import FIELD_OF_CALLABLE, FIELD_OF_MODULE, real_numbers, score_rows
from limetheory.evaluation import evaluate

ROWS = np.arange(6.0).reshape(2, 3)
MASKS = np.array([[True, False], [False, False], [True, True]])
DESIGN = lt.BernoulliDesign(2)


def counts(dtype):
    """200 z_1 + 100 z_2, which no 8-bit number holds, from numbers that each type holds."""
    return lambda masks: np.where(masks[:, 0], 200, 100).astype(dtype)


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16, np.int16, np.int64, np.uint64, np.float16, object])
@pytest.mark.parametrize("method", ["wls", "unbiased"])
def test_integers_do_not_overflow_in_an_estimate(dtype, method):
    found = lt.estimate(counts(dtype), DESIGN, 60, 0, method)
    exact = lt.limit(counts(float), DESIGN)
    error = 1e-9 if method == "wls" else 40
    np.testing.assert_allclose(found.coefficients, exact.coefficients, rtol=0, atol=error)
    np.testing.assert_allclose(lt.limit(counts(dtype), DESIGN).coefficients, [100, 0], rtol=0, atol=1e-12)


def test_every_real_type_is_read_exactly():
    answers = [True, False, True], [Fraction(1, 4), 2, 0.5], np.array([1, 2, 3], ">i2"), torch.tensor([1, 2, 3])
    for answer in [*answers, torch.tensor([0.5, 0.25, 1], dtype=torch.bfloat16)]:
        assert evaluate(lambda masks, answer=answer: answer, MASKS).tolist() == [float(number) for number in answer]
    collecting = torch.tensor([0.5, 0.25, 1], requires_grad=True)
    assert evaluate(lambda masks: collecting, MASKS).tolist() == [0.5, 0.25, 1]


@pytest.mark.parametrize("kind", [np.complex64, np.complex128])
@pytest.mark.parametrize("wrap", [np.asarray, np.ndarray.tolist, torch.as_tensor])
def test_complex_answers_are_refused_and_the_remedy_works(kind, wrap):
    def wave(masks):
        return np.exp(1j * masks.sum(axis=1)).astype(kind)

    for run in (lt.limit, lambda F, design: lt.estimate(F, design, 20, 0)):
        with pytest.raises(TypeError, match="a set function must return real numbers, got complex") as caught:
            run(lambda masks: wrap(wave(masks)), DESIGN)
        assert "return their real part or absolute value" in str(caught.value)
    cosine = np.cos([0, 1, 1, 2])
    found = lt.limit(lambda masks: wave(masks).real, DESIGN).coefficients
    np.testing.assert_allclose(found, lt.limit(lt.SetFunction(cosine), DESIGN).coefficients, rtol=0, atol=1e-6)


@pytest.mark.parametrize("build", [lt.SetFunction, lt.Additive, lambda w: lt.FactorProduct(w, w), lt.LinearPixels])
def test_complex_numbers_of_a_closed_form_are_refused(build):
    with pytest.raises(TypeError, match="must be numbers, got complex128; take their real part"):
        build(np.array([1.0, 1j]))


@pytest.mark.parametrize(
    "labels",
    [
        ["cat", "dog", "cat"],
        np.array(["cat", "dog", "cat"]),
        np.array(["cat", "dog", "cat"], object),
        [b"cat", b"dog", b"cat"],
        ["1", "2", "1"],
    ],
)
def test_labels_are_refused_and_the_remedy_works(labels):
    with pytest.raises(TypeError, match="a set function must return scores, got labels such as ") as caught:
        evaluate(lambda masks: labels, MASKS)
    remedy = str(caught.value).rpartition("explain one label as ")[2]
    F = eval("lambda masks: " + remedy, {"np": np, "F": lambda masks: labels})
    assert evaluate(F, MASKS).tolist() == [1, 0, 1]


@pytest.mark.parametrize(
    "answer",
    [
        [1.0, [2.0, 3.0], 1.0],
        object(),
        [object()] * 3,
        [10**400] * 3,
        np.zeros(3, "m8[s]"),
        np.zeros(3, "M8[s]"),
        np.zeros(3, [("a", float)]),
    ],
)
def test_what_is_no_number_is_refused_in_one_line(answer):
    with pytest.raises(TypeError, match="a set function must return real numbers, got ") as caught:
        evaluate(lambda masks: answer, MASKS)
    assert "\n" not in str(caught.value)


Pair = namedtuple("Pair", "scores features")
CONTAINERS = {
    "tuple": ((ROWS, ROWS + 9), "[0]"),
    "namedtuple": (Pair(ROWS, ROWS[:, 0]), "[0]"),
    "list": ([ROWS, ROWS], "[0]"),
    "dict": ({"aux": np.zeros((2, 3, 4)), "out": ROWS}, "['out']"),
    "ordered": (OrderedDict(scores=ROWS, loss=ROWS[0]), "['scores']"),
    "attributes": (SimpleNamespace(scores=ROWS, loss=ROWS[0]), ".scores"),
}


@pytest.mark.parametrize("name", CONTAINERS)
def test_several_fields_are_named_and_the_remedy_works(name):
    answer, access = CONTAINERS[name]
    with pytest.raises(TypeError, match=r"a model must return one array \(b, classes\), got ") as caught:
        score_rows(answer, 2, FIELD_OF_CALLABLE)
    said, _, remedy = str(caught.value).partition("; pass ")
    assert "(2, 3)" in said and access in remedy and "\n" not in remedy
    chosen = eval(remedy, {"model": lambda images: answer})(None)
    assert (score_rows(chosen, 2, FIELD_OF_CALLABLE) == ROWS).all()


@pytest.mark.parametrize(
    "answer",
    [ROWS, (ROWS,), [ROWS], SimpleNamespace(logits=ROWS, loss=None), (SimpleNamespace(logits=ROWS),),
     {"out": ROWS}, OrderedDict(scores=ROWS, loss=0.5), (None, ROWS), SimpleNamespace(scores=ROWS, loss=np.float64(3)),
     ROWS[:, :, None, None], ROWS[..., None], ROWS.tolist(), list(ROWS), tuple(ROWS), torch.tensor(ROWS),
     ROWS.astype(np.uint8), torch.tensor(ROWS).to(torch.bfloat16), (torch.tensor(ROWS)[:, :, None, None],)],
)  # fmt: skip
def test_one_array_is_read_whatever_it_comes_in(answer):
    assert (score_rows(answer, 2, FIELD_OF_MODULE) == ROWS).all()


@pytest.mark.parametrize("n", [1, 2, 5])
def test_one_number_for_each_image(n):
    column = np.linspace(0, 1, n)
    for answer in (column, column[:, None], column.tolist(), (column,), [column], column[:, None, None, None]):
        assert (score_rows(answer, n, FIELD_OF_MODULE) == column[:, None]).all()


@pytest.mark.parametrize(
    "labels", [np.array([3, 1]), np.array([[3], [1]]), torch.tensor([3, 1]), [3, 1], np.array([3, 1], np.uint8)]
)
def test_class_indices_are_refused_and_the_remedies_work(labels):
    with pytest.raises(TypeError, match=r"must return scores, got one whole number .* such as 3, which is a") as caught:
        score_rows(labels, 2, FIELD_OF_CALLABLE)
    assert "np.asarray(model(images)) == 3" in str(caught.value) and "\n" not in str(caught.value)
    assert score_rows(np.asarray(labels) == 3, 2, FIELD_OF_CALLABLE).tolist() == [[1], [0]]
    assert score_rows(np.asarray(labels).astype(float), 2, FIELD_OF_CALLABLE).tolist() == [[3], [1]]


COLUMNS = [0, 1, 1], [[0], [1], [0]], [0, 0, 0], [1, 1, 1]


@pytest.mark.parametrize("dtype", [bool, np.uint8, float, np.float32])
@pytest.mark.parametrize("wrap", [np.asarray, torch.as_tensor])
@pytest.mark.parametrize("field", [FIELD_OF_CALLABLE, FIELD_OF_MODULE])
def test_0_and_1_are_scores_of_a_detector_in_types_that_are_no_labels(dtype, wrap, field):
    for column in COLUMNS:
        found = score_rows(wrap(np.array(column, dtype)), 3, field)
        assert found.dtype == float and found.tolist() == np.reshape(column, (3, 1)).tolist()


@pytest.mark.parametrize("dtype", [np.int64, np.int32, np.int8, np.uint64])
@pytest.mark.parametrize("wrap", [np.asarray, np.ndarray.tolist, torch.as_tensor])
def test_labels_that_happen_to_be_0_and_1_are_labels_and_the_remedies_work(dtype, wrap):
    for column in COLUMNS:
        answer = wrap(np.array(column, dtype))
        with pytest.raises(TypeError, match=r"one whole number .*, which is a class label; .*, or .* as \.bool\(\)"):
            score_rows(answer, 3, FIELD_OF_MODULE)
        with pytest.raises(TypeError, match=r"which is a class label; .*, a detector's no and yes as \.astype\(bool\)"):
            score_rows(answer, 3, FIELD_OF_CALLABLE)
        for remedy in (np.asarray(answer).astype(bool), torch.as_tensor(answer).bool(), np.asarray(answer) == 1):
            assert score_rows(remedy, 3, FIELD_OF_MODULE).tolist() == np.reshape(column, (3, 1)).tolist()


def test_an_argmax_over_four_classes_is_refused_though_the_image_gets_0():
    image, labels = np.zeros((4, 4, 3)), np.arange(16).reshape(4, 4) // 4
    image[..., 0] = 1.0
    scores = lambda images: images.mean(axis=(1, 2)) @ np.eye(3, 4)  # noqa: E731
    question = {"segments": labels, "replacement": (0.0, 1.0, 0.0), "n": 40, "rng": 0}
    with pytest.raises(TypeError, match="such as 0, which is a class label"):
        lt.explain_image(lambda images: scores(images).argmax(axis=1), image, **question)
    found = lt.explain_image(lambda images: scores(images).argmax(axis=1) == 0, image, **question)
    assert found.coefficients.min() > 0.1
    assert (lt.explain_image(scores, image, target=0, **question).coefficients > 0.2).all()


@pytest.mark.parametrize("labels, named", [([0, 1, 2], 2), ([0, -1, 1], -1), ([1, 0, 255], 255), ([7, 0, 3], 7)])
def test_one_other_integer_makes_all_of_them_labels_and_is_named(labels, named):
    for answer in (labels, np.array(labels)[:, None], torch.tensor(labels)):
        with pytest.raises(TypeError, match=rf"one whole number .* such as {named}, which is a class label"):
            score_rows(answer, 3, FIELD_OF_MODULE)
        with pytest.raises(TypeError, match=rf"such as {named}, .* np.asarray\(model\(images\)\) == {named}"):
            score_rows(answer, 3, FIELD_OF_CALLABLE)


def test_votes_of_several_classes_are_scores():
    assert score_rows(np.array([[200, 100], [0, 255]], np.uint8), 2, FIELD_OF_MODULE).sum() == 555


def test_a_cast_would_have_changed_the_answer():
    with pytest.warns(np.exceptions.ComplexWarning):
        assert np.asarray(np.array([1 + 2j]), dtype=float).tolist() == [1.0]  # what `evaluate` did
    with pytest.raises(TypeError):
        real_numbers(np.array([1 + 2j]), "a set function", "F(masks)")


GAPS = np.ma.array([200.0, 100.0, 0.0], mask=[False, True, False])


YES = np.ma.array([True, True, True], mask=[True, False, False])


@pytest.mark.parametrize("answer", [GAPS, list(GAPS), GAPS.astype(int), YES], ids=str)
def test_masked_entries_of_a_set_function_are_refused_and_the_remedy_works(answer):
    assert np.isfinite(np.asarray(GAPS)).all()  # the number below the mask would have been taken
    with pytest.raises(TypeError, match=r"^a set function must return an array without gaps, got a masked ") as said:
        evaluate(lambda masks: answer, MASKS)
    assert str(said.value).endswith("return it with .filled(level)")
    assert evaluate(lambda masks: GAPS.filled(0.5), MASKS).tolist() == [200, 0.5, 0]
    assert evaluate(lambda masks: np.ma.array(GAPS.data), MASKS).tolist() == [200, 100, 0]


@pytest.mark.parametrize("wrap", [lambda rows: rows, lambda rows: (rows,), lambda rows: SimpleNamespace(logits=rows),
                                  list], ids=["array", "tuple of one", "logits", "rows"])  # fmt: skip
def test_masked_entries_of_a_model_are_refused(wrap):
    with pytest.raises(TypeError, match=r"^a model must return an array without gaps, got a masked array; return it"):
        score_rows(wrap(np.ma.array(ROWS, mask=ROWS == 4)), 2, FIELD_OF_CALLABLE)
    assert score_rows(wrap(np.ma.array(ROWS)), 2, FIELD_OF_CALLABLE).tolist() == ROWS.tolist()
