"""The small networks of the 2021 study: their sizes, and their training."""

import pytest
import torch

from experiments.garreau2021 import small_networks
from experiments.garreau2021.small_networks import BLOCKS, architecture


def test_architectures_have_the_parameters_of_the_study():
    """Counted by hand for 32 × 32: 9 c c' + c' of a convolution, m n + n of a dense layer."""
    expected = {"Simple": 3072 * 32 + 32 + 330, "VGG1": 1_060_138, "VGG2": 591_274, "VGG3": 550_570}
    for name in BLOCKS:
        network = architecture(name, 32, 32)
        assert sum(values.numel() for values in network.parameters()) == expected[name]
        assert network(torch.zeros(2, 3, 32, 32)).shape == (2, 10)


@pytest.mark.slow
def test_training_is_repeatable_and_learns_and_leaves_the_generator_alone():
    torch.manual_seed(0)
    state = torch.get_rng_state()
    network, accuracy = small_networks.trained("Simple", "digits", None, 3, 0)
    assert torch.equal(torch.get_rng_state(), state) and accuracy > 0.5
    again, _ = small_networks.trained.__wrapped__("Simple", "digits", None, 3, 0)
    other, _ = small_networks.trained.__wrapped__("Simple", "digits", None, 3, 1)
    assert torch.equal(network[1].weight, again[1].weight) and not torch.equal(network[1].weight, other[1].weight)
