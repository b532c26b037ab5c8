"""The desk's work says which procedure its complaint is pinned to, the work that is there already too."""

from __future__ import annotations

from typing import Any

from django.db import migrations, models

PINNED = """
UPDATE coordination_governmentwork SET procedure_digest = v.digest
FROM {schema}.complaints_complaint c JOIN {schema}.procedure_procedureversion v ON v.id = c.procedure_id
WHERE coordination_governmentwork.uid = c.uid AND coordination_governmentwork.office_id = %s
"""


def ask(apps: Any, schema_editor: Any) -> None:
    connection = schema_editor.connection
    work = apps.get_model("coordination", "GovernmentWork").objects.using(connection.alias)
    offices = work.filter(office__status__in=["ready", "suspended"]).values_list(
        "office_id", "office__schema_name"
    )
    with connection.cursor() as cursor:
        for pk, schema in sorted(set(offices)):
            cursor.execute(PINNED.format(schema=connection.ops.quote_name(schema)), [pk])


class Migration(migrations.Migration):
    dependencies = [("coordination", "0003_looks_by_index")]

    operations = [
        migrations.AddField(
            model_name="governmentwork",
            name="procedure_digest",
            field=models.CharField(
                blank=True,
                default="",
                help_text="Of the procedure that the complaint is pinned to.",
                max_length=64,
            ),
            preserve_default=False,
        ),
        migrations.AddIndex(
            model_name="governmentwork",
            index=models.Index(fields=["uid"], name="government_work_of_case"),
        ),
        migrations.RunPython(ask, migrations.RunPython.noop),
    ]
