"""Folders that hold no network of Segment Anything, or one that cannot be read safely, are refused in one line."""

import json
import sys

import pytest
import torch
import transformers
from small_sams import padding_processor, saved, square_processor

from limetheory.images import masks_of
from limetheory.images.generators.sam import placing
from limetheory.images.generators.sam.masks import load_sam
from tests.images.generators.sam.test_sam_loading import Payload


@pytest.fixture
def folder(tmp_path):
    return saved("sam", tmp_path / "saved")


def refusal(folder, kind=ValueError, **options):
    with pytest.raises(kind) as caught:
        load_sam(folder, device="cpu", **options)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def edited(folder, name, **changes):
    file = folder / name
    file.write_text(json.dumps({**json.loads(file.read_text()), **changes}))
    return folder


def test_pickled_weights_are_refused_and_not_run(folder, tmp_path):
    (folder / "model.safetensors").unlink()
    torch.save({"weight": Payload(tmp_path / "ran")}, folder / "pytorch_model.bin")
    message = refusal(folder)
    assert "must be a folder with a model of Segment Anything that transformers can load from safetensors" in message
    assert message.endswith("save model and image processor there with save_pretrained")
    assert not (tmp_path / "ran").exists()


def test_a_text_with_the_name_of_weights(folder):
    (folder / "model.safetensors").write_bytes(b"not weights")
    assert "can load from safetensors, got " in refusal(folder)


@pytest.mark.parametrize("part", ["mask_tokens", "vision_encoder.layers.1.mlp.lin1.weight"])
def test_weights_that_are_missing(folder, part):
    from safetensors.torch import load_file, save_file

    file = folder / "model.safetensors"
    kept = {name: value for name, value in load_file(file).items() if part not in name}
    save_file(kept, file, metadata={"format": "pt"})
    assert (
        f"weights must hold every tensor of SamModel, got none named '{'mask_decoder.' * (part[0] == 'm')}{part}"
        in (refusal(folder))
    )


def test_weights_of_another_shape(folder):
    prompt = json.loads((folder / "config.json").read_text())["prompt_encoder_config"]
    edited(folder, "config.json", prompt_encoder_config={**prompt, "mask_input_channels": 8})
    assert "can load from safetensors, got " in refusal(folder)


def test_code_beside_the_weights_is_not_run(folder, tmp_path):
    (folder / "code.py").write_text(f"import os; os.mkdir({str(tmp_path / 'ran')!r})")
    edited(folder, "config.json", auto_map={"AutoModelForMaskGeneration": "code.Sam"})
    load_sam(folder, device="cpu")
    assert not (tmp_path / "ran").exists()


@pytest.mark.parametrize("kind", ["vit", "sam3", "edgetam", None, 3, ["sam"]])
def test_other_model_types(folder, kind):
    message = refusal(edited(folder, "config.json", model_type=kind))
    assert f"must have model type sam, sam2, sam2_video, sam_hq, got {kind!r} in " in message


@pytest.mark.parametrize("content", ["{", "[]", "3"])
def test_no_configuration(folder, content):
    (folder / "config.json").write_text(content)
    assert refusal(folder).startswith("checkpoint must ")


def test_missing_files(folder, tmp_path):
    (folder / "preprocessor_config.json").unlink()
    assert "(no image processor: " in refusal(folder)
    (folder / "config.json").unlink()
    message = refusal(folder, FileNotFoundError)
    assert message.startswith("the configuration of a model must be an existing file, got ")
    (tmp_path / "empty").mkdir()
    with pytest.raises(FileNotFoundError, match=r"must be an existing file, got '.*config.json'; save model and"):
        masks_of(torch.zeros(8, 8, 3).numpy(), "sam", checkpoint=tmp_path / "empty")


@pytest.mark.slow
def test_image_processors_that_do_not_fit(folder):
    padding_processor(32).save_pretrained(folder)
    assert "(SamImageProcessor with images of 32 x 32 pixels for a network of 64 x 64)" in refusal(folder)
    transformers.ViTImageProcessor(size={"height": 64, "width": 64}).save_pretrained(folder)
    assert "ViTImageProcessor" in refusal(folder)


def test_an_image_processor_of_sam_2_for_sam(folder):
    square_processor().save_pretrained(folder)
    assert load_sam(folder, device="cpu").side == 64, "it is the folder's choice whether images are padded"


def test_the_model_type_that_was_asked(folder):
    assert load_sam(folder, "sam", "cpu").side == 64
    assert refusal(folder, model_type="sam2") == (
        "checkpoint must be of model type 'sam2', got 'sam'; leave model_type out"
    )


def test_the_video_model_of_sam_2_gives_its_part_for_images(tmp_path):
    folder = edited(saved("sam2", tmp_path / "sam2"), "config.json", model_type="sam2_video")
    assert type(load_sam(folder, device="cpu").network) is transformers.Sam2Model


def test_packages_that_are_missing(folder, monkeypatch):
    monkeypatch.setitem(sys.modules, "transformers", None)
    message = refusal(folder, ImportError)
    assert message.startswith("a folder of SAM's weights needs transformers, got ")
    assert "'limetheory[foundation]'" in message
    monkeypatch.setitem(sys.modules, "segment_anything", None)
    assert "segment_anything must be installed for SAM" in refusal(folder, ImportError)


def test_no_room_on_the_device(folder, monkeypatch):
    def full(*given, **options):
        raise torch.OutOfMemoryError("CUDA out of memory")

    monkeypatch.setattr(transformers.SamModel, "to", full)
    assert "device must have room for sam, got out of memory on 'cpu'; use a smaller" in refusal(folder)
    assert placing.on_device(torch.nn.Linear(1, 1), torch.device("cpu"), "a layer").training is False
