"""No page of the admin tells anybody a word of a draft that is not theirs to see."""

from io import BytesIO
from itertools import product

import pytest
from django.urls import reverse
from openpyxl import load_workbook
from wagtail.admin.views.bulk_action.registry import bulk_action_registry
from wagtail.models import ReferenceIndex

from cases.models import CaseStudy
from curriculum.models import Course, Curriculum
from tests.editing import rights
from tests.editing.rights import SOMETHING
from tests.editor import admin_url, form_on, signed_in
from tests.factories import (
    CaseFactory,
    CourseFactory,
    CurriculumFactory,
    InstitutionFactory,
    ModuleFactory,
    PlacementFactory,
    ThemeFactory,
    UnitFactory,
    UserFactory,
)
from tests.praxis.access import address, patterns

pytestmark = pytest.mark.django_db
MARKERS = ("quaggatitle", "quaggasummary", "quaggabody")
CONTENT = (CaseStudy, Course, Curriculum)
# Addresses that end the visit or fail on purpose.
NOT_ASKED = {"wagtailadmin_logout", "wagtailadmin_error_test"}


def secret(author, institution):
    """A case that nobody has published, in review, with marked words in all that is written in it."""
    words = dict(zip(("title", "summary", "body"), MARKERS, strict=True))
    case = CaseFactory(
        owner=author, institution=institution, live=False, themes=[ThemeFactory()], audience="public", **words
    )
    case.save_revision(user=author, log_action=True)
    case.get_workflow().start(case, author)
    return case


class Library:
    """A secret case that other people's published and own things name, and the drafts of things published."""

    def __init__(self):
        author, theirs = UserFactory(roles=["lecturer"]), InstitutionFactory()
        self.ours = InstitutionFactory()
        self.secret = secret(author, theirs)
        self.course = CourseFactory(institution=self.ours)
        unit = UnitFactory(course=self.course)
        self.curriculum = CurriculumFactory(institution=self.ours)
        module = ModuleFactory(curriculum=self.curriculum)
        self.case = CaseFactory(institution=self.ours)
        self.own = {CaseStudy: self.case, Course: self.course, Curriculum: self.curriculum}
        for model, obj in self.own.items():
            first = obj.save_revision(user=author, log_action=True)
            model.objects.filter(pk=obj.pk).update(live_revision=first)
        for obj, name in ((unit, "case"), (self.case, "translation_of")):
            setattr(obj, name, self.secret)
            obj.save(update_fields=[name])
        PlacementFactory(module=module, case=self.secret)
        PlacementFactory(module=module, course=self.course)
        for model, obj in self.own.items():
            # As it is stored, so that nothing of the first revision is left in memory.
            fresh = model.objects.get(pk=obj.pk)
            fresh.save_revision(user=author, log_action=True)
            self.own[model] = fresh
            ReferenceIndex.create_or_update_for_object(fresh)
        self.published = CaseFactory(title="Published", owner=author, institution=theirs, audience="public")
        self.published.title, self.published.summary, self.published.body = MARKERS
        self.published.save_revision(user=author, log_action=True)

    def arguments(self, which):
        """What stands in addresses: the keys of the secret case, of what is ours, or of what is published."""
        found = dict(SOMETHING)
        for model in CONTENT:
            obj = {"secret": self.secret, "published": self.published}.get(which)
            obj = obj if isinstance(obj, model) else self.own[model]
            label = f"{model._meta.app_label}_{model._meta.model_name}"
            for space in (f"wagtailsnippets_{label}", f"wagtailsnippetchoosers_{label}"):
                found[f"{space}.pk"] = str(obj.pk)
                if obj.latest_revision_id:
                    found[f"{space}.revision_id"] = str(obj.latest_revision_id)
            found |= {f"{model._meta.model_name}.pk": str(obj.pk)}
        found["wagtailusers_users.pk"] = str(self.secret.owner_id)
        for name in ("providers_institution", "themes_theme"):
            found[f"wagtailsnippets_{name}.pk"] = str(self.secret.institution_id)
        return found | {"app_label": "cases", "model_name": "casestudy", "object_id": str(self.secret.pk)}


@pytest.fixture
def library():
    return Library()


def asked(user, method, path):
    """The answer, with all that its page says."""
    return rights.asked(user, method, path, is_drawn=True)


def words_of(response):
    """All that an answer says, as one text."""
    if isinstance(response, str):
        return ""
    body = b"".join(response.streaming_content) if response.streaming else response.content
    if body[:2] == b"PK":
        cells = load_workbook(BytesIO(body)).active.iter_rows(values_only=True)
        return " ".join(str(value) for row in cells for value in row)
    return body.decode(errors="replace")


def told(response):
    return [marker for marker in MARKERS if marker in words_of(response)]


def people(library):
    lecturer = UserFactory(roles=["lecturer"])
    CaseFactory(owner=lecturer, translation_of=library.secret)
    return {
        "lecturer": lecturer,
        "provider_editor": UserFactory(roles=["provider_editor"], edits_for=library.ours),
        "training_manager": UserFactory(roles=["training_manager"]),
        "operator": UserFactory(roles=["operator"]),
    }


