"""Patches that are left out: all kept is the plain forward pass, a mask of attention equals gathering, naive twins."""

import numpy as np
import pytest
import torch
import transformers

from limetheory.networks.vit.kept_tokens import class_tokens
from limetheory.networks.vit.torch_backbone import TokenNetwork

PATCHES = 12


def network(kind="Dinov2", registers=0):
    options = {"num_register_tokens": registers} if registers else {}
    configuration = getattr(transformers, f"{kind}Config")(
        hidden_size=16, num_hidden_layers=3, num_attention_heads=2, mlp_ratio=2, patch_size=4, image_size=16, **options
    )
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        model = getattr(transformers, f"{kind}Model")(configuration)
        for one in model.parameters():
            one.data += 0.3 * torch.randn(one.shape)
        return TokenNetwork(model)


@pytest.fixture(scope="module", params=[("Dinov2", 0), ("Dinov2WithRegisters", 3)], ids=["plain", "registers"])
def small(request):
    return network(*request.param)


@pytest.fixture(scope="module")
def pixels():
    return torch.randn(1, 3, 12, 16, generator=torch.Generator().manual_seed(1))


def modes(transformer):
    """Gathering, and masking where the encoder of this version of transformers takes a mask."""
    return (False, True) if transformer.masks_attention else (False,)


def choices(n=20):
    """Choices of patches of every size, the first empty and the second whole."""
    rng = np.random.default_rng(2)
    keep = rng.random((n, PATCHES)) < rng.random((n, 1))
    keep[0], keep[1] = False, True
    return torch.as_tensor(keep)


def naive(model, embedded, keep):
    """The class token of one choice, layer by layer from the weights, in float64: a row of scores for each token."""
    weights = {name: tensor.double() for name, tensor in model.state_dict().items()}
    others = embedded.shape[1] - len(keep)
    tokens = embedded[0].double()[torch.cat([torch.ones(others, dtype=bool), keep])]

    def norm(name, rows):
        centred = rows - rows.mean(dim=1, keepdim=True)
        scale = (centred.square().mean(dim=1, keepdim=True) + model.config.layer_norm_eps).sqrt()
        return centred / scale * weights[f"{name}.weight"] + weights[f"{name}.bias"]

    def linear(name, rows):
        return rows @ weights[f"{name}.weight"].T + weights[f"{name}.bias"]

    def named(layer, one):
        """The name of a map of attention, which transformers 5 changed."""
        old = {"q": "attention.query", "k": "attention.key", "v": "attention.value", "o": "output.dense"}[one]
        found = [f"{layer}.attention.{name}" for name in (f"{one}_proj", old)]
        return next(name for name in found if f"{name}.weight" in weights)

    for number in range(model.config.num_hidden_layers):
        layer = f"encoder.layer.{number}"
        rows = norm(f"{layer}.norm1", tokens)
        query, key, value = (linear(named(layer, one), rows).reshape(len(rows), 2, 8) for one in "qkv")
        heads = []
        for head in range(2):
            scores = (query[:, head] @ key[:, head].T / 8**0.5).exp()
            heads.append(scores / scores.sum(dim=1, keepdim=True) @ value[:, head])
        tokens = tokens + weights[f"{layer}.layer_scale1.lambda1"] * linear(named(layer, "o"), torch.cat(heads, dim=1))
        wide = linear(f"{layer}.mlp.fc1", norm(f"{layer}.norm2", tokens))
        wide = wide * 0.5 * (1 + torch.erf(wide / 2**0.5))
        tokens = tokens + weights[f"{layer}.layer_scale2.lambda1"] * linear(f"{layer}.mlp.fc2", wide)
    return norm("layernorm", tokens)[0]


def gap(found, expected):
    return ((found - expected).abs().max() / expected.abs().max()).item()


@torch.inference_mode()
def test_all_patches_kept_is_the_plain_forward_pass(small, pixels):
    keep = torch.ones(3, PATCHES, dtype=torch.bool)
    for padded in modes(small):
        found = class_tokens(small, small.embedded(pixels), keep, padded)
        assert gap(found, small(pixels)[:, 0].expand(3, -1)) < 1e-5


@torch.inference_mode()
def test_each_choice_is_that_of_a_transformer_without_the_other_tokens(small, pixels):
    embedded, keep = small.embedded(pixels), choices()
    expected = torch.stack([naive(small.model, embedded, one) for one in keep])
    for padded in modes(small):
        assert gap(class_tokens(small, embedded, keep, padded).double(), expected) < 1e-5


@torch.inference_mode()
def test_that_comparison_notices_a_patch_more_or_another_one(small, pixels):
    embedded, keep = small.embedded(pixels), choices()[2:]
    found = class_tokens(small, embedded, keep, False)
    for mutant in (keep.roll(1, dims=1), keep | torch.eye(PATCHES, dtype=torch.bool)[0]):
        changed = (mutant != keep).any(dim=1)
        other = class_tokens(small, embedded, mutant, False)
        assert changed.sum() > 5 and ((found - other)[changed].abs().amax(dim=1) > 1e-3).all()


@torch.inference_mode()
def test_masking_the_attention_of_all_tokens_equals_gathering_the_kept_ones(small, pixels):
    embedded, keep = small.embedded(pixels), choices()
    others = embedded.shape[1] - PATCHES
    kept = torch.cat([torch.ones(len(keep), others, dtype=torch.bool), keep], dim=1)
    mask = torch.zeros(kept.shape).masked_fill(~kept, -torch.inf)[:, None, None]
    if not small.masks_attention:  # of earlier transformers 5: then the naive twin above is all that there is
        with pytest.raises(TypeError):
            small.encoded(embedded, mask)
        return
    masked = small.encoded(embedded.expand(len(keep), -1, -1), mask)[:, 0]
    assert gap(class_tokens(small, embedded, keep, False), masked) < 1e-5


@torch.inference_mode()
def test_hidden_patches_have_no_influence(small, pixels):
    embedded, keep = small.embedded(pixels), choices()
    hidden = torch.zeros(PATCHES, dtype=torch.bool)
    hidden[5] = True
    noisy = embedded.clone()
    noisy[0, embedded.shape[1] - PATCHES + 5] += 100
    rows = ~keep[:, 5]
    for padded in modes(small):
        before, after = (class_tokens(small, one, keep, padded)[rows] for one in (embedded, noisy))
        assert rows.sum() > 5 and torch.equal(before, after)


def test_transformers_whose_positions_are_in_every_layer_leave_nothing_out():
    configuration = transformers.DINOv3ViTConfig(
        hidden_size=16, num_hidden_layers=1, num_attention_heads=2, intermediate_size=24, patch_size=4, image_size=16
    )
    other = TokenNetwork(transformers.DINOv3ViTModel(configuration))
    assert not other.in_two_parts and not other.masks_attention and network().in_two_parts
