from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("cycles", "0013_one_total_for_the_edition")]

    operations = [
        migrations.RemoveConstraint(model_name="cycleframe", name="cycle_frame_voted_is_positive"),
        migrations.RemoveField(model_name="cycleframe", name="voted_eur"),
        migrations.AddConstraint(
            model_name="cycle",
            constraint=models.CheckConstraint(
                condition=Q(total_eur=None) | Q(total_eur__gt=0),
                name="cycle_total_is_positive",
                violation_error_message="Le montant voté doit être supérieur à zéro.",
            ),
        ),
    ]
