"""One world for all tests of this folder, in a transaction that is taken back. No request leaves a trace."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import pytest
from django.db import transaction
from pytest_django import DjangoDbBlocker

from tests.access.actors import ACTORS, Actor
from tests.access.asking import Asker
from tests.inventory import World, build_world

Everybody = dict[str, list[Actor]]


@pytest.fixture(scope="package")
def world(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[World]:
    """The populated world. What a test does to it by itself it takes back by itself."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield build_world()
        transaction.set_rollback(True)


@pytest.fixture(scope="package")
def everybody(world: World) -> Everybody:
    """Who asks at each kind of host."""
    return {site: actors(world) for site, actors in ACTORS.items()}


@pytest.fixture
def asker(world: World) -> Iterator[Asker]:
    """Asks for everybody; thousands of refusals are not logged."""
    logging.disable(logging.CRITICAL)
    yield Asker(world)
    logging.disable(logging.NOTSET)
