"""Errors that come from too little memory, whichever library raises them."""

from __future__ import annotations

_UNMAPPED = "failed to map segment"  # the dynamic linker's words for a shared library that does not fit
_SAID = ("out of memory", "can't allocate memory", "cannot allocate memory", "std::bad_alloc", _UNMAPPED)


def out_of_memory(error: BaseException) -> bool:
    """Whether something failed for want of memory, so that a smaller batch or input may succeed.

    >>> out_of_memory(RuntimeError("CUDA out of memory")), out_of_memory(RuntimeError("shapes differ"))
    (True, False)
    """
    text = str(error).lower()
    return isinstance(error, MemoryError) or any(said in text for said in _SAID)


def too_little_memory(error: BaseException) -> str:
    """What to do after an error for want of memory, in one line: while libraries are loaded, and at work.

    >>> too_little_memory(ImportError("libtorch.so: failed to map segment from shared object"))
    'memory must be enough to load libtorch.so, got too little; raise the limit (ulimit -v), or close other programs'
    """
    if isinstance(error, MemoryError) and "; " in str(error):  # limetheory's own
        return str(error)
    library, unmapped, _ = str(error).strip().rpartition("\n")[2].partition(f": {_UNMAPPED}")
    if unmapped:
        name = library.rpartition("/")[2].rpartition(" ")[2]
        return (
            f"memory must be enough to load {name}, got too little; raise the limit (ulimit -v), or close other "
            "programs"
        )
    return "memory must be enough for this input, got too little; give a smaller one"
