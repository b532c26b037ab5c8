from django.db import migrations, models

# What lies before a desk now has the limit of its government's rules, as far as anybody can say.
NOW = """
UPDATE coordination_handover SET desk_limit = g.desk_limit FROM offices_government g
WHERE g.id = coordination_handover.government_id AND coordination_handover.state = 'waiting'
"""


class Migration(migrations.Migration):
    dependencies = [("coordination", "0009_support_visits"), ("offices", "0004_handover_rules")]

    operations = [
        migrations.AddField(
            model_name="handover",
            name="desk_limit",
            field=models.CharField(
                blank=True,
                db_default="",
                help_text="As it was when this was opened, such as 60 WM.",
                max_length=20,
            ),
        ),
        migrations.RunSQL(NOW, migrations.RunSQL.noop),
    ]
