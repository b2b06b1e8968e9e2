"""Torch modules give the answers of an equal NumPy callable, and are unchanged afterwards."""

from types import SimpleNamespace

import naive
import numpy as np
import pytest
import torch
from module_images import Answer, D, Viewing, masked_image
from torch import nn

import limetheory as lt
from limetheory.images.torch.evaluator import TorchEvaluator


def as_callable(module):
    """The same function of (b, h, w, 3) arrays in float64."""
    weights = module.weights.detach().double().numpy()
    return lambda images: np.tanh(images.transpose(0, 3, 1, 2).reshape(len(images), -1) @ weights.T / 10)


def test_a_module_and_the_same_numpy_callable_agree():
    masked, module = masked_image(), Viewing()
    found = lt.ModelFunction(module, masked, 2)(naive.masks(D))
    expected = lt.ModelFunction(as_callable(module), masked, 2)(naive.masks(D))
    np.testing.assert_allclose(found, expected, rtol=0, atol=2e-6)
    assert np.ptp(expected) > 0.1


@pytest.mark.parametrize("size", [1, 3, 1000])
def test_values_do_not_depend_on_the_batch_size(size):
    masked, module = masked_image(), Viewing()
    found, usual = (lt.ModelFunction(module, masked, 0, b)(naive.masks(D)) for b in (size, 16))
    np.testing.assert_allclose(found, usual, rtol=0, atol=1e-6)


def test_values_are_bitwise_the_same_for_every_batch_size_where_sums_are_exact():
    image = np.random.default_rng(2).integers(0, 9, (12, 16, 3)) / 8
    masked, module = lt.MaskedImage(image, masked_image().segments, 0.25), Exact()
    values = [lt.ModelFunction(module, masked, 0, b)(naive.masks(D)).tobytes() for b in (1, 3, 16, 1000)]
    assert len(set(values)) == 1


class Exact(nn.Module):
    def forward(self, x):
        return x.sum(dim=(1, 2, 3))[:, None]


def test_inputs_are_the_composed_images_as_contiguous_float32():
    masked, module = masked_image(), Viewing()
    lt.ModelFunction(module, masked)(naive.masks(D)[:20])
    _image, _replacement, _both, batch, _first, _last, rest = module.seen
    seen = torch.cat([batch, rest])
    expected = masked.compose(naive.masks(D)[:20]).astype(np.float32).transpose(0, 3, 1, 2)
    assert seen.dtype == torch.float32 and all(batch.is_contiguous() for batch in module.seen)
    assert 0 <= seen.min() and seen.max() <= 1
    np.testing.assert_array_equal(seen.numpy(), expected)  # lerp is exact at 0 and 1


def test_gradients_are_off_and_parameters_keep_theirs():
    module = Viewing()
    lt.ModelFunction(module, masked_image())(naive.masks(D))
    assert all(torch.is_inference(x) for x in module.seen)
    assert module.weights.grad is None and module.weights.requires_grad


class Mixed(nn.Module):
    """A dropout in training mode beside a frozen one, and a batch norm."""

    def __init__(self):
        super().__init__()
        self.norm, self.dropout, self.frozen = nn.BatchNorm2d(3), nn.Dropout(0.5), nn.Dropout(0.5)
        self.frozen.eval()
        self.fail = False

    def forward(self, x):
        if self.fail:
            raise KeyError("broken layer")
        return self.frozen(self.dropout(self.norm(x))).mean(dim=(2, 3))


def flags(module):
    return [part.training for part in module.modules()]


def test_a_module_in_training_mode_is_evaluated_without_dropout_and_put_back():
    module = Mixed()
    before, statistics = flags(module), module.norm.running_mean.clone()
    one, other = (lt.ModelFunction(module, masked_image(), 0)(naive.masks(D)) for _ in range(2))
    assert (one == other).all()
    assert flags(module) == before == [True, True, True, False]
    assert torch.equal(module.norm.running_mean, statistics)


def test_training_flags_are_put_back_after_an_error():
    module = Mixed()
    F = lt.ModelFunction(module, masked_image(), 0)
    module.fail = True
    with pytest.raises(KeyError):
        F(naive.masks(D))
    assert flags(module) == [True, True, True, False]


def test_one_number_for_each_image_is_class_0():
    class Flat(nn.Module):
        def forward(self, x):
            return x.mean(dim=(1, 2, 3))

    masked = masked_image()
    found = lt.ModelFunction(Flat(), masked)
    np.testing.assert_allclose(
        found(naive.masks(D)), masked.compose(naive.masks(D)).mean(axis=(1, 2, 3)), rtol=0, atol=1e-6
    )
    with pytest.raises(ValueError, match="number of columns the model returns, 1, got 1"):
        lt.ModelFunction(Flat(), masked, 1)


@pytest.mark.parametrize(
    ("answer", "error", "message"),
    [
        (lambda x: x, ValueError, r"got shape \(1, 3, 12, 16\)"),
        (lambda x: x.mean(dim=(2, 3)) / 0 - x.mean(dim=(2, 3)) / 0, ValueError, "got 3 NaN or infinite on the input"),
    ],
)
def test_an_unusable_answer_is_refused(answer, error, message):
    with pytest.raises(error, match=message):
        lt.ModelFunction(Answer(answer), masked_image())


