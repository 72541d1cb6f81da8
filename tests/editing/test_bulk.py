"""Values set in many objects at once: looked at first, written through revisions, and taken back."""

from datetime import date, timedelta

import pytest
from bs4 import BeautifulSoup
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from wagtail.models import ModelLogEntry, ReferenceIndex, Revision
from wagtail.signals import published

from cases.models import CaseStudy
from curriculum.models import Course, Curriculum
from editing import archiving, bulk, bulk_writing
from editing.bulk import Changes, Outcome, Reason
from editing.models import BulkChange
from editing.ownership import hand_over, owned_by
from editing.reference_index import update_references
from tests.editor import admin_url, signed_in
from tests.factories import (
    CaseFactory,
    CourseFactory,
    CurriculumFactory,
    InstitutionFactory,
    ModuleFactory,
    ThemeFactory,
    UnitFactory,
    UserFactory,
)

pytestmark = [pytest.mark.django_db, pytest.mark.database]
CASES = CaseStudy.objects.all()


@pytest.fixture
def chair():
    return UserFactory(roles=["committee_chair"])


@pytest.fixture
def academy():
    return InstitutionFactory(code="academy", name="Academy")


def whole_case(**fields):
    """A case that lacks nothing and may go out."""
    fields = {"summary": "A road.", "institution": InstitutionFactory(), "themes": [ThemeFactory()], **fields}
    return CaseStudy.objects.get(pk=CaseFactory(**fields).pk)


def outcomes(plan):
    return {row.title: (row.outcome, row.reason) for row in plan.rows}


def codes(case):
    return sorted(theme.code for theme in case.themes.all())


# What would happen


def test_a_plan_tells_what_happens_to_each_object_and_why(chair, academy):
    whole_case(title="live and whole")
    CaseFactory(title="live, lacks something")
    CaseFactory(title="never live", live=False)
    drafted = whole_case(title="with another draft")
    drafted.save_revision()
    there = whole_case(title="there already", institution=academy)
    there.save_revision().publish()
    CaseFactory(title="locked", locked=True, locked_by=UserFactory())
    scheduled = whole_case(title="scheduled")
    scheduled.save_revision(approved_go_live_at=timezone.now() + timedelta(days=1))
    reviewed = whole_case(title="in review")
    reviewed.save_revision()
    reviewed.refresh_from_db()
    reviewed.get_workflow().start(reviewed, UserFactory())

    plan = bulk.plan(by=chair, objects=CASES, changes=Changes(institution=academy))

    assert outcomes(plan) == {
        "live and whole": (Outcome.PUBLISHED, Reason.NONE),
        "live, lacks something": (Outcome.DRAFTED, Reason.INCOMPLETE),
        "never live": (Outcome.DRAFTED, Reason.NONE),
        "with another draft": (Outcome.DRAFTED, Reason.OTHER_DRAFT),
        "there already": (Outcome.LEFT, Reason.SAME),
        "locked": (Outcome.LEFT, Reason.LOCKED),
        "scheduled": (Outcome.LEFT, Reason.SCHEDULED),
        "in review": (Outcome.LEFT, Reason.IN_REVIEW),
    }
    assert len(plan.changing) == 4


def test_a_plan_writes_nothing(chair, academy):
    whole_case()
    before = list(CaseStudy.objects.values()), Revision.objects.count()
    bulk.plan(by=chair, objects=CASES, changes=Changes(institution=academy, owner=None))
    assert (list(CaseStudy.objects.values()), Revision.objects.count()) == before


def test_what_is_in_the_bin_is_not_even_named(chair, academy):
    archiving.archive(by=chair, obj=whole_case())
    assert bulk.plan(by=chair, objects=CASES, changes=Changes(institution=academy)).rows == ()


def test_who_may_not_publish_leaves_a_draft_for_review(academy):
    member = UserFactory(roles=["committee_member"])
    whole_case(title="Live")
    plan = bulk.plan(by=member, objects=CASES, changes=Changes(institution=academy))
    assert outcomes(plan) == {"Live": (Outcome.DRAFTED, Reason.REVIEW_NEEDED)}


