"""Networks of timm from files of weights, against timm's own forward pass on what its data configuration says."""

import pytest
import timm
import torch

import limetheory as lt


@pytest.fixture(scope="module")
def network():
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        return timm.create_model("test_resnet", pretrained=False, num_classes=5).eval()


@pytest.fixture(scope="module")
def file(network, tmp_path_factory):
    path = tmp_path_factory.mktemp("timm") / "weights.pth"
    torch.save(network.state_dict(), path)
    return path


def expected(network, images):
    data = timm.data.resolve_model_data_config(network)
    mean, std = (torch.tensor(data[name]).view(3, 1, 1) for name in ("mean", "std"))
    return network((images - mean) / std).softmax(dim=1).detach()


def test_a_network_of_timm_knows_its_preprocessing(network, file):
    loaded, given = lt.load_model("timm:test_resnet", weights=file), lt.Classifier(network)
    side = timm.data.resolve_model_data_config(network)["input_size"][1]
    images = torch.rand(2, 3, side, side, generator=torch.Generator().manual_seed(1))
    for classifier in (loaded, given):
        torch.testing.assert_close(classifier(images), expected(network, images), rtol=0, atol=1e-6)
        assert classifier.input_size == side and classifier.number_of_classes == 5
    assert loaded.name == given.name == "test_resnet" and loaded.class_names is None


def test_what_is_given_takes_the_place_of_what_the_network_knows(network):
    classifier = lt.Classifier(network, size=(96, 64), mean=0.5, class_names=list("abcde"))
    assert classifier.input_size == (96, 64) and classifier.mean.flatten().tolist() == [0.5]
    assert classifier(torch.rand(1, 3, 10, 10)).shape == (1, 5) and classifier.class_index("c") == 2


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("hf-hub:timm/resnet18", "timm:NAME must name a network of timm, got 'hf-hub:timm/resnet18'"),
        ("resnt18", "a network of timm such as resnet18, .*, got 'resnt18'"),
        ("test_vit", "weights must fit test_vit, got"),
    ],
)
def test_refused_names_and_files(name, message, file):
    with pytest.raises(ValueError, match=message):
        lt.load_model(f"timm:{name}", weights=file)
    with pytest.raises(ValueError, match="timm:test_resnet downloads no weights, got none; give a local state-dict"):
        lt.load_model("timm:test_resnet")
