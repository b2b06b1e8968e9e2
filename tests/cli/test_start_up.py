"""What the command line imports before it says something; the seconds follow from that."""

import subprocess
import sys

import pytest

LARGE = {
    "torch", "matplotlib", "scipy", "skimage", "sklearn", "pandas", "transformers", "onnxruntime", "numpy", "jaxtyping",
    "asyncio", "rich",
}  # fmt: skip


def modules_after(arguments):
    """The names of the packages that a process has imported when it has run a command."""
    code = f"import sys; from limetheory.cli.main import run; run({arguments!r}); print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return {name.partition(".")[0] for name in done.stdout.splitlines()[-1].split()}


@pytest.mark.slow
@pytest.mark.parametrize("arguments", [["--help"], ["--version"], ["nosuch"]], ids=" ".join)
def test_the_help_imports_no_large_package(arguments):
    assert not LARGE & modules_after(arguments)


@pytest.mark.slow
@pytest.mark.parametrize("arguments", [["explain", "none.png"], ["plan", "--superpixels", "x"]], ids=" ".join)
def test_a_refusal_imports_neither_networks_nor_figures(arguments):
    assert not (LARGE - {"numpy", "jaxtyping", "asyncio", "rich"}) & modules_after(arguments)
