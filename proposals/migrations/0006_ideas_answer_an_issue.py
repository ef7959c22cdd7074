import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("cycles", "0015_priorities_checkpoints_and_powers"),
        ("proposals", "0005_ideas_come_from_meetings"),
    ]

    operations = [
        migrations.AddField(
            model_name="proposal",
            name="issue",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="proposals",
                to="cycles.issue",
                verbose_name="enjeu",
            ),
        ),
    ]
