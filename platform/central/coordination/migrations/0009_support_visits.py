import django.db.models.deletion
from django.db import migrations, models

# Who is visited is an office of the government whose desk visits.
ADD = """
ALTER TABLE coordination_supportvisit ADD CONSTRAINT support_visit_of_own_government
FOREIGN KEY (office_id, government_id)
REFERENCES offices_office (id, government_id) ON UPDATE CASCADE DEFERRABLE INITIALLY DEFERRED
"""
DROP = "ALTER TABLE coordination_supportvisit DROP CONSTRAINT support_visit_of_own_government"


def key() -> "models.BigAutoField[int, int]":
    return models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")


class Migration(migrations.Migration):
    dependencies = [
        ("coordination", "0008_reminders"),
        ("offices", "0004_handover_rules"),
    ]

    operations = [
        migrations.CreateModel(
            name="SupportVisit",
            fields=[
                ("id", key()),
                ("user_id", models.BigIntegerField()),
                ("user_name", models.CharField(max_length=150)),
                ("reason", models.CharField(max_length=500)),
                ("begun_at", models.DateTimeField()),
                ("until_at", models.DateTimeField()),
                (
                    "government",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, to="offices.government"
                    ),
                ),
                (
                    "office",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, to="offices.office"
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["government", "-begun_at", "-id"], name="support_visit_newest"),
                    models.Index(fields=["office", "-begun_at", "-id"], name="support_visit_of_office"),
                    models.Index(fields=["office", "user_id", "until_at"], name="support_visit_runs"),
                ],
            },
        ),
        migrations.CreateModel(
            name="SupportVisitEnd",
            fields=[
                (
                    "visit",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="end",
                        serialize=False,
                        to="coordination.supportvisit",
                    ),
                ),
                ("at", models.DateTimeField()),
                ("by_name", models.CharField(max_length=150)),
            ],
        ),
        migrations.CreateModel(
            name="SupportLook",
            fields=[
                ("id", key()),
                ("page", models.CharField(max_length=60)),
                ("path", models.CharField(max_length=250)),
                ("at", models.DateTimeField()),
                (
                    "visit",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="looks",
                        to="coordination.supportvisit",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["visit", "-at", "-id"], name="support_look_newest")],
            },
        ),
        migrations.RunSQL(ADD, DROP),
    ]
