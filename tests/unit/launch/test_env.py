"""The environment is read strictly: a wrong value is named, and secrets stay out of the message."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from config.env import Environment, EnvironmentProblem
from config.launch import BASE_DIR


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
        ("EMAIL_URL", "smtp://u:w@mail.example", lambda env: env.mail("EMAIL_URL")),
        ("EMAIL_URL", "smtp://u:w@mail.example/?tsl=1", lambda env: env.mail("EMAIL_URL")),
        ("EMAIL_FROM", "Tanggap", lambda env: env.sender("EMAIL_FROM", "a@b.id")),
        ("EMAIL_FROM", "a@b.id\nBcc: c@d.id", lambda env: env.sender("EMAIL_FROM", "a@b.id")),
        ("OPERATORS", "a@b.id, nobody", lambda env: env.addresses("OPERATORS")),
        ("PUBLIC_PORT", "https", lambda env: env.port("PUBLIC_PORT", "")),
        ("CELL_KEY", "Utama-1", lambda env: env.key("CELL_KEY", "main")),
        ("SECRET_KEY", "changeme", lambda env: env.secret("SECRET_KEY")),
        ("SECRET_KEY_FALLBACKS", f"{'x' * 32} changeme", lambda env: env.secrets("SECRET_KEY_FALLBACKS")),
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


def test_a_secret_that_is_too_short_does_not_get_into_the_message() -> None:
    with pytest.raises(EnvironmentProblem) as caught:
        Environment({"SECRET_KEY": "geheim"}).secret("SECRET_KEY")
    assert "geheim" not in str(caught.value)


def test_keys_of_before_and_addresses_are_lists() -> None:
    env = Environment({"KEYS": f"{'a' * 32}  {'b' * 40}", "TO": "a@b.id, c@d.id,", "FROM": "Aduan <a@b.id>"})
    assert env.secrets("KEYS") == ["a" * 32, "b" * 40]
    assert env.addresses("TO") == ["a@b.id", "c@d.id"]
    assert env.sender("FROM", "") == "Aduan <a@b.id>"
    assert env.port("PUBLIC_PORT", "8000") == "8000"
    assert Environment({}).secrets("KEYS") == []


READ = re.compile(r"""env\.\w+\(\s*"([A-Z][A-Z0-9_]+)\"""")
BETWEEN_PROCESSES = {"TANGGAP_RUN_AT"}
"""What `make run` tells its own processes."""


def test_every_variable_that_is_read_stands_in_the_readme_and_the_other_way_round() -> None:
    sources = "\n".join(path.read_text() for path in BASE_DIR.glob("config/**/*.py"))
    read = {name for name in READ.findall(sources) if name not in BETWEEN_PROCESSES}
    table = (
        (BASE_DIR / "README.md").read_text().partition("## Real servers")[2].partition("\n\nOnce a server")[0]
    )
    rows = [line.split("|")[1] for line in table.splitlines() if line.startswith("| `")]
    described = {name for row in rows for name in re.findall(r"`([A-Z0-9_]+)`", row)}
    assert read == described


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
    own = Environment({"EMAIL_URL": "smtp://u:w@127.0.0.1/?tls=0"}).mail("EMAIL_URL")
    assert own is not None
    assert own["EMAIL_USE_TLS"] is False
    assert Environment({}).mail("EMAIL_URL") is None
