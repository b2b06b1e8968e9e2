"""Models, targets and outputs that a set function of a model refuses in one line."""

import naive
import numpy as np
import pytest
import torch
from counting_model import Counting, D, masked_image

import limetheory as lt


@pytest.mark.parametrize(
    ("target", "error", "message"),
    [
        ("dog", ValueError, "no class names, got 'dog'; give the class as an index"),
        (-1, ValueError, "target must be at least 0, got -1"),
        (3, ValueError, "target must be below the number of columns the model returns, 3, got 3"),
        (True, TypeError, "target must be an integer, got True"),
        (1.0, TypeError, "target must be an integer, got 1.0"),
    ],
)
def test_a_target_that_the_model_does_not_have_is_refused(target, error, message):
    with pytest.raises(error, match=message):
        lt.ModelFunction(Counting(), masked_image(), target)


def test_one_number_for_each_image_is_class_0_only():
    def mean(images):
        return images.mean(axis=(1, 2, 3))

    assert lt.ModelFunction(mean, masked_image()).target == 0
    with pytest.raises(ValueError, match="number of columns the model returns, 1, got 1"):
        lt.ModelFunction(mean, masked_image(), 1)


@pytest.mark.parametrize(
    ("answer", "error", "message"),
    [
        (lambda images: np.zeros(len(images) + 1), ValueError, r"\(b, classes\) or \(b,\) .* b = 1, got shape \(2,\)"),
        (lambda images: np.zeros((1, 2, 3)), ValueError, r"got shape \(1, 2, 3\)"),
        (lambda images: np.zeros((1, 0)), ValueError, r"got shape \(1, 0\)"),
        (lambda images: 0.5, ValueError, r"got shape \(\)"),
        (lambda images: None, TypeError, r"an array, \(b, classes\) or \(b,\), got None; return a row"),
        (lambda images: "cat", TypeError, "an array, .*, got 'cat'; return a row of scores for each image"),
        (lambda images: (image.mean() for image in images), TypeError, "an array, .*, got generator; return a row"),
        (lambda images: [object()], TypeError, "must return real numbers, got an array of object; wrap it"),
        (lambda images: [10**400], TypeError, "must return real numbers, got an array of object; wrap it"),
        (lambda images: [[1.0], [1.0, 2.0]], TypeError, "must return real numbers, got list; wrap it"),
        (lambda images: [[None]], (TypeError, ValueError), "a model must return"),
        (lambda images: np.full((1, 2), np.nan), ValueError, "finite numbers, got 2 NaN or infinite on the input"),
    ],
)
def test_an_unusable_answer_on_the_image_is_refused(answer, error, message):
    with pytest.raises(error, match=message):
        lt.ModelFunction(answer, masked_image())


def test_nan_on_masked_images_only_is_refused_when_they_are_met():
    def fragile(images):
        return np.where(images.min(axis=(1, 2, 3)) > 0, 1.0, np.nan)

    F = lt.ModelFunction(fragile, masked_image())
    with pytest.raises(ValueError, match=r"finite numbers, got 31 NaN .* of 32; check the model's output on masked"):
        lt.limit(F, lt.ImageDesign(D))


def test_a_batch_of_another_length_is_refused_also_after_the_first_image():
    F = lt.ModelFunction(lambda images: np.zeros((1, 2)), masked_image())
    with pytest.raises(ValueError, match=r"b = 2, got shape \(1, 2\)"):
        F(naive.masks(D))


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"device": "cpu"}, ValueError, "device is for torch modules, got 'cpu' with a plain callable; leave it out"),
        ({"batch_size": 0}, ValueError, "batch_size must be at least 1, got 0"),
        ({"batch_size": 2.5}, TypeError, "batch_size must be an integer, got 2.5"),
    ],
)
def test_arguments_out_of_range_are_refused(arguments, error, message):
    with pytest.raises(error, match=message):
        lt.ModelFunction(Counting(), masked_image(), **arguments)


@pytest.mark.parametrize("model", [torch.nn.Identity, Counting])
def test_a_class_is_no_model(model):
    name = model.__name__
    with pytest.raises(TypeError, match=rf"model must be an instance, got the class {name}; .* {name}\(\)$"):
        lt.ModelFunction(model, masked_image())


def test_what_is_no_model_is_refused():
    with pytest.raises(TypeError, match="model must be a torch module or a callable on batches, got str"):
        lt.ModelFunction("resnet18", masked_image())


def test_a_design_of_another_size_is_refused():
    with pytest.raises(ValueError, match="build the design with d=5"):
        lt.estimate(lt.ModelFunction(Counting(), masked_image()), lt.ImageDesign(4), 10)


def test_a_method_for_tables_is_told_what_images_are_and_the_remedy_works():
    from sklearn.linear_model import LogisticRegression

    images = np.random.default_rng(0).random((20, 4, 4, 3))
    fitted = LogisticRegression().fit(images.reshape(20, -1), np.arange(20) % 2)
    labels, predict = np.arange(16).reshape(4, 4) // 4, fitted.predict_proba
    with pytest.raises(TypeError, match=r"batch of images, here \(1, 4, 4, 3\), got a method of Logistic.* 48 "):
        lt.explain_image(predict, images[0], segments=labels)
    wrapped = lt.explain_image(lambda batch: predict(batch.reshape(len(batch), -1)), images[0], segments=labels, rng=0)
    assert wrapped.d == 4
