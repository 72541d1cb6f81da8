from django.db import migrations

STEPS = {
    "Institution or committee": {"role": "committee_member", "by_institution": True},
    "Committee member": {"role": "committee_member", "by_institution": False},
    "Committee chair": {"role": "committee_chair", "by_institution": False},
}
WORKFLOWS = {
    "Case": (("cases", "casestudy"), ("Institution or committee",)),
    "Course": (("curriculum", "course"), ("Institution or committee",)),
    "Curriculum": (("curriculum", "curriculum"), ("Committee member", "Committee chair")),
}
STOCK = "Moderators approval"


def make_workflows(apps, schema_editor):
    """One step for cases and courses, two for curricula; what is there already stays as it is.

    The workflow that Wagtail brings asks a group that does not exist here: it rests.
    """
    content_types = apps.get_model("contenttypes", "ContentType").objects
    workflows = apps.get_model("wagtailcore", "Workflow").objects
    workflow_tasks = apps.get_model("wagtailcore", "WorkflowTask").objects
    assigned = apps.get_model("wagtailcore", "WorkflowContentType").objects
    review_tasks = apps.get_model("editing", "ReviewTask").objects
    task_type, _ = content_types.get_or_create(app_label="editing", model="reviewtask")
    steps = {
        name: review_tasks.filter(name=name).first()
        or review_tasks.create(name=name, content_type=task_type, **who)
        for name, who in STEPS.items()
    }
    for name, ((app_label, model), names) in WORKFLOWS.items():
        content_type, _ = content_types.get_or_create(app_label=app_label, model=model)
        if assigned.filter(content_type=content_type).exists():
            continue
        workflow = workflows.create(name=name)
        for order, step in enumerate(names):
            workflow_tasks.create(workflow=workflow, task_id=steps[step].pk, sort_order=order)
        assigned.create(content_type=content_type, workflow=workflow)
    rest(apps, is_active=False)


def remove_workflows(apps, schema_editor):
    """Take them away, with the reviews in them, and wake Wagtail's own."""
    apps.get_model("wagtailcore", "Workflow").objects.filter(name__in=WORKFLOWS).delete()
    tasks = apps.get_model("editing", "ReviewTask").objects.filter(name__in=STEPS)
    apps.get_model("wagtailcore", "Task").objects.filter(pk__in=list(tasks.values_list("pk", flat=True))).delete()
    rest(apps, is_active=True)


def rest(apps, *, is_active):
    """Put Wagtail's own workflow to rest, off the pages it stands on, or put it back at their root."""
    workflows = apps.get_model("wagtailcore", "Workflow").objects.filter(name=STOCK)
    workflows.update(active=is_active)
    apps.get_model("wagtailcore", "Task").objects.filter(name=STOCK).update(active=is_active)
    on_pages = apps.get_model("wagtailcore", "WorkflowPage").objects
    if not is_active:
        on_pages.filter(workflow__in=workflows).delete()
        return
    root = apps.get_model("wagtailcore", "Page").objects.filter(depth=1).first()
    if (workflow := workflows.first()) and root and not on_pages.filter(page=root).exists():
        on_pages.create(workflow=workflow, page=root)


class Migration(migrations.Migration):
    dependencies = [
        ("praxis", "0004_rights"),
        ("editing", "0001_initial"),
        ("cases", "0002_archive"),
        ("curriculum", "0002_archive"),
    ]

    operations = [migrations.RunPython(make_workflows, remove_workflows)]
