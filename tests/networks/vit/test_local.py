"""Vision transformers from folders, with random weights of tiny configurations; what is refused."""

import json

import numpy as np
import pytest
import torch
import transformers

from limetheory.networks import load_backbone
from tests.networks.vit.small_pictures import pictures, relative_gap

SMALL = {
    "hidden_size": 16, "num_hidden_layers": 2, "num_attention_heads": 2, "intermediate_size": 24, "patch_size": 4,
    "image_size": 16,
}  # fmt: skip
PROCESSOR = {"image_mean": [0.4, 0.5, 0.6], "image_std": [0.2, 0.3, 0.4]}
TEXT = {"hidden_size": 16, "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 24, "vocab_size": 99}


def dinov2():
    return transformers.Dinov2Model(transformers.Dinov2Config(**SMALL, mlp_ratio=2))


def with_registers():
    return transformers.Dinov2WithRegistersModel(
        transformers.Dinov2WithRegistersConfig(**SMALL, mlp_ratio=2, num_register_tokens=3)
    )


def dinov3():
    return transformers.DINOv3ViTModel(transformers.DINOv3ViTConfig(**SMALL, num_register_tokens=3))


def clip_vision():
    return transformers.CLIPVisionModel(transformers.CLIPVisionConfig(**SMALL))


def clip():
    return transformers.CLIPModel(transformers.CLIPConfig(text_config=TEXT, vision_config=SMALL, projection_dim=8))


def vit():
    return transformers.ViTModel(transformers.ViTConfig(**SMALL), add_pooling_layer=False)


def saved(model, folder, processor=PROCESSOR):
    model.save_pretrained(folder)
    if processor is not None:
        (folder / "preprocessor_config.json").write_text(json.dumps(processor))
    return folder


def seeded(make):
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        model = make().eval()
        for one in model.parameters():  # away from the values that a fresh model has: zero biases, one for norms
            one.data += 0.3 * torch.randn(one.shape)
        return model


def answer(model, images, **options):
    """The tokens of the module itself, for images normalised by hand."""
    shifted = (images - np.array(PROCESSOR["image_mean"])) / np.array(PROCESSOR["image_std"])
    pixels = torch.tensor(shifted.transpose(0, 3, 1, 2), dtype=torch.float32)
    with torch.inference_mode():
        return model(pixel_values=pixels, **options).last_hidden_state.numpy()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("make", "registers"), [(dinov2, 0), (with_registers, 3), (dinov3, 3), (clip_vision, 0), (clip, 0), (vit, 0)]
)
def test_saved_vision_transformers_are_read(make, registers, tmp_path):
    model = seeded(make)
    backbone = load_backbone(saved(model, tmp_path / "saved"))
    images = pictures(2, 16, 16)
    expected = answer(getattr(model, "vision_model", model), images)
    tokens = backbone(images)
    assert (backbone.name, backbone.patch, backbone.channels) == ("saved", 4, 16)
    assert relative_gap(tokens.cls, expected[:, 0]) < 1e-5
    assert relative_gap(tokens.patches.reshape(2, 16, 16), expected[:, 1 + registers :]) < 1e-5
    assert backbone(pictures(1, 8, 24)).grid == (2, 6)


def test_positions_are_interpolated_where_the_image_has_another_size(tmp_path):
    model = seeded(clip_vision)
    backbone, images = load_backbone(saved(model, tmp_path)), pictures(1, 8, 24)
    expected = answer(model, images, interpolate_pos_encoding=True)
    assert relative_gap(backbone(images).patches.reshape(1, 12, 16), expected[:, 1:]) < 1e-5


def test_half_precision_and_a_name_that_is_a_string(tmp_path):
    model = seeded(dinov2)
    backbone = load_backbone(str(saved(model, tmp_path)), precision="bfloat16", engine="torch")
    images = pictures(1, 16, 16)
    assert relative_gap(backbone(images).cls, answer(model, images)[:, 0]) < 16 * torch.finfo(torch.bfloat16).eps


def test_a_name_in_the_cache_of_hugging_face_is_found(tmp_path, monkeypatch):
    snapshot = tmp_path / "models--leaf--small" / "snapshots" / "0123456789"
    snapshot.mkdir(parents=True)
    (tmp_path / "models--leaf--small" / "refs").mkdir()
    (tmp_path / "models--leaf--small" / "refs" / "main").write_text("0123456789")
    saved(seeded(dinov2), snapshot)
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path))
    assert load_backbone("leaf/small").channels == 16
    with pytest.raises(
        ValueError, match=r"^backbone must be one of dino, got 'leaf/large'; give one of them, or the f"
    ):
        load_backbone("leaf/large")


def refusal(folder, **options):
    with pytest.raises((ValueError, FileNotFoundError)) as caught:
        load_backbone(folder, **options)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_what_a_folder_must_hold(tmp_path):
    (tmp_path / "empty").mkdir()
    assert "must be an existing file" in refusal(tmp_path / "empty")
    odd = saved(seeded(dinov2), tmp_path / "odd", {"image_mean": [0.5] * 3})
    assert "an image processor must have image_mean and image_std, got KeyError" in refusal(odd)
    (odd / "preprocessor_config.json").write_text("[")
    assert "got JSONDecodeError" in refusal(odd)
    only_processor = tmp_path / "processor"
    only_processor.mkdir()
    (only_processor / "preprocessor_config.json").write_text(json.dumps(PROCESSOR))
    assert "must hold a model that transformers can load from safetensors" in refusal(only_processor)


def test_pickled_weights_are_not_read(tmp_path):
    model = seeded(dinov2)
    folder = saved(model, tmp_path)
    (folder / "model.safetensors").unlink()
    torch.save(model.state_dict(), folder / "pytorch_model.bin")
    assert "can load from safetensors" in refusal(folder)


def test_missing_weights_are_not_left_at_random(tmp_path):
    from safetensors.torch import load_file, save_file

    folder = saved(seeded(dinov2), tmp_path)
    tensors = load_file(folder / "model.safetensors")
    del tensors["layernorm.weight"]
    save_file(tensors, folder / "model.safetensors", metadata={"format": "pt"})
    assert "weights must hold every tensor of Dinov2Model, got none named 'layernorm.weight'" in refusal(folder)


def test_what_is_no_vision_transformer_is_refused(tmp_path):
    convolutions = transformers.ConvNextModel(transformers.ConvNextConfig(hidden_sizes=[4] * 4, depths=[1] * 4))
    assert "must hold a vision transformer with a class token" in refusal(saved(convolutions, tmp_path / "a"))
    text = transformers.BertModel(transformers.BertConfig(**TEXT))
    assert "must hold a vision transformer with a class token" in refusal(saved(text, tmp_path / "b"))


def test_options_that_a_folder_does_not_have(tmp_path):
    folder = saved(seeded(dinov2), tmp_path)
    assert "weights must be None for the folder" in refusal(folder, weights="other.onnx")
    assert "engine must be 'torch' for the folder" in refusal(folder, engine="onnx")
