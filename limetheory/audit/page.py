"""The page of an audit, in HTML that needs no other file."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from limetheory.audit.checks import CHECKS
from limetheory.audit.findings import Audited, Finding
from limetheory.audit.report import counted

_STYLE = (
    "body{font:15px/1.45 system-ui,sans-serif;max-width:75em;margin:2em auto;padding:0 1em;color:#222}"
    "table{border-collapse:collapse;width:100%;margin:.5em 0 1.5em}"
    "td,th{text-align:left;vertical-align:top;padding:.3em .6em;border-bottom:1px solid #ddd}"
    ".holds{color:#176b2c}.deviates{color:#a11;font-weight:600}.undecided,.no{color:#8a5a00}"
    ".why{color:#444;font-style:italic}.dim{color:#666}h2{margin-top:1.6em}.wide{overflow-x:auto}"
)
_SIGNS = {"holds": "holds", "deviates": "deviates", "undecided": "undecided", "no answer": "no answer"}


def audit_page(found: Sequence[Audited], title: str = "What do these libraries converge to?") -> str:
    """A page with a table of all methods and checks, and below it what each check found and why.

    Args:
        found: what `audit` returned.
        title: of the page.
    """
    methods = "".join(_method(one) for one in found if one.installed)
    return (
        "<!doctype html><html lang=en><head><meta charset=utf-8>"
        "<meta name=viewport content='width=device-width'>"
        f"<title>{escape(title)}</title><style>{_STYLE}</style></head><body><h1>{escape(title)}</h1>"
        f"<p>{escape(counted(found))}.</p>{_overview(found)}<h2>The checks</h2>{_asked()}{methods}</body></html>\n"
    )


def _overview(found: Sequence[Audited]) -> str:
    head = "".join(f"<th>{escape(name)}</th>" for name in CHECKS)
    rows = "".join(_line(one) for one in found)
    return f"<div class=wide><table><tr><th>library</th><th>method</th>{head}</tr>{rows}</table></div>"


def _line(audited: Audited) -> str:
    start = f"<tr><td>{escape(audited.library)}</td><td>{escape(audited.name)}</td>"
    if not audited.installed:
        return f"{start}<td class=dim colspan={len(CHECKS)}>{escape('; '.join(audited.notes))}</td></tr>"
    verdicts = {one.check: one.verdict for one in audited.findings}
    return start + "".join(_cell(verdicts.get(name, "")) for name in CHECKS) + "</tr>"


def _cell(verdict: str) -> str:
    return f"<td class='{_class(verdict)}'>{escape(_SIGNS.get(verdict, '–'))}</td>"


def _class(verdict: str) -> str:
    return verdict.split(" ")[0] if verdict else "dim"


def _asked() -> str:
    rows = "".join(f"<tr><td>{escape(name)}</td><td>{escape(check.asks)}</td></tr>" for name, check in CHECKS.items())
    return f"<table>{rows}</table>"


def _method(audited: Audited) -> str:
    versions = ", ".join(f"{name} {number}" for name, number in audited.versions.items())
    notes = "".join(f"<p class=undecided>{escape(note)}</p>" for note in audited.notes)
    rows = "".join(_finding(one) for one in audited.findings)
    return (
        f"<h2>{escape(audited.library)}: {escape(audited.name)}</h2><p>{escape(audited.method)}</p>"
        f"<p class=dim>{escape(versions)}; {audited.processor:g} s of processor time</p>{notes}<table>{rows}</table>"
    )


def _finding(found: Finding) -> str:
    why = f"<div class=why>{escape(found.explanation)}</div>" if found.explanation else ""
    return (
        f"<tr><td>{escape(found.check)}</td><td class='{_class(found.verdict)}'>{escape(found.verdict)}</td>"
        f"<td>{escape(found.says)}{why}</td></tr>"
    )
