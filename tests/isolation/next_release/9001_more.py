from pathlib import Path

import django.db.models.deletion
from django.db import migrations, models

from tenants.organization import migrations as present

LAST = sorted(Path(next(iter(present.__path__))).glob("[0-9]*.py"))[-1].stem


class Migration(migrations.Migration):
    dependencies = [("organization", LAST)]

    operations = [
        migrations.AddField("unit", "colour", models.CharField(max_length=20, default="none")),
        migrations.AddIndex("unit", models.Index(fields=["colour"], name="unit_colour")),
        migrations.CreateModel(
            name="Extra",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("note", models.CharField(max_length=20, unique=True, default="it's 100%")),
                (
                    "unit",
                    models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="organization.unit"),
                ),
            ],
        ),
        migrations.AddConstraint(
            "extra", models.CheckConstraint(condition=~models.Q(note=""), name="extra_has_a_note")
        ),
    ]
