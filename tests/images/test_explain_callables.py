"""`explain_image` of plain callables: the type of their images, and answers that are integers."""

import re

import naive
import numpy as np
import pytest
import torch
from explained_picture import IMAGE, LABELS, WEIGHTS, D, curved, explain, linear
from sklearn.linear_model import LinearRegression

import limetheory as lt


def single(images):
    """A callable around float32 weights that takes float32 images only."""
    return torch.einsum("bhwc,hwc->b", torch.from_numpy(images), torch.as_tensor(WEIGHTS, dtype=torch.float32))


def test_a_callable_that_needs_float32_is_told_so_and_the_remedy_works():
    with pytest.raises(TypeError, match=r"take float64 images .*, got RuntimeError .* give dtype='float32'") as caught:
        explain(single)
    assert "\n" not in str(caught.value)
    found, same = explain(single, dtype="float32"), explain(linear)
    np.testing.assert_allclose(found.coefficients, same.coefficients, rtol=0, atol=1e-4)
    seen = []
    explain(lambda images: seen.append(images.dtype) or curved(images), dtype=np.float16)
    assert set(seen) == {np.dtype(np.float16)}


@pytest.mark.parametrize("dtype", ["int32", "uint8", "complex64", "brown", 3, torch.float32])
def test_images_for_a_callable_are_floats(dtype):
    with pytest.raises(ValueError, match="dtype must be one of float64, float32, float16, got "):
        explain(dtype=dtype)


@pytest.mark.parametrize("dtype", [float, np.uint8, bool])
def test_a_detector_may_answer_yes_and_no(dtype):
    def detector(images):
        return (images.mean(axis=(1, 2, 3)) > 0.25).astype(dtype)

    shares = [IMAGE[j == LABELS].sum() / IMAGE.size for j in range(D)]
    values = np.array([np.dot(mask, shares) > 0.25 for mask in naive.masks(D)], float)
    assert 0 < values.mean() < 1, "the detector tells masks apart"
    F = lt.set_function(detector, lt.MaskedImage(IMAGE, LABELS, 0.0))
    found, expected = (lt.limit(function, lt.ImageDesign(D)) for function in (F, lt.SetFunction(values)))
    np.testing.assert_allclose(found.coefficients, expected.coefficients, rtol=0, atol=1e-12)
    said = explain(detector, target=None, replacement=0.0)
    same = explain(lambda images: detector(images).astype(float), replacement=0.0)
    assert said.target == 0 and said.coefficients.any() and (said.coefficients == same.coefficients).all()


def test_class_labels_are_no_detector():
    with pytest.raises(TypeError, match=r"one whole number .* such as 2, which is a class label"):
        explain(lambda images: np.where(images.mean(axis=(1, 2, 3)) > 0.5, 2, 1))


def test_dtype_is_not_for_modules():
    with pytest.raises(ValueError, match="dtype is for plain callables, got 'float32' with a torch module"):
        explain(torch.nn.Flatten(), dtype="float32")


def test_an_error_that_float32_gives_too_is_the_model_s_own():
    def broken(images):
        raise RuntimeError("broken layer")

    with pytest.raises(RuntimeError, match="broken layer"):
        explain(broken)


@pytest.mark.parametrize("shape", [(4, 6), (4, 6, 3), (4, 6, 2)], ids=["grey", "colour", "two channels"])
@pytest.mark.parametrize("fit", ["grey", "all numbers"])
def test_a_method_for_tables_is_told_how_images_become_its_rows(shape, fit):
    rng = np.random.default_rng(0)
    image = np.repeat(rng.random((4, 6, 1)), shape[-1], axis=2) if len(shape) == 3 else rng.random(shape)
    # a grey image reaches a callable in three channels
    columns = 24 if fit == "grey" else image.size if len(shape) == 3 else 72
    predict = LinearRegression().fit(rng.random((90, columns)), rng.random(90)).predict
    labels = np.arange(24).reshape(4, 6) // 8
    with pytest.raises(TypeError, match=f"LinearRegression for tables of {columns} columns; wrap it .*rows") as refused:
        lt.explain_image(predict, image, segments=labels, n=20, rng=0)
    remedy = re.search(r"rows, (lambda .*)$", str(refused.value))[1]
    found = lt.explain_image(eval(remedy, {"predict": predict}), image, segments=labels, n=20, rng=0)
    assert np.abs(found.coefficients).max() > 0


def test_a_method_for_tables_of_other_images_is_told_their_size():
    predict = LinearRegression().fit(np.eye(7), np.arange(7)).predict
    with pytest.raises(TypeError, match="for tables of 7 columns; give an image of 7 numbers, resized as in training"):
        explain(predict, IMAGE)
