"""Policies: what none may say, what one would do before it is saved, and who changed what."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from bs4 import BeautifulSoup
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.core.management.base import SystemCheckError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from wagtail.models import ModelLogEntry

from curriculum.checks import check_policies
from curriculum.models import BalancePolicy
from curriculum.models.policy_rules import begun_twice
from curriculum.policy_effects import effects, effects_of_deleting
from curriculum.policy_wording import VALUES_CHANGED
from tests.curriculum.test_balance_report_view import curriculum_of
from tests.editor import admin_url, form_on, signed_in
from tests.factories import CategoryFactory, PolicyFactory, UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.database]

NONSENSE = {
    "band": ({"practice_high": Decimal("0.2")}, "practice_high"),
    "one end": ({"practice_high": None}, "practice_high"),
    "coverage": ({"linkage_coverage_amber": Decimal("0.9")}, "linkage_coverage_amber"),
    "orphans": ({"orphan_practice_amber": Decimal("0.05")}, "orphan_practice_amber"),
    "half-life": ({"half_life_years": Decimal(-1)}, "half_life_years"),
    "no half-life": ({"half_life_years": Decimal(0)}, "half_life_years"),
    "age": ({"max_age_years": Decimal(-1)}, "max_age_years"),
    "gap": ({"gap_hours": Decimal(-1)}, "gap_hours"),
    "share": ({"untagged_limit": Decimal("1.5")}, "untagged_limit"),
    "negative margin": ({"practice_margin": Decimal("-0.1")}, "practice_margin"),
    "content": (
        {"min_theory_and_party_spirit": Decimal("0.7"), "min_job_competence": Decimal("0.4")},
        "min_job_competence",
    ),
    "content of its parts": (
        {
            "min_theory_education": Decimal("0.6"),
            "min_party_spirit_education": Decimal("0.3"),
            "min_knowledge": Decimal("0.2"),
        },
        "min_knowledge",
    ),
}


@pytest.mark.parametrize("case", NONSENSE)
def test_nonsense_is_refused_by_the_form_and_found_by_the_check(case):
    values, field = NONSENSE[case]
    policy = PolicyFactory.build(category=CategoryFactory())
    for name, value in values.items():
        setattr(policy, name, value)
    with pytest.raises(ValidationError) as refusal:
        policy.clean()
    assert field in refusal.value.message_dict

    stored = PolicyFactory()
    assert check_policies(None, databases=["default"]) == []
    if case in {"band", "one end"}:
        return  # The database itself refuses these.
    BalancePolicy.objects.update(**values)
    (error,) = check_policies(None, databases=["default"])
    assert (error.id, error.obj) == ("curriculum.E001", stored)
    assert field in error.msg
    assert str(stored.pk) in error.hint


def test_a_sensible_policy_passes_with_minimums_that_fill_the_whole():
    policy = PolicyFactory.build(
        category=CategoryFactory(),
        min_theory_and_party_spirit=Decimal("0.7"),
        min_party_spirit_education=Decimal("0.2"),
        min_job_competence=Decimal("0.3"),
    )
    policy.clean()


def test_the_check_runs_with_the_database_and_stops_there():
    PolicyFactory(half_life_years=Decimal(-1))
    call_command("check")
    with pytest.raises(SystemCheckError, match=r"curriculum\.E001"):
        call_command("check", databases=["default"])


def test_the_check_is_silent_before_the_table_is_there(monkeypatch):
    PolicyFactory(half_life_years=Decimal(-1))
    monkeypatch.setattr(connection.introspection, "table_names", list)
    assert check_policies(None, databases=["default"]) == []


def test_two_policies_of_one_day_are_found():
    category = CategoryFactory()
    first, second = PolicyFactory.build_batch(2, category=category, effective_from=date(2026, 1, 1))
    other = PolicyFactory.build(category=CategoryFactory(), effective_from=date(2026, 1, 1))
    assert list(begun_twice([first, other, second])) == [second]
    assert list(begun_twice([first, other])) == []


@pytest.fixture
def chair():
    return signed_in("committee_chair")


@pytest.fixture
def policy():
    return PolicyFactory(category=CategoryFactory(code="topic", label_en="Special topic"))


@pytest.fixture
def curricula(policy):
    """Both in balance under the policy; the one has 40, the other 54 percent of practice."""
    return [
        curriculum_of(policy.category, 6, 4, title="Less practice", code="less"),
        curriculum_of(policy.category, "4.6", "5.4", title="More practice", code="more"),
    ]


def text(page):
    return " ".join(page.get_text(" ").split())


def asked_to_save(client, policy, **changes):
    url = admin_url(policy, "edit")
    data = {**form_on(client.get(url)), **changes}
    response = client.post(url, data)
    assert response.status_code == 200
    return BeautifulSoup(response.content, "html.parser"), url


def sent(page, **more):
    """What a browser sends when the page's only form of ours is confirmed."""
    form = page.find("input", id="confirmed").find_parent("form")
    return {field["name"]: field["value"] for field in form.find_all("input")} | more


