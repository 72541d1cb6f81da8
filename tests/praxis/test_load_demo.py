"""The demo: complete, repeatable, and refused where its published password would be a hole."""

import pytest
from django.core.management import CommandError, call_command
from wagtail.models import ModelLogEntry, Revision, WorkflowState

from cases.models import CaseStudy
from curriculum.models import Course, Curriculum, Unit
from people.models import User
from people.roles import ROLES
from praxis.management.commands.load_demo import PASSWORD
from providers.models import Institution
from themes.models import Theme

pytestmark = pytest.mark.django_db


@pytest.fixture
def demo(capsys):
    call_command("load_demo")
    return capsys.readouterr().out


def counts() -> dict[str, int]:
    models = (User, Theme, Institution, Course, Unit, CaseStudy, Curriculum, Revision, ModelLogEntry)
    return {model.__name__: model.objects.count() for model in models}


def test_there_is_enough_of_everything(demo):
    found = counts()
    for name, least in {
        "Theme": 35,
        "Institution": 6,
        "Course": 14,
        "Unit": 50,
        "CaseStudy": 24,
        "Curriculum": 5,
    }.items():
        assert found[name] >= least
    assert CaseStudy.objects.filter(language="zh-hans").count() >= 8
    assert Institution.objects.filter(kind="overseas").exists()


def test_every_case_is_long_enough_to_discuss(demo):
    for case in CaseStudy.objects.all():
        size = len(case.body) if case.language == "zh-hans" else len(case.body.split())
        assert size >= (450 if case.language == "zh-hans" else 250), case.code


def test_there_is_an_account_for_every_role(demo, client):
    for role in ROLES:
        user = User.objects.filter(groups__name=role.group).first()
        assert client.login(username=user.email, password=PASSWORD)
        assert user.email in demo


def test_a_second_run_changes_nothing(demo):
    before = counts()
    call_command("load_demo", verbosity=0)
    assert counts() == before


def test_it_is_refused_under_production_settings(settings):
    settings.PRAXIS_DEMO_ACCOUNTS = False
    with pytest.raises(CommandError, match="published password"):
        call_command("load_demo")
    assert not User.objects.exists()


def test_one_case_waits_for_review_and_one_was_returned_with_a_reason(demo):
    reviews = {state.content_object.code: state for state in WorkflowState.objects.all()}
    assert {code: state.status for code, state in reviews.items()} == {
        "the-hotline-after-midnight": "in_progress",
        "a-hearing-with-empty-chairs": "needs_changes",
    }
    assert "second evening" in reviews["a-hearing-with-empty-chairs"].current_task_state.comment
    call_command("load_demo", verbosity=0)
    assert {state.status for state in WorkflowState.objects.all()} == {"in_progress", "needs_changes"}
