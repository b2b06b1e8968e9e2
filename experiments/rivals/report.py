from typing import Any


def summary(rows: list[dict[str, Any]]) -> str:
    return ""


def methods(rows: list[dict[str, Any]]) -> str:
    return ""
