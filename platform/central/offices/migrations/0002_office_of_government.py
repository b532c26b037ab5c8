"""An office together with its government can be referred to."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("offices", "0001_initial")]

    operations = [
        migrations.AddConstraint(
            model_name="office",
            constraint=models.UniqueConstraint(fields=("id", "government"), name="office_of_government"),
        ),
    ]