def test_what_a_policy_would_do_is_shown_before_it_is_saved(chair, policy, curricula):
    page, url = asked_to_save(chair, policy, practice_low="0.50", practice_high="0.60")

    words = text(page.find("section", attrs={"aria-labelledby": "effects"}))
    assert "Verdicts that would change: 1 of 2" in words
    assert "1 verdict would be worse." in words
    assert "Less practice less Within limits: Balanced Act: Too much theory" in words
    assert "More practice" not in words
    policy.refresh_from_db()
    assert policy.practice_low == Decimal("0.35")

    response = chair.post(url, sent(page))
    assert response.status_code == 302
    policy.refresh_from_db()
    assert (policy.practice_low, policy.practice_high) == (Decimal("0.5"), Decimal("0.6"))


def test_the_form_comes_back_with_what_was_typed(chair, policy, curricula):
    page, url = asked_to_save(chair, policy, practice_low="0.50", practice_high="0.60")
    back = BeautifulSoup(chair.post(url, sent(page, back="1")).content, "html.parser")
    assert Decimal(back.find("input", attrs={"name": "practice_low"})["value"]) == Decimal("0.5")
    policy.refresh_from_db()
    assert policy.practice_low == Decimal("0.35")


def test_what_has_changed_since_it_was_shown_is_shown_again(chair, policy, curricula):
    page, url = asked_to_save(chair, policy, practice_low="0.50", practice_high="0.60")
    curriculum_of(policy.category, 6, 4, title="A third")
    again = BeautifulSoup(chair.post(url, sent(page)).content, "html.parser")
    assert "Verdicts that would change: 2 of 3" in text(again)
    assert "Curricula have changed meanwhile." in text(again)
    policy.refresh_from_db()
    assert policy.practice_low == Decimal("0.35")
    assert chair.post(url, sent(again)).status_code == 302


def test_a_new_policy_is_shown_first_too(chair, policy, curricula):
    url = reverse(BalancePolicy.snippet_viewset.get_url_name("add"))
    tomorrow = timezone.localdate() + timedelta(days=1)
    data = form_on(chair.get(url)) | {
        "category": policy.category_id,
        "effective_from": tomorrow.isoformat(),
        "practice_low": "0.9",
        "practice_high": "1",
    }
    page = BeautifulSoup(chair.post(url, data).content, "html.parser")
    assert f"judged as of {tomorrow.isoformat()}" in text(page)
    assert "Verdicts that would change: 2 of 2" in text(page)
    assert BalancePolicy.objects.count() == 1
    assert chair.post(url, sent(page)).status_code == 302
    assert BalancePolicy.objects.count() == 2


def test_nonsense_gets_no_preview(chair, policy):
    page, _url = asked_to_save(chair, policy, practice_low="0.90")
    assert page.find("input", id="confirmed") is None
    assert "The highest practice share lies below the lowest." in text(page)


def test_only_who_may_change_policies_sees_what_one_would_do(policy):
    member = signed_in("training_manager")
    assert member.get(admin_url(policy, "edit"), follow=True).status_code != 200 or (
        "practice_low" not in member.get(admin_url(policy, "edit"), follow=True).content.decode()
    )


def test_a_change_is_in_the_history_with_both_values(chair, policy):
    page, url = asked_to_save(chair, policy, half_life_years="4", practice_low="0.3")
    chair.post(url, sent(page))
    (entry,) = ModelLogEntry.objects.filter(action=VALUES_CHANGED)
    assert entry.user == chair.user
    assert entry.data["changes"] == [["practice_low", "0.35", "0.3"], ["half_life_years", "5", "4"]]
    history = chair.get(admin_url(policy, "history")).content.decode()
    assert "half-life of a case in years: 5 became 4" in history


