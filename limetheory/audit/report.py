"""The JSON file of an audit."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from typing import Any

from limetheory.audit.findings import Audited


def row(audited: Audited) -> dict[str, Any]:
    """One method as JSON: its findings with the numbers behind them, its versions and notes."""
    return {
        "library": audited.library,
        "subject": audited.name,
        "method": audited.method,
        "installed": audited.installed,
        "versions": dict(audited.versions),
        "seconds": audited.seconds,
        "processor_seconds": audited.processor,
        "notes": list(audited.notes),
        "findings": [
            {
                "check": one.check, "verdict": one.verdict, "says": one.says, "explanation": one.explanation,
                "numbers": _plain(one.numbers),
            }
            for one in audited.findings
        ],
    }  # fmt: skip


def audit_json(found: Sequence[Audited], settings: Mapping[str, Any]) -> str:
    """An audit as JSON.

    Args:
        found: what `audit` returned.
        settings: of the call.
    """
    whole = {"limetheory": version("limetheory"), **settings, "audited": [row(one) for one in found]}
    return json.dumps(whole, indent=1, ensure_ascii=False, allow_nan=False)


def _plain(value: Any) -> Any:
    """Numbers as JSON has them, null for those that are not finite."""
    if isinstance(value, Mapping):
        return {str(name): _plain(one) for name, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(one) for one in value]
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    return value


def counted(found: Sequence[Audited]) -> str:
    """The numbers of methods, checks and deviations in one sentence."""
    here = [one for one in found if one.installed]
    findings = [finding for one in here for finding in one.findings]
    deviating = [one for one in findings if one.verdict == "deviates"]
    explained = sum(one.explanation.startswith("unexplained") is False for one in deviating)
    absent = sorted({one.library for one in found if not one.installed})
    said = f"{len(here)} methods, {len(findings)} checks, {len(deviating)} deviations, {explained} of them explained"
    return said + (f"; not installed: {', '.join(absent)}" if absent else "")
