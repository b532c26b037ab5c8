"""Files of the tests: a store for each database, as each has offices of the same names."""

from __future__ import annotations

import shutil
from pathlib import Path

from django.conf import settings
from django.db import connections

from config.storage import WholeFiles

ROOT = Path(settings.VAR) / "files"


def place_of(database: str) -> Path:
    """Where the files of a test database lie."""
    return ROOT / database


def drop(database: str) -> None:
    """Removes a database's files with it."""
    shutil.rmtree(place_of(database), ignore_errors=True)


class FilesOfTheDatabase(WholeFiles):
    """The store of the database that is in use.

    Processes work side by side, each on a clone of one template: in a store of them all, a test that goes
    ahead in time would have another's files swept.
    """

    @property
    def base_location(self) -> str:  # type: ignore[override]  # kept by Django once it is known
        return str(place_of(str(connections["default"].settings_dict["NAME"])))

    @property
    def location(self) -> str:  # type: ignore[override]  # a property of ours
        return self.base_location
