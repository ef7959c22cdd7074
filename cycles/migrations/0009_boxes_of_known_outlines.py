"""Each outline already kept gets the rectangle around it."""

from django.db import migrations


def box_outlines(apps, schema_editor):
    from cycles import geometry

    for area in apps.get_model("cycles", "Area").objects.exclude(outline=None).filter(box=None).order_by("pk"):
        box = geometry.box_of(area.outline)
        area.box = [box.west, box.south, box.east, box.north]
        area.save(update_fields=["box"])


class Migration(migrations.Migration):
    dependencies = [("cycles", "0008_places_envelopes_calendar")]
    operations = [migrations.RunPython(box_outlines, migrations.RunPython.noop)]
