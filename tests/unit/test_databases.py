"""The tests' own ground: what one process does in its database, no other sees."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from central.offices.access import office as inside
from central.offices.models import Office
from tenants.complaints import files
from tests.acceptance.pictures import photo
from tests.databases import TestServer


@pytest.mark.usefixtures("real_commits")
def test_a_sweep_in_one_database_leaves_anothers_files(
    test_server: TestServer, office_a: Office, first_office_id: int
) -> None:
    with inside(office_a):
        kept = files.accept(photo("jalan.jpg"))
    with test_server.using_fresh_clone(first_office_id=first_office_id + 500), inside(office_a):
        left = files.accept(photo("jalan.jpg"))
        assert files.sweep(timezone.now() + timedelta(days=9)) == 1
        with pytest.raises(files.FileRefused), files.opened(left.digest):
            pass
    with inside(office_a), files.opened(kept.digest) as file:
        assert file.read()
