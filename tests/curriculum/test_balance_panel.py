"""The balance beside the editor: of the draft as if approved, with what the last change did to it."""

from decimal import Decimal

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cases.models import CaseStudy
from curriculum.balance.loaders import load_layouts
from curriculum.comparing import compared_with, previous_revision
from curriculum.models import Curriculum
from curriculum.queries import curriculum_layout
from tests.curriculum.worked_example import worked_example
from tests.editor import admin_url, form_on, signed_in
from tests.factories import CaseFactory, CurriculumFactory, ModuleFactory, PlacementFactory, ThemeFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def committee():
    return signed_in("committee_member")


@pytest.fixture
def example():
    curriculum = worked_example()
    CaseStudy.objects.exclude(code="delta").update(review_by="2999-01-01")
    curriculum.category.policies.update(max_age_years=Decimal(900))
    return curriculum


def text(element):
    return " ".join(element.get_text().split())


def panel_in(html):
    """The panel in a page, or in the templates of an answer to automatic saving."""
    page = BeautifulSoup(html, "html.parser")
    for template in page.find_all("template"):
        template.replace_with(BeautifulSoup(template.decode_contents(), "html.parser"))
    return page.find(attrs={"data-praxis-balance": True})


def panel(client, curriculum):
    response = client.get(admin_url(curriculum, "edit"))
    assert response.status_code == 200
    return panel_in(response.content)


def saved(client, curriculum, **changes):
    """Save the form with other hours for some placements, as a browser would."""
    data = form_on(client.get(admin_url(curriculum, "edit")))
    response = client.post(admin_url(curriculum, "edit"), data | changes, HTTP_ACCEPT="application/json")
    assert response.status_code == 200
    return response


def test_it_tells_verdict_and_seven_measures_of_the_draft(committee, example):
    found = panel(committee, example)

    assert "Disconnected" in text(found.find(class_="praxis-pill"))
    values = [text(row.find_all("td")[1]) for row in found.table.find_all("tr")]
    assert len(values) == 7
    assert values[0] == "39.3%"
    assert "This is the first text" in text(found)
    assert found.find("a")["href"] == "/admin/balance/worked-example/?view=draft"


def test_a_save_answers_with_the_panel_drawn_again(committee, example):
    example.save_revision(user=committee.user)

    answer = saved(committee, example, **{"modules-0-placements-1-hours": "9"}).json()

    found = panel_in(answer["html"])
    changes = [text(change) for change in found.find(class_="praxis-changes").find_all("li")]
    assert changes[0].startswith("Practice share 39.3%")
    assert changes[0].endswith("50.0%")
    assert changes[-1].endswith("measures unchanged") or changes[-1].endswith("measure unchanged")
    assert text(found.table.find_all("td")[1]) == "50.0%"
    assert committee.user.name in text(found)


def test_a_change_that_moves_nothing_says_so(committee, example):
    example.save_revision()

    answer = saved(committee, example, summary="Another summary").json()

    found = panel_in(answer["html"]).find(class_="praxis-changes")
    assert text(found) == "All seven measures are unchanged."


def test_another_verdict_stands_first(committee, example):
    example.save_revision()

    saved(committee, example, **{"modules-0-placements-1-hours": "900"})

    first = panel(committee, example).find(class_="praxis-changes").li
    assert text(first) == "Watch: Disconnected →becomes Act: Too much practice"


def test_a_change_that_rounding_would_hide_is_printed_with_more_digits(committee, example):
    example.save_revision()

    saved(committee, example, **{"modules-0-placements-1-hours": "3.001"})

    first = panel(committee, example).find(class_="praxis-changes").li
    assert text(first) == "Practice share 39.286% →becomes Within limits 39.288%"


def test_only_this_draft_decides_and_others_are_counted(committee, example):
    course = example.modules.first().placements.first().course
    course.title = "Drafted elsewhere"
    course.save_revision()

    found = panel(committee, example)

    assert "1 course or case used here has a draft of its own" in text(found)
    assert "Drafted elsewhere" not in text(found)


def test_restricted_cases_are_not_named(example):
    CaseStudy.objects.filter(code="gamma").update(title="MARKER", clearance=3)
    example.category.policies.update(
        orphan_practice_green=1,
        orphan_practice_amber=1,
        linkage_coverage_green=0,
        linkage_coverage_amber=0,
        thematic_divergence_green=1,
        thematic_divergence_amber=1,
    )

    found = panel(signed_in("committee_member"), example)

    assert "without restricted case 1" in text(found)
    assert "gamma" not in str(found)


def test_it_is_for_those_who_may_see_the_draft(example):
    for role in ("training_manager", "provider_editor"):
        response = signed_in(role).get(admin_url(example, "edit"))
        assert response.status_code != 200


def test_before_there_is_anything_it_says_what_to_do(committee):
    curriculum = CurriculumFactory(live=False)
    curriculum.save_revision()
    Curriculum.objects.filter(pk=curriculum.pk).update(archived_at=None)

    assert "No timed units yet." in text(panel(committee, curriculum))


def test_a_revision_is_shown_as_it_was_written_then(example):
    example.title = "First"
    first = example.save_revision()
    example.title = "Second"
    example.save_revision()
    here = Curriculum.objects.filter(pk=example.pk)
    day = curriculum_layout(example).as_of

    assert [layout.title for layout in load_layouts(here, drafts=[first], as_of=day)] == ["First"]
    assert [layout.title for layout in load_layouts(here, drafts=[example], as_of=day)] == ["Second"]
    assert previous_revision(example) == first


def test_nothing_is_compared_with_a_curriculum_in_the_bin(example, committee):
    first = example.save_revision()
    from curriculum.balance.report import report
    from curriculum.naming import names_for

    layout = curriculum_layout(example)
    now, names = report(layout), names_for(committee.user, drafts=False)
    Curriculum.objects.filter(pk=example.pk).update(archived_at="2026-01-01T00:00Z")

    assert compared_with(first, now, names, as_of=layout.as_of) is None


def test_it_asks_as_many_questions_for_a_long_curriculum_as_for_a_short_one(committee):
    def asked(count):
        curriculum = CurriculumFactory()
        for _module in range(count):
            module = ModuleFactory(curriculum=curriculum)
            PlacementFactory(module=module, case=CaseFactory(themes=[ThemeFactory()]), hours=Decimal(2))
        curriculum.save_revision()
        curriculum.save_revision()
        panel(committee, curriculum)
        with CaptureQueriesContext(connection) as queries:
            panel(committee, curriculum)
        return len(queries)

    assert asked(2) == asked(9)
