from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("complaints", "0007_coordination"),
    ]

    operations = [
        migrations.AddField(
            model_name="complaint",
            name="region",
            field=models.CharField(
                blank=True,
                db_default="",
                default="",
                help_text="Official code of the region in which the place lies, such as 32.09.38.2005.",
                max_length=20,
            ),
        ),
    ]
