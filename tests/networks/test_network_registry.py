"""Models by name, and which weight files are refused."""

import os
import subprocess
import sys
from collections import OrderedDict
from importlib.metadata import EntryPoint
from types import SimpleNamespace

import pytest
import torch
from torchvision import models

from limetheory.networks import load_model, model_names
from limetheory.networks.registry import _architecture_options, _current_keys, _preprocessing
from limetheory.networks.table import GROUP, NETWORKS


class Payload:
    """Pickles to a call that would create a directory."""

    def __init__(self, path):
        """Remember the directory."""
        self.path = path

    def __reduce__(self):
        """Return the call."""
        return os.mkdir, (str(self.path),)


def squeezenet(classes=5):
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        return models.squeezenet1_1(weights=None, num_classes=classes).eval()


@pytest.fixture(scope="module")
def network():
    return squeezenet()


def saved(content, path):
    torch.save(content, path)
    return path


def random_images(side=224):
    return torch.rand(2, 3, side, side, generator=torch.Generator().manual_seed(1))


def normalised(images):
    mean, std = torch.tensor([0.485, 0.456, 0.406]), torch.tensor([0.229, 0.224, 0.225])
    return (images - mean.reshape(3, 1, 1)) / std.reshape(3, 1, 1)


def test_other_packages_networks_are_taken_by_name(monkeypatch):
    entry = EntryPoint("small", f"{__name__}:small", GROUP)
    monkeypatch.setattr("limetheory.registry.entry_points", lambda group: [entry] * (group == GROUP))
    monkeypatch.setattr(NETWORKS, "_loaded", {})
    assert model_names() == (*NETWORKS.own, "small")
    classifier, images = load_model("small", output="logits"), random_images()
    assert classifier.name == "small"
    torch.testing.assert_close(classifier(images), squeezenet()(images).detach())
    with pytest.raises(ValueError, match="weights must be None for the bundled small, got 'x'; leave it out"):
        load_model("small", weights="x")


def small():
    """What another package registers."""
    return {"network": squeezenet(), "size": 224, "mean": (0.0,) * 3, "std": (1.0,) * 3}


@pytest.mark.parametrize("name", model_names())
def test_bundled_models_load(name):
    classifier = load_model(name)
    assert (classifier.name, classifier.output, classifier.precision) == (name, "probabilities", "float32")
    assert not name.startswith("efficientnet") or len(classifier.class_names) == 1000
    assert classifier.mean.device.type == "cpu"


def test_options_reach_the_classifier():
    classifier = load_model("efficientnet_lite0", output="logits", precision="bfloat16", device="cpu")
    assert (classifier.output, classifier.precision) == ("logits", "bfloat16")


@pytest.mark.parametrize("suffix", [".pth", ".pt"])
def test_torchvision_model_with_own_weights(network, tmp_path, suffix):
    path = saved(network.state_dict(), tmp_path / f"five{suffix}")
    classifier = load_model("squeezenet1_1", weights=path, output="logits")
    images = random_images()
    with torch.no_grad():
        torch.testing.assert_close(classifier(images), network(normalised(images)), atol=1e-4, rtol=1e-4)
    assert (classifier.input_size, classifier.number_of_classes, classifier.class_names) == (224, 5, None)


def test_thousand_classes_get_imagenet_names(tmp_path):
    path = saved(squeezenet(1000).state_dict(), tmp_path / "thousand.pth")
    assert load_model("squeezenet1_1", weights=str(path)).class_name(967) == "espresso"


@pytest.mark.parametrize("wrapper", ["state_dict", "model"])
@pytest.mark.parametrize("prefix", ["", "module."])
def test_wrapped_checkpoints(network, tmp_path, wrapper, prefix):
    state = {prefix + key: value for key, value in network.state_dict().items()}
    path = saved({wrapper: state, "epoch": 3}, tmp_path / "run.pth")
    loaded = load_model("squeezenet1_1", weights=path).network.state_dict()
    assert all(torch.equal(loaded[key], value) for key, value in network.state_dict().items())


