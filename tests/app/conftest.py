"""Puts the scenes on the path for the tests in folders below, and starts Chromium once."""

import pytest
from chromium import found


@pytest.fixture(scope="module")  # while it runs, so does an event loop, which others must not meet
def chromium():
    from playwright.sync_api import sync_playwright

    path = found()
    if path is None:
        pytest.skip("needs Chromium: install it, or name it in LIMETHEORY_CHROMIUM")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser
        browser.close()
