"""What an office tells the centre goes to its own government, and stands in no other office's way.

Row-level security holds the office of a row; the government beside it is held by a foreign key to both.
"""

from __future__ import annotations

from django.db import migrations, models

TABLES = {
    "coordination_caseindex": "case_of_own_government",
    "coordination_governmentwork": "work_of_own_government",
}
ADD = """
ALTER TABLE {table} ADD CONSTRAINT {name} FOREIGN KEY (office_id, government_id)
REFERENCES offices_office (id, government_id) ON UPDATE CASCADE DEFERRABLE INITIALLY DEFERRED
"""


class Migration(migrations.Migration):
    dependencies = [("coordination", "0001_initial"), ("offices", "0002_office_of_government")]

    operations = [
        *(
            migrations.RunSQL(
                ADD.format(table=table, name=name), f"ALTER TABLE {table} DROP CONSTRAINT {name}"
            )
            for table, name in TABLES.items()
        ),
        migrations.RemoveConstraint(model_name="governmentwork", name="government_work_open_once"),
        migrations.AddConstraint(
            model_name="governmentwork",
            constraint=models.UniqueConstraint(
                condition=models.Q(closed_at=None),
                fields=("uid", "line", "stage", "office"),
                name="government_work_open_once",
            ),
        ),
    ]