@pytest.mark.slow
@pytest.mark.parametrize("name", ["resnet18", "mnasnet0_5", "mobilenet_v3_small"])
def test_files_without_versions_or_batch_counts(tmp_path, name):
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)  # by chance, outputs of a network without training can all look like probabilities
        network = models.get_model(name, weights=None, num_classes=3)
    state = {key: value for key, value in network.state_dict().items() if "num_batches" not in key}
    classifier = load_model(name, weights=saved(state, tmp_path / "old.pth"))
    assert classifier(random_images()).shape == (2, 3)


@pytest.mark.slow
def test_data_parallel_checkpoint_keeps_its_versions(tmp_path):
    network = models.mnasnet0_5(weights=None, num_classes=3)
    path = saved(torch.nn.DataParallel(network).state_dict(), tmp_path / "parallel.pth")
    assert load_model("mnasnet0_5", weights=path).number_of_classes == 3


def test_old_densenet_keys_are_renamed():
    state = _current_keys({"features.denseblock1.denselayer1.norm.1.weight": torch.zeros(1)}, "densenet121")
    assert list(state) == ["features.denseblock1.denselayer1.norm1.weight"]


@pytest.mark.slow
def test_default_weights_decide_the_preprocessing(tmp_path):
    network = models.efficientnet_b1(weights=None, num_classes=2)
    path = saved(network.state_dict(), tmp_path / "b1.pth")
    assert load_model("efficientnet_b1", weights=path).input_size == 240


def test_transformer_side_comes_from_its_position_grid():
    state = {
        "encoder.pos_embedding": torch.zeros(1, 1 + 2 * 2, 768),
        "conv_proj.weight": torch.zeros(768, 3, 32, 32),
    }
    assert _architecture_options("vit_b_32", state) == {"image_size": 64}
    assert _preprocessing("vit_b_32", state)["size"] == 64


@pytest.mark.slow
def test_googlenet_runs_with_transform_input(tmp_path):
    network = models.googlenet(weights=None, aux_logits=False, num_classes=2, init_weights=False)
    classifier = load_model("googlenet", weights=saved(network.state_dict(), tmp_path / "google.pth"))
    assert classifier.network.transform_input and not classifier.network.aux_logits


def test_loading_leaves_the_seed_alone(network, tmp_path):
    path = saved(network.state_dict(), tmp_path / "five.pth")
    state = torch.get_rng_state()
    load_model("squeezenet1_1", weights=path)
    assert torch.equal(state, torch.get_rng_state())


def test_code_in_a_checkpoint_is_refused_and_not_run(tmp_path):
    target = tmp_path / "executed"
    path = saved(OrderedDict(weight=Payload(target)), tmp_path / "evil.pth")
    with pytest.raises(ValueError, match=r"plain tensors only, got 'evil.pth', damaged or holding code, and refused"):
        load_model("resnet18", weights=path)
    assert not target.exists()
    torch.load(path, weights_only=False)
    assert target.exists(), "the payload is real"


@pytest.mark.parametrize("content", [b"", b"not a checkpoint", b"PK\x03\x04 torn"])
def test_damaged_checkpoint_is_refused(tmp_path, content):
    path = tmp_path / "torn.pt"
    path.write_bytes(content)
    with pytest.raises(ValueError, match=r"got 'torn.pt', damaged or .*; save model.state_dict\(\) with torch.save"):
        load_model("resnet18", weights=path)


@pytest.mark.parametrize("content", [{}, [torch.zeros(2)], {"lr": 0.1}, {"state_dict": {"weight": 3}}])
def test_something_other_than_a_state_dict(tmp_path, content):
    path = saved(content, tmp_path / "other.pth")
    with pytest.raises(ValueError, match=r"must hold a state dict of named tensors, got 'other.pth' with something"):
        load_model("resnet18", weights=path)


def test_other_architecture_counts_the_keys(network, tmp_path):
    path = saved(network.state_dict(), tmp_path / "squeeze.pth")
    with pytest.raises(ValueError, match=r"must fit resnet18, got 102 missing and 52 unexpected keys; give a state"):
        load_model("resnet18", weights=path)


def test_other_shapes_are_counted(network, tmp_path):
    state = {**network.state_dict(), "features.0.weight": torch.zeros(8, 3, 3, 3)}
    with pytest.raises(ValueError, match=r"must fit squeezenet1_1, got 1 tensors of another shape; give a state"):
        load_model("squeezenet1_1", weights=saved(state, tmp_path / "wide.pth"))


