"""prop:ig-linear, prop:ig-order and completeness on modules whose integrals are known."""

from types import SimpleNamespace

import numpy as np
import pytest
import torch
from torch import nn

import limetheory as lt

RNG = np.random.default_rng(0)
IMAGE = RNG.random((6, 8, 3))
LABELS = np.arange(48).reshape(6, 8) // 12
D = 4
WEIGHTS = RNG.normal(size=(6, 8, 3))


class Pixels(nn.Module):
    """A function of Σ_u w_u x_u for each superpixel, shape (b, d) → (b, classes)."""

    def __init__(self, function):
        super().__init__()
        stacked = np.stack([WEIGHTS * (j == LABELS)[..., None] for j in range(D)]).transpose(0, 3, 1, 2)
        self.weights = nn.Parameter(torch.as_tensor(stacked, dtype=torch.float32))
        self.function = function

    def forward(self, x):
        return self.function(torch.einsum("bchw,dchw->bd", x, self.weights))


def sums(image):
    return np.array([(WEIGHTS * image)[j == LABELS].sum() for j in range(D)])


def gradients(function, image=IMAGE, segments=LABELS, **options):
    return lt.superpixel_integrated_gradients(Pixels(function), image, segments, **{"target": 0, **options})


@pytest.mark.slow
@pytest.mark.parametrize("replacement", ["mean", "blur", 0.0, [0.1, 0.5, 0.9], IMAGE[::-1]], ids=repr)
def test_prop_ig_linear_equals_lime_s_limit_for_every_replacement(replacement):
    masked = lt.MaskedImage(IMAGE, LABELS, replacement)
    limit = lt.limit(lt.set_function(lt.LinearPixels(WEIGHTS), masked), lt.ImageDesign(D)).coefficients
    found = gradients(lambda s: s.sum(dim=1, keepdim=True), replacement=replacement, steps=1)
    np.testing.assert_allclose(found.coefficients, limit, rtol=0, atol=5e-6)
    assert found.completeness_gap < 5e-6 and np.abs(limit).max() > 0.1


def test_a_quadratic_has_its_closed_form():
    # f = (Σ_j s_j)²: the gradient along the path is 2(S̄ + t(S − S̄)), so IG_j = (s_j − s̄_j)(S + S̄).
    found = gradients(lambda s: s.sum(dim=1, keepdim=True) ** 2, replacement=0.25, steps=2)
    start, end = sums(np.full_like(IMAGE, 0.25)), sums(IMAGE)
    expected = (end - start) * (end.sum() + start.sum())
    np.testing.assert_allclose(found.coefficients, expected, rtol=1e-4, atol=0)
    assert found.rise == pytest.approx(end.sum() ** 2 - start.sum() ** 2, rel=1e-4)


def test_completeness_gap_falls_with_the_steps():
    found = [gradients(lambda s: torch.tanh(s.sum(1, True)), replacement=0.0, steps=k) for k in (1, 4, 16, 64)]
    gaps = [one.completeness_gap for one in found]
    assert gaps[0] > 3 * gaps[1] > 9 * gaps[2] and gaps[3] < 1e-5
    for one in found:
        assert one.completeness_gap == pytest.approx(abs(one.coefficients.sum() - one.rise), abs=1e-12)


def test_prop_ig_order_a_product_of_intensities_gives_the_shapley_value_but_not_lime_s_limit():
    # From the black image the path scales every intensity by t: f = s_0 s_1 s_2 + s_2 s_3 is multilinear in them.
    def product(s):
        return s[:, :1] * s[:, 1:2] * s[:, 2:3] + s[:, 2:3] * s[:, 3:]

    F = lt.set_function(Pixels(product), lt.MaskedImage(IMAGE, LABELS, 0.0), target=0)
    shapley = lt.limit(F, lt.ShapleyDesign(D)).coefficients
    found = gradients(product, replacement=0.0, steps=8)
    np.testing.assert_allclose(found.coefficients, shapley, rtol=0, atol=1e-5 * np.abs(shapley).max() + 1e-6)
    assert np.abs(lt.limit(F, lt.ImageDesign(D)).coefficients - shapley).max() > 0.05 * np.abs(shapley).max()