def test_a_policy_that_a_later_one_replaces_changes_nothing(policy, curricula):
    PolicyFactory(category=policy.category, effective_from=timezone.localdate())
    policy.practice_low = Decimal("0.5")
    assert effects(policy, UserFactory(is_superuser=True)).changed == 0


def test_moving_a_policy_to_another_category_concerns_both(policy, curricula):
    other = CategoryFactory()
    policy.category = other
    found = effects(policy, UserFactory(is_superuser=True))
    assert found.checked == 2
    assert found.changed == 0
    assert found.only_colors == 2


def test_curricula_that_the_reader_may_not_see_are_counted_only(policy, curricula):
    curriculum_of(policy.category, 6, 4, title="Hidden", clearance=3)
    policy.practice_low, policy.practice_high = Decimal("0.9"), Decimal(1)
    found = effects(policy, UserFactory(roles=["committee_chair"]))
    assert [effect.code for effect in found.shown] == ["less", "more"]
    assert (found.hidden, found.changed) == (1, 3)


def test_it_asks_as_many_questions_for_many_curricula_as_for_few(policy, curricula):
    reader = UserFactory(roles=["committee_chair"])

    def asked():
        with CaptureQueriesContext(connection) as queries:
            effects(policy, reader)
        return len(queries)

    asked()
    few = asked()
    for _ in range(8):
        curriculum_of(policy.category, 6, 4)
    assert asked() == few


@pytest.fixture
def owner():
    """Only the superuser deletes policies."""
    return signed_in(is_superuser=True)


def asked_to_delete(client, policy):
    response = client.get(admin_url(policy, "delete"))
    assert response.status_code == 200
    return BeautifulSoup(response.content, "html.parser"), admin_url(policy, "delete")


def test_what_deleting_a_policy_would_do_is_shown_before_it_is_deleted(owner, policy, curricula):
    policy.practice_low, policy.practice_high = Decimal("0.50"), Decimal("0.60")
    policy.save()
    page, url = asked_to_delete(owner, policy)

    words = text(page.find("section", attrs={"aria-labelledby": "effects"}))
    assert "Verdicts that would change: 1 of 2" in words
    assert "2 live curricula of the category would then be judged by the default limits" in words
    assert "Less practice less Act: Too much theory Within limits: Balanced" in words
    assert BalancePolicy.objects.count() == 1

    assert owner.post(url, sent(page)).status_code == 302
    assert not BalancePolicy.objects.exists()


def test_before_a_policy_is_deleted_the_one_that_judges_then_is_named(owner, policy, curricula):
    last = PolicyFactory(
        category=policy.category, effective_from=timezone.localdate(), practice_low=Decimal("0.5")
    )
    PolicyFactory(category=policy.category, effective_from=timezone.localdate() + timedelta(days=9))
    PolicyFactory(effective_from=timezone.localdate())

    words = text(asked_to_delete(owner, last)[0])

    assert f"would then be judged by the policy “{policy}”." in words
    assert "Verdicts that would change: 1 of 2" in words
    assert f"would then be judged by the policy “{last}”." in text(asked_to_delete(owner, policy)[0])


def test_what_has_changed_since_the_question_is_shown_before_it_is_deleted(owner, policy, curricula):
    page, url = asked_to_delete(owner, policy)
    curriculum_of(policy.category, 6, 4, title="A third")

    again = BeautifulSoup(owner.post(url, sent(page)).content, "html.parser")

    assert "This is what deleting would do now." in text(again)
    assert owner.post(url).status_code == 200
    assert BalancePolicy.objects.exists()
    assert owner.post(url, sent(again)).status_code == 302
    assert not BalancePolicy.objects.exists()


def test_deleting_asks_as_many_questions_for_many_curricula_as_for_few(policy, curricula):
    reader = UserFactory(roles=["committee_chair"])

    def asked():
        with CaptureQueriesContext(connection) as queries:
            assert effects_of_deleting(policy, reader).checked
        return len(queries)

    asked()
    few = asked()
    for _ in range(8):
        curriculum_of(policy.category, 6, 4)
    assert asked() == few
