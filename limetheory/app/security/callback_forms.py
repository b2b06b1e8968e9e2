"""Questions of the page that no page asks are refused before Dash, which trusts their form, looks at them."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from flask import Flask, Response, request

PATH = "/_dash-update-component"
_REFUSAL = "This is no question of the page. Load the page anew, then try again."


def refuse_forged_forms(server: Flask, callbacks: Callable[[], Mapping[str, Any]]) -> None:
    """Answer 400 in one line to a question that has not the form of one of the callbacks.

    To be called after `limetheory.app.security.guard.guard`, whose checks come first.

    Args:
        server: of the page.
        callbacks: () → what Dash calls its callback map, once every callback is registered: by the output, the
            identifiers and properties of inputs and states.
    """

    @server.before_request
    def check() -> Response | None:
        if request.path != PATH or has_form(_body(), callbacks()):
            return None
        return Response(f"{_REFUSAL}\n", 400, mimetype="text/plain")


def has_form(body: Any, callbacks: Mapping[str, Any]) -> bool:
    """Whether the body of a question has the outputs, inputs and states of one of the callbacks.

    >>> known = {"a.data": {"inputs": [{"id": "b", "property": "value"}], "state": [], "callback": print}}
    >>> body = {"output": "a.data", "outputs": {"id": "a", "property": "data"}, "changedPropIds": ["b.value"]}
    >>> has_form({**body, "inputs": [{"id": "b", "property": "value", "value": 3}]}, known)
    True
    >>> has_form({**body, "inputs": [{"id": "c", "property": "value"}]}, known), has_form([], known)
    (False, False)
    """
    if not isinstance(body, Mapping) or not isinstance(body.get("output"), str) or body["output"] not in callbacks:
        return False
    known = callbacks[body["output"]]
    if "callback" not in known:  # the browser carries it out itself
        return False
    inputs, changed = known["inputs"], body.get("changedPropIds", [])
    return (
        _match(body.get("inputs", []), body.get("state", []), inputs, known["state"])
        and _are_outputs(body.get("outputs", []), body["output"])
        and isinstance(changed, list)
        and all(any(_is_named(one, spec) for spec in inputs) for one in changed)
    )


def _body() -> Any:
    """What the request brings; None where it is no JSON, or nested too deeply."""
    try:
        return request.get_json(silent=True)
    except RecursionError:
        return None


def _match(inputs: Any, states: Any, of_inputs: list[Any], of_states: list[Any]) -> bool:
    lists = isinstance(inputs, list) and isinstance(states, list)
    if not lists or (len(inputs), len(states)) != (len(of_inputs), len(of_states)):
        return False
    lengths: dict[str, set[int]] = {}
    for one, spec in zip([*inputs, *states], [*of_inputs, *of_states], strict=True):
        if not _matches(one, spec):
            return False
        if isinstance(one, list):
            lengths.setdefault(spec["id"], set()).add(len(one))
    return all(len(numbers) == 1 for numbers in lengths.values())  # the values and names of the same fields


def _matches(one: Any, spec: Mapping[str, str]) -> bool:
    """Whether an entry is of the component that was declared; for many components it is a list of such entries."""
    if isinstance(one, list):
        return _is_pattern(spec["id"]) and all(isinstance(each, Mapping) and _matches(each, spec) for each in one)
    if not isinstance(one, Mapping) or one.get("property") != spec["property"] or not _is_of(one.get("id"), spec["id"]):
        return False
    return spec["property"] != "id" or one.get("value") == one["id"]


def _are_outputs(found: Any, name: str) -> bool:
    if not name.startswith(".."):
        return _are_output(found, name)
    names = name[2:-2].split("...")
    same = isinstance(found, list) and len(found) == len(names)
    return same and all(map(_are_output, found, names))


def _are_output(found: Any, name: str) -> bool:
    if not _is_pattern(name.rpartition(".")[0]):
        return _is_output(found, name)
    return isinstance(found, list) and all(_is_output(one, name) for one in found)


def _is_output(found: Any, name: str) -> bool:
    identifier, _, prop = name.rpartition(".")
    same = isinstance(found, Mapping) and isinstance(found.get("property"), str)
    return same and found["property"].split("@")[0] == prop.split("@")[0] and _is_of(found.get("id"), identifier)


def _is_named(name: Any, spec: Mapping[str, str]) -> bool:
    """Whether the name of what changed is that of an input that was declared, or of one of its components."""
    if not isinstance(name, str):
        return False
    identifier, _, prop = name.rpartition(".")
    if prop != spec["property"] or not _is_pattern(spec["id"]):
        return name == f"{spec['id']}.{spec['property']}"
    try:
        return _is_of(json.loads(identifier), spec["id"])
    except (ValueError, RecursionError):
        return False


def _is_of(identifier: Any, declared: str) -> bool:
    """Whether an identifier is the declared one, or one of its pattern."""
    if not declared.startswith("{"):
        return bool(identifier == declared)
    pattern = json.loads(declared)
    if not isinstance(identifier, Mapping) or identifier.keys() != pattern.keys():
        return False
    return all(
        isinstance(identifier[name], (str, int, float)) if isinstance(value, list) else identifier[name] == value
        for name, value in pattern.items()
    )


def _is_pattern(declared: str) -> bool:
    return declared.startswith("{") and any(isinstance(one, list) for one in json.loads(declared).values())
