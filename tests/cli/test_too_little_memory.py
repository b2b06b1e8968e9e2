"""Too little memory to load a library, or for the work, ends a command in one line with a remedy."""

import errno
import importlib
import os
import resource
import subprocess
import sys

import pytest

from limetheory.want_of_memory import out_of_memory, too_little_memory

cli = importlib.import_module("limetheory.cli.main")  # the package has a function of this name
UNMAPPED = "/somewhere/libtorch_cpu.so: failed to map segment from shared object"
FAILED = [
    MemoryError(),
    RuntimeError("[enforce fail] DefaultCPUAllocator: can't allocate memory: you tried to allocate 9 bytes"),
    OSError(errno.ENOMEM, os.strerror(errno.ENOMEM)),
]


def said_of(error, monkeypatch, capsys):
    def fail(*args, **options):
        raise error

    monkeypatch.setattr(cli, "app", fail)
    assert cli.run(["doctor"]) == 2
    return capsys.readouterr().err


@pytest.mark.parametrize("error", FAILED, ids=lambda error: type(error).__name__)
def test_work_that_does_not_fit(error, monkeypatch, capsys):
    said = "limetheory: memory must be enough for this input, got too little; give a smaller one\n"
    assert said_of(error, monkeypatch, capsys) == said


@pytest.mark.parametrize("text", [UNMAPPED, f"numpy cannot be loaded.\n\nOriginal error was: {UNMAPPED}\n"])
def test_a_library_that_does_not_fit(text, monkeypatch, capsys):
    said = said_of(ImportError(text), monkeypatch, capsys)
    assert said.startswith("limetheory: memory must be enough to load libtorch_cpu.so, got too little; raise the limit")
    assert said.count("\n") == 1


def test_a_message_of_its_own_is_kept(monkeypatch, capsys):
    error = MemoryError("images must fit into memory, got 9 x 9 pixels; give a smaller size")
    assert said_of(error, monkeypatch, capsys) == f"limetheory: {error}\n"


def test_refusals_of_values_that_speak_of_memory_are_kept(monkeypatch, capsys):
    error = ValueError("a file must be whole, got 'out of memory.csv'; copy it again")
    assert said_of(error, monkeypatch, capsys) == f"limetheory: {error}\n"


def test_other_errors_of_imports_are_none_of_memory():
    assert not out_of_memory(ImportError("libfoo.so: cannot open shared object file"))
    assert too_little_memory(MemoryError("no remedy")).endswith("give a smaller one")


@pytest.mark.slow
def test_a_limit_below_what_torch_needs():
    limit = 800 << 20

    def limited():
        resource.setrlimit(resource.RLIMIT_AS, (limit, limit))

    command = [sys.executable, "-m", "limetheory", "classes", "efficientnet_lite0", "zebra"]
    environment = os.environ | {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    done = subprocess.run(command, preexec_fn=limited, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 2 and done.stdout == "", done.stderr
    assert done.stderr.startswith("limetheory: memory must be enough to load libtorch"), done.stderr
    assert done.stderr.count("\n") == 1 and done.stderr.endswith(
        "; raise the limit (ulimit -v), or close other programs\n"
    )
