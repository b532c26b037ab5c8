"""What somebody is told while the database is away, and what where the platform itself is wrong."""

from __future__ import annotations

import pytest
from django.db import InterfaceError, OperationalError
from django.test import Client

from central.offices import directory
from central.offices.models import Office
from tenants.site.views import home

COMPLAINTS = "/api/v1/complaints/"


@pytest.fixture
def browser(greged: Office) -> Client:
    return Client(raise_request_exception=False, HTTP_HOST="greged.localhost")


def fail(error: Exception):
    def raising(*_args, **_more):
        raise error

    return raising


@pytest.mark.parametrize("error", [OperationalError("the server closed it"), InterfaceError("it is closed")])
def test_a_database_that_is_away_is_a_matter_of_seconds(browser, monkeypatch, error) -> None:
    """Already the host's name cannot be looked up."""
    monkeypatch.setattr(directory, "_read", fail(error))
    directory.forget()
    page = browser.get("/lapor/periksa/")
    assert (page.status_code, page["Retry-After"], page["Cache-Control"]) == (503, "5", "no-store")
    assert "Laporan yang sama tidak tercatat dua kali" in page.content.decode()
    answer = browser.post(COMPLAINTS, {})
    assert (answer.status_code, answer["Retry-After"]) == (503, "5")
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["code"] == "unavailable"
    assert "Idempotency-Key" in answer.json()["detail"]


def test_a_transaction_that_the_database_took_back_is_answered_in_the_same_way(browser, monkeypatch) -> None:
    monkeypatch.setattr("tenants.api.citizen.settings_now", fail(OperationalError("deadlock detected")))
    answer = browser.get("/api/v1/categories/")
    assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")


def test_a_bug_is_a_page_for_people_and_a_document_for_programs(browser, monkeypatch) -> None:
    monkeypatch.setattr("tenants.api.citizen.settings_now", fail(RuntimeError("a bug")))
    answer = browser.get("/api/v1/categories/")
    assert (answer.status_code, answer["Content-Type"]) == (500, "application/problem+json")
    assert answer.json()["code"] == "server_error"
    assert "Retry-After" not in answer
    monkeypatch.setattr(home, "render", fail(RuntimeError("a bug")))
    page = browser.get("/")
    assert page.status_code == 500
    assert "Kecamatan Greged" in page.content.decode()
