"""Into the bin and out of it: what uses an object is shown first, and nothing that is used is deleted."""

from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone
from wagtail.models import ModelLogEntry, Revision

from cases.models import CaseStudy
from curriculum.balance.loaders import Drafts, load_layouts
from curriculum.models import Course, Curriculum, Placement
from editing import archiving
from editing.queries import uses_of
from tests.editor import admin_url, chooser_url, signed_in
from tests.factories import (
    CaseFactory,
    CourseFactory,
    CurriculumFactory,
    InstitutionFactory,
    LinkFactory,
    ModuleFactory,
    PlacementFactory,
    ThemeFactory,
    UnitFactory,
    UserFactory,
)

pytestmark = [pytest.mark.django_db, pytest.mark.database]


def chair(**fields):
    return UserFactory(roles=["committee_chair"], **fields)


def whole_case(**fields):
    """A case that lacks nothing and may go out."""
    return CaseFactory(
        **{"summary": "A road.", "institution": InstitutionFactory(), "themes": [ThemeFactory()], **fields}
    )


def placed_in_draft(course, **fields):
    """A published curriculum that only its draft makes a user of the course."""
    module = ModuleFactory(curriculum=CurriculumFactory(**fields))
    curriculum = Curriculum.objects.get(pk=module.curriculum_id)
    module = curriculum.modules.get()
    module.placements = [Placement(course=course), Placement(course=course)]
    curriculum.modules = [module]
    curriculum.save_revision()
    return Curriculum.objects.get(pk=curriculum.pk)


def found(obj):
    return {
        (str(group.label), str(use.holder)): (use.times, use.is_live, use.is_draft, use.is_archived)
        for group in uses_of(obj)
        for use in group.uses
    }


def page_of(response):
    assert response.status_code == 200, response
    return BeautifulSoup(response.content, "html.parser")


# What uses an object


def test_everything_that_names_a_case_is_found():
    case = CaseFactory()
    CaseFactory(title="Its translation", translation_of=case)
    UnitFactory(course=CourseFactory(title="With a unit"), case=case)
    PlacementFactory(module=ModuleFactory(curriculum=CurriculumFactory(title="Placed")), case=case)
    LinkFactory(course=CourseFactory(title="Linked"), case=case)

    assert found(case) == {
        ("translations of it", "Its translation"): (1, True, False, False),
        ("courses with a unit on it", "With a unit"): (1, True, False, False),
        ("curricula that place it", "Placed"): (1, True, False, False),
        ("courses with units linked with it", "Linked"): (1, True, False, False),
    }


def test_a_draft_that_names_a_course_is_found_though_no_row_does():
    course = CourseFactory()
    placed_in_draft(course, title="Only drafted")

    assert not Placement.objects.exists()
    assert found(course) == {("curricula that place it", "Only drafted"): (2, False, True, False)}


def test_a_scheduled_version_is_found_after_the_draft_has_moved_on():
    course = CourseFactory()
    curriculum = placed_in_draft(course)
    Revision.objects.filter(pk=curriculum.latest_revision_id).update(
        approved_go_live_at=timezone.now() + timedelta(days=1)
    )
    curriculum.save_revision()

    assert len(found(course)) == 1


def test_an_older_version_is_no_use():
    course = CourseFactory()
    curriculum = placed_in_draft(course)
    curriculum.save_revision()

    assert found(course) == {}


def test_numbers_that_only_begin_alike_are_told_apart():
    course = CourseFactory(pk=5)
    placed_in_draft(CourseFactory(pk=55))

    assert found(course) == {}


def test_a_user_in_the_bin_is_told():
    course = CourseFactory()
    placement = PlacementFactory(course=course)
    archiving.archive(by=chair(), obj=placement.module.curriculum)

    assert [use[3] for use in found(course).values()] == [True]


def test_the_uses_of_a_theme_and_of_an_institution():
    theme, institution = ThemeFactory(), InstitutionFactory()
    ThemeFactory(label_en="Narrower", broader=theme)
    course = CourseFactory(title="Land", themes=[theme], institution=institution)
    UnitFactory(course=course, themes=[theme])

    assert found(theme) == {
        ("narrower themes", "Narrower"): (1, True, False, False),
        ("courses", "Land"): (2, True, False, False),
    }
    assert list(found(institution)) == [("courses", "Land")]


def test_as_many_queries_for_many_users_as_for_one(django_assert_num_queries):
    def ask(users):
        case = CaseFactory()
        for _number in range(users):
            PlacementFactory(case=case)
            curriculum = placed_in_draft(CourseFactory())
            module = curriculum.latest_revision.as_object().modules.get()
            module.placements = [Placement(case=case)]
            curriculum.modules = [module]
            curriculum.save_revision()
        with django_assert_num_queries(8):
            return len(uses_of(case)[0].uses)

    assert [ask(1), ask(6)] == [2, 12]


