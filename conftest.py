"""Every test run checks the array shapes that annotations promise; GPU tests run with --gpu; in CI a skip is a failure.

Pages of the documentation, and of a test with many cases all but two, are marked slow, so that the fast tests meet
every function in little time.
Without --gpu a test marked gpu is skipped, in CI too; with it, such a test fails where there is no CUDA device.
"""

import os
from collections.abc import Generator
from zlib import crc32

# the tests' matrices are small: BLAS threads would only wait for each other, for minutes on a busy machine
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import pytest

from tests.shapes import check_imports_of

check_imports_of("limetheory")

FAST_CASES = 2


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add --gpu."""
    parser.addoption("--gpu", action="store_true", help="run the tests marked gpu; without a CUDA device they fail")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark pages, and all but FAST_CASES cases of each test, as slow; which cases stay is drawn by their names."""
    fast: dict[str, list[pytest.Item]] = {}
    for item in items:
        if item.path.suffix == ".md":
            item.add_marker("slow")
        elif not item.get_closest_marker("slow"):
            fast.setdefault(item.nodeid.partition("[")[0], []).append(item)
    for cases in fast.values():
        for item in sorted(cases, key=lambda case: crc32(case.nodeid.encode()))[FAST_CASES:]:
            item.add_marker("slow")


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip a test marked gpu without --gpu, and fail it with --gpu where no CUDA device is present."""
    if not item.get_closest_marker("gpu"):
        return
    if not item.config.getoption("--gpu"):
        pytest.skip("needs a CUDA device: run with --gpu")
    import torch

    if not torch.cuda.is_available():
        pytest.fail(f"--gpu must find a CUDA device, got none in torch {torch.__version__}", pytrace=False)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Turn a skip into a failure where CI is set, unless the test needs a GPU."""
    report = yield
    if report.skipped and os.environ.get("CI") and not item.get_closest_marker("gpu"):
        report.outcome, report.longrepr = "failed", f"skipped in CI: {report.longrepr}"
    return report
