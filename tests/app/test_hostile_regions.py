"""Regions of anyone's that would take the page away from its own person, were they kept."""

import numpy as np
import pytest
from page_scene import HERE, browser, picture, served, upload, words
from region_scene import mask_file, rectangle, session_of, upload_mask

from limetheory.app import regions as kept
from limetheory.app.regions import regions_of
from limetheory.images.regions import record


@pytest.fixture
def client(tmp_path):
    found = browser(served(tmp_path))
    upload(found, picture(40, 30), "a.png")
    return found


def still_shown(client):
    return client.get("/_dash-layout", base_url=HERE).status_code == 200


def test_a_region_too_many_is_refused_and_the_page_stays_usable(client, tmp_path, monkeypatch):
    monkeypatch.setattr(record, "MOST_MASK_PIXELS", 2 * 40 * 30)
    told = [words(rectangle(client, 0, 0, 9 + number, 9)) for number in range(3)]
    assert "That did not work" not in told[0] + told[1]
    assert "the pixels of all masks must be at most 2,400, got 3600" in told[2]
    assert still_shown(client) and regions_of(session_of(client, tmp_path)).names == ("region A", "region B")


def test_a_mask_of_many_labels_is_refused_as_a_whole(client, tmp_path, monkeypatch):
    monkeypatch.setattr(record, "MOST_MASK_PIXELS", 4 * 40 * 30)
    labels = np.arange(40)[None].repeat(30, axis=0) // 5
    assert "the pixels of all masks" in words(upload_mask(client, mask_file(labels)))
    assert still_shown(client) and regions_of(session_of(client, tmp_path)) is None


def test_a_mask_of_many_small_pieces_is_refused(client, tmp_path, monkeypatch):
    monkeypatch.setattr(kept, "_MOST_CHARACTERS", 2000)
    checkers = np.indices((30, 40)).sum(axis=0) % 2
    assert "too many small pieces" in words(upload_mask(client, mask_file(checkers)))
    assert regions_of(session_of(client, tmp_path)) is None
    assert "too many small pieces" not in words(rectangle(client, 0, 0, 9, 9))