# Into the bin


def test_what_goes_into_the_bin_leaves_the_public_its_review_and_its_schedule():
    case = CaseStudy.objects.get(pk=whole_case().pk)
    case.save_revision().publish()
    case.refresh_from_db()
    case.save_revision(approved_go_live_at=timezone.now() + timedelta(days=1))
    by = chair()

    archiving.archive(by=by, obj=case)

    case = CaseStudy.objects.get()
    assert (case.live, case.archived_by, case.approved_schedule) == (False, by, False)
    assert case.archived_at is not None
    assert not CaseStudy.objects.kept().exists()
    assert ModelLogEntry.objects.filter(action="praxis.archive", user=by).count() == 1


@pytest.mark.parametrize("is_returned", [False, True])
def test_a_review_ends_whether_it_waits_or_was_sent_back(is_returned):
    lecturer = UserFactory(roles=["lecturer"])
    case = CaseStudy.objects.get(pk=whole_case(owner=lecturer, live=False).pk)
    case.save_revision(user=lecturer)
    case.refresh_from_db()
    state = case.get_workflow().start(case, lecturer)
    if is_returned:
        state.current_task_state.reject(user=chair())

    archiving.archive(by=lecturer, obj=case)

    state.refresh_from_db()
    assert state.status == state.STATUS_CANCELLED
    assert not state.task_states.filter(status="in_progress").exists()


def test_archiving_twice_is_archiving_once():
    case, by = CaseFactory(), chair()
    archiving.archive(by=by, obj=case)
    first = CaseStudy.objects.get().archived_at
    archiving.archive(by=by, obj=case)

    assert CaseStudy.objects.get().archived_at == first
    assert ModelLogEntry.objects.filter(action="praxis.archive").count() == 1


@pytest.mark.parametrize("role", ["lecturer", "provider_editor", "training_manager", "operator", "trainee"])
def test_nobody_else_takes_away_what_is_live(role):
    case = CaseFactory()
    with pytest.raises(PermissionDenied):
        archiving.archive(by=UserFactory(roles=[role]), obj=case)
    assert CaseStudy.objects.kept().count() == 1