def test_labels_of_a_module_are_refused_and_the_remedy_works():
    with pytest.raises(TypeError, match=r"got one whole number .int64. .*; return the scores that argmax was taken of"):
        lt.ModelFunction(Answer(lambda x: x.mean(dim=(2, 3)).argmax(dim=1) + 7), masked_image())
    lt.ModelFunction(Answer(lambda x: x.mean(dim=(2, 3))), masked_image())
    one = lt.ModelFunction(Answer(lambda x: x.mean(dim=(2, 3)).argmax(dim=1) == 1), masked_image())
    assert set(one(naive.masks(D))) <= {0.0, 1.0}


@pytest.mark.parametrize("wrap", [lambda x: (x,), lambda x: SimpleNamespace(logits=x), lambda x: x[:, :, None, None]])
def test_one_tensor_is_read_whatever_it_comes_in(wrap):
    masked = masked_image()
    found, same = (lt.ModelFunction(Answer(answer), masked, 1)(naive.masks(D))
                   for answer in (lambda x: wrap(x.mean(dim=(2, 3))), lambda x: x.mean(dim=(2, 3))))  # fmt: skip
    assert (found == same).all()


def test_half_precision_outputs_are_read():
    module = Answer(lambda x: x.mean(dim=(2, 3)).to(torch.bfloat16))
    assert lt.ModelFunction(module, masked_image()).outputs.dtype == float


def test_a_gpu_is_told_to_compute_in_full_float32():
    told = []
    module = Answer(lambda x: told.append(torch.backends.cudnn.allow_tf32) or x.mean(dim=(2, 3)))
    lt.ModelFunction(module, masked_image())
    assert told == [False] and torch.backends.cudnn.allow_tf32


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_a_module_with_buffers_alone_gets_images_of_their_kind(dtype):
    class Projected(nn.Module):
        def __init__(self):
            super().__init__()
            self.register_buffer("count", torch.zeros(1, dtype=torch.int64))
            self.register_buffer("colour", torch.ones(3, 2, dtype=dtype))

        def forward(self, x):
            assert x.dtype == dtype
            return x.mean(dim=(2, 3)) @ self.colour

    evaluator = TorchEvaluator(Projected(), masked_image(), "cpu")
    assert evaluator(naive.masks(D)).shape == (2**D, 2) and evaluator.image.dtype == dtype


@pytest.mark.parametrize("device", ["nonsense", 3.5, "cpu:nonsense"])
def test_an_unknown_device_is_refused_in_one_line(device):
    with pytest.raises(ValueError, match=r"device must be .*, got .* use 'cpu'") as caught:
        lt.ModelFunction(Viewing(), masked_image(), device=device)
    assert "\n" not in str(caught.value)


@pytest.mark.skipif(torch.cuda.is_available(), reason="needs a machine without a CUDA device")
def test_cuda_without_a_gpu_is_refused_in_one_line_and_leaves_the_module():
    module = Viewing()
    with pytest.raises(ValueError, match=r"device must be present on this machine, got 'cuda'; use 'cpu'") as caught:
        lt.ModelFunction(module, masked_image(), device="cuda")
    assert "\n" not in str(caught.value)
    assert module.weights.device.type == "cpu"


@pytest.mark.gpu
def test_cuda_and_cpu_agree_on_the_same_masks():
    # float32 sums of 576 terms differ by a few 1e-6; the composed images are the same bits.
    masked, module = masked_image(), Viewing()
    composed = TorchEvaluator(module, masked).compose(naive.masks(D))
    here = lt.explain_image(module, masked.image, segments=masked.segments, target=1, n=60, rng=0)
    there = lt.explain_image(module, masked.image, segments=masked.segments, target=1, n=60, rng=0, device="cuda")
    assert torch.equal(TorchEvaluator(module, masked, "cuda").compose(naive.masks(D)).cpu(), composed)
    assert here.n_evaluations == there.n_evaluations
    np.testing.assert_allclose(there.coefficients, here.coefficients, rtol=0, atol=1e-4)
    other = lt.explain_image(module, masked.image, segments=masked.segments, target=1, n=60, rng=1)
    assert np.abs(other.coefficients - here.coefficients).max() > 1e-3, "other masks are told apart"


@pytest.mark.gpu
def test_a_network_has_the_same_values_on_a_gpu_in_batches_of_any_size():
    masked = lt.MaskedImage(np.random.default_rng(0).random((224, 224, 3)), np.indices((224, 224))[0] // 38)
    assert masked.d == D

    def values(device, precision="float32", batch_size=16):
        model = lt.load_model("efficientnet_lite0", device=device, precision=precision)
        return lt.ModelFunction(model, masked, 0, batch_size)(naive.masks(D))

    expected = values("cpu")
    tolerance = 1e-4 * np.ptp(expected)
    for size in (3, 16, 64):
        np.testing.assert_allclose(values("cuda", batch_size=size), expected, rtol=0, atol=tolerance)
    assert np.abs(values("cuda", "tf32") - expected).max() > tolerance  # mutant: PyTorch's own setting
