from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("complaints", "0004_answers"),
    ]

    operations = [
        migrations.AddField(
            model_name="clock",
            name="paused_in",
            field=models.CharField(
                blank=True,
                db_default="",
                default="",
                help_text="The stage in which it stands still.",
                max_length=49,
            ),
        ),
    ]
