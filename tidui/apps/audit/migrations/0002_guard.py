from django.db import migrations

from tidui.apps.audit.triggers import guard_audit


class Migration(migrations.Migration):
    """Entries and seals are append-only from here on."""

    dependencies = [("audit", "0001_initial")]
    operations = [migrations.RunPython(guard_audit, migrations.RunPython.noop)]
