"""How exact float32 is on a GPU: switched while a network runs, and put back."""

import pytest
import torch

from limetheory.devices import tensor_float32


def allowed():
    return torch.backends.cudnn.allow_tf32, torch.backends.cuda.matmul.allow_tf32


@pytest.mark.parametrize("value", [True, False])
def test_convolutions_and_products_are_switched_and_put_back(value):
    before = allowed()
    with tensor_float32(not value), tensor_float32(value):
        assert allowed() == (value, value)
    with pytest.raises(KeyError), tensor_float32(value):
        raise KeyError
    assert allowed() == before == (True, False)  # PyTorch's own


def test_what_a_user_has_set_is_kept():
    torch.backends.cuda.matmul.allow_tf32 = True
    try:
        with tensor_float32(False):
            assert allowed() == (False, False)
        assert allowed() == (True, True)
    finally:
        torch.backends.cuda.matmul.allow_tf32 = False


if hasattr(torch.backends.cudnn, "conv"):  # from torch 2.9 on; without the switches there is nothing to keep

    @pytest.mark.parametrize("value", [True, False])
    def test_what_a_user_has_set_by_the_newer_switches_is_kept(value):
        convolutions, products = torch.backends.cudnn.conv, torch.backends.cuda.matmul
        earlier = convolutions.fp32_precision
        convolutions.fp32_precision = "ieee"
        try:
            with pytest.raises(RuntimeError):
                allowed()  # PyTorch refuses to mix them
            with tensor_float32(value):
                assert {convolutions.fp32_precision, products.fp32_precision} == {"tf32" if value else "ieee"}
            assert convolutions.fp32_precision == "ieee"
        finally:
            convolutions.fp32_precision = earlier
        assert allowed() == (True, False)
