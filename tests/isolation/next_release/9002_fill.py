from typing import Any

from django.db import migrations


def fill(apps: Any, schema_editor: Any) -> None:
    units = apps.get_model("organization", "Unit").objects.using(schema_editor.connection.alias)
    for unit in units.all():
        unit.colour = f"of {unit.code}"
        unit.save(update_fields=["colour"])


class Migration(migrations.Migration):
    dependencies = [("organization", "9001_more")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
