"""MobileSAM's checkpoints go to the package of its authors, here a stand-in whose network answers a scene."""

import sys
from types import SimpleNamespace

import pytest
import torch
from composed_scene import IMAGE, Coordinates, Scene, Shrink, are_the_regions
from torch import nn

from limetheory.images.generators.mask_generators import masks_of
from limetheory.images.generators.sam.masks import load_sam


class MobileShrink(Shrink):
    """An encoder whose first layer is named as that of MobileSAM's TinyViT."""

    def __init__(self):
        super().__init__()
        self.patch_embed = nn.ModuleDict({"seq": nn.ModuleList([nn.ModuleDict({"c": nn.Conv2d(3, 4, 3)})])})


def mobile():
    from segment_anything.modeling import Sam

    return Sam(MobileShrink(), Coordinates(), Scene())


@pytest.fixture
def checkpoint(tmp_path):
    torch.save(mobile().state_dict(), tmp_path / "mobile_sam.pt")
    return tmp_path / "mobile_sam.pt"


@pytest.fixture
def package(monkeypatch):
    monkeypatch.setitem(sys.modules, "mobile_sam", SimpleNamespace(sam_model_registry={"vit_t": mobile}))


@pytest.mark.slow
def test_the_regions_of_a_scene_are_recovered(package, checkpoint):
    assert are_the_regions(masks_of(IMAGE, "sam", checkpoint=checkpoint, device="cpu", points_per_side=8))


def test_the_weights_are_those_of_the_file(package, checkpoint):
    state = torch.load(checkpoint, weights_only=True)
    sam = load_sam(checkpoint, "vit_t", "cpu")
    assert all(torch.equal(sam.state_dict()[name], value) for name, value in state.items())
    assert not sam.training and not any(parameter.requires_grad for parameter in sam.parameters())


@pytest.mark.parametrize(
    ("absent", "reason"), [(None, "ModuleNotFoundError: "), (SimpleNamespace(), "AttributeError: ")]
)
def test_without_the_package(checkpoint, monkeypatch, absent, reason):
    monkeypatch.setitem(sys.modules, "mobile_sam", absent)
    with pytest.raises(ImportError) as caught:
        load_sam(checkpoint, device="cpu")
    message = str(caught.value)
    assert message.startswith(f"mobile_sam must be importable for a checkpoint of MobileSAM, got {reason}")
    assert message.endswith("; pip install git+https://github.com/ChaoningZhang/MobileSAM.git")
    assert "\n" not in message


def test_another_model_type(package, checkpoint):
    with pytest.raises(ValueError, match="must be of model type 'vit_b', got 'vit_t'; leave model_type out"):
        load_sam(checkpoint, "vit_b", "cpu")
