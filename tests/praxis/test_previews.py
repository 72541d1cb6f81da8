"""A draft is previewed as its public page would be, and leaves nothing behind."""

import pytest
from wagtail.models import ReferenceIndex

from cases.models import CaseStudy
from curriculum.models import Course, Curriculum, Placement, Unit
from people.enums import Audience
from tests.factories import (
    CaseFactory,
    CourseFactory,
    CurriculumFactory,
    ModuleFactory,
    PlacementFactory,
    UnitFactory,
    UserFactory,
)

pytestmark = [pytest.mark.django_db, pytest.mark.database]


@pytest.fixture
def previewed(client):
    """The preview of a draft as a lecturer gets it."""
    client.force_login(UserFactory(roles=["lecturer"]))
    request = client.get("/en/sign-in/").wsgi_request

    def preview(draft):
        response = draft.make_preview_request(request)
        assert response.status_code == 200
        return response.content.decode()

    return preview


def test_a_draft_case_is_shown_and_not_published(previewed):
    case = CaseFactory(live=False, title="Before", audience=Audience.RESTRICTED, clearance=3)
    case.title = "After the flood"
    assert "After the flood" in previewed(case)
    stored = CaseStudy.objects.get()
    assert (stored.title, stored.live, stored.clearance, stored.owner) == ("Before", False, 3, None)


def test_new_rows_of_a_draft_are_shown_and_not_kept(previewed):
    course = CourseFactory()
    UnitFactory(course=course, title="First unit")
    draft = Course.objects.get()
    draft.units = [*draft.units.all(), Unit(title="Second unit", hours=2, sort_order=999_999)]
    references = ReferenceIndex.objects.count()
    page = previewed(draft)
    assert "First unit" in page
    assert "Second unit" in page
    assert Unit.objects.count() == 1
    assert ReferenceIndex.objects.count() == references


def test_what_the_editor_may_not_read_stays_unnamed(previewed):
    module = ModuleFactory(curriculum=CurriculumFactory())
    PlacementFactory(module=module, case=CaseFactory(title="Openplaced"))
    PlacementFactory(module=module, case=CaseFactory(title="Hiddenmarker", audience=Audience.RESTRICTED))
    page = previewed(Curriculum.objects.get())
    assert "Openplaced" in page
    assert "Hiddenmarker" not in page
    assert Placement.objects.count() == 2


def test_an_object_without_a_row_can_be_previewed(previewed):
    page = previewed(CaseStudy(title="Not yet saved", body="Text."))
    assert "Not yet saved" in page
    assert not CaseStudy.objects.exists()
