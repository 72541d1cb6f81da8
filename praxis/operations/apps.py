from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OperationsConfig(AppConfig):
    """Running an installation: the work of the clock, health, logs, backups, and checks of the settings."""

    name = "praxis.operations"
    label = "operations"
    verbose_name = _("Operations")

    def ready(self) -> None:
        from people.due import register_due
        from praxis.operations import checks, jobs, logs  # noqa: F401 - checks register themselves

        register_due("scheduled-publishing", jobs.publish_scheduled, atomic=False)
        register_due("ended-sessions", jobs.clear_sessions)
        register_due("old-task-results", jobs.clear_task_results)
        register_due("lost-tasks", jobs.fail_lost_tasks)
        register_due("worker-beat", jobs.ask_worker)
        logs.connect_tasks()
