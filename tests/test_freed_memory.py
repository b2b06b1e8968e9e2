"""Freed memory is kept and used again, as shown by the number of pages that the kernel has to map."""

from __future__ import annotations

import importlib
import os
import platform
import subprocess
import sys

import pytest

from limetheory.freed_memory import kept_freed_memory

PAGES = """
import resource, sys
from limetheory.freed_memory import kept_freed_memory
kept = sys.argv[1] == "kept" and kept_freed_memory()
start = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
for _ in range(10):
    b"x" * (64 << 20)
print(kept, (resource.getrusage(resource.RUSAGE_SELF).ru_minflt - start) * resource.getpagesize() >> 20)
"""
glibc = pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="malloc is not glibc's")


def mapped(how: str, **environment: str) -> tuple[str, int]:
    """Whether freed memory is kept, and MiB that were mapped for ten blocks of 64 MiB, one after the other."""
    free = {name: value for name, value in os.environ.items() if not name.startswith(("MALLOC_", "GLIBC_TUNABLES"))}
    done = subprocess.run(
        [sys.executable, "-c", PAGES, how], env=free | environment, capture_output=True, text=True, check=True
    )
    kept, pages = done.stdout.split()
    return kept, int(pages)


@pytest.mark.slow
@glibc
def test_a_block_that_was_freed_is_used_again():
    assert mapped("kept") == ("True", pytest.approx(64, abs=8))
    assert mapped("as it is")[1] > 600


@pytest.mark.slow
@glibc
def test_memory_is_kept_where_only_dask_tunes_malloc():
    dask = pytest.importorskip("dask")
    importlib.import_module("distributed")
    name = "MALLOC_TRIM_THRESHOLD_"
    value = str(dask.config.get("distributed.nanny.pre-spawn-environ")[name])
    assert mapped("kept", **{name: value}) == ("True", pytest.approx(64, abs=8))
    assert mapped("kept", **{name: "70000"})[0] == "False"


@pytest.mark.slow
@glibc
@pytest.mark.parametrize("name", ["MALLOC_ARENA_MAX", "GLIBC_TUNABLES"])
def test_an_environment_that_tunes_malloc_has_its_way(name):
    value = {"MALLOC_ARENA_MAX": "4", "GLIBC_TUNABLES": "glibc.malloc.arena_max=4"}[name]
    kept, pages = mapped("kept", **{name: value})
    assert kept == "False" and pages > 600


def test_whether_freed_memory_is_kept_is_decided_once(monkeypatch):
    settled = kept_freed_memory()
    monkeypatch.setenv("MALLOC_ARENA_MAX", "4")  # asked anew, the answer would be False
    assert kept_freed_memory() == settled
