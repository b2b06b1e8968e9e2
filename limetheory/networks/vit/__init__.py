"""Vision transformers as functions of images: their class tokens and the tokens of their patches."""

from __future__ import annotations

from limetheory.networks.vit.backbone import Backbone
from limetheory.networks.vit.load import load_backbone
from limetheory.networks.vit.table import BACKBONES, BackboneRow
from limetheory.networks.vit.tokens import Tokens

__all__ = ["BACKBONES", "Backbone", "BackboneRow", "Tokens", "load_backbone"]
