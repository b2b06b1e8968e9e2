"""The set function of a model has the right values, and each mask is evaluated once."""

import naive
import numpy as np
import pytest
import torch
from counting_model import Counting, D, masked_image

import limetheory as lt

CHECK = 5
"""How many images the check for dependence on the batch evaluates: replacement, both, ends of the first batch."""


def test_values_are_the_model_on_composed_images_for_every_target():
    masked = masked_image()
    for target in range(3):
        F = lt.ModelFunction(Counting(), masked, target)
        assert (F(naive.masks(D)) == Counting().on(masked)[:, target]).all()
        assert F.target == target and (F.outputs == Counting().on(masked)[-1]).all()


def test_target_none_is_the_top_class_of_the_image():
    F = lt.ModelFunction(Counting(), masked_image())
    assert F.target == Counting().on(masked_image())[-1].argmax()


@pytest.mark.parametrize("exact", [True, False])
def test_values_do_not_depend_on_the_batch_size(exact):
    masked = masked_image()
    found = [lt.ModelFunction(Counting(exact), masked, 0, size)(naive.masks(D)) for size in (1, 3, 16, 1000)]
    np.testing.assert_allclose(found, np.tile(found[0], (4, 1)), rtol=0, atol=0 if exact else 1e-14)
    assert np.ptp(found[0]) > 0.01


@pytest.mark.parametrize("size", [1, 3, 16])
def test_no_batch_is_larger_than_asked(size):
    model = Counting()
    lt.ModelFunction(model, masked_image(), 0, size)(naive.masks(D))
    assert max(model.batches) <= size


def test_no_mask_is_evaluated_twice_across_estimates_limits_and_ends():
    model = Counting()
    F = lt.ModelFunction(model, masked_image(), 0, 3)
    F(naive.masks(D)[[7, 7, 31, 7]])
    lt.estimate(F, lt.ImageDesign(D), 20, 0, include_original=True)
    lt.estimate(F, lt.ShapleyDesign(D), 20, 1)
    lt.limit(F, lt.TextDesign(D))
    lt.limit(F, lt.ShapleyDesign(D))
    larger = 2  # the first batch of three, behind one of one, is checked too
    assert len(set(model.seen)) == 2**D and F.n_evaluations == len(model.seen) == 2**D + CHECK + larger


def test_n_evaluations_is_what_the_model_saw_for_more_superpixels_than_are_kept():
    masked = lt.MaskedImage(np.full((5, 5, 3), 0.5), np.arange(25).reshape(5, 5), 0.0)
    seen = []
    F = lt.ModelFunction(lambda images: seen.extend(images) or images.mean(axis=(1, 2, 3)), masked)
    assert F.known_values.size == 0 and F.n_evaluations == len(seen) == 1
    found = lt.estimate(F, lt.BernoulliDesign(25), 40, 0, include_original=True)
    assert F.n_evaluations == len(seen) == 40 + CHECK  # the all-ones first mask is known already
    np.testing.assert_allclose(found.coefficients, 0.5 / 25, rtol=0, atol=1e-12)


def test_recall_takes_over_known_values():
    masked, first, second = masked_image(), Counting(), Counting()
    F = lt.ModelFunction(first, masked, 0)
    F(naive.masks(D)[:10])
    assert np.isnan(F.known_values).sum() == 2**D - 11
    G = lt.ModelFunction(second, masked, 0)
    G.recall(F.known_values)
    assert (G(naive.masks(D)) == F(naive.masks(D))).all()
    assert G.n_evaluations == len(second.seen) == 1 + CHECK + 2**D - 11
    with pytest.raises(ValueError, match=r"values must have shape \(32,\), got \(8,\)"):
        G.recall(np.zeros(8))


def test_known_values_are_a_copy():
    F = lt.ModelFunction(Counting(), masked_image(), 0)
    F.known_values[:] = 0
    assert np.isnan(F.known_values[0])


