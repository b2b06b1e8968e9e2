"""Photographs, and models in place of the bundled ones."""

import pytest
from explain_cases import classifier
from PIL import Image
from skimage import data


@pytest.fixture
def tiny(monkeypatch):
    monkeypatch.setattr("limetheory.networks.load_model", lambda name, weights, device, **how: classifier(**how))


@pytest.fixture
def no_model(monkeypatch):
    def refuse(*args, **options):
        raise AssertionError("the model was loaded before the path was checked")

    monkeypatch.setattr("limetheory.networks.load_model", refuse)


@pytest.fixture
def photo(tmp_path):
    path = tmp_path / "photo.png"
    Image.fromarray(data.coffee()[::8, ::8]).save(path)
    return str(path)


@pytest.fixture
def coffee(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    path = tmp_path / "coffee.png"
    Image.fromarray(data.coffee()[::3, ::3]).save(path)
    return str(path)


@pytest.fixture
def halves(monkeypatch):
    from importlib.metadata import EntryPoint, entry_points

    from limetheory.images.generators import mask_generators

    entry = EntryPoint("halves", "explain_cases:Halves", mask_generators.GROUP)

    def found(**asked):  # other groups as they are: triton, which torchvision imports, looks for its own
        return [entry] if asked == {"group": mask_generators.GROUP} else entry_points(**asked)

    monkeypatch.setattr("importlib.metadata.entry_points", found)
