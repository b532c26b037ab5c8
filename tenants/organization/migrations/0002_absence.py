import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("organization", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="member",
            name="absent_from",
            field=models.DateField(null=True, verbose_name="tidak hadir mulai"),
        ),
        migrations.AddField(
            model_name="member",
            name="absent_until",
            field=models.DateField(null=True, verbose_name="tidak hadir sampai"),
        ),
        migrations.AddField(
            model_name="member",
            name="substitute",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="organization.member",
                verbose_name="pengganti",
            ),
        ),
        migrations.AddConstraint(
            model_name="member",
            constraint=models.CheckConstraint(
                condition=models.Q(("absent_from", None), ("absent_until", None))
                | models.Q(("absent_until__gte", models.F("absent_from"))),
                name="absence_ends_after_start",
            ),
        ),
    ]