def test_foreign_objects_are_left_and_unseen_ones_are_not_named():
    lecturer = UserFactory(roles=["lecturer"])
    whole_case(title="Mine", owner=lecturer)
    whole_case(title="Foreign")
    whole_case(title="Foreign draft", live=False)
    whole_case(title="Hidden", audience="restricted")

    plan = bulk.plan(by=lecturer, objects=CASES, changes=Changes(review_by=date(2030, 1, 1)))

    assert outcomes(plan) == {
        "Mine": (Outcome.DRAFTED, Reason.REVIEW_NEEDED),
        "Foreign": (Outcome.LEFT, Reason.FORBIDDEN),
    }


def test_a_lecturer_hands_nothing_to_another_institution(academy):
    lecturer = UserFactory(roles=["lecturer"])
    case = whole_case(title="Mine", owner=lecturer)
    change = bulk.set_values(by=lecturer, objects=CASES, changes=Changes(institution=academy))
    assert [row["reason"] for row in change.rows] == ["not_yours_to_give"]
    assert CaseStudy.objects.get().institution == case.institution


# Doing it


def test_values_of_a_live_object_are_published(chair, academy):
    old, new, owner = ThemeFactory(code="OLD"), ThemeFactory(code="NEW"), UserFactory()
    case = whole_case(themes=[old])
    heard = []
    published.connect(lambda **kwargs: heard.append(kwargs["instance"].pk), weak=False, dispatch_uid="heard")

    change = bulk.set_values(
        by=chair,
        objects=CASES,
        changes=Changes(
            institution=academy,
            owner=owner,
            review_by=date(2030, 1, 2),
            add_themes=(new,),
            remove_themes=(old,),
        ),
    )
    published.disconnect(dispatch_uid="heard")

    case = CaseStudy.objects.get()
    assert (case.institution, case.owner, case.review_by, codes(case)) == (
        academy,
        owner,
        date(2030, 1, 2),
        ["NEW"],
    )
    assert (case.live, case.has_unpublished_changes, case.live_revision) == (
        True,
        False,
        case.latest_revision,
    )
    assert f"|user:{owner.pk}|" in case.tokens
    assert "|institution:academy|" in case.tokens
    draft = case.latest_revision.as_object()
    assert (draft.institution, draft.owner, draft.review_by, codes(draft)) == (
        academy,
        owner,
        date(2030, 1, 2),
        ["NEW"],
    )
    assert draft.theme_items.get().pk == case.theme_items.get().pk
    assert heard == [case.pk]
    assert (change.made_by, change.rows[0]["published"], case.latest_revision.user) == (chair, True, chair)
    assert ModelLogEntry.objects.get(action="praxis.bulk_set").revision == case.latest_revision


def test_the_new_revision_is_what_an_ordinary_save_would_make(chair, academy):
    case = whole_case()
    case.save_revision().publish()
    bulk.set_values(by=chair, objects=CASES, changes=Changes(institution=academy))

    case = CaseStudy.objects.get()
    set_together = case.latest_revision.content
    ordinary = Revision.objects.get(pk=case.save_revision().pk).content
    moving = ("latest_revision", "live_revision", "has_unpublished_changes", "last_published_at")
    moving += ("first_published_at", "tokens")

    def plain(content):
        return {key: value for key, value in content.items() if key not in moving}

    assert plain(set_together) == plain(ordinary)


def test_units_and_placements_stay_as_they_are(chair, academy):
    course = CourseFactory(title="With units", summary="Whole.")
    units = [UnitFactory(course=course, themes=[ThemeFactory()]) for _number in range(3)]
    other = CurriculumFactory()
    ModuleFactory(curriculum=other)
    course.refresh_from_db()

    bulk.set_values(by=chair, objects=Course.objects.all(), changes=Changes(institution=academy))
    bulk.set_values(by=chair, objects=Curriculum.objects.all(), changes=Changes(institution=academy))

    course = Course.objects.get()
    assert course.institution == academy
    assert [unit.code for unit in course.latest_revision.as_object().units.all()] == [u.code for u in units]
    assert list(course.units.values_list("pk", flat=True)) == [unit.pk for unit in units]
    assert Curriculum.objects.get().latest_revision.as_object().modules.count() == 1


