"""What the task worker does for the health page."""

from django_tasks import task


@task()
def beat() -> None:
    """Nothing: that it was done says that a worker is at work."""