def test_safetensors_package_absent(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "safetensors", None)
    monkeypatch.setitem(sys.modules, "safetensors.torch", None)
    (tmp_path / "five.safetensors").touch()
    with pytest.raises(ImportError, match=r"safetensors must be installed to read 'five.safetensors'"):
        load_model("squeezenet1_1", weights=tmp_path / "five.safetensors")


def test_safetensors_order_of_keys_does_not_matter(network, tmp_path, monkeypatch):
    shuffled = dict(sorted(network.state_dict().items()))
    stub = SimpleNamespace(load_file=lambda path: shuffled)
    monkeypatch.setitem(sys.modules, "safetensors", SimpleNamespace(torch=stub))
    monkeypatch.setitem(sys.modules, "safetensors.torch", stub)
    (tmp_path / "five.safetensors").touch()
    classifier = load_model("squeezenet1_1", weights=tmp_path / "five.safetensors")
    assert classifier.number_of_classes == 5


@pytest.mark.parametrize(
    ("name", "options", "message"),
    [
        (
            "resnet81",
            {},
            r"one of efficientnet_lite0, .* or a torchvision classifier such as resnet\d+, .*, got",
        ),
        ("xqzw", {}, r"or a torchvision classifier, got 'xqzw'; see model_names\(\)"),
        ("fasterrcnn_resnet50_fpn", {}, r"model must be an image classifier, got 'fasterrcnn_resnet50_fpn'"),
        ("deeplabv3_resnet50", {}, r"model must be an image classifier, got 'deeplabv3_resnet50'"),
        ("resnet18", {}, r"resnet18 has no bundled weights, got none; give a local state-dict file"),
        ("resnet18", {"weights": "absent.pth"}, r"existing file, got 'absent.pth'; check the path"),
        (
            "resnet18",
            {"weights": __file__},
            r"must end in .pth, .pt, .bin, .safetensors, got 'test_network_registry.py'",
        ),
        (
            "efficientnet_lite0",
            {"weights": "own.pth"},
            r"must be None for the bundled efficientnet_lite0, got 'own",
        ),
        (
            "efficientnet_lite0",
            {"output": "odds"},
            r"output must be one of probabilities, sigmoid, softmax, logits, identity, got 'odds'",
        ),
        (
            "efficientnet_lite0",
            {"precision": "half"},
            r"precision must be one of float32, tf32, bfloat16, got 'half'",
        ),
        ("efficientnet_lite0", {"device": "abacus"}, r"like 'cpu' or 'cuda:0', got 'abacus'; use 'cpu'"),
        ("efficientnet_lite0", {"device": "cuda:99"}, r"present on this machine, got 'cuda:99'; use 'cpu'"),
    ],
)
def test_refused_requests(name, options, message):
    with pytest.raises(ValueError, match=message):
        load_model(name, **options)


@pytest.mark.skipif(torch.cuda.is_available(), reason="needs a machine without CUDA")
def test_absent_gpu():
    with pytest.raises(ValueError, match=r"device must be present on this machine, got 'cuda'; use 'cpu'"):
        load_model("efficientnet_lite0", device="cuda")


def test_wrong_types():
    with pytest.raises(TypeError, match=r"model name must be a string, got int"):
        load_model(3)
    with pytest.raises(TypeError, match=r"weights must be a path, got dict"):
        load_model("resnet18", weights={})


BROKEN = """
import sys
class Broken:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] == "torchvision":
            raise RuntimeError("operator torchvision::nms\\ndoes not exist")
sys.meta_path.insert(0, Broken())
import torch, limetheory as lt
network = lt.load_model("efficientnet_lite0")
image, labels = network.prepare(torch.rand(40, 40, 3).numpy()), torch.arange(224 * 224).view(224, 224).numpy() // 20000
print(lt.explain_image(network, image, segments=labels, n=8, target="espresso").d)
try:
    lt.load_model("resnet18", weights="w.pth")
except ImportError as error:
    print(error)
"""


@pytest.mark.slow
def test_bundled_networks_need_no_torchvision():
    done = subprocess.run([sys.executable, "-W", "error::ImportWarning", "-c", BROKEN], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    superpixels, message = done.stdout.splitlines()
    assert int(superpixels) > 1
    assert "torchvision must be importable" in message and "got RuntimeError (operator torchvision::nms" in message
