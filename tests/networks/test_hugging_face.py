"""Image classifiers of transformers, against the processor's own pixels and the network's own forward pass."""

import json

import numpy as np
import pytest
import torch
import transformers

import limetheory as lt
from limetheory.networks.image_processor import processing_of

SIDES = {"height": 16, "width": 16}


def transformer(**more):
    sizes = {"hidden_size": 8, "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 8}
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        config = transformers.ViTConfig(image_size=16, patch_size=8, num_labels=3, **sizes, **more)
        return transformers.ViTForImageClassification(config).eval()


PROCESSORS = {
    "plain": transformers.ViTImageProcessor(size=SIDES),
    "levels of 0 to 255": transformers.ViTImageProcessor(
        size=SIDES, do_rescale=False, image_mean=[127.5] * 3, image_std=[60.0] * 3
    ),
    "not square": transformers.ViTImageProcessor(size={"height": 24, "width": 16}),
    "blue first": transformers.MobileViTImageProcessor(
        size={"shortest_edge": 16}, do_center_crop=False, do_resize=True
    ),
    "cropped": transformers.CLIPImageProcessor(size={"shortest_edge": 16}, crop_size=SIDES),
}
ONE_SIZE = [name for name in PROCESSORS if name != "blue first"]


def pixels(height, width):
    return np.random.default_rng(0).integers(0, 256, (height, width, 3), dtype=np.uint8)


def tensor(picture):
    return torch.from_numpy(picture / 255.0).float().permute(2, 0, 1)[None]


@pytest.mark.parametrize("name", ONE_SIZE)
def test_inputs_are_the_processor_s_own(name):
    processor = PROCESSORS[name]
    classifier = lt.Classifier(transformer(), processor=processor)
    size = classifier.input_size
    picture = pixels(*(size if isinstance(size, tuple) else (size, size)))
    expected = processor(images=picture, return_tensors="pt")["pixel_values"]
    torch.testing.assert_close(classifier.inputs(tensor(picture)), expected, rtol=0, atol=1e-5)


def test_a_processor_that_swaps_channels_is_followed():
    processor = transformers.MobileViTImageProcessor(size={"shortest_edge": 16}, crop_size=SIDES)
    found = processing_of(processor)
    assert found.order == (2, 1, 0) and found.size == 16
    classifier, picture = (
        lt.Classifier(transformer(), processor=processor),
        np.full((16, 16, 3), [250, 20, 90], np.uint8),
    )
    expected = transformer()(processor(images=picture, return_tensors="pt")["pixel_values"]).logits.softmax(1)
    torch.testing.assert_close(classifier(tensor(picture)), expected.detach(), rtol=0, atol=1e-5)


def test_processors_of_several_sizes_are_refused():
    processor = transformers.CLIPImageProcessor(size={"shortest_edge": 16}, do_center_crop=False)
    with pytest.raises(ValueError, match=r"processor must make images of one size, got .*; give size, mean and std"):
        lt.Classifier(transformer(), processor=processor)


def saved(folder, network=None, processor=PROCESSORS["plain"]):
    (transformer() if network is None else network).save_pretrained(folder)
    processor.save_pretrained(folder)
    return folder


@pytest.mark.parametrize(
    ("more", "function", "output"),
    [
        ({}, lambda x: x.softmax(1), "probabilities"),
        ({"problem_type": "multi_label_classification"}, torch.sigmoid, "sigmoid"),
        ({"id2label": {0: "cat", 1: "dog", 2: "cup"}}, lambda x: x.softmax(1), "probabilities"),
    ],
)
def test_a_folder_is_loaded_with_its_names_and_outputs(more, function, output, tmp_path):
    network = transformer(**more)
    classifier = lt.load_model(f"hf:{saved(tmp_path / 'mine', network)}")
    picture = pixels(16, 16)
    logits = network(PROCESSORS["plain"](images=picture, return_tensors="pt")["pixel_values"]).logits.detach()
    torch.testing.assert_close(classifier(tensor(picture)), function(logits), rtol=0, atol=1e-5)
    assert (classifier.output, classifier.name, classifier.input_size) == (output, "mine", 16)
    assert classifier.class_names == tuple(network.config.id2label.values())
    pipeline = transformers.ImageClassificationPipeline(model=network, image_processor=PROCESSORS["plain"])
    torch.testing.assert_close(lt.Classifier(pipeline)(tensor(picture)), function(logits), rtol=0, atol=1e-5)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"num_hidden_layers": 10**9}, "must fit its weights, got num_hidden_layers 1000000000"),
        ({"hidden_size": 10**6, "num_attention_heads": 1}, "numbers must have as many in its file, got"),
        ({"model_type": "none"}, "must hold an image classifier that transformers can load"),
        ({"auto_map": {"AutoConfig": "code.Config"}, "model_type": "none"}, "must hold an image classifier"),
    ],
)
def test_a_configuration_that_does_not_fit_its_weights_is_refused(change, message, tmp_path):
    folder = saved(tmp_path)
    (folder / "code.py").write_text("raise SystemExit('this ran')")
    file = folder / "config.json"
    file.write_text(json.dumps(json.loads(file.read_text()) | change))
    with pytest.raises(ValueError, match=message):
        lt.load_model(f"hf:{folder}")


def test_other_files_are_refused(tmp_path):
    folder = saved(tmp_path)
    with pytest.raises(ValueError, match="weights must be None for hf:"):
        lt.load_model(f"hf:{folder}", weights="x.pth")
    weights = folder / "model.safetensors"
    weights.rename(folder / "pytorch_model.bin")
    with pytest.raises(ValueError, match="must hold weights in safetensors, got none"):
        lt.load_model(f"hf:{folder}")
    weights.write_bytes(b"torn")
    with pytest.raises(ValueError, match=r"weights must be safetensors, got .*, damaged"):
        lt.load_model(f"hf:{folder}")
    with pytest.raises(ValueError, match="hf:FOLDER must name a folder of this machine, got 'nowhere'"):
        lt.load_model("hf:nowhere")
