"""`limetheory doctor`: what is ready, what is not, and how to get it."""

import pytest
import torch

from limetheory.cli.doctor import doctor
from limetheory.images.mask_generators import Readiness
from limetheory.images.sam import CHECKPOINTS


@pytest.fixture
def report(capsys, monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert doctor() == 0
    return capsys.readouterr().out


def test_versions_come_first(report):
    assert report.startswith("limetheory ") and f"torch {torch.__version__.split('+')[0]}" in report.splitlines()[0]


def test_sections(report):
    titles = [line for line in report.splitlines()[1:] if line and not line.startswith(" ")]
    assert titles == ["Segmenters", "Mask generators", "Networks", "Devices", "SAM checkpoints"]


def test_how_to_get_a_checkpoint(report, tmp_path):
    for name, checkpoint in CHECKPOINTS.items():
        assert f"missing  {name}: {checkpoint.file} ({checkpoint.size / 1e6:.0f} MB, SHA-256" in report
        assert checkpoint.sha256 in report and checkpoint.url in report
    assert f"on first use to {tmp_path / 'limetheory' / 'checkpoints'} and checked" in report


def test_what_is_ready(report):
    assert "ready    grid, slic, quickshift, felzenszwalb, watershed" in report
    assert "ready    efficientnet_lite0, efficientnet_lite1, efficientnet_lite2" in report
    assert "ready    cpu: " in report


@pytest.mark.skipif(torch.cuda.is_available(), reason="needs a machine without CUDA")
def test_no_gpu_is_said(report):
    assert "sees no GPU; everything runs on the CPU" in report


@pytest.mark.gpu
def test_the_gpu_is_named(report):
    assert torch.cuda.get_device_name(0) in report


def test_generators(capsys, monkeypatch):
    found = [Readiness("mobile", True, "mobile-sam 1.0"), Readiness("other", False, "no weights: fetch them")]
    monkeypatch.setattr("limetheory.images.mask_generators.readiness", lambda: found)
    doctor()
    report = capsys.readouterr().out
    assert "  ready    mobile: mobile-sam 1.0\n  missing  other: no weights: fetch them" in report
