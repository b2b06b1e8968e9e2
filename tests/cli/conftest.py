"""Photographs, and models in place of the bundled ones."""

import pytest
from explain_cases import classifier
from joblib.externals.loky import get_reusable_executor
from PIL import Image
from skimage import data
from stored_cases import REVIEWS, text_pipeline

from limetheory.many import sources


@pytest.fixture
def tiny(monkeypatch):
    monkeypatch.setattr(
        "limetheory.networks.load_model", lambda name, weights, device, reference, **how: classifier(**how)
    )


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
    from importlib.metadata import EntryPoint

    from limetheory.images.generators import mask_generators

    entry = EntryPoint("halves", "explain_cases:Halves", mask_generators.GROUP)
    monkeypatch.setattr("limetheory.registry.entry_points", lambda group: [entry] * (group == mask_generators.GROUP))


@pytest.fixture
def here(tmp_path, monkeypatch):
    """An empty working folder, without the models and processes of an earlier test."""
    monkeypatch.chdir(tmp_path)
    sources._network.cache_clear()
    sources._stored.cache_clear()
    get_reusable_executor().shutdown()
    return tmp_path


@pytest.fixture
def reviews(here):
    """A table of texts, reviews.csv, and a model of them, m.skops."""
    lines = [f'{i},"{text}"' for i, text in enumerate(REVIEWS)]
    (here / "reviews.csv").write_text("\n".join(["id,review", *lines]) + "\n")
    return text_pipeline(here / "m.skops")
