from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from subtitles.search import tables


def create(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Triggers come when everything has been migrated: see `tables.after_migrating`."""
    tables.create_index(schema_editor.connection)
    tables.note_all(schema_editor.connection)


def drop(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    tables.drop_index(schema_editor.connection)


class Migration(migrations.Migration):
    dependencies = [("subtitles", "0003_library")]

    operations = [
        migrations.CreateModel(
            name="SearchChange",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("sentence_id", models.BigIntegerField(verbose_name="sentence")),
            ],
            options={
                "verbose_name": "change to be searched",
                "verbose_name_plural": "changes to be searched",
                "ordering": ["id"],
            },
        ),
        migrations.RunPython(create, drop),
    ]
