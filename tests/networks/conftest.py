"""A photograph, and a bundled network."""

import pytest
from skimage import data

from limetheory.networks import load_model


@pytest.fixture(scope="module")
def photo():
    return data.coffee() / 255.0


@pytest.fixture(scope="module")
def lite0():
    return load_model("efficientnet_lite0")
