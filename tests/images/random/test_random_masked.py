"""Images whose hidden pixels are drawn: what is shown, the draws by number, the mean, batches, devices and files."""

import warnings

import numpy as np
import pytest
import torch
from random_images import IMAGE, LABELS, OTHERS, SMOOTHINGS, WEIGHTS, linear, masked, mean_over_others, shares, smooth

import limetheory as lt
from limetheory.images import RandomImageFunction, RandomMaskedImage
from limetheory.images.random.numbered import NumberedImage
from limetheory.images.replacements.law import key_of, numbered_draw
from limetheory.images.torch.evaluator import TorchEvaluator

MASKS = np.random.default_rng(3).random((9, 6)) < 0.5
NAMES = ("noise", "histogram", "others")


class Module(torch.nn.Module):
    """`linear` and `smooth` as the two outputs of a network."""

    def __init__(self, dtype=torch.float64):
        super().__init__()
        self.weight = torch.nn.Parameter(torch.as_tensor(WEIGHTS.transpose(2, 0, 1), dtype=dtype))

    def forward(self, images):
        sums = (images * self.weight).sum(dim=(1, 2, 3))
        return torch.stack([sums, torch.sigmoid(1.5 * sums)], dim=1)


@pytest.mark.parametrize("smoothing", SMOOTHINGS)
@pytest.mark.parametrize("name", NAMES)
def test_shown_pixels_are_the_images_and_hidden_ones_those_of_the_draw(name, smoothing):
    image = masked(name, smoothing)
    found, shown = image.compose(MASKS, rng=5), shares(MASKS, smoothing)[..., None]
    for i, mask in enumerate(shown):
        drawn = numbered_draw(image.law, key_of(5), i)
        np.testing.assert_allclose(found[i], drawn + mask * (IMAGE - drawn), rtol=0, atol=1e-15)
        if smoothing is None:
            np.testing.assert_array_equal(found[i], np.where(mask == 1, IMAGE, drawn))
    np.testing.assert_array_equal(image.compose(np.ones((2, 6), bool)), [IMAGE, IMAGE])


@pytest.mark.parametrize("smoothing", SMOOTHINGS)
@pytest.mark.parametrize("name", NAMES)
def test_a_network_gets_the_images_that_a_callable_gets(name, smoothing):
    numbered = masked(name, smoothing).numbered(5)
    coded = numbered.coded(MASKS, np.arange(20, 29))
    images = TorchEvaluator(Module(), numbered).compose(coded).permute(0, 2, 3, 1).detach().numpy()
    np.testing.assert_allclose(images, numbered.compose(coded), rtol=0, atol=1e-15)


@pytest.mark.parametrize("kind", [np.float64, np.float32])
@pytest.mark.parametrize("name", NAMES)
def test_a_seed_gives_the_same_numbers_in_any_batch_and_for_a_network(name, kind):
    options = {"segments": LABELS, "replacement": masked(name).law.images if name == "others" else name, "n": 60}
    first = lt.explain_image(smooth, IMAGE, rng=7, **options)
    for batch_size in (1, 7, 64):
        again = lt.explain_image(smooth, IMAGE, rng=7, batch_size=batch_size, **options)
        np.testing.assert_allclose(again.coefficients, first.coefficients, rtol=0, atol=1e-14)
    module = Module(torch.float64 if kind is np.float64 else torch.float32)
    network = lt.explain_image(module, IMAGE, rng=7, target=1, batch_size=5, **options)
    np.testing.assert_allclose(network.coefficients, first.coefficients, rtol=0, atol=200 * np.finfo(kind).eps)
    other = lt.explain_image(smooth, IMAGE, rng=8, **options)
    assert np.abs(other.coefficients - first.coefficients).max() > 1e-3


@pytest.mark.gpu
def test_a_gpu_gets_the_draws_of_the_cpu():
    options = {"segments": LABELS, "replacement": "noise", "n": 200, "rng": 7, "target": 1}
    first, second = (lt.explain_image(Module(), IMAGE, device=device, **options) for device in ("cpu", "cuda"))
    np.testing.assert_allclose(second.coefficients, first.coefficients, rtol=0, atol=1e-12)


def test_mutant_whose_draws_depend_on_the_batch_is_told_apart(monkeypatch):
    def drawn(self, masks):
        return np.random.default_rng(0).random((len(masks), *IMAGE.shape))

    monkeypatch.setattr(NumberedImage, "drawn", drawn)
    with pytest.raises(ValueError, match="must answer to an input alone as in a batch of others"):
        lt.explain_image(smooth, IMAGE, segments=LABELS, replacement="noise", n=60, rng=7)


def test_mutant_whose_draws_ignore_the_seed_is_told_apart(monkeypatch):
    monkeypatch.setattr("limetheory.images.random.masked.key_of", lambda rng: np.zeros(2, np.uint64))
    image = masked("noise")
    np.testing.assert_array_equal(image.compose(MASKS, rng=1), image.compose(MASKS, rng=2))
    monkeypatch.undo()
    assert (image.compose(MASKS, rng=1) != image.compose(MASKS, rng=2)).any()


def test_out_of_memory_changes_no_draw():
    def small(images):
        if len(images) > 3:
            raise MemoryError
        return smooth(images)

    options = {"segments": LABELS, "replacement": "noise", "n": 40, "rng": 7}
    one, other = (lt.explain_image(model, IMAGE, **options) for model in (small, smooth))
    np.testing.assert_allclose(one.coefficients, other.coefficients, rtol=0, atol=1e-14)