def test_the_change_of_a_live_object_with_a_draft_waits_with_it(chair, academy):
    case = whole_case(title="Published")
    case.title = "Drafted"
    case.save_revision()
    before = case.institution

    bulk.set_values(by=chair, objects=CASES, changes=Changes(institution=academy))

    case = CaseStudy.objects.get()
    draft = case.latest_revision.as_object()
    assert (case.title, case.institution) == ("Published", before)
    assert (draft.title, draft.institution, case.has_unpublished_changes) == ("Drafted", academy, True)


def test_what_was_never_live_follows_in_its_row_so_that_lists_find_it(chair, academy):
    theme = ThemeFactory(code="NEW")
    case = whole_case(live=False, themes=[])
    case.save_revision()

    bulk.set_values(by=chair, objects=CASES, changes=Changes(institution=academy, add_themes=(theme,)))

    case = CaseStudy.objects.get()
    assert (case.live, case.institution, codes(case)) == (False, academy, ["NEW"])
    assert codes(case.latest_revision.as_object()) == ["NEW"]


def test_only_what_the_preview_showed_is_changed(chair, academy):
    seen, moved = whole_case(title="Seen"), whole_case(title="Moved on")
    for case in (seen, moved):
        case.save_revision().publish()
    rows = bulk.plan(by=chair, objects=CASES, changes=Changes(institution=academy)).rows
    expected = {str(row.row.pk): row.version for row in rows}
    moved.refresh_from_db()
    moved.save_revision()

    change = bulk.set_values(by=chair, objects=CASES, changes=Changes(institution=academy), expected=expected)

    assert {row["pk"]: row["reason"] for row in change.rows} == {seen.pk: "", moved.pk: "changed_since"}


def test_fields_that_a_kind_lacks_are_passed_over(chair):
    CourseFactory()
    theme = ThemeFactory()
    plan = bulk.plan(by=chair, objects=Course.objects.all(), changes=Changes(review_by=date(2030, 1, 1)))
    assert [row.reason for row in plan.rows] == [Reason.SAME]
    CurriculumFactory()
    plan = bulk.plan(by=chair, objects=Curriculum.objects.all(), changes=Changes(add_themes=(theme,)))
    assert [row.reason for row in plan.rows] == [Reason.SAME]


def test_the_index_of_references_follows(chair, academy):
    case = whole_case()
    bulk.set_values(by=chair, objects=CASES, changes=Changes(institution=academy))
    update_references.call("cases.casestudy", [case.pk])
    assert [group[0] for group in ReferenceIndex.get_grouped_references_to(academy)] == [case]


