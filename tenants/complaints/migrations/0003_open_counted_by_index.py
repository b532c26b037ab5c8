from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("complaints", "0002_lists_by_index"),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name="complaint",
            name="complaint_open_due",
        ),
        migrations.AddIndex(
            model_name="complaint",
            index=models.Index(
                condition=models.Q(("closed_at", None)),
                fields=["due_at", "id"],
                include=("status", "unit"),
                name="complaint_open_due",
            ),
        ),
    ]
