"""Puts the scenes on the path for the tests in folders below, and starts Chromium and each server once."""

from contextlib import ExitStack

import pytest
from chromium import found, served
from visits import Visit, Window


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


@pytest.fixture(scope="session")
def page_of(tmp_path_factory):
    """By the name of one of `worker_models`, the address of its page, which every browser sees as its own."""
    addresses = {}
    with ExitStack() as stack:

        def address(model):
            if model not in addresses:
                addresses[model] = stack.enter_context(served(model, tmp_path_factory.mktemp("kept")))
            return addresses[model]

        yield address


@pytest.fixture(scope="module")
def script():
    """What runs in each page before the page's own scripts; a module may have another one."""
    return ""


@pytest.fixture(scope="module")
def windows():
    """Those of a module, of which each is one person's at a time."""
    return []


@pytest.fixture
def visit(windows, chromium, address, script):
    """A function that opens the page at the module's `address` as one more person who was never there."""
    taken = []

    def begin(size="desktop"):
        if len(taken) == len(windows):
            windows.append(Window(chromium, script))
        taken.append(windows[len(taken)])
        return Visit(taken[-1], address, size)

    yield begin
    for window in taken:
        window.forget()