@pytest.mark.parametrize("step", ["_make_revisions", "_write_rows", "_log", "update_references"])
def test_a_change_that_fails_halfway_has_changed_nothing(chair, academy, monkeypatch, step):
    case = whole_case()
    before = case.institution
    if step == "update_references":
        monkeypatch.setattr(bulk_writing, step, type("Task", (), {"enqueue": lambda *args: 1 / 0})())
    else:
        monkeypatch.setattr(bulk_writing, step, lambda *args: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        bulk.set_values(
            by=chair, objects=CASES, changes=Changes(institution=academy, add_themes=(ThemeFactory(),))
        )
    case = CaseStudy.objects.get()
    assert (case.institution, case.latest_revision, case.themes.count()) == (before, None, 1)
    assert not BulkChange.objects.exists()


def test_as_many_writes_for_many_objects_as_for_one(chair, academy, django_assert_max_num_queries):
    def writes(count):
        for _number in range(count):
            CaseFactory(live=False)
        changes = Changes(institution=academy, add_themes=(ThemeFactory(),))
        drafts = CaseStudy.objects.filter(live=False, latest_revision=None)
        for draft in drafts:
            draft.save_revision()
        latest = CaseStudy.objects.filter(pk__in=[draft.pk for draft in drafts])
        with django_assert_max_num_queries(60) as asked:
            bulk.set_values(by=chair, objects=latest, changes=changes)
        return len(asked)

    writes(1)
    assert writes(1) == writes(12)


# Taking it back


def test_an_undo_puts_back_what_stood_there(chair, academy):
    old, new = ThemeFactory(code="OLD"), ThemeFactory(code="NEW")
    case = whole_case(themes=[old], review_by=date(2027, 1, 1))
    draft = whole_case(live=False)
    before = {c.pk: c.institution for c in (case, draft)}
    change = bulk.set_values(
        by=chair,
        objects=CASES,
        changes=Changes(
            institution=academy, review_by=date(2030, 1, 1), add_themes=(new,), remove_themes=(old,)
        ),
    )

    report = bulk.undo(by=chair, change=change)

    assert (report.undone, dict(report.refused)) == (2, {})
    assert {c.pk: c.institution for c in CASES.all()} == before
    case = CaseStudy.objects.get(pk=case.pk)
    assert (case.review_by, codes(case), case.live, case.has_unpublished_changes) == (
        date(2027, 1, 1),
        ["OLD"],
        True,
        False,
    )
    assert ModelLogEntry.objects.filter(action="praxis.bulk_undo").count() == 2
    with pytest.raises(PermissionDenied):
        bulk.undo(by=chair, change=change)


def test_an_undo_leaves_what_somebody_has_changed_since_and_says_which(chair, academy):
    kept, moved = whole_case(title="Kept"), whole_case(title="Moved on")
    change = bulk.set_values(by=chair, objects=CASES, changes=Changes(institution=academy))
    case = CaseStudy.objects.get(pk=moved.pk)
    case.title = "Written since"
    case.save_revision()

    report = bulk.undo(by=chair, change=change)

    assert (report.undone, dict(report.refused)) == (1, {moved.pk: Reason.CHANGED_SINCE})
    assert CaseStudy.objects.get(pk=kept.pk).institution == kept.institution
    assert CaseStudy.objects.get(pk=moved.pk).institution == academy


def test_an_undo_brings_nothing_back_that_is_gone(chair, academy):
    gone, lost = InstitutionFactory(), ThemeFactory()
    first, second = whole_case(institution=gone), whole_case(themes=[lost, ThemeFactory()])
    change = bulk.set_values(
        by=chair, objects=CASES, changes=Changes(institution=academy, remove_themes=(lost,))
    )
    gone.delete()
    lost.delete()

    report = bulk.undo(by=chair, change=change)

    assert dict(report.refused) == {first.pk: Reason.LOST, second.pk: Reason.LOST}
    assert set(CASES.values_list("institution__code", flat=True)) == {"academy"}


@pytest.mark.parametrize("bar", ["locked", "archived", "reviewed"])
def test_an_undo_leaves_what_may_not_be_written_now(chair, academy, bar):
    case = whole_case()
    change = bulk.set_values(by=chair, objects=CASES, changes=Changes(institution=academy))
    case = CaseStudy.objects.get(pk=case.pk)
    if bar == "locked":
        CASES.update(locked=True, locked_by=UserFactory())
    elif bar == "archived":
        archiving.archive(by=chair, obj=case)
    else:
        case.get_workflow().start(case, UserFactory())

    report = bulk.undo(by=chair, change=change)

    reasons = {"locked": Reason.LOCKED, "archived": Reason.GONE, "reviewed": Reason.IN_REVIEW}
    assert dict(report.refused) == {case.pk: reasons[bar]}


def test_an_undo_is_for_the_one_who_made_the_change(chair, academy):
    whole_case()
    change = bulk.set_values(by=chair, objects=CASES, changes=Changes(institution=academy))
    with pytest.raises(PermissionDenied):
        bulk.undo(by=UserFactory(roles=["committee_chair"]), change=change)
    assert bulk.undo(by=UserFactory(is_superuser=True), change=change).undone == 1


def test_an_undo_that_fails_leaves_the_change(chair, academy, monkeypatch):
    whole_case()
    change = bulk.set_values(by=chair, objects=CASES, changes=Changes(institution=academy))
    monkeypatch.setattr(bulk_writing, "_log", lambda *args: 1 / 0)
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        bulk.undo(by=chair, change=change)
    change.refresh_from_db()
    assert change.undone_at is None
    assert CaseStudy.objects.get().institution == academy


# Handing over everything of one person


def test_everything_of_a_person_changes_hands_in_row_and_draft(chair, academy):
    leaver, heir, operator = UserFactory(), UserFactory(), UserFactory(roles=["operator"])
    live = whole_case(owner=leaver)
    live.save_revision().publish()
    drafted = whole_case(owner=leaver, live=False)
    drafted.save_revision()
    promised = whole_case(title="Promised")
    promised.owner = leaver
    promised.save_revision()
    binned = CourseFactory(owner=leaver)
    archiving.archive(by=chair, obj=binned)
    foreign = whole_case(owner=UserFactory())
    assert owned_by(leaver) == {"cases": 2, "courses": 1}
    revisions = Revision.objects.count()

    assert hand_over(by=operator, owner=leaver, to=heir) == 3

    assert owned_by(leaver) == {}
    for case in CaseStudy.objects.exclude(pk=foreign.pk):
        assert case.latest_revision.as_object().owner == heir
    assert f"|user:{heir.pk}|" in CaseStudy.objects.get(pk=live.pk).tokens
    assert f"|user:{leaver.pk}|" not in CaseStudy.objects.get(pk=live.pk).tokens
    assert CaseStudy.objects.get(pk=foreign.pk).owner == foreign.owner
    assert Revision.objects.count() == revisions
    assert ModelLogEntry.objects.filter(action="praxis.hand_over", user=operator).count() == 3


def test_a_handing_over_that_fails_changes_no_owner(monkeypatch):
    leaver = UserFactory()
    whole_case(owner=leaver)
    monkeypatch.setattr("editing.ownership._log", lambda *args: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        hand_over(by=UserFactory(), owner=leaver, to=UserFactory())
    assert owned_by(leaver) == {"cases": 1}


# The pages


def texts(response, selector):
    assert response.status_code == 200, response
    page = BeautifulSoup(response.content, "html.parser")
    return [" ".join(found.get_text().split()) for found in page.select(selector)]


def hidden(response):
    page = BeautifulSoup(response.content, "html.parser")
    data = {}
    for field in page.select("main form input[type=hidden]"):
        data.setdefault(field["name"], []).append(field.get("value", ""))
    return data


def test_from_the_list_to_the_preview_to_the_change_and_back(academy):
    client = signed_in("committee_chair")
    first, second = whole_case(title="First"), whole_case(title="Second")
    whole_case(title="Not chosen")
    ThemeFactory(code="LAND", label_en="Land")
    url = reverse("bulk_set", args=["casestudy"])

    boxes = BeautifulSoup(client.get(admin_url(CaseStudy, "list")).content, "html.parser")
    assert len(boxes.select("input[name=id][form=praxis-chosen]")) == 3
    page = client.get(url, {"id": [first.pk, second.pk]})
    assert texts(page, ".praxis-choices li") == [f"First · {first.code}", f"Second · {second.code}"]

    values = {
        "institution": "academy",
        "owner": "",
        "review_by": "",
        "add_themes": "LAND",
        "remove_themes": "",
    }
    preview = client.post(url, {"step": "preview", "id": [first.pk, second.pk], **values})
    (row, _other) = texts(preview, ".praxis-table tbody tr")
    assert f"Institution: {first.institution.name} > Academy" in row
    assert row.endswith("Published at once")
    assert CaseStudy.objects.filter(institution=academy).count() == 0

    done = client.post(url, {"step": "apply", **hidden(preview)}, follow=True)
    assert sorted(CaseStudy.objects.filter(institution=academy).values_list("title", flat=True)) == [
        "First",
        "Second",
    ]
    assert len(texts(done, ".praxis-table tbody tr")) == 2

    undone = client.post(done.request["PATH_INFO"], follow=True)
    assert CaseStudy.objects.filter(institution=academy).count() == 0
    assert all("undone" in text for text in texts(undone, ".praxis-table tbody tr"))


def test_all_rows_of_a_filtered_list_are_meant(academy):
    client = signed_in("committee_chair")
    whole_case(title="Here", institution=academy)
    whole_case(title="Elsewhere")
    page = client.get(reverse("bulk_set", args=["casestudy"]), {"all": "1", "institution": "academy"})
    assert [text.split(" ·")[0] for text in texts(page, ".praxis-choices li")] == ["Here"]


def test_too_many_rows_are_refused(academy, monkeypatch):
    monkeypatch.setattr(bulk, "LIMIT", 2)
    client = signed_in("committee_chair")
    for _number in range(3):
        whole_case()
    page = client.get(reverse("bulk_set", args=["casestudy"]), {"all": "1"})
    assert "3 rows are too many: at most 2" in page.content.decode()


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({}, "Nothing is to be set."),
        ({"owner": "nobody@example.org"}, "No account has the address"),
        ({"review_by": "tomorrow"}, "Write the day as year, month and day"),
        ({"add_themes": "NOT-THERE"}, "There is no theme called"),
        ({"institution": "nowhere"}, "Select a valid choice"),
    ],
)
def test_a_form_with_nothing_or_nonsense_is_sent_back(data, words):
    client = signed_in("committee_chair")
    case = whole_case()
    page = client.post(reverse("bulk_set", args=["casestudy"]), {"step": "apply", "id": case.pk, **data})
    assert words in page.content.decode()
    assert not BulkChange.objects.exists()


