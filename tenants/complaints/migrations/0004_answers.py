from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("complaints", "0003_open_counted_by_index"),
    ]

    operations = [
        migrations.AddField(
            model_name="complaint",
            name="answers",
            field=models.JSONField(
                db_default=models.Value([], models.JSONField()),
                default=list,
                help_text="To the category's questions, as `answers.kept` writes them.",
            ),
        ),
    ]
