"""ONNX Runtime: each thread evaluates images of its own, and an image has the same outputs with any number of them."""

import threading

import pytest
import torch
from torch import nn

from limetheory.networks.backends.onnx_runtime import on_onnx_runtime


@pytest.fixture(scope="module")
def network():
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        return nn.Sequential(nn.Conv2d(3, 8, 3, 2), nn.ReLU(), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(8, 4))


def images(count):
    return torch.rand((count, 3, 15, 15), generator=torch.Generator().manual_seed(count))


@pytest.mark.parametrize("count", [1, 2, 5, 32])
def test_an_image_has_the_same_outputs_with_any_number_of_threads(network, count, monkeypatch):
    found = []
    for threads in (1, 2, 3, 40):
        monkeypatch.setattr(torch, "get_num_threads", lambda threads=threads: threads)
        found.append(on_onnx_runtime(network, images(3))(images(count)))
    assert all(torch.equal(one, found[0]) for one in found)
    torch.testing.assert_close(found[0], network(images(count)).detach(), rtol=0, atol=1e-6)


def test_the_threads_share_the_images(network, monkeypatch):
    monkeypatch.setattr(torch, "get_num_threads", lambda: 2)
    run, both, met = on_onnx_runtime(network, images(3)), threading.Barrier(2), []
    contiguous = torch.Tensor.contiguous

    def waits_for_the_other(part):
        both.wait(30)  # one thread alone would break the barrier
        met.append(len(part))
        return contiguous(part)

    monkeypatch.setattr(torch.Tensor, "contiguous", waits_for_the_other)
    run(images(9))
    assert sorted(met) == [4, 5]


def test_gradients_are_not_kept(network):
    assert not on_onnx_runtime(network, images(3))(images(4)).requires_grad
