from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("organization", "9002_fill")]

    operations = [
        # Django looks up the constraint's name in the schema that it migrates
        migrations.AlterField("extra", "note", models.CharField(max_length=40)),
        migrations.RenameField("unit", "colour", "shade"),
    ]