def test_the_target_picks_its_column_and_none_the_top_class():
    def both(s):
        return torch.stack([s[:, 0], -5 + s[:, 1]], dim=1)

    second = gradients(both, target=1)
    assert (gradients(both, target=None).coefficients != second.coefficients).any()
    assert second.coefficients[0] == 0 and second.coefficients[1] != 0


def test_a_class_name_is_a_target():
    model = Pixels(lambda s: s)
    model.class_index = ["a", "b", "c", "d"].index
    found = lt.superpixel_integrated_gradients(model, IMAGE, LABELS, target="c", replacement=0.0)
    assert np.flatnonzero(found.coefficients).tolist() == [2]


def test_a_model_of_one_number_for_each_image():
    found = gradients(lambda s: s.sum(dim=1), replacement=0.0)
    np.testing.assert_allclose(found.coefficients, sums(IMAGE), rtol=0, atol=5e-6)


class InPlace(nn.Module):
    """A first layer that overwrites its input."""

    def forward(self, x):
        return x.mul_(2)


@pytest.mark.parametrize("first", [InPlace(), nn.ReLU(inplace=True), nn.Sequential(nn.ReLU6(inplace=True), InPlace())])
def test_a_first_layer_may_work_in_place(first):
    model = nn.Sequential(first, Pixels(lambda s: s.sum(dim=1)))
    found = lt.superpixel_integrated_gradients(model, IMAGE, LABELS, target=0, replacement=0.0, steps=3)
    factor = 1 if isinstance(first, nn.ReLU) else 2
    np.testing.assert_allclose(found.coefficients, factor * sums(IMAGE), rtol=0, atol=1e-5)


@pytest.mark.parametrize("wrap", [lambda s: (s,), lambda s: SimpleNamespace(logits=s), lambda s: s[:, :, None, None]])
def test_outputs_in_a_tuple_in_a_field_or_with_more_axes_are_read(wrap):
    found, same = gradients(wrap, target=1, replacement=0.0), gradients(lambda s: s, target=1, replacement=0.0)
    assert (found.coefficients == same.coefficients).all() and same.coefficients[1] != 0


def test_labels_with_gaps_and_uint8_pixels():
    picture = (IMAGE * 255).astype(np.uint8)
    found = gradients(lambda s: s.sum(dim=1), picture, LABELS * 10 + 1, replacement=0.0)
    np.testing.assert_allclose(found.coefficients, sums(picture / 255), rtol=0, atol=5e-6)


def test_the_module_is_left_as_it_was():
    model = nn.Sequential(nn.Dropout(0.5), Pixels(lambda s: s))
    model[0].eval()
    before = [part.training for part in model.modules()]
    one, other = (lt.superpixel_integrated_gradients(model, IMAGE, LABELS, target=0) for _ in range(2))
    assert [part.training for part in model.modules()] == before
    assert (one.coefficients == other.coefficients).all()
    assert all(p.grad is None and p.requires_grad for p in model.parameters())


def test_frozen_parameters_do_not_matter():
    model = Pixels(lambda s: s).requires_grad_(False)
    found = lt.superpixel_integrated_gradients(model, IMAGE, LABELS, target=0, replacement=0.0)
    assert found.coefficients[0] == pytest.approx(sums(IMAGE)[0], abs=5e-6)


def test_gradients_flow_although_the_caller_switched_them_off():
    with torch.no_grad():
        found = gradients(lambda s: s, replacement=0.0)
    assert found.coefficients[0] == pytest.approx(sums(IMAGE)[0], abs=5e-6)


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"steps": 0}, ValueError, "steps must be at least 1, got 0"),
        ({"steps": 2.5}, TypeError, "steps must be an integer, got 2.5"),
        ({"target": 4}, ValueError, "target must be below the number of columns the model returns, 4, got 4"),
        ({"target": "cup"}, ValueError, "no class names, got 'cup'"),
        ({"segments": LABELS[:2]}, ValueError, "segment that same image"),
        ({"image": IMAGE * np.nan}, ValueError, "image must be finite"),
    ],
)
def test_bad_arguments_are_refused(options, error, message):
    with pytest.raises(error, match=message):
        gradients(lambda s: s, **options)


def test_what_has_no_gradients_is_refused():
    with pytest.raises(TypeError, match="integrated gradients need a torch module, got function; wrap the model"):
        lt.superpixel_integrated_gradients(lambda images: images, IMAGE, LABELS, target=0)
