"""Hostile input is sent to the stage of the acceptance tests."""

from tests.acceptance.conftest import *  # noqa: F403  (its fixtures, by their names)
