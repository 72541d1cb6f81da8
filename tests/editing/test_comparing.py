"""The page on what differs between two versions: field by field, down to the rows inside rows."""

from decimal import Decimal

import pytest
from bs4 import BeautifulSoup

from curriculum.models import Curriculum, Placement
from tests.editor import admin_url, signed_in
from tests.factories import CaseFactory, CourseFactory, CurriculumFactory, ModuleFactory, PlacementFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def two_versions():
    """A curriculum in whose second version a placement has other hours and the title is new."""
    curriculum = CurriculumFactory(title="Before")
    module = ModuleFactory(curriculum=curriculum)
    PlacementFactory(module=module, course=CourseFactory(title="Land law"))
    placement = PlacementFactory(module=module, case=CaseFactory(title="The road"), hours=Decimal(2))
    first = curriculum.save_revision()
    Placement.objects.filter(pk=placement.pk).update(hours=Decimal(3))
    changed = Curriculum.objects.get(pk=curriculum.pk)
    changed.title = "After"
    return changed, first, changed.save_revision()


def rows(page):
    table = BeautifulSoup(page.content, "html.parser").find("table", class_="praxis-changes")
    return [
        [" ".join(cell.get_text(" ").split()) for cell in row.find_all(["th", "td"])]
        for row in table.find_all("tr")
    ]


def test_it_shows_both_versions_down_to_the_rows_inside_rows(two_versions):
    curriculum, first, second = two_versions
    member = signed_in("committee_member")

    head, *changes = rows(member.get(admin_url(curriculum, "revisions_compare", first.pk, second.pk)))

    assert (head[0], len(head)) == ("What", 3)
    assert ["Title", "Before", "After"] in changes
    assert ["1.2 The road Hours", "2", "3"] in changes
    assert len(changes) == 2


@pytest.mark.parametrize(
    ("asked", "names"),
    [(("earliest", "latest"), ["Earliest", "Latest"]), (("live", "latest"), ["Published", "Latest"])],
)
def test_versions_are_asked_for_by_name_too(two_versions, asked, names):
    curriculum = two_versions[0]

    page = signed_in("committee_member").get(admin_url(curriculum, "revisions_compare", *asked))

    assert rows(page)[0][1:] == names


def test_versions_that_do_not_differ_are_said_not_to(two_versions):
    curriculum, first, _second = two_versions

    page = signed_in("committee_member").get(admin_url(curriculum, "revisions_compare", first.pk, first.pk))

    assert "There are no differences between these two versions." in page.content.decode()


def test_the_version_of_another_object_is_absent(two_versions):
    curriculum, first, _second = two_versions
    foreign = CurriculumFactory().save_revision()
    url = admin_url(curriculum, "revisions_compare", first.pk, foreign.pk)

    assert signed_in("committee_member").get(url, follow=True).status_code == 404
