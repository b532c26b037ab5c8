"""The settings: what an office may change at once, beside its procedure."""

from __future__ import annotations

from workflows.common import Model


class Settings(Model):
    """Calendar, categories, routing, texts, channels, masking."""
