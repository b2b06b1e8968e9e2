"""`limetheory explain --from`: the question of a file, and whether the command line contradicts it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from limetheory.cli.explain_options import alone, target_of
from limetheory.cli.repeated import Repeated
from limetheory.estimation import METHODS
from limetheory.explaining.budget import Masks, Until
from limetheory.explaining.repeat import answers_of, read_document
from limetheory.explaining.source import Source
from limetheory.given import given as shown_value

SAFE_MODELS = (".skops", ".onnx")
"""The endings of models that run no code of their own."""

_FREE = frozenset({
    "image", "text", "table", "similar_to", "weights", "device", "backend", "batch_size", "trust", "trust_pickle",
    "json_file", "figure", "html", "save", "from_file",
})  # fmt: skip
"""Options that may be others than those of the file: where things are, and what is written."""


@dataclass(frozen=True)
class _Known:
    """What a file says: the options of the command by name, and the files that it is about, by their options."""

    options: Mapping[str, Any]
    sources: Mapping[str, tuple[Source, str]]
    question: Any
    machine: Mapping[str, Any]
    maps: tuple[Any, ...] = ()


def with_repeat(options: dict[str, Any], given: Mapping[str, str]) -> Mapping[str, str]:
    """Put the options of the file of ``--from`` in the places of those that were not given; it is then ``repeat``.

    Args:
        options: all options by name, which are changed.
        given: those that were given, with the words that name them.

    Returns:
        Those that count as given.

    Raises:
        ValueError, TypeError: another file, or an option that contradicts it, in one line.
    """
    path: Path | None = options["from_file"]
    options["repeat"] = None
    if path is None:
        return given
    content = read_document(path)
    known = _known(content["repeat"], path)
    for name, words in given.items():
        if name not in _FREE:
            _refuse_contradiction(name, words, options, known, path)
    question = _with_given(known.question, options, given)
    options.update({name: value for name, value in known.options.items() if name not in given})
    options["target"] = known.options.get("target", _target_words(known.question.target))
    places = {name: _place(one, path) for name, (one, _) in known.sources.items() if name not in given}
    options.update({name: str(place) if name == "model" else place for name, place in places.items()})
    options["repeat"] = Repeated(
        path=path, records=answers_of(content), question=question, machine=known.machine, sources=known.sources,
        maps=known.maps,
    )  # fmt: skip
    _refuse_code(known, given, path)
    return {**{name: words for name, words in given.items() if name != "from_file"}, "model": "--model"}


def _known(content: Mapping[str, Any], path: Path) -> _Known:
    kind = content.get("kind")
    if not isinstance(kind, str) or kind not in _KINDS:
        raise ValueError(
            f"an answer must be about one of {', '.join(_KINDS)}, got {shown_value(kind)} in {path}; explain anew"
        )
    return _KINDS[kind](content)


def _of_image(content: Mapping[str, Any]) -> _Known:
    from limetheory.images.repeat import ImageRepeat

    found = ImageRepeat.of_record(content)
    question, network = found.question, found.network
    names = (
        "segmenter", "segments", "depth", "top_k", "checkpoint", "bandwidth", "attribution", "smoothing", "sigma",
        "per_pixel",
    )  # fmt: skip
    options = {
        **{name: getattr(question, name) for name in names}, **_common(question), "segments_from": None,
        "replacement": str(question.replacement), "model": network.model, "output": network.output,
        "precision": network.precision, "device": found.machine["device"],
        "backend": network.backend, "rather_than": None,
    }  # fmt: skip
    if network.contrast is not None:
        options["target"], options["rather_than"] = [str(network.contrast[0])], str(network.contrast[1])
    sources = {"image": (found.photograph, "the photograph")}
    if network.weights is not None:
        sources["weights"] = network.weights, "the file of weights"
    if network.reference is not None:
        sources["similar_to"] = network.reference, "the photograph of --similar-to"
    return _Known(options, sources, question, found.machine, found.maps)


def _of_text(content: Mapping[str, Any]) -> _Known:
    from limetheory.text.question import TextQuestion

    return _of_stored("text", TextQuestion, content, ("tokens", "missing", "bandwidth"))


def _of_table(content: Mapping[str, Any]) -> _Known:
    from limetheory.tabular.question import TableQuestion

    return _of_stored("table", TableQuestion, content, ("bins", "bandwidth"))


def _of_stored(kind: str, question: type[Any], content: Mapping[str, Any], names: tuple[str, ...]) -> _Known:
    from limetheory.explaining.stored_repeat import StoredRepeat

    found = StoredRepeat.of_record(question, content)
    options = {name: getattr(found.question, name) for name in names}
    sources = {kind: (found.input, f"the {kind}")}
    if found.model_file is not None:
        sources["model"] = found.model_file, "the model"
    options = {**options, **_common(found.question), **found.form, "model": found.model}
    return _Known(options, sources, found.question, found.machine)


_KINDS: Mapping[str, Callable[[Mapping[str, Any]], _Known]] = {"image": _of_image, "text": _of_text, "table": _of_table}


def _common(question: Any) -> dict[str, Any]:
    budget = question.budget
    options = {
        "level": question.level, "seed": question.seed, "batch_size": question.batch_size, "samples": None,
        "method": "wls", "ridge": 0.0, "tolerance": None, "guarantee": None,
    }  # fmt: skip
    if isinstance(budget, Masks):
        method = METHODS.chosen(budget.method).name
        return {**options, "samples": budget.n, "method": method, "ridge": budget.ridge}
    return {**options, "tolerance": budget.tolerance, "guarantee": budget.guarantee}


def _refuse_contradiction(name: str, words: str, options: Mapping[str, Any], known: _Known, path: Path) -> None:
    if name in known.sources or (name == "level" and not isinstance(known.question.budget, Until)):
        return
    asked = target_of(alone(options["target"])) if name == "target" else options[name]
    there = _target_there(known) if name == "target" else known.options.get(name)
    if asked != there:
        had = "which had none" if there is None else shown_value(there)
        raise ValueError(
            f"{words} must be that of the answer, {had}, got {shown_value(asked)} with --from {path}; "
            "leave it out, or explain without --from"
        )


def _with_given(question: Any, options: Mapping[str, Any], given: Mapping[str, str]) -> Any:
    """The question with the level and the batch size of the command line, which leave its masks as they are."""
    return replace(question, **{name: options[name] for name in ("level", "batch_size") if name in given})


def _target_there(known: _Known) -> Any:
    """The class of the file: of a contrast the first of two, which the question does not have."""
    return target_of(alone(known.options["target"])) if "target" in known.options else known.question.target


def _target_words(target: Any) -> list[str] | None:
    if target is None:
        return None
    return [str(one) for one in target] if isinstance(target, tuple) else [str(target)]


def _place(source: Source, path: Path) -> Path:
    """Where a file was, or where one of its name stands beside the answer."""
    there = Path(source.path)
    beside = path.parent / there.name
    return beside if not there.exists() and beside.exists() else there


def _refuse_code(known: _Known, given: Mapping[str, str], path: Path) -> None:
    """Refuse to run what the file names, so that a file from others can run nothing."""
    model = known.options["model"]
    stored = "image" not in known.sources
    if stored and "model" not in given and not model.lower().endswith(SAFE_MODELS):
        raise ValueError(
            f"a model that runs code must be named on the command line, got {shown_value(model)} in {path} alone; add "
            "--model with its name if you trust it"
        )
