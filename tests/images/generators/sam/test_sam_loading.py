"""SAM's architecture is saved and loaded back; other, damaged and malicious checkpoints are refused."""

import os
import sys
from functools import partial

import numpy as np
import pytest
import segment_anything
import torch
from segment_anything.modeling import ImageEncoderViT, MaskDecoder, PromptEncoder, Sam, TwoWayTransformer

from limetheory.images.generators.mask_generators import masks_of
from limetheory.images.generators.sam import loading as sam_loading
from limetheory.images.generators.sam.masks import CHECKPOINTS, SamMasks, load_sam


@pytest.mark.slow
def test_vit_b_is_saved_and_loaded(tmp_path):
    torch.manual_seed(0)
    original = segment_anything.sam_model_registry["vit_b"]().state_dict()
    path = tmp_path / "vit_b.pth"
    torch.save(original, path)
    state = load_sam(path, device="cpu").state_dict()
    assert path.stat().st_size == pytest.approx(CHECKPOINTS["vit_b"].size, rel=1e-3)
    path.unlink()
    assert all(torch.equal(state[key], value) for key, value in original.items())


SIDE = 256


def narrow_sam(checkpoint=None):
    """The architecture of vit_b, but 64 wide and 2 deep, for images of 256 × 256."""
    assert checkpoint is None
    encoder = ImageEncoderViT(
        img_size=SIDE, embed_dim=64, depth=2, num_heads=2, norm_layer=partial(torch.nn.LayerNorm, eps=1e-6),
        use_rel_pos=True, window_size=14, global_attn_indexes=(1,),
    )  # fmt: skip
    decoder = MaskDecoder(transformer_dim=256, transformer=TwoWayTransformer(2, 256, 8, mlp_dim=2048))
    return Sam(encoder, PromptEncoder(256, (SIDE // 16,) * 2, (SIDE, SIDE), mask_in_chans=16), decoder).eval()


@pytest.fixture
def narrow(monkeypatch):
    """A registry whose vit_b is narrow, and its width known to the loader."""
    monkeypatch.setitem(segment_anything.sam_model_registry, "vit_b", narrow_sam)
    monkeypatch.setitem(sam_loading._TYPE_OF_WIDTH, 64, "vit_b")
    return narrow_sam


@pytest.mark.slow
def test_what_was_loaded_runs(narrow, tmp_path):
    torch.manual_seed(0)
    loaded = load_sam(saved(narrow().state_dict(), tmp_path / "sam.pth"), device="cpu")
    image = np.random.default_rng(0).integers(0, 256, (48, 64, 3), dtype=np.uint8)
    every = {"pred_iou_thresh": 0.0, "stability_score_thresh": 0.0, "box_nms_thresh": 1.0}  # the weights are random
    masks = masks_of(image, SamMasks(loaded, points_per_side=2, min_mask_region_area=0, **every))
    assert masks.dtype == bool and masks.shape == (2 * 2 * 3, 48, 64)
    assert masks.any(axis=(1, 2)).any() and not masks.all()


@pytest.fixture
def state(narrow):
    return narrow().state_dict()


def saved(content, path):
    torch.save(content, path)
    return path


@pytest.mark.slow
@pytest.mark.parametrize("wrap", [lambda state: state, lambda state: {"model": state, "epoch": 3}])
def test_loaded_weights_are_the_saved_ones(state, tmp_path, wrap):
    loaded = load_sam(saved(wrap(state), tmp_path / "sam.pth"), "vit_b", "cpu")
    assert all(torch.equal(loaded.state_dict()[key], value) for key, value in state.items())
    assert not loaded.training and not any(parameter.requires_grad for parameter in loaded.parameters())


def test_loading_leaves_the_seed_alone(state, tmp_path):
    before, path = torch.get_rng_state(), saved(state, tmp_path / "sam.pth")
    load_sam(path, device="cpu")
    assert torch.equal(before, torch.get_rng_state())


def predicted(sam, image):
    predictor = segment_anything.SamPredictor(sam)
    predictor.set_image(image)
    return predictor.predict(np.array([[20, 20]]), np.array([1]), return_logits=True)[0]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("device", "precision"),
    [
        ("cpu", "bfloat16"),
        pytest.param("cuda", "float16", marks=pytest.mark.gpu),
        pytest.param("cuda", "bfloat16", marks=pytest.mark.gpu),
    ],
)
def test_half_precision_is_that_of_the_encoder_alone(state, tmp_path, device, precision):
    path = saved(state, tmp_path / "sam.pth")
    full, half = load_sam(path, device="cpu"), load_sam(path, device=device, precision=precision)
    assert {parameter.dtype for parameter in half.image_encoder.parameters()} == {getattr(torch, precision)}
    assert {parameter.dtype for parameter in half.mask_decoder.parameters()} == {torch.float32}
    image = np.random.default_rng(0).integers(0, 256, (32, 40, 3), dtype=np.uint8)
    exact, rough = predicted(full, image), predicted(half, image)
    assert rough.dtype == np.float32
    assert np.abs(rough - exact).max() < 0.05 * np.abs(exact).max()
    assert not np.array_equal(rough, exact)


class Payload:
    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return os.mkdir, (str(self.path),)


def refusal(path, **options):
    with pytest.raises(ValueError) as caught:
        load_sam(path, device="cpu", **options)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_code_in_a_checkpoint_is_refused_and_not_run(tmp_path):
    path = saved({"weight": Payload(tmp_path / "ran")}, tmp_path / "evil.pth")
    assert "plain tensors only, got 'evil.pth', damaged or holding code, and refused (Unpickling" in refusal(path)
    assert not (tmp_path / "ran").exists()
    torch.load(path, weights_only=False)
    assert (tmp_path / "ran").exists(), "the payload is real"


@pytest.mark.parametrize("content", [b"", b"not a checkpoint", b"PK\x03\x04 torn"])
def test_damaged_checkpoint(tmp_path, content):
    (tmp_path / "torn.pth").write_bytes(content)
    message = refusal(tmp_path / "torn.pth")
    assert "got 'torn.pth', damaged or holding code" in message and "; download it again" in message


def test_truncated_checkpoint_tells_the_size_it_should_have(state, tmp_path):
    path = saved(state, tmp_path / "sam_vit_b_01ec64.pth")
    path.write_bytes(path.read_bytes()[:100_000])
    assert "100000 of 375042383 bytes" in refusal(path)


@pytest.mark.parametrize("content", [[torch.zeros(2)], {"lr": 0.1}, {"model": {"weight": 3}}])
def test_something_other_than_a_state_dict(tmp_path, content):
    message = refusal(saved(content, tmp_path / "other.pth"))
    assert message == "checkpoint must hold a state dict, got 'other.pth' with something else; save one"


@pytest.mark.slow
def test_other_architectures(state, tmp_path):
    key = sam_loading._WIDTH_KEY
    for other in ({"layer.weight": torch.zeros(2)}, {key: torch.zeros(96, 3, 16, 16)}, {key: torch.tensor(3.0)}):
        assert "must be of vit_b, vit_l, vit_h, got 'o.pth' of another" in refusal(saved(other, tmp_path / "o.pth"))
    extended = saved({**state, "mask_decoder.hf_token.weight": torch.zeros(1)}, tmp_path / "hq.pth")
    assert "must fit vit_b, got 'hq.pth' with 0 missing and 1 unexpected keys and 0 tensors" in refusal(extended)
    first = "mask_decoder.iou_token.weight"
    torn = saved({name: value for name, value in state.items() if name != first}, tmp_path / "torn.pth")
    assert "1 missing and 0 unexpected keys" in refusal(torn)
    wide = saved({**state, first: torch.zeros(2, 3)}, tmp_path / "wide.pth")
    assert "0 unexpected keys and 1 tensors of another shape; give a state dict" in refusal(wide)


def test_other_model_type(state, tmp_path):
    path = saved(state, tmp_path / "sam.pth")
    message = "checkpoint must be of model type 'vit_h', got 'vit_b'; leave model_type out"
    assert refusal(path, model_type="vit_h") == message
    message = "model_type must be one of vit_b, vit_l, vit_h, vit_t, got 'vit_x'; did you mean 'vit_t'?"
    assert refusal(path, model_type="vit_x") == message


def test_other_refusals(monkeypatch):
    absent = "must be vit_b, vit_l, vit_h or an existing file or folder, got 'absent.pth'; check the path"
    assert absent in refusal("absent.pth")
    assert "'float16' must run on a GPU, got device 'cpu'" in refusal("absent.pth", precision="float16")
    assert "precision must be one of float32, float16, bfloat16, got 'int8'" in refusal("x", precision="int8")
    with pytest.raises(TypeError, match=r"checkpoint must be a name or a path, got int"):
        load_sam(3)
    with pytest.raises(ValueError, match=r"device must be present on this machine, got 'cuda:99'; use 'cpu'"):
        load_sam("absent.pth", device="cuda:99")
    monkeypatch.setitem(sys.modules, "segment_anything", None)
    with pytest.raises(ImportError, match=r"segment_anything must be installed for SAM, .* 'limetheory\[sam\]'"):
        load_sam("vit_b")


def test_no_room_on_the_device(state, tmp_path, monkeypatch):
    def full(*arguments):
        raise torch.OutOfMemoryError("CUDA out of memory")

    path = saved(state, tmp_path / "sam.pth")
    monkeypatch.setattr(segment_anything.modeling.Sam, "to", full)
    assert "device must have room for vit_b, got out of memory on 'cpu'; use a smaller" in refusal(path)
