"""What is said of a subdomain that cannot be; nothing in the database changes."""

import django.core.validators
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("offices", "0004_handover_rules")]

    operations = [
        migrations.AlterField(
            model_name="government",
            name="subdomain",
            field=models.CharField(
                max_length=63,
                unique=True,
                validators=[
                    django.core.validators.RegexValidator(
                        "^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$",
                        "Pakai huruf kecil, angka, dan tanda hubung; paling banyak 63 karakter.",
                    )
                ],
            ),
        ),
    ]
