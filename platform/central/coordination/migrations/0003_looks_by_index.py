import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("coordination", "0002_own_government"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="desklook",
            index=models.Index(fields=["government", "-at", "-id"], name="look_newest"),
        ),
        migrations.AlterField(
            model_name="desklook",
            name="government",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.PROTECT, to="offices.government"
            ),
        ),
    ]
