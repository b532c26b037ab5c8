from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("procedure", "0003_staff_gap"),
    ]

    operations = [
        migrations.AddField(
            model_name="procedureversion",
            name="warnings",
            field=models.JSONField(default=list),
        ),
    ]