def paths(library):
    """Every address of the admin, with each set of arguments; lists and reports as downloads too."""
    found = {}
    for which, (name, route) in product(("secret", "ours", "published"), sorted(set(patterns()))):
        if not route.startswith("admin/") or name in NOT_ASKED:
            continue
        path = address(name, route, library.arguments(which))
        found[path] = name
        if "<" not in route:
            found |= {f"{path}?export={kind}": name for kind in ("csv", "xlsx")} | {f"{path}?q=quagga": name}
    return found


@pytest.mark.parametrize("role", ["lecturer", "provider_editor", "training_manager", "operator"])
def test_no_address_of_the_admin_tells_a_word_of_it(library, role):
    user = people(library)[role]

    leaks = [path for path in paths(library) if told(asked(user, "GET", path))]

    assert leaks == []


def test_the_words_are_there_for_those_who_may_read_them(library):
    author = library.secret.owner

    for name, view in (("case", "list"), ("case", "edit"), ("case", "history")):
        path = admin_url(CaseStudy, view) if view == "list" else admin_url(library.secret, view)
        assert told(asked(author, "GET", path)), name
    for name in ("editing_site_history", "wagtailadmin_home"):
        assert told(asked(author, "GET", reverse(name))), name


@pytest.mark.parametrize("view", ["draft", "live"])
def test_the_balance_report_tells_nothing_of_drafts_that_are_not_theirs(library, view):
    foreign = CurriculumFactory(title="quaggatitle", institution=library.secret.institution)
    library.curriculum.refresh_from_db()
    foreign.title = "quaggabody"
    foreign.save_revision()
    Curriculum.objects.filter(pk=foreign.pk).update(title="Open")
    for user in people(library).values():
        response = asked(user, "GET", f"{reverse('balance_report')}?view={view}")
        assert not told(response)


@pytest.mark.parametrize("model", CONTENT)
def test_many_at_once_are_never_deleted_and_never_named(library, model):
    label = model._meta
    actions = [
        action.action_type
        for action in bulk_action_registry.get_bulk_actions_for_model(label.app_label, label.model_name)
    ]
    assert "delete" not in actions
    for action, user in product([*actions, "delete"], people(library).values()):
        path = reverse("wagtail_bulk_action", args=[label.app_label, label.model_name, action])
        pk = library.secret.pk if model is CaseStudy else library.own[model].pk
        assert not told(asked(user, "GET", f"{path}?id={pk}"))
        assert not told(asked(user, "GET", f"{path}?id=all"))


def test_nobody_learns_who_writes_what_they_may_not_see(library):
    ping = reverse("wagtailadmin_editing_sessions:ping", args=["cases", "casestudy", library.secret.pk, 0])
    for user in people(library).values():
        response = asked(user, "POST", ping)
        assert response == "a" or response.status_code == 404
    assert asked(library.secret.owner, "POST", ping).status_code == 200


def test_what_others_chose_is_restricted_for_those_who_may_not_see_it(library):
    editor = signed_in("provider_editor", edits_for=library.ours)
    for obj in (library.curriculum, library.course, library.case):
        page = editor.get(admin_url(obj, "edit"))
        assert "restricted: case" in page.content.decode()
        assert str(library.secret.pk) in [str(value) for value in form_on(page).values()]


def test_it_stays_restricted_in_a_form_that_comes_back(library):
    editor = signed_in("provider_editor", edits_for=library.ours)
    url = admin_url(library.curriculum, "edit")
    data = form_on(editor.get(url)) | {"code": ""}

    page = editor.post(url, data)

    assert page.status_code == 200
    assert "restricted: case" in page.content.decode()
    assert not told(page)


def test_a_page_on_a_conflict_names_it_no_more_than_the_form(library):
    editor = signed_in("provider_editor", edits_for=library.ours)
    url = admin_url(library.curriculum, "edit")
    data = form_on(editor.get(url)) | {"edition": "2026"}
    library.own[Curriculum].save_revision(user=library.secret.owner)

    page = editor.post(url, data)

    assert page.status_code == 409
    assert not told(page)


def test_nobody_can_choose_what_they_may_not_see(library):
    editor = signed_in("provider_editor", edits_for=library.ours)
    case = CaseFactory(institution=library.ours)
    url = admin_url(case, "edit")
    data = form_on(editor.get(url)) | {"translation_of": str(library.secret.pk)}

    page = editor.post(url, data)

    assert "This is not one of the choices." in page.content.decode()
    assert not told(page)


def test_the_usage_of_a_case_names_only_what_the_reader_may_see(library):
    lecturer = UserFactory(roles=["lecturer"])
    case = CaseFactory(owner=lecturer)
    hidden = CourseFactory(title="quaggatitle", live=False, institution=library.ours)
    shown = CourseFactory(title="An open course")
    for course in (hidden, shown):
        UnitFactory(course=course, case=case)
        ReferenceIndex.create_or_update_for_object(course)

    body = words_of(asked(lecturer, "GET", admin_url(case, "usage")))

    assert "An open course" in body
    assert "restricted: course" in body
    assert "quaggatitle" not in body
