"""A release to come: the present migrations of an office's app, and three more of every kind."""

from pathlib import Path

from tenants.organization import migrations as present

__path__ = [*present.__path__, str(Path(__file__).resolve().parent)]
