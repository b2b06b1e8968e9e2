"""`limetheory app`: the page in the browser."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Annotated, Any

import typer

from limetheory.backends import AUTO
from limetheory.checked_files import read_utf8
from limetheory.cli.chosen_input import given_options
from limetheory.cli.explain import BACKEND
from limetheory.packages import needed

_MODEL = "A bundled network, a name of torchvision together with --weights, or MODULE:FUNCTION of images."
_CHECKPOINT = "A checkpoint of Segment Anything, which then proposes the object under a click."
_TEXT_MODEL = "A model of texts for the tab Text: a .skops or .onnx file, or MODULE:FUNCTION."
_TABLE = "The CSV file of --table-model, such as its training data."
TOKEN = "LIMETHEORY_TOKEN"
_TOKEN_HELP = (
    "A secret of 16 characters or more that a browser must name; other users of this machine see it in the list of "
    f"processes, so set {TOKEN} or give --token-file instead."
)
_SEEN = (
    "--token stands in the list of processes, where every user of this machine reads it; set "
    f"{TOKEN} or give --token-file instead"
)
_MOST_BYTES = 1 << 12  # of a file of a token; a convention
_TABLE_MODEL = "A model of rows for the tab Table, together with --table."


def app(
    context: typer.Context,
    model: Annotated[str, typer.Option(help=_MODEL)] = "efficientnet_lite0",
    weights: Annotated[Path | None, typer.Option(help="The state-dict file of a torchvision model.")] = None,
    backend: Annotated[str, typer.Option(help=BACKEND)] = AUTO,
    photos: Annotated[Path | None, typer.Option(help="A folder of photographs that are offered.")] = None,
    text_model: Annotated[str | None, typer.Option(help=_TEXT_MODEL)] = None,
    table_model: Annotated[str | None, typer.Option(help=_TABLE_MODEL)] = None,
    table: Annotated[Path | None, typer.Option(help=_TABLE)] = None,
    leave_out: Annotated[
        list[str] | None, typer.Option(help="A column of the table that the model does not take.")
    ] = None,
    categorical: Annotated[list[str] | None, typer.Option(help="A column of numbers that are categories.")] = None,
    trust: Annotated[
        list[str] | None, typer.Option(help="A type that a .skops file may hold besides those that skops trusts.")
    ] = None,
    trust_pickle: Annotated[
        bool, typer.Option("--trust-pickle", help="Load a model that is a pickle, which may run any code.")
    ] = False,
    checkpoint: Annotated[Path | None, typer.Option(help=_CHECKPOINT)] = None,
    port: Annotated[int, typer.Option(help="The port; if left out 8050, or a free one where that is taken.")] = 0,
    host: Annotated[str, typer.Option(help="The address to listen at; one that others reach needs --token.")] = (
        "127.0.0.1"
    ),
    token: Annotated[str | None, typer.Option(envvar=TOKEN, help=_TOKEN_HELP)] = None,
    token_file: Annotated[Path | None, typer.Option(help="A file whose first line is the token.")] = None,
    browser: Annotated[bool, typer.Option(help="Whether to open a browser.")] = True,
) -> int:
    """Explain photographs, texts and rows in the browser: nothing leaves this machine, and no internet is needed."""
    for module in ("dash", "waitress"):
        needed(module, "limetheory app", "app")
    from limetheory.app.server import serve
    from limetheory.app.settings import Settings
    from limetheory.app.worker.stored import SENTIMENT, StoredSource, table_source

    named = "token" in given_options(context)
    secret = _token(token, token_file, named)
    trusted: dict[str, Any] = {"trusted": tuple(trust or ()), "trust_pickle": trust_pickle}
    settings = Settings(
        host=host,
        port=port,
        token=secret,
        browser=browser,
        model=model,
        weights=weights,
        backend=backend,
        photos=photos,
        text=SENTIMENT if text_model is None else StoredSource(text_model, **trusted),
        table=table_source(table_model, table, leave_out or (), categorical or (), **trusted),
        checkpoint=checkpoint,
    )
    if named:
        warnings.warn(_SEEN, UserWarning, stacklevel=1)
    serve(settings)
    return 0


def _token(token: str | None, file: Path | None, named: bool) -> str | None:
    """The secret, from where it was given.

    Args:
        token: of the option or of the environment.
        file: with the token.
        named: whether the option was given.

    Raises:
        FileNotFoundError, ValueError: a file that is none, or a token besides.
    """
    if file is None:
        return token
    if named:
        raise ValueError("a token must be given once, got --token and --token-file; leave --token out")
    return read_utf8("a token", file, _MOST_BYTES, "give a file with it on the first line").partition("\n")[0].strip()
