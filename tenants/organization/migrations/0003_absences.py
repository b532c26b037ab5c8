import django.db.models.deletion
from django.db import migrations, models

NOTED = """
INSERT INTO organization_absence (member_id, starts_on, ends_on, substitute_id)
SELECT id, absent_from, absent_until, substitute_id FROM organization_member
WHERE absent_from IS NOT NULL AND absent_until IS NOT NULL
"""

# As they were found until now: by their days and by what the one who is away holds.
ACTING = """
UPDATE organization_holding SET absence_id = a.id FROM organization_absence a
WHERE organization_holding.member_id = a.substitute_id AND acting_kind = 'plh'
    AND organization_holding.starts_on >= a.starts_on AND organization_holding.ends_on <= a.ends_on
    AND position_id IN (
        SELECT own.position_id FROM organization_holding own WHERE own.member_id = a.member_id
    )
"""


class Migration(migrations.Migration):
    """A member may have several absences: each is a row, and what is held for one says so."""

    dependencies = [("organization", "0002_absence")]

    operations = [
        migrations.CreateModel(
            name="Absence",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("starts_on", models.DateField(verbose_name="tidak hadir mulai")),
                ("ends_on", models.DateField(verbose_name="tidak hadir sampai")),
                (
                    "member",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="absences",
                        to="organization.member",
                    ),
                ),
                (
                    "substitute",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organization.member",
                        verbose_name="pengganti",
                    ),
                ),
            ],
            options={"ordering": ["starts_on"]},
        ),
        migrations.RunSQL(NOTED, migrations.RunSQL.noop),
        migrations.AddField(
            model_name="holding",
            name="absence",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="holdings",
                to="organization.absence",
            ),
        ),
        migrations.RunSQL(ACTING, migrations.RunSQL.noop),
        migrations.RemoveConstraint(model_name="member", name="absence_ends_after_start"),
        migrations.RemoveField(model_name="member", name="absent_from"),
        migrations.RemoveField(model_name="member", name="absent_until"),
        migrations.RemoveField(model_name="member", name="substitute"),
        migrations.AddConstraint(
            model_name="absence",
            constraint=models.CheckConstraint(
                condition=models.Q(ends_on__gte=models.F("starts_on")), name="absence_ends_after_start"
            ),
        ),
    ]
