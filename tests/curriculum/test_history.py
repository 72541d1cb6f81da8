"""The page of a curriculum's history: who opens it, what it says, and how old figures are checked."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from cases.models import CaseStudy
from curriculum.models import BalanceSnapshot, Placement, Unit
from curriculum.snapshots import record_changes, record_publication
from people.roles import ROLES
from tests.curriculum.test_balance_report_view import READERS, curriculum_of
from tests.editor import signed_in
from tests.factories import CategoryFactory, PolicyFactory, ThemeFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def curriculum():
    category = PolicyFactory(category=CategoryFactory(code="topic")).category
    return curriculum_of(category, 6, 4, title="Grass roots", code="SP-07")


@pytest.fixture
def committee():
    return signed_in("committee_member")


def address(curriculum):
    return reverse("curriculum_balance_history", args=[curriculum.code])


def page(client, curriculum, **parameters):
    response = client.get(address(curriculum), parameters)
    assert response.status_code == 200
    return BeautifulSoup(response.content, "html.parser")


def text(element):
    return " ".join(element.get_text(" ").split())


def nights(count, change=lambda: None):
    for number in range(count):
        change()
        record_changes(timezone.now() + timedelta(days=number))


@pytest.mark.parametrize("role", [role.code for role in ROLES])
def test_only_readers_of_curricula_open_it(role, curriculum):
    client = signed_in(role)
    found = client.get(address(curriculum), follow=True)
    assert ("Grass roots" in found.content.decode()) is (role in READERS)


def test_absent_and_forbidden_look_alike(committee, curriculum):
    hidden = curriculum_of(curriculum.category, 6, 4, code="hidden", clearance=3)
    answers = [
        committee.get(reverse("curriculum_balance_history", args=[code]), follow=True)
        for code in ("hidden", "none")
    ]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert hidden.title not in answers[0].content.decode()


def test_before_the_first_snapshot_it_says_what_will_come(committee, curriculum):
    assert "No report has been kept of this curriculum yet." in text(page(committee, curriculum))


def test_each_step_has_its_reason_in_words(committee, curriculum):
    nights(1)
    Placement.objects.exclude(case=None).update(hours=Decimal(5))
    Unit.objects.update(hours=Decimal("6.5"))
    record_changes(timezone.now() + timedelta(days=1))

    found = page(committee, curriculum)

    rows = found.find(class_="praxis-history__steps").tbody.find_all("tr")
    assert len(rows) == 2
    newest = text(rows[0])
    unit = Unit.objects.get()
    assert f"The hours of unit 1.1.1, “{unit.title}”, went from 6 h to 6.5 h." in newest
    assert "went from 4 h to 5 h." in newest
    assert "something it depends on changed" in newest
    assert "Nothing was kept before." in text(rows[1])
    assert "40.0%" in text(rows[1])


def test_the_course_of_every_measure_is_drawn_with_its_last_figure(committee, curriculum):
    nights(
        3,
        lambda: Placement.objects.exclude(case=None).update(
            hours=Decimal(4) + timezone.now().microsecond % 7
        ),
    )
    found = page(committee, curriculum)
    lines = found.find(class_="praxis-history__lines").tbody.find_all("tr")
    assert len(lines) == 7
    last = BalanceSnapshot.objects.first().results["practice_share"]
    assert f"{last:.1%}" in text(lines[0])
    assert all(line.find("svg") for line in lines)
    assert "style=" not in str(found.find(class_="praxis-history__lines"))


def test_it_says_which_case_covered_a_unit_and_until_when(committee, curriculum):
    CaseStudy.objects.update(review_by=timezone.localdate() - timedelta(days=1), title="The old road")
    nights(1)
    losses = text(page(committee, curriculum).find(class_="praxis-history__losses"))
    day = (timezone.localdate() - timedelta(days=1)).isoformat()
    assert losses == f"1.1.1, “{Unit.objects.get().title}”, was covered by “The old road” until {day}."


def test_a_snapshot_is_computed_again_on_request(committee, curriculum):
    nights(1)
    snapshot = BalanceSnapshot.objects.get()
    Unit.objects.update(hours=Decimal(1))
    answer = committee.post(address(curriculum), {"snapshot": snapshot.pk})
    assert "Computed again: all figures agree." in answer.content.decode()

    results = {**snapshot.results, "practice_share": 0.9}
    BalanceSnapshot.objects.update(results=results)
    answer = committee.post(address(curriculum), {"snapshot": snapshot.pk}).content.decode()
    assert "these figures differ. Tell whoever runs this site." in answer
    assert "<code>practice_share</code>" in answer

    BalanceSnapshot.objects.update(engine_version="0")
    answer = committee.post(address(curriculum), {"snapshot": snapshot.pk}).content.decode()
    assert "another version of the engine" in answer


@pytest.mark.parametrize("asked", ["", "x", "0", "9" * 30])
def test_a_snapshot_that_is_none_is_absent(committee, curriculum, asked):
    assert committee.post(address(curriculum), {"snapshot": asked}, follow=True).status_code == 404


def test_a_snapshot_of_another_curriculum_is_absent_here(committee, curriculum):
    other = curriculum_of(curriculum.category, 6, 4, code="other")
    record_publication([other.pk])
    asked = {"snapshot": BalanceSnapshot.objects.get().pk}
    assert committee.post(address(curriculum), asked, follow=True).status_code == 404


def test_rule_48_hidden_cases_are_not_named_in_steps_and_losses(curriculum):
    nights(1)
    CaseStudy.objects.update(
        code="marker-code",
        title="marker title",
        clearance=3,
        review_by=date(2020, 1, 1),
        facts_as_of=date(2019, 1, 1),
    )
    record_changes(timezone.now() + timedelta(days=1))
    CaseStudy.objects.get().theme_items.update(tag=ThemeFactory())
    record_changes(timezone.now() + timedelta(days=2))

    knows = page(signed_in("committee_chair", clearance=3), curriculum)
    reader = page(signed_in("committee_member"), curriculum)

    assert "marker title" in text(knows)
    assert "marker" not in str(reader)
    assert "restricted case 1" in text(reader)


def test_it_asks_as_many_questions_for_a_long_history_as_for_a_short_one(committee, curriculum):
    def asked():
        with CaptureQueriesContext(connection) as queries:
            page(committee, curriculum)
        return len(queries)

    record_publication([curriculum.pk])
    record_publication([curriculum.pk])
    asked()
    few = asked()
    for _ in range(30):
        record_publication([curriculum.pk])
    # Only the links of the other pages are new.
    assert asked() == few


def test_a_long_history_has_pages(committee, curriculum):
    for _ in range(25):
        record_publication([curriculum.pk])
    first, second = page(committee, curriculum), page(committee, curriculum, p=2)
    rows = [len(found.find(class_="praxis-history__steps").tbody.find_all("tr")) for found in (first, second)]
    assert rows == [20, 5]
    assert "25 reports kept" in text(first)
