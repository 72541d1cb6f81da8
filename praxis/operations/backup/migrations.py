"""Which migrations a backup needs, and how its database comes up to this Praxis."""

from django.contrib.contenttypes.models import ContentType
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader

from praxis.operations.backup.exceptions import BackupError


def refuse_unknown(migrations: dict[str, list[str]]) -> None:
    """Raise BackupError when the backup comes from a newer Praxis, or from one with other apps."""
    disk = MigrationLoader(None).disk_migrations
    known = set(disk).union(*(migration.replaces for migration in disk.values()))
    unknown = [
        f"{app}.{name}" for app, names in migrations.items() for name in names if (app, name) not in known
    ]
    if unknown:
        raise BackupError(
            f"The backup was taken by a newer Praxis: it needs {', '.join(unknown)}. "
            "Restore it with the version that took it, or a later one."
        )


def migrate_to(migrations: dict[str, list[str]]) -> None:
    """Build the tables of these migrations in an empty database, and nothing else."""
    executor = MigrationExecutor(connection)
    graph = executor.loader.graph
    wanted = {(app, name) for app, names in migrations.items() for name in names} & graph.nodes.keys()
    # Only the last ones of each app: an earlier one would be read as a wish to go back to it.
    last = [
        node
        for node in sorted(wanted)
        if not any(child.key in wanted and child.key[0] == node[0] for child in graph.node_map[node].children)
    ]
    executor.migrate(last)
    ContentType.objects.clear_cache()


def migrate_to_present() -> int:
    """Apply what has been added since the backup; returns how many migrations that were."""
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if plan:
        ContentType.objects.clear_cache()
        call_command("migrate", interactive=False, verbosity=0)
    return len(plan)
