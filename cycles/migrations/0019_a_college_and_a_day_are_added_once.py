"""A college and a day of the calendar keep the key of the form that added them; those that exist get one each."""

import uuid

import django.contrib.postgres.functions
from django.db import migrations, models


def key() -> models.UUIDField:
    return models.UUIDField(
        default=uuid.uuid4,
        db_default=django.contrib.postgres.functions.RandomUUID(),
        unique=True,
        editable=False,
    )


class Migration(migrations.Migration):
    dependencies = [("cycles", "0018_a_phase_that_opened_stays")]

    operations = [
        migrations.AddField("college", "key", key()),
        migrations.AddField("calendarday", "key", key()),
    ]