def test_all_classes_are_explained_from_the_same_draws_without_asking_twice():
    calls = []

    def both(images):
        calls.append(len(images))
        return np.stack([linear(images), smooth(images)], axis=1)

    options = {"segments": LABELS, "replacement": "histogram", "n": 80, "rng": 3, "batch_size": 16}
    together = lt.explain_image(both, IMAGE, target="all", **options)
    asked = sum(calls)
    for target, one in enumerate(together):
        alone = lt.explain_image(both, IMAGE, target=target, **options)
        np.testing.assert_allclose(one.coefficients, alone.coefficients, rtol=0, atol=1e-13)
        np.testing.assert_allclose(one.standard_errors, alone.standard_errors, rtol=1e-9)
        assert one.n_evaluations == asked <= alone.n_evaluations + 2


@pytest.mark.parametrize("smoothing", SMOOTHINGS)
@pytest.mark.parametrize("name", NAMES)
def test_a_linear_model_sees_the_mean_alone(name, smoothing):
    image = masked(name, smoothing)
    exact = lt.set_function(lt.LinearPixels(WEIGHTS), image)
    assert isinstance(exact, lt.Additive)
    mean = {"noise": np.full(IMAGE.shape, 0.5), "others": OTHERS.mean(axis=0)}.get(name)
    mean = np.broadcast_to(IMAGE.mean(axis=(0, 1)), IMAGE.shape) if mean is None else mean
    shown = shares(lt.all_masks(6), smoothing)[..., None]
    np.testing.assert_allclose(exact(lt.all_masks(6)), linear(mean + shown * (IMAGE - mean)), rtol=0, atol=1e-12)


@pytest.mark.parametrize("smoothing", SMOOTHINGS)
def test_values_have_the_mean_of_all_other_images(smoothing):
    image, n = masked("others", smoothing), 300
    F = lt.set_function(smooth, image, rng=0)
    assert isinstance(F, RandomImageFunction) and F.random and F.d == 6
    exact = mean_over_others(smooth, smoothing)
    for mask in MASKS:
        values = F(np.repeat(mask[None], n, axis=0))
        error = max(values.std() / np.sqrt(n), 1e-12)
        assert abs(values.mean() - exact(mask[None])[0]) < 6 * error


@pytest.mark.slow
def test_a_model_of_two_pixels_sees_independent_draws():
    def product(images):
        return images[:, 0, 0, 0] * images[:, 0, 1, 0]  # both of superpixel 0

    F = lt.set_function(product, masked("noise"), rng=0)
    values = F(np.zeros((4000, 6), bool))
    assert abs(values.mean() - 0.25) < 6 * values.std() / np.sqrt(4000)  # and not 1/3, of one number for both


def test_trees_of_pixels_are_asked_and_not_taken_for_exact():
    from sklearn.tree import DecisionTreeRegressor

    rows = np.random.default_rng(0).random((40, 72))
    tree = lt.TreeModel(DecisionTreeRegressor(max_depth=3).fit(rows, rows[:, 0]))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        F = lt.set_function(tree, masked("noise"))
    assert isinstance(F, RandomImageFunction)
    with pytest.raises(
        ValueError,
        match="needs a set function of one value for each mask, got a model that is asked about random images",
    ):
        lt.limit(F, lt.ImageDesign(6))


def test_one_image_is_refused_and_the_remedy_works():
    with pytest.raises(ValueError, match=r"must be random here, such as 'noise'.*got one image; give it to Mask"):
        RandomMaskedImage(IMAGE, LABELS, 0.5)
    assert lt.MaskedImage(IMAGE, LABELS, 0.5).d == 6


def test_a_replacement_that_is_always_the_image_warns_and_a_mean_that_is_does_not():
    flat = np.full((4, 6, 3), 0.5)
    with pytest.warns(UserWarning, match="so that all coefficients are 0; give another one, such as replacement='noi"):
        RandomMaskedImage(flat, LABELS, "histogram")
    with pytest.warns(UserWarning, match="so that all coefficients are 0"):
        lt.explain_image(linear, flat, segments=LABELS, replacement=[flat, flat], n=20, rng=0)
    with pytest.warns(UserWarning, match="so that all coefficients are 0"):
        lt.images.rise_map(linear, flat, n=20, cells=2, replacement="histogram", rng=0)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        RandomMaskedImage(flat, LABELS, "noise")
        lt.images.rise_map(linear, flat, n=20, cells=2, replacement="noise", rng=0)


@pytest.mark.parametrize("channels", [(), (1,), (2,), (5,)])
@pytest.mark.parametrize("name", ["noise", "histogram"])
def test_any_number_of_channels(name, channels):
    image = np.random.default_rng(0).random((8, 12, *channels))
    found = RandomMaskedImage(image, LABELS.repeat(2, axis=0).repeat(2, axis=1), name).compose(MASKS)
    assert found.shape == (9, *(image.shape if channels != (1,) else (8, 12, 3)))


def test_a_module_of_one_channel_gets_grey_draws():
    module = torch.nn.Sequential(torch.nn.Conv2d(1, 2, 3), torch.nn.AdaptiveAvgPool2d(1), torch.nn.Flatten())
    grey = np.random.default_rng(0).random((4, 6))
    for replacement in ("noise", "histogram", np.random.default_rng(1).random((2, 4, 6, 1)).repeat(3, axis=3)):
        found = lt.explain_image(module, grey, segments=LABELS, replacement=replacement, n=30, rng=0)
        assert found.coefficients.any()
    with pytest.raises((RuntimeError, ValueError), match="channel"):
        lt.explain_image(module, grey, segments=LABELS, replacement=OTHERS, n=30, rng=0)
