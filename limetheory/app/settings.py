"""What `limetheory app` is told on the command line."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass, field
from pathlib import Path

from limetheory.app.limits import Limits
from limetheory.app.worker.messages import ModelSource
from limetheory.app.worker.stored import IRIS, SENTIMENT, StoredSource
from limetheory.backends import AUTO
from limetheory.given import given

LOCALHOST = "127.0.0.1"
_SHORTEST_TOKEN = 16  # characters; a convention


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Where the page is served, to whom, and which model and photographs it shows.

    Attributes:
        host: the address that is listened on.
        port: the port, or 0 for a free one.
        token: the secret that a browser must name once; None asks for none, on this machine only.
        browser: whether a browser is opened.
        model: a bundled network, a name of torchvision with ``weights``, or "module:function".
        weights: the state-dict file of a torchvision model.
        backend: what runs a network, see `load_model`.
        photos: a folder of photographs that are offered beside the examples.
        text, table: the models of texts and of rows, and the table; a small example where none is named.
        checkpoint: of Segment Anything, a file or a folder, which then proposes objects.
        limits: bounds on what is taken, kept and queued.

    Raises:
        ValueError: a public address without a token, a short token, a folder that is none, or a missing checkpoint.

    >>> Settings(host="0.0.0.0")
    Traceback (most recent call last):
    ValueError: an address that other machines reach needs a token, got --host '0.0.0.0' without one; add --token with
    16 characters or more, or leave --host out
    """

    host: str = LOCALHOST
    port: int = 0
    token: str | None = None
    browser: bool = True
    model: str = "efficientnet_lite0"
    weights: Path | None = None
    backend: str = AUTO
    photos: Path | None = None
    text: StoredSource = SENTIMENT
    table: StoredSource = IRIS
    checkpoint: Path | None = None
    limits: Limits = field(default_factory=Limits)

    def __post_init__(self) -> None:
        if not 0 <= self.port <= 65535:
            raise ValueError(f"a port must be in 0..65535, got {self.port}; leave it out for a free one")
        if self.token is None and not is_loopback(self.host):
            raise ValueError(
                f"an address that other machines reach needs a token, got --host {given(self.host)} without one; add "
                f"--token with {_SHORTEST_TOKEN} characters or more, or leave --host out"
            )
        if self.token is not None and len(self.token) < _SHORTEST_TOKEN:
            raise ValueError(
                f"a token must have {_SHORTEST_TOKEN} characters or more, got {len(self.token)}; python -c 'import "
                "secrets; print(secrets.token_urlsafe())' makes one"
            )
        if self.checkpoint is not None and not self.checkpoint.exists():
            raise ValueError(
                f"--checkpoint must be a file or a folder, got {given(str(self.checkpoint))}; name one, or leave it out"
            )
        if self.photos is not None and not self.photos.is_dir():
            raise ValueError(f"--photos must be a folder, got {given(str(self.photos))}; name one, or leave it out")

    @property
    def source(self) -> ModelSource:
        """Where the model comes from."""
        weights = None if self.weights is None else str(self.weights.absolute())
        return ModelSource(self.model, weights, self.backend)

    @property
    def public(self) -> bool:
        """Whether other machines may reach the page."""
        return not is_loopback(self.host)


def is_loopback(host: str) -> bool:
    """Whether a host is this machine alone.

    >>> is_loopback("localhost"), is_loopback("::1"), is_loopback("192.168.0.7")
    (True, True, False)
    """
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False