def test_when_the_log_fails_nothing_has_happened(monkeypatch):
    case = CaseFactory()
    monkeypatch.setattr(archiving, "log", lambda *args, **kwargs: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        archiving.archive(by=chair(), obj=case)
    case.refresh_from_db()
    assert (case.live, case.archived_at) == (True, None)


# Out of it


def test_what_comes_back_is_a_draft_with_its_last_text():
    case = CaseFactory(title="As published")
    case.title = "As drafted"
    case.save_revision()
    by = chair()
    archiving.archive(by=by, obj=case)

    archiving.restore(by=by, obj=case)

    case = CaseStudy.objects.get()
    assert (case.live, case.archived_at, case.archived_by) == (False, None, None)
    assert case.latest_revision.as_object().title == "As drafted"


def test_restoring_is_for_those_who_may_change_it():
    case, lecturer = CaseFactory(), UserFactory(roles=["lecturer"])
    archiving.archive(by=chair(), obj=case)
    with pytest.raises(PermissionDenied):
        archiving.restore(by=lecturer, obj=case)
    CaseStudy.objects.update(owner=lecturer)
    archiving.restore(by=lecturer, obj=case)
    assert CaseStudy.objects.kept().exists()


def test_what_is_not_in_the_bin_is_not_restored():
    with pytest.raises(archiving.NotInBin):
        archiving.restore(by=chair(), obj=CaseFactory())


def test_when_the_log_fails_the_object_stays_in_the_bin(monkeypatch):
    case, by = CaseFactory(), chair()
    archiving.archive(by=by, obj=case)
    monkeypatch.setattr(archiving, "log", lambda *args, **kwargs: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        archiving.restore(by=by, obj=case)
    assert not CaseStudy.objects.kept().exists()


# For good


def test_only_a_superuser_deletes_for_good_and_only_from_the_bin():
    case, by, superuser = CaseFactory(), chair(), UserFactory(is_superuser=True)
    with pytest.raises(archiving.NotInBin):
        archiving.delete_for_good(by=superuser, obj=case)
    archiving.archive(by=by, obj=case)
    with pytest.raises(PermissionDenied):
        archiving.delete_for_good(by=by, obj=case)

    archiving.delete_for_good(by=superuser, obj=case)

    assert not CaseStudy.objects.exists()
    assert ModelLogEntry.objects.filter(action="wagtail.delete", deleted=True, user=superuser).exists()
    with pytest.raises(archiving.NotInBin):
        archiving.delete_for_good(by=superuser, obj=case)


def test_what_only_a_draft_uses_is_not_deleted():
    course, superuser = CourseFactory(), UserFactory(is_superuser=True)
    placed_in_draft(course)
    archiving.archive(by=superuser, obj=course)

    with pytest.raises(archiving.StillUsed) as caught:
        archiving.delete_for_good(by=superuser, obj=course)

    assert sum(len(group.uses) for group in caught.value.groups) == 1
    assert Course.objects.filter(pk=course.pk).exists()


def test_a_deletion_that_fails_leaves_no_trace(monkeypatch):
    case, superuser = CaseFactory(), UserFactory(is_superuser=True)
    archiving.archive(by=superuser, obj=case)
    monkeypatch.setattr(CaseStudy, "delete", lambda self: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        archiving.delete_for_good(by=superuser, obj=case)
    assert not ModelLogEntry.objects.filter(action="wagtail.delete").exists()


# The pages


def test_the_page_shows_the_uses_then_asks_then_offers_to_undo():
    course = CourseFactory(title="Land law")
    placed_in_draft(course, title="Grass-roots governance")
    client = signed_in("committee_chair")

    page = page_of(client.get(admin_url(course, "delete")))
    headings = [heading.get_text().strip() for heading in page.find("main").find_all(["h2", "h3"])]
    assert headings == ["Used by", "Curricula that place it (1)", "Put “Land law” into the bin?"]
    assert "draft · 2 times" in " ".join(page.find(class_="praxis-used-by").get_text().split())

    answer = client.post(admin_url(course, "delete"), follow=True)
    assert Course.objects.get(pk=course.pk).archived_at is not None
    undo = page_of(answer).find(class_="messages").find("a", string=lambda text: text and "Undo" in text)
    client.post(undo["href"])
    assert Course.objects.get(pk=course.pk).archived_at is None


def test_what_one_may_not_read_is_counted_and_not_named():
    lecturer = signed_in("lecturer")
    case = CaseFactory(owner=lecturer.user, live=False)
    PlacementFactory(
        module=ModuleFactory(curriculum=CurriculumFactory(title="A secret plan", audience="restricted")),
        case=case,
    )

    page = lecturer.get(admin_url(case, "delete")).content.decode()

    assert "A secret plan" not in page
    assert "restricted: curriculum" in page


def test_a_foreign_draft_keeps_its_title_to_itself():
    lecturer = signed_in("lecturer")
    case = CaseFactory(owner=lecturer.user, live=False)
    UnitFactory(course=CourseFactory(title="As published"), case=case)
    course = Course.objects.get()
    course.title = "What nobody knows yet"
    course.save_revision()

    page = lecturer.get(admin_url(case, "delete")).content.decode()

    assert "What nobody knows yet" not in page
    assert "As published" in page


def test_the_object_is_gone_from_lists_choosers_and_the_balance():
    course = CourseFactory(title="Land law")
    curriculum = CurriculumFactory(title="Governance")
    PlacementFactory(module=ModuleFactory(curriculum=curriculum), course=course)
    UnitFactory(course=course)
    by = chair()
    for obj in (course, curriculum):
        archiving.archive(by=by, obj=obj)
    client = signed_in("committee_chair")

    for model, title in ((Course, "Land law"), (Curriculum, "Governance")):
        assert title not in client.get(admin_url(model, "list")).content.decode()
        assert title not in client.get(chooser_url(model, "choose_results")).content.decode()
    assert client.get(admin_url(course, "edit"), follow=True).status_code == 404
    for drafts in Drafts:
        assert load_layouts(drafts=drafts, as_of=timezone.localdate()) == []


def test_a_curriculum_that_places_it_says_so_in_its_editor():
    course = CourseFactory(title="Land law")
    placement = PlacementFactory(course=course)
    archiving.archive(by=chair(), obj=course)

    page = page_of(signed_in("committee_chair").get(admin_url(placement.module.curriculum, "edit")))

    names = [name.get_text() for name in page.select(".praxis-row-name")]
    assert "in the bin: course" in names
    assert "in the bin: course" in [title.get_text().strip() for title in page.select(".chooser__title")]


def test_in_the_draft_view_an_archived_course_teaches_nothing():
    course = CourseFactory()
    UnitFactory(course=course)
    PlacementFactory(course=course)
    archiving.archive(by=chair(), obj=course)

    (layout,) = load_layouts(drafts=Drafts.ALL, as_of=timezone.localdate())

    (placement,) = layout.modules[0].placements
    assert (placement.course.visible, placement.course.units) == (False, ())


def test_the_bin_holds_what_one_might_change():
    lecturer = signed_in("lecturer")
    mine, foreign = CaseFactory(title="Mine", owner=lecturer.user), CaseFactory(title="Not mine")
    superuser = UserFactory(is_superuser=True, name="Boss")
    for obj in (mine, foreign, CourseFactory(title="A course")):
        archiving.archive(by=superuser, obj=obj)

    page = page_of(lecturer.get(reverse("bin")))
    rows = [" ".join(row.get_text().split()) for row in page.select(".praxis-table tbody tr")]
    assert len(rows) == 1
    assert rows[0].startswith("Mine")
    assert "Boss" in rows[0]
    assert "Delete for good" not in rows[0]
    for kind, pk in (("casestudy", foreign.pk), ("casestudy", 999), ("user", 1)):
        url = reverse("bin_restore", args=[kind, pk])
        assert (
            lecturer.get(url, follow=True).status_code == lecturer.post(url, follow=True).status_code == 404
        )
    assert lecturer.post(reverse("bin_restore", args=["casestudy", mine.pk])).status_code == 302
    assert list(CaseStudy.objects.kept()) == [mine]


def test_the_bin_is_filtered_by_kind_and_tells_empty_from_filtered():
    client = signed_in(is_superuser=True)
    assert "The bin is empty." in client.get(reverse("bin")).content.decode()
    for obj in (CaseFactory(title="A case"), CourseFactory(title="A course")):
        archiving.archive(by=client.user, obj=obj)

    both = page_of(client.get(reverse("bin")))
    assert [row.find("th").find("span").get_text() for row in both.select(".praxis-table tbody tr")] == [
        "A course",
        "A case",
    ]
    some = page_of(client.get(reverse("bin"), {"kind": "casestudy"}))
    assert [row.find("th").find("span").get_text() for row in some.select(".praxis-table tbody tr")] == [
        "A case"
    ]
    none = client.get(reverse("bin"), {"kind": "curriculum"}).content.decode()
    assert "Nothing of this kind is in the bin." in none


@pytest.mark.parametrize("role", ["training_manager", "operator"])
def test_who_changes_nothing_has_no_bin(role):
    client = signed_in(role)
    assert client.get(reverse("bin")).status_code == 302
    assert "Bin" not in [
        item.get_text() for item in page_of(client.get("/admin/", follow=True)).find_all("a")
    ]


def test_deleting_for_good_asks_first_and_says_what_uses_it():
    client = signed_in(is_superuser=True)
    used, unused = CaseFactory(title="Used"), CaseFactory(title="Unused")
    UnitFactory(case=used, course=CourseFactory(title="Holder"))
    for obj in (used, unused):
        archiving.archive(by=client.user, obj=obj)

    refused = client.post(reverse("bin_delete", args=["casestudy", used.pk]))
    assert "Holder" in refused.content.decode()
    assert client.get(reverse("bin_delete", args=["casestudy", unused.pk])).status_code == 200
    assert CaseStudy.objects.count() == 2
    client.post(reverse("bin_delete", args=["casestudy", unused.pk]))
    assert list(CaseStudy.objects.all()) == [used]
    assert (
        signed_in("committee_chair").get(reverse("bin_delete", args=["casestudy", used.pk])).status_code
        == 302
    )


def test_a_used_theme_is_not_deleted():
    client = signed_in(is_superuser=True)
    used, unused = ThemeFactory(label_en="Used"), ThemeFactory(label_en="Unused")
    CaseFactory(title="Tagged", themes=[used])

    assert "Tagged" in client.get(admin_url(used, "delete")).content.decode()
    client.post(admin_url(used, "delete"))
    client.post(admin_url(unused, "delete"))

    assert list(type(used).objects.all()) == [used]


def test_names_are_text_and_no_markup():
    client = signed_in(is_superuser=True)
    course = CourseFactory(title="<script>alert(1)</script>")
    CurriculumFactory(title="<b>bold</b>")
    PlacementFactory(module=ModuleFactory(curriculum=CurriculumFactory(title="<img src=x>")), course=course)

    pages = [client.get(admin_url(course, "delete"))]
    pages.append(client.post(admin_url(course, "delete"), follow=True))
    pages.append(client.get(reverse("bin")))
    pages.append(client.get(reverse("bin_delete", args=["course", course.pk])))

    for page in pages:
        text = page.content.decode()
        assert "<script>alert" not in text
        assert "<img src=x>" not in text


def test_the_bin_asks_as_many_queries_for_many_rows_as_for_few(django_assert_max_num_queries):
    client = signed_in("committee_chair")

    def fill(count):
        for _number in range(count):
            archiving.archive(by=client.user, obj=CaseFactory())
            archiving.archive(by=client.user, obj=CourseFactory())

    fill(1)
    client.get(reverse("bin"))
    with django_assert_max_num_queries(40) as few:
        client.get(reverse("bin"))
    fill(10)
    with django_assert_max_num_queries(len(few)):
        client.get(reverse("bin"))
