"""Every test run checks the array shapes that annotations promise; in CI a skip is a failure but for GPUs."""

import os
from collections.abc import Generator

import pytest
from jaxtyping import install_import_hook

from tests.shapes import arrays_only

install_import_hook("limetheory", f"{arrays_only.__module__}.{arrays_only.__name__}")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Turn a skip into a failure where CI is set, unless the test needs a GPU."""
    report = yield
    if report.skipped and os.environ.get("CI") and not item.get_closest_marker("gpu"):
        report.outcome, report.longrepr = "failed", f"skipped in CI: {report.longrepr}"
    return report