def test_retired_themes_can_be_taken_away_but_not_given():
    client = signed_in("committee_chair")
    retired = ThemeFactory(code="GONE", retired=True)
    case = whole_case(themes=[retired, ThemeFactory()])
    url = reverse("bulk_set", args=["casestudy"])
    assert "is retired" in client.post(url, {"id": case.pk, "add_themes": "GONE"}).content.decode()
    preview = client.post(url, {"id": case.pk, "remove_themes": "GONE"})
    assert "1 row is changed and published at once." in preview.content.decode()


def test_keys_that_were_made_up_change_nothing_foreign(academy):
    lecturer = signed_in("lecturer")
    foreign = whole_case(title="Foreign")
    hidden_case = whole_case(title="Hidden one", live=False)
    url = reverse("bulk_set", args=["casestudy"])
    data = {"step": "apply", "id": [foreign.pk, hidden_case.pk, "1;DROP", "\x00"], "review_by": "2030-01-01"}
    data |= {f"version-{foreign.pk}": "0", f"version-{hidden_case.pk}": "0"}

    page = lecturer.post(url, data, follow=True)

    assert not CaseStudy.objects.filter(review_by=date(2030, 1, 1)).exists()
    assert not Revision.objects.exists()
    assert "you may not change it" in page.content.decode()
    assert "Hidden one" not in page.content.decode()


