"""Each office says which procedure is in force there; those that are there already are asked once."""

from __future__ import annotations

from typing import Any

from django.db import migrations, models

IN_FORCE = """
UPDATE offices_office SET procedure_digest = v.digest
FROM {schema}.procedure_procedureversion v WHERE v.state = 'in_force' AND offices_office.id = %s
"""


def ask(apps: Any, schema_editor: Any) -> None:
    connection = schema_editor.connection
    offices = apps.get_model("offices", "Office").objects.using(connection.alias)
    rows = list(offices.filter(status__in=["ready", "suspended"]).values_list("pk", "schema_name"))
    with connection.cursor() as cursor:
        for pk, schema in rows:
            cursor.execute(IN_FORCE.format(schema=connection.ops.quote_name(schema)), [pk])


class Migration(migrations.Migration):
    dependencies = [("offices", "0002_office_of_government")]

    operations = [
        migrations.AddField(
            model_name="office",
            name="procedure_digest",
            field=models.CharField(
                blank=True,
                default="",
                help_text="Of the procedure in force; empty without one.",
                max_length=64,
            ),
            preserve_default=False,
        ),
        migrations.RunPython(ask, migrations.RunPython.noop),
    ]
