"""The table of metrics lists the functions that exist."""

import subprocess
import sys

import pytest

from limetheory import metrics


def test_every_row_is_public_and_says_its_direction():
    for name, row in metrics.METRICS.own.items():
        assert getattr(metrics, row.function.__name__) is row.function, name
        assert row.better in ("↑", "↓", "→0") and row.source


def test_directions_stand_in_the_docstrings():
    for row in metrics.METRICS.own.values():
        first = row.function.__doc__.strip().split("\n")[0]
        assert {"→0": "nearer to 0"}.get(row.better, row.better) in row.function.__doc__, first


def test_all_is_what_is_imported():
    assert sorted(metrics.__all__) == sorted(set(metrics.__all__))
    assert all(hasattr(metrics, name) for name in metrics.__all__)


@pytest.mark.slow
def test_importing_needs_neither_torch_nor_scipy_stats():
    code = "import sys, limetheory.metrics; sys.exit('torch' in sys.modules or 'scipy.stats' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
