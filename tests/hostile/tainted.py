"""Puts hostile texts into every column and document that holds people's words, past all that cleans them.

What a form would never let through stands there then, too: pages have to bear it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import psycopg
from psycopg import sql
from psycopg.types.json import Jsonb

from tenants.procedure.queries import digest_of
from tests.hostile.texts import EMAIL, MARK, TEXTS

WORDS: dict[str, tuple[str, ...]] = {
    "public.offices_government": ("name",),
    "public.offices_office": ("name", "address", "phone", "status_reason"),
    "public.accounts_user": ("name",),
    "public.accounts_apitoken": ("name",),
    "public.onboarding_invitation": ("name",),
    "public.onboarding_registration": (
        "government_name", "office_name", "contact_name", "contact_position", "phone", "note",
    ),
    "public.coordination_caseindex": ("number", "category_name"),
    "public.coordination_governmentwork": ("number",),
    "public.coordination_handover": ("number", "number_there", "opened_by_name", "decided_by_name"),
    "public.coordination_outsideoffice": ("name", "address", "phone"),
    "public.coordination_intakerule": ("group", "name", "name_en"),
    "public.coordination_reminder": ("number", "by_name"),
    "public.coordination_deskcall": ("number", "by_name", "called", "note"),
    "public.coordination_desklook": ("user_name",),
    "public.coordination_supportvisit": ("user_name", "reason"),
    "public.coordination_supportvisitend": ("by_name",),
    "public.delivery_centralmessage": ("subject", "body"),
    "public.delivery_outbox": ("last_error",),
    "organization_unit": ("name",),
    "organization_position": ("title",),
    "organization_member": ("name", "phone"),
    "procedure_proceduredraft": ("title", "created_by_name", "updated_by_name"),
    "procedure_procedureversion": ("created_by_name", "note"),
    "procedure_proceduremove": ("created_by_name",),
    "procedure_settingsversion": ("created_by_name",),
    "complaints_complaint": ("number", "description", "place", "occurred_at", "rating_comment", "urgency"),
    "complaints_reporter": ("name", "address", "phone"),
    "complaints_draftfile": ("name",),
    "complaints_event": ("actor_name", "actor_title"),
    "complaints_message": ("subject", "body", "author_name"),
    "complaints_attachment": ("name",),
    "complaints_calllog": ("note",),
    "complaints_coordination": (
        "number", "office_name", "asked_by_name", "asked_by_title", "question", "report", "place", "answer",
        "ended_by_name",
    ),
    "complaints_publication": ("title", "text", "answer", "place", "released_by_name"),
}  # fmt: skip
"""Columns with words of people, by table."""

EMAILS = {
    "public.offices_office": "email",
    "public.onboarding_registration": "email",
    "public.coordination_outsideoffice": "email",
    "complaints_reporter": "email",
}
"""Addresses: quotation marks let them hold nearly everything."""

UNIQUE = {"number"}
"""Columns in which a text keeps what it was before it."""

DOCUMENTS = ("procedure_procedureversion", "procedure_settingsversion")
ALL = "\n".join(TEXTS.values())


def taint(connection: psycopg.Connection[Any], turn: int) -> int:
    """Taints the database, as its superuser. `turn`: moves the texts by so many columns. Returns how many
    columns were filled.
    """
    schemas = [
        name
        for (name,) in connection.execute(
            "SELECT schema_name FROM public.offices_office WHERE status <> 'removed'"
        )
    ]
    filled = 0
    for place, (table, columns) in enumerate(WORDS.items()):
        for number, column in enumerate(columns):
            text = list(TEXTS.values())[(turn + place + number) % len(TEXTS)]
            for schema, name in _tables(table, schemas):
                filled += _fill(connection, schema, name, column, text)
    for table, column in EMAILS.items():
        for schema, name in _tables(table, schemas):
            statement = sql.SQL("UPDATE {} SET {} = %s WHERE {} <> ''").format(
                sql.Identifier(schema, name), sql.Identifier(column), sql.Identifier(column)
            )
            connection.execute(statement, [EMAIL])
    for schema in schemas:
        for name in DOCUMENTS:
            _taint_documents(connection, schema, name, turn)
        _taint_drafts(connection, schema, turn)
    return filled


def _tables(table: str, schemas: list[str]) -> Iterator[tuple[str, str]]:
    schema, _, name = table.rpartition(".")
    yield from [(schema, name)] if schema else [(each, name) for each in schemas]


def _fill(connection: psycopg.Connection[Any], schema: str, name: str, column: str, text: str) -> bool:
    """Fills a column as far as it is wide; one without a limit gets every text there is."""
    row = connection.execute(
        "SELECT character_maximum_length FROM information_schema.columns "
        "WHERE table_schema = %s AND table_name = %s AND column_name = %s",
        [schema, name, column],
    ).fetchone()
    assert row is not None, f"{schema}.{name}.{column} does not exist"
    (most,) = row
    value = ALL if most is None or most > len(ALL) else text
    before = sql.SQL("left({}, 40) || ' ' || ") if column in UNIQUE else sql.SQL("")
    statement = sql.SQL("UPDATE {table} SET {column} = left({before}%s, %s)").format(
        table=sql.Identifier(schema, name),
        column=sql.Identifier(column),
        before=before.format(sql.Identifier(column)),
    )
    connection.execute(statement, [value, most or len(value)])
    return True


def _taint_documents(connection: psycopg.Connection[Any], schema: str, name: str, turn: int) -> None:
    """Labels, hints, texts of messages: whatever an operator's SOP says in words."""
    table = sql.Identifier(schema, name)
    for pk, document in connection.execute(sql.SQL("SELECT id, document FROM {}").format(table)).fetchall():
        hostile = _labels(document, turn)
        connection.execute(
            sql.SQL("UPDATE {} SET document = %s, digest = %s WHERE id = %s").format(table),
            [Jsonb(hostile), digest_of(hostile), pk],
        )


def _labels(part: Any, turn: int) -> Any:
    """The document with every text, which is told by its language `id`, replaced."""
    if isinstance(part, Mapping):
        if isinstance(part.get("id"), str) and set(part) <= {"id", "en"}:
            texts = list(TEXTS.values())
            text = texts[(turn + len(part["id"])) % len(texts)]
            return dict.fromkeys(part, f"{MARK} {text}")
        return {key: _labels(value, turn) for key, value in part.items()}
    return [_labels(value, turn) for value in part] if isinstance(part, list) else part


def _taint_drafts(connection: psycopg.Connection[Any], schema: str, turn: int) -> None:
    texts = list(TEXTS.values())
    answers = {
        "description": ALL,
        **{
            name: texts[(turn + number) % len(texts)]
            for number, name in enumerate(("place", "occurred_at", "name", "address"))
        },
    }
    connection.execute(
        sql.SQL("UPDATE {} SET answers = answers || %s").format(sql.Identifier(schema, "complaints_draft")),
        [Jsonb(answers)],
    )
