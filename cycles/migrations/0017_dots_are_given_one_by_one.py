import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("cycles", "0016_the_call_says_its_kind")]

    operations = [
        migrations.CreateModel(
            name="Dots",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveSmallIntegerField()),
            ],
        ),
        migrations.RemoveField(
            model_name="diagnosis",
            name="call_kind",
        ),
        migrations.RemoveField(
            model_name="issue",
            name="dots",
        ),
        migrations.AddField(
            model_name="dots",
            name="answer",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="dots", to="cycles.dotanswer"
            ),
        ),
        migrations.AddField(
            model_name="dots",
            name="issue",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="dots", to="cycles.issue"
            ),
        ),
        migrations.AddConstraint(
            model_name="dots",
            constraint=models.UniqueConstraint(fields=("answer", "issue"), name="dots_once_per_issue"),
        ),
        migrations.AddConstraint(
            model_name="dots",
            constraint=models.CheckConstraint(
                condition=models.Q(("number__gte", 1), ("number__lte", 10)), name="dots_are_some"
            ),
        ),
    ]