@pytest.mark.parametrize("role", ["training_manager", "operator"])
def test_who_changes_nothing_does_not_reach_the_page(role):
    assert signed_in(role).get(reverse("bulk_set", args=["casestudy"])).status_code == 302


def test_a_change_is_shown_to_the_one_who_made_it(chair, academy):
    whole_case()
    change = bulk.set_values(by=chair, objects=CASES, changes=Changes(institution=academy))
    url = reverse("bulk_change", args=[change.pk])
    assert signed_in("committee_chair").get(url, follow=True).status_code == 404
    assert signed_in("committee_chair").post(url, follow=True).status_code == 404
    assert CaseStudy.objects.get().institution == academy
    assert signed_in(is_superuser=True).get(url).status_code == 200


def test_names_are_text_and_no_markup():
    client = signed_in("committee_chair")
    case = whole_case(title="<script>alert(1)</script>")
    InstitutionFactory(code="evil", name="<img src=x>")
    url = reverse("bulk_set", args=["casestudy"])
    pages = [client.get(url, {"id": case.pk}), client.post(url, {"id": case.pk, "institution": "evil"})]
    pages.append(client.post(url, {"step": "apply", **hidden(pages[1])}, follow=True))
    for page in pages:
        text = page.content.decode()
        assert "<script>alert" not in text
        assert "<img src=x>" not in text
    assert CaseStudy.objects.get().institution.code == "evil"


def test_deleting_many_at_once_is_not_for_content():
    client = signed_in(is_superuser=True)
    case = whole_case()
    url = "/admin/bulk/cases/casestudy/delete/"
    assert client.post(f"{url}?id={case.pk}", follow=True).status_code == 404
    assert CaseStudy.objects.exists()
