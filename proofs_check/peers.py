"""The certificates in balls/ and the theorems in formal/ for each label, with their files."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from proofs_check.formal import FORMAL, FormalVerdict, coq_available, verify
from proofs_check.statement import module_name

if TYPE_CHECKING:
    from proofs_check.balls import Certificate

KernelVerdicts: TypeAlias = "dict[str, FormalVerdict] | None"

_FOLDER = Path(__file__).parent


def certificates() -> dict[str, tuple[Certificate, ...]] | None:
    """Certificates in ball arithmetic by label, or None where python-flint is not installed."""
    try:
        import flint  # noqa: F401
    except ImportError:
        return None
    from proofs_check.balls import CERTIFICATES

    return CERTIFICATES


def certificate_files(label: str) -> tuple[str, ...]:
    """The module with the certificates of a label, if there is one."""
    return _file("balls", f"{module_name(label)}.py")


def theorems() -> dict[str, tuple[str, ...]]:
    """Names of Coq theorems by label, each behind the name of its file and a dot."""
    return FORMAL


def formal_files(label: str) -> tuple[str, ...]:
    """The Coq files of the theorems of a label."""
    names = dict.fromkeys(theorem.partition(".")[0] for theorem in theorems().get(label, ()))
    return tuple(path for name in names for path in _file("formal", f"{name}.v"))


def kernel() -> KernelVerdicts:
    """The verdicts of the Coq kernel by label, or None where Coq is not installed."""
    if not theorems():
        return {}
    return verify() if coq_available() else None


def _file(folder: str, name: str) -> tuple[str, ...]:
    path = _FOLDER / folder / name
    return (path.relative_to(_FOLDER.parent).as_posix(),) if path.is_file() else ()