def limited(largest, error):
    model = Counting()

    def answer(images):
        if len(images) > largest:
            raise error
        return model(images)

    return answer, model


OUT_OF_MEMORY = [
    MemoryError(),
    torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB"),
    RuntimeError("[enforce fail] DefaultCPUAllocator: can't allocate memory: you tried to allocate 9 bytes"),
]


@pytest.mark.parametrize("error", OUT_OF_MEMORY, ids=lambda e: type(e).__name__)
def test_out_of_memory_halves_the_batch_and_keeps_the_answer(error):
    answer, model = limited(5, error)
    F = lt.ModelFunction(answer, masked_image(), 0, 16)
    assert (F(naive.masks(D)) == Counting().on(masked_image())[:, 0]).all()
    assert F.batch_size == 4
    assert len(model.seen) - CHECK == len(set(model.seen)) == F.n_evaluations - CHECK == 2**D


@pytest.mark.parametrize("error", OUT_OF_MEMORY, ids=lambda e: type(e).__name__)
def test_out_of_memory_on_a_single_image_is_raised(error):
    with pytest.raises(type(error)) as caught:
        lt.ModelFunction(limited(0, error)[0], masked_image(), 0, 16)
    assert caught.value is error


def test_other_errors_pass_through_and_leave_the_batch_size():
    F = lt.ModelFunction(limited(1, RuntimeError("mat1 and mat2 shapes"))[0], masked_image(), 0, 16)
    with pytest.raises(RuntimeError, match="mat1 and mat2 shapes"):
        F(naive.masks(D))
    assert F.batch_size == 16


def test_plain_callables_get_float64_images_channels_last_and_masks_are_exact():
    masked, seen = masked_image(), []
    F = lt.ModelFunction(lambda images: seen.append(images) or images[:, 0, 0, 0], masked)
    F(naive.masks(D))
    seen = np.concatenate(seen)
    assert seen.dtype == float and seen.shape == (2**D + CHECK, 6, 2 * D, 3)
    assert seen.min() == 0 and seen.max() <= 1


def test_a_grey_image_reaches_plain_callables_without_channels():
    masked = lt.MaskedImage(np.array([[0.25, 0.75]]), np.array([[0, 1]]), 0.0)
    F = lt.ModelFunction(lambda images: images.reshape(len(images), -1), masked, 1)
    assert F(naive.masks(2)).tolist() == [0, 0, 0.75, 0.75]


class Named(Counting):
    def class_index(self, name):
        return ["cat", "dog", "cup"].index(name)


def test_a_class_name_is_looked_up_in_the_model():
    assert lt.ModelFunction(Named(), masked_image(), "dog").target == 1


@pytest.mark.parametrize("dtype", [np.float64, np.float32, np.float16])
def test_resolution_is_that_of_the_model_s_numbers(dtype):
    F = lt.ModelFunction(lambda images: images.mean(axis=(1, 2, 3)).astype(dtype), masked_image())
    assert F.resolution == np.finfo(dtype).eps


def test_a_torch_module_has_the_resolution_of_its_parameters():
    class Mean(torch.nn.Module):
        def __init__(self, dtype):
            super().__init__()
            self.scale = torch.nn.Parameter(torch.ones(1, dtype=dtype))

        def forward(self, x):
            return self.scale * x.mean(dim=(1, 2, 3))[:, None]

    for dtype in (torch.float64, torch.float32):
        assert lt.ModelFunction(Mean(dtype), masked_image()).resolution == torch.finfo(dtype).eps


def test_the_image_can_be_evaluated_again_and_only_then_is():
    model = Counting()
    F = lt.ModelFunction(model, masked_image(), 1)
    F(np.ones((3, D), bool))
    assert F.n_evaluations == 1 and F.evaluated_again() == F.outputs[1]
    assert F.n_evaluations == len(model.seen) == 2
    answers = iter((0.25, 0.5))
    assert lt.ModelFunction(lambda images: np.full(len(images), next(answers)), masked_image()).evaluated_again() == 0.5
