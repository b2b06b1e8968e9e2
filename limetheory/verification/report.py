"""The report: one self-contained HTML page, the figures as PNG files, and every number as JSON."""

from __future__ import annotations

import base64
import io
import json
import platform
from dataclasses import asdict
from html import escape
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

from limetheory.verification.checks import Section
from limetheory.written_files import write_whole

INTERRUPTED = "report-interrupted"
"""The name of the report of an interrupted run, without its ending."""

_ENDINGS = (".json", ".html")
PACKAGES = ("limetheory", "numpy", "scipy", "torch", "torchvision", "captum", "scikit-image", "scikit-learn")
_STYLE = """
body { font: 16px/1.5 system-ui, sans-serif; max-width: 72rem; margin: 2rem auto; padding: 0 1rem; color: #222 }
table { border-collapse: collapse; margin: 1rem 0 } td, th { padding: .3rem .8rem; border-bottom: 1px solid #ddd;
text-align: left; vertical-align: top } td.n { font-variant-numeric: tabular-nums; white-space: nowrap }
img { max-width: 100%; height: auto } .pass { color: #00694b } .fail { color: #b03a00; font-weight: 700 }
.reported { color: #555; font-style: italic }
.wide { overflow-x: auto } footer { color: #555; font-size: .85rem; margin-top: 3rem }
"""
_CLASSES = {"pass": "pass", "FAIL": "fail", "reported": "reported"}


def versions() -> dict[str, str]:
    """The versions of Python and of the packages that the numbers depend on."""
    return {"python": platform.python_version(), **{name: version(name) for name in PACKAGES}}


def write_report(sections: list[Section], settings: dict[str, Any], folder: Path) -> Path:
    """Write report.html, report.json and the figures into ``folder``; return the path of the page.

    What an interrupted run left there goes away, since the report has it.
    """
    folder.mkdir(parents=True, exist_ok=True)
    pictures = _pictures(sections)
    for name, picture in pictures.items():
        write_whole(folder / f"{name}.png", picture)
    page = _write(sections, settings, folder / "report", pictures)
    for ending in _ENDINGS:
        (folder / f"{INTERRUPTED}{ending}").unlink(missing_ok=True)
    return page


def write_interrupted(sections: list[Section], settings: dict[str, Any], folder: Path) -> Path:
    """Write the finished sections beside a report that an earlier run may have finished, which stays as it is."""
    folder.mkdir(parents=True, exist_ok=True)
    return _write(sections, {**settings, "interrupted": True}, folder / INTERRUPTED, _pictures(sections))


def _pictures(sections: list[Section]) -> dict[str, bytes]:
    """The figures as PNG files by name."""
    pictures = {}
    for name, figure in (item for section in sections for item in section.figures.items()):
        buffer = io.BytesIO()
        figure.savefig(buffer, dpi=130, format="png")
        pictures[name] = buffer.getvalue()
    return pictures


def _write(sections: list[Section], settings: dict[str, Any], path: Path, pictures: dict[str, bytes]) -> Path:
    """Write every number and the page under a path without its ending; return that of the page."""
    numbers, page = (path.with_name(f"{path.name}{ending}") for ending in _ENDINGS)
    write_whole(numbers, json.dumps(_plain(_record(sections, settings)), indent=1).encode())
    write_whole(page, _page(sections, settings, pictures).encode())
    return page


def _record(sections: list[Section], settings: dict[str, Any]) -> dict[str, Any]:
    return {
        "settings": settings,
        "versions": versions(),
        "sections": [
            {
                "title": section.title,
                "checks": [
                    {**asdict(check), "passed": check.passed, "verdict": check.verdict} for check in section.checks
                ],
                "numbers": section.numbers,
            }
            for section in sections
        ],
    }


def _plain(value: Any) -> Any:
    """The value as JSON can hold it: arrays become lists, and infinite numbers and NaN become null."""
    if isinstance(value, dict):
        return {str(key): _plain(entry) for key, entry in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(entry) for entry in value]
    if isinstance(value, np.ndarray):
        return _plain(value.tolist())
    if isinstance(value, np.generic):
        return _plain(value.item())
    return None if isinstance(value, float) and not np.isfinite(value) else value


def _page(sections: list[Section], settings: dict[str, Any], pictures: dict[str, bytes]) -> str:
    checks = [check for section in sections for check in section.checks if check.judged]
    failed = sum(not check.passed for check in checks)
    verdict = f"{len(checks)} checks, all passed" if not failed else f"{failed} of {len(checks)} checks failed"
    clean = not failed and not settings.get("interrupted")
    if settings.get("interrupted"):
        verdict = f"The run was interrupted: {len(checks)} checks so far, {failed} of them failed"
    rows = "".join(_rows(section) for section in sections)
    table = "<tr><th>check</th><th>value</th><th>must be</th><th></th><th>what it shows</th></tr>" + rows
    parts = "".join(_section(section, pictures) for section in sections)
    facts = escape(" · ".join(f"{k} {v}" for k, v in {**settings, **versions()}.items()))
    return (
        "<!doctype html><html lang=en><meta charset=utf-8><meta name=viewport content='width=device-width'>"
        f"<title>limetheory verify</title><style>{_STYLE}</style>"
        "<h1>Does LIME converge to the limit that the theory predicts?</h1>"
        f"<p class={'pass' if clean else 'fail'}>{verdict}.</p><div class=wide><table>{table}</table></div>"
        f"{parts}<footer>{facts}</footer></html>"
    )


def _rows(section: Section) -> str:
    rows = "".join(
        f"<tr><td>{escape(check.name)}</td><td class=n>{check.value:.4g}</td><td class=n>{escape(check.rule)}</td>"
        f"<td class={_CLASSES[check.verdict]}>{check.verdict}</td>"
        f"<td>{escape(check.meaning)}</td></tr>"
        for check in section.checks
    )
    return f"<tr><th colspan=5>{escape(section.title)}</th></tr>{rows}"


def _section(section: Section, pictures: dict[str, bytes]) -> str:
    images = "".join(
        f"<p><img alt='{escape(name)}' src='data:image/png;base64,{base64.b64encode(pictures[name]).decode()}'></p>"
        for name in section.figures
    )
    return f"<h2>{escape(section.title)}</h2><p>{escape(section.text)}</p>{images}"
