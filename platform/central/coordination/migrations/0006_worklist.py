"""What the desk's worklist needs of each complaint, found by index; of those that are there too.

The names of categories come with the next step of each.
"""

from __future__ import annotations

from typing import Any

from django.db import migrations, models

KNOWN = """
UPDATE coordination_caseindex SET category = c.category, taken_at = (
    SELECT min(e.at) FROM {schema}.complaints_event e
    WHERE e.complaint_id = c.id AND e.kind = 'step' AND e.actor_kind = 'member'
)
FROM {schema}.complaints_complaint c
WHERE coordination_caseindex.uid = c.uid AND coordination_caseindex.office_id = %s
"""


def ask(apps: Any, schema_editor: Any) -> None:
    connection = schema_editor.connection
    cases = apps.get_model("coordination", "CaseIndex").objects.using(connection.alias)
    offices = cases.filter(office__status__in=["ready", "suspended"]).values_list(
        "office_id", "office__schema_name"
    )
    with connection.cursor() as cursor:
        for pk, schema in offices.distinct():
            cursor.execute(KNOWN.format(schema=connection.ops.quote_name(schema)), [pk])


class Migration(migrations.Migration):
    dependencies = [
        ("coordination", "0005_handover"),
        ("offices", "0004_handover_rules"),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name="caseindex",
            name="case_open_by_due",
        ),
        migrations.AddField(
            model_name="caseindex",
            name="category",
            field=models.CharField(blank=True, db_default="", max_length=60),
        ),
        migrations.AddField(
            model_name="caseindex",
            name="category_name",
            field=models.CharField(blank=True, db_default="", max_length=150),
        ),
        migrations.AddField(
            model_name="caseindex",
            name="hop",
            field=models.PositiveSmallIntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name="caseindex",
            name="remind_by_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="caseindex",
            name="taken_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.RunPython(ask, migrations.RunPython.noop),
        migrations.AddIndex(
            model_name="caseindex",
            index=models.Index(
                condition=models.Q(("closed_at", None)),
                fields=["government", "due_at", "uid"],
                name="case_open_due",
                include=("office", "category", "received_at"),
            ),
        ),
        migrations.AddIndex(
            model_name="caseindex",
            index=models.Index(
                condition=models.Q(("closed_at", None)),
                fields=["office", "due_at", "uid"],
                name="case_open_of_office",
                include=("category", "received_at"),
            ),
        ),
        migrations.AddIndex(
            model_name="caseindex",
            index=models.Index(
                condition=models.Q(("closed_at", None)),
                fields=["government", "category", "due_at", "uid"],
                name="case_open_category",
                include=("office", "received_at"),
            ),
        ),
        migrations.AddIndex(
            model_name="caseindex",
            index=models.Index(
                condition=models.Q(("closed_at", None)),
                fields=["government", "received_at", "uid"],
                name="case_open_age",
                include=("office", "category"),
            ),
        ),
        migrations.AddIndex(
            model_name="caseindex",
            index=models.Index(
                condition=models.Q(("closed_at", None), ("taken_at", None)),
                fields=["government", "due_at", "uid"],
                name="case_open_unowned",
                include=("office", "category", "received_at"),
            ),
        ),
        migrations.AddIndex(
            model_name="caseindex",
            index=models.Index(
                condition=models.Q(("closed_at", None), ("hop__gt", 0)),
                fields=["government", "due_at", "uid"],
                name="case_open_bounced",
                include=("office", "category", "received_at"),
            ),
        ),
        migrations.AddIndex(
            model_name="caseindex",
            index=models.Index(
                condition=models.Q(("closed_at", None), ("remind_by_at__isnull", False)),
                fields=["government", "due_at", "uid"],
                name="case_open_to_remind",
                include=("office", "category", "received_at"),
            ),
        ),
    ]
