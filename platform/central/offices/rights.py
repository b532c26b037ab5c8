"""Who may do what with the public tables: the one place that says it.

`app` is the run-time login in public mode; `office` is every office's role, which sees the rows of its own
office only (row-level security on `row_office`, a bigint column). An office does not choose the key of a row
that the database numbers, and changes no key: numbers are counted for all offices together, and one that
took those to come would stop the others. After each migration `central.offices.grants` brings PostgreSQL to
this state, and tests try each right. A public table that is not listed here gets no right at all, and the
migration fails and names it.
"""

from __future__ import annotations

from dataclasses import dataclass

READ = "SELECT"
LOG = "SELECT, INSERT"
KEEP = "SELECT, INSERT, UPDATE"
ALL = "SELECT, INSERT, UPDATE, DELETE"

# What an office's role may do in its own schema. Nobody else has any right there but the owner, and nobody
# but the owner has one in the template.
OWN_TABLE = ALL
OWN_LOG = LOG  # tables registered as append-only


@dataclass(frozen=True)
class PublicTable:
    """Rights on one table of the public schema."""

    app: str
    office: str = ""
    row_office: str = ""

    def __post_init__(self) -> None:
        if bool(self.office) != bool(self.row_office):
            raise ValueError("A table that offices touch needs the column that says whose a row is.")


def split(rights: str) -> set[str]:
    """The rights that one of the constants above names."""
    return {right.strip() for right in rights.split(",") if right.strip()}


PUBLIC_TABLES: dict[str, PublicTable] = {
    # What an office writes in the transaction of its own change. No text, no personal data: the index of a
    # text search is not used under row-level security.
    "coordination_alarm": PublicTable(ALL, office=ALL, row_office="office_id"),
    "coordination_caseindex": PublicTable(ALL, office=KEEP, row_office="office_id"),
    "coordination_governmentwork": PublicTable(ALL, office=KEEP, row_office="office_id"),
    "delivery_outbox": PublicTable(ALL, office=KEEP, row_office="office_id"),
    # Closed to offices.
    "account_emailaddress": PublicTable(ALL),
    "account_emailconfirmation": PublicTable(ALL),
    "accounts_apitoken": PublicTable(ALL),
    "accounts_user": PublicTable(ALL),
    "auth_group": PublicTable(READ),
    "auth_group_permissions": PublicTable(READ),
    "auth_permission": PublicTable(READ),
    "coordination_centralintake": PublicTable(ALL),
    "coordination_deskcall": PublicTable(LOG),
    "coordination_desklook": PublicTable(LOG),
    "coordination_handover": PublicTable(KEEP),
    "coordination_intakerule": PublicTable(ALL),
    "coordination_outsideoffice": PublicTable(ALL),
    "coordination_reminder": PublicTable(KEEP),
    "coordination_supportlook": PublicTable(LOG),
    "coordination_supportvisit": PublicTable(LOG),
    "coordination_supportvisitend": PublicTable(LOG),
    "delivery_centralmessage": PublicTable(ALL),
    "django_content_type": PublicTable(READ),
    "django_migrations": PublicTable(READ),
    "django_session": PublicTable(ALL),
    "mfa_authenticator": PublicTable(ALL),
    "offices_domain": PublicTable(ALL),
    "offices_government": PublicTable(ALL),
    "offices_governmentmember": PublicTable(ALL),
    "offices_office": PublicTable(ALL),
    "offices_officetemplate": PublicTable(READ),
    "onboarding_invitation": PublicTable(ALL),
    "onboarding_registration": PublicTable(ALL),
}
