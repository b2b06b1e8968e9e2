"""EfficientNet-Lite: its weights, the folded layers and the sides of its input."""

import pytest
import torch
from efficientnet_lite_pytorch import EfficientNet

from limetheory.networks.efficientnet_lite import VARIANTS, _weights_path, efficientnet_lite, original


@pytest.mark.slow
@pytest.mark.parametrize("variant", VARIANTS)
def test_folding_leaves_the_function_unchanged(variant):
    network, side = efficientnet_lite(variant)
    images = 2 * torch.rand(1, 3, side, side, generator=torch.Generator().manual_seed(0)) - 1
    with torch.inference_mode():
        expected = original(variant)(images)
        assert (network(images) - expected).abs().max() < 1e-4
        assert (network(images).softmax(1) - expected.softmax(1)).abs().max() < 1e-5


@pytest.mark.slow
@pytest.mark.parametrize("variant", VARIANTS)
def test_the_network_is_the_one_that_the_weights_were_published_with(variant):
    published = EfficientNet.from_name(f"efficientnet-lite{variant}")
    published.load_state_dict(torch.load(_weights_path(variant), weights_only=True))
    side = EfficientNet.get_image_size(f"efficientnet-lite{variant}")
    images = 2 * torch.rand(2, 3, side, side, generator=torch.Generator().manual_seed(variant)) - 1
    with torch.inference_mode():
        assert torch.equal(original(variant)(images), published.eval()(images))


@pytest.mark.slow
def test_turned_kernels_need_the_turned_image():
    network, side = efficientnet_lite(0)
    images = 2 * torch.rand(1, 3, side, side, generator=torch.Generator().manual_seed(0)) - 1
    with torch.inference_mode():
        assert (network[1:](images) - original(0)(images)).abs().max() > 0.1


def test_no_batch_norm_and_no_padded_copy_are_left():
    network, _ = efficientnet_lite(0)
    assert not any(isinstance(module, torch.nn.BatchNorm2d | torch.nn.ZeroPad2d) for module in network.modules())


@pytest.mark.slow
def test_input_sides():
    assert [efficientnet_lite(variant)[1] for variant in VARIANTS] == [224, 240, 260]


def test_nothing_is_printed_and_the_seed_is_untouched(capsys):
    state = torch.get_rng_state()
    efficientnet_lite(0)
    assert torch.equal(state, torch.get_rng_state())
    assert capsys.readouterr().out == ""


def test_unknown_variant():
    with pytest.raises(ValueError, match=r"variant must be 0, 1 or 2, got 7; the others have no bundled weights"):
        efficientnet_lite(7)
