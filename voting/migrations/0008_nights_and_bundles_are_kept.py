"""What a night and a proclamation have published is never rewritten."""

from django.db import migrations

from bp_platform.core import guards


class Migration(migrations.Migration):
    dependencies = [("voting", "0007_paper_in_its_turn"), ("core", "0003_guards_and_cache")]
    operations = [guards.append_only("voting_nightlystatement"), guards.append_only("voting_publishedbundle")]
