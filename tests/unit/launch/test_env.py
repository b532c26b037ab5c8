"""The environment is read strictly: a wrong value is named, and secrets stay out of the message."""

from __future__ import annotations

from pathlib import Path

import pytest

from config.env import Environment, EnvironmentProblem


def test_an_empty_variable_counts_as_not_set() -> None:
    env = Environment({"PORT": " ", "TANGGAP_DEMO": ""})
    assert env.integer("PORT", 8000, low=1, high=65535) == 8000
    assert env.boolean("TANGGAP_DEMO", True) is True
    assert not env.has("PORT")


@pytest.mark.parametrize(
    ("written", "meant"), [("1", True), ("yes", True), ("TRUE", True), ("0", False), ("off", False)]
)
def test_yes_and_no_have_a_few_spellings(written: str, meant: bool) -> None:
    assert Environment({"X": written}).boolean("X", not meant) is meant


@pytest.mark.parametrize(
    ("name", "value", "read"),
    [
        ("TANGGAP_DEMO", "maybe", lambda env: env.boolean("TANGGAP_DEMO", False)),
        ("PORT", "80a", lambda env: env.integer("PORT", 8000, low=1, high=65535)),
        ("PORT", "0", lambda env: env.integer("PORT", 8000, low=1, high=65535)),
        ("PORT", "70000", lambda env: env.integer("PORT", 8000, low=1, high=65535)),
        ("PORT", "٣", lambda env: env.integer("PORT", 8000, low=1, high=65535)),
        ("PUBLIC_SCHEME", "ftp", lambda env: env.choice("PUBLIC_SCHEME", "http", ("http", "https"))),
        ("BASE_HOST", "http://x", lambda env: env.host("BASE_HOST", "localhost")),
        ("TANGGAP_VAR", "var", lambda env: env.folder("TANGGAP_VAR", Path("/"))),
        ("INTAKE_RATE", "many", lambda env: env.rate("INTAKE_RATE", "30/hour")),
        ("INTAKE_RATE", "0/hour", lambda env: env.rate("INTAKE_RATE", "30/hour")),
        ("CACHE_URL", "memcached://x", lambda env: env.url("CACHE_URL", ("redis",))),
        ("CACHE_URL", "redis://x:port", lambda env: env.url("CACHE_URL", ("redis",))),
        ("DATABASE_URL", "mysql://u@h/b", lambda env: env.database("DATABASE_URL")),
        ("DATABASE_URL", "postgresql://u@h", lambda env: env.database("DATABASE_URL")),
        ("DATABASE_URL", "postgresql://h/b", lambda env: env.database("DATABASE_URL")),
        ("EMAIL_URL", "smtp://", lambda env: env.mail("EMAIL_URL")),
    ],
)
def test_a_wrong_value_is_named(name: str, value: str, read: object) -> None:
    assert callable(read)
    with pytest.raises(EnvironmentProblem) as caught:
        read(Environment({name: value}))
    assert str(caught.value).startswith(f"{name}: ")
    assert caught.value.name == name


def test_a_password_does_not_get_into_the_message() -> None:
    with pytest.raises(EnvironmentProblem) as caught:
        Environment({"DATABASE_URL": "postgresql://user:geheim@host"}).database("DATABASE_URL")
    assert "geheim" not in str(caught.value)


def test_a_database_url_is_taken_apart() -> None:
    url = "postgresql://user%40x:p%2Fw@db.example:5433/tanggap?sslmode=require"
    assert Environment({"DATABASE_URL": url}).database("DATABASE_URL") == {
        "NAME": "tanggap",
        "USER": "user@x",
        "PASSWORD": "p/w",
        "HOST": "db.example",
        "PORT": "5433",
        "OPTIONS": {"sslmode": "require"},
    }


def test_a_database_may_be_reached_by_a_socket_in_a_folder() -> None:
    parts = Environment({"D": "postgresql://user:w@/tanggap?host=%2Frun%2Fa%20b"}).database("D")
    assert parts is not None
    assert parts["HOST"] == "/run/a b"
    assert parts["PORT"] == ""


def test_mail_goes_by_tls_from_the_start_or_by_a_switch_to_it() -> None:
    switch = Environment({"EMAIL_URL": "smtp://u:w@mail.example/?tls=1"}).mail("EMAIL_URL")
    start = Environment({"EMAIL_URL": "smtps://mail.example"}).mail("EMAIL_URL")
    assert switch is not None
    assert start is not None
    assert (switch["EMAIL_PORT"], switch["EMAIL_USE_TLS"], switch["EMAIL_USE_SSL"]) == (587, True, False)
    assert (start["EMAIL_PORT"], start["EMAIL_USE_TLS"], start["EMAIL_USE_SSL"]) == (465, False, True)
    assert Environment({}).mail("EMAIL_URL") is None
