"""The page of one curriculum's balance: what it says, for whom, of which text, and as of when."""

import re
from datetime import date
from decimal import Decimal

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from curriculum.models import Curriculum
from tests.curriculum.worked_example import worked_example
from tests.editor import admin_url, signed_in
from tests.factories import (
    CaseFactory,
    CategoryFactory,
    CourseFactory,
    CurriculumFactory,
    ModuleFactory,
    PlacementFactory,
    PolicyFactory,
    ThemeFactory,
    UnitFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db
DAY = {"as_of": "2026-01-01"}


@pytest.fixture
def committee():
    return signed_in("committee_member")


@pytest.fixture
def example():
    return worked_example()


def opened(client, curriculum, **parameters):
    response = client.get(reverse("curriculum_balance", args=[curriculum.code]), parameters)
    assert response.status_code == 200
    return BeautifulSoup(response.content, "html.parser").find(class_="praxis-dossier")


def text(element):
    return " ".join(element.get_text().split())


def rows(page, section):
    """The rows of the table under a heading, as texts."""
    table = page.find(id=section).find_parent("section").find("table")
    return [[text(cell) for cell in row.find_all(["th", "td"])] for row in table.tbody.find_all("tr")]


def test_the_worked_example_is_told_in_a_sentence_and_seven_rows(committee, example):
    page = opened(committee, example, **DAY)

    assert [text(pill) for pill in page.find_all(class_="praxis-pill")] == [
        "Watch: Disconnected",
        "Watch: Skewed",
        "Watch: Fragile",
    ]
    assert text(page.find(class_="praxis-dossier__sentence")) == (
        "Theory and practice do not meet: 4 of 17 theory hours have no current case; "
        "2 of 11 practice hours serve no theory here."
    )
    found = rows(page, "measures")
    assert [row[0][0] for row in found] == list("abcdefg")
    assert [(row[1], row[4]) for row in found] == [
        ("39.3%", "Within limits"),
        ("76.5%", "Watch"),
        ("18.2%", "Watch"),
        ("29.4%", "Watch"),
        ("100.0%", "Within limits"),
        ("0.73", "Within limits"),
        ("0.27", "Watch"),
    ]
    assert found[0][3] == "35–55% watch: 30–60%"
    assert found[1][3] == "at least 80% watch: at least 60%"
    assert found[6][3] == "at most 0.15 watch: at most 0.35"
    assert "theme by theme" in found[1][5]
    exact = [
        float(data["value"]) for data in page.find(id="measures").find_parent("section").find_all("data")
    ]
    assert exact[0] == pytest.approx(11 / 28, abs=1e-12)
    assert len(page.find(class_="praxis-measures").find_all("svg", class_="praxis-measure")) == 7


def test_strip_map_cases_and_themes_of_the_worked_example(committee, example):
    page = opened(committee, example, **DAY)

    assert "28 teaching hours along the strip" in page.find("svg", class_="praxis-strip")["aria-label"]
    gaps = rows(page, "order")
    assert [(row[0], row[3]) for row in gaps] == [
        ("1.1.1 T1", "4"),
        ("1.1.2 T2", "0"),
        ("1.5.1 T5", "0"),
        ("1.5.2 M1", "0"),
    ]
    found = {row[0]: row for row in rows(page, "map")}
    heads = [text(head) for head in page.find(class_="praxis-map").find_all("th", scope="col")]
    at = {number: heads.index(number) for number in heads}
    assert found["A"][at["1.1.1"]] == "I"
    assert found["A"][at["1.2"]] == "R"
    assert found["B"][at["1.4"]] == "P"
    assert found["D"][at["1.5.2"]] == "IR"
    assert found["C"][-1] == "introduced, never practised"
    assert found["E"][-1] == "practised, never introduced"
    cases = rows(page, "cases")
    assert [(row[0], row[2], row[3], row[4]) for row in cases] == [
        ("1.5.2 gamma", "5", "0", "29.4%"),
        ("1.2 alpha", "4", "4", "23.5%"),
        ("1.4 beta", "0", "4", "0.0%"),
        ("1.6 delta", "0", "0", "0.0%"),
    ]
    assert [row[6] for row in cases] == ["1.5.1, 1.5.2", "1.1.1, 1.1.2", "1.1.2", "–"]
    assert cases[3][7] == "classic without review date"
    themes = rows(page, "themes")
    assert [(row[0], row[1], row[4], row[5]) for row in themes][:2] == [
        ("C", "23.5%", "0.0%", "0.12"),
        ("E", "0.0%", "18.2%", "0.09"),
    ]


def listed(page, key):
    group = page.find(id=f"list-{key}")
    return [] if group is None else [text(entry) for entry in group.find_all("li")]


def test_the_lists_of_the_worked_example(committee, example):
    page = opened(committee, example, **DAY)

    assert listed(page, "uncovered") == ["1.3.1 T3 · 4 h"]
    assert listed(page, "orphans") == ["1.6 delta · 2 h"]
    assert listed(page, "self_study") == ["1.3.2 T4 · 2 h"]
    assert listed(page, "unreviewed_classics") == ["1.6 delta · classic without review date"]
    assert listed(page, "optional") == []
    assert "Optional" in text(page.find_all(class_="praxis-empty-list")[-2])


def test_what_lapsed_says_what_it_covered(committee, example):
    page = opened(committee, example, as_of="2030-06-01")

    assert any("Was covered by alpha until 1 January 2030." in line for line in listed(page, "uncovered"))


def test_self_study_is_counted_on_request(committee, example):
    found = rows(opened(committee, example, self_study="counted", **DAY), "measures")

    assert [row[1] for row in found[:4]] == ["36.7%", "68.4%", "18.2%", "26.3%"]


def test_every_caption_says_what_is_shown(committee, example):
    page = opened(committee, example, **DAY)

    captions = [text(caption) for caption in page.find_all("caption")]
    assert captions == 7 * [
        "Live, revision – · as of 2026-01-01 · self-study not counted · policy in force from the beginning"
    ]


def test_without_a_verdict_the_measures_are_provisional_and_only_the_tag_list_follows(committee):
    curriculum = CurriculumFactory(category=PolicyFactory().category)
    module = ModuleFactory(curriculum=curriculum)
    course = CourseFactory()
    UnitFactory(course=course, title="Nobody has tagged me")
    PlacementFactory(module=module, course=course)
    PlacementFactory(module=module, case=CaseFactory(themes=[ThemeFactory()]), hours=Decimal(2))

    page = opened(committee, curriculum)

    assert "provisional" in text(page.find(id="measures"))
    assert len(rows(page, "measures")) == 7
    assert [heading["id"] for heading in page.find_all("h2", id=True)] == ["measures", "lists", "policy"]
    assert listed(page, "untagged") == ["1.1.1 Nobody has tagged me · 2 h"]
    assert page.find(id="list-untagged").has_attr("open")


def test_without_hours_every_measure_is_a_dash_with_its_reason(committee):
    curriculum = CurriculumFactory()
    ModuleFactory(curriculum=curriculum)

    page = opened(committee, curriculum)

    assert text(page.find(class_="praxis-dossier__sentence")) == "No timed units yet."
    assert {row[1] for row in rows(page, "measures")} == {"–"}
    assert {row[4] for row in rows(page, "measures")} == {"No figure"}
    assert all(row[5] for row in rows(page, "measures"))
    for words in ("Nothing here takes time yet.", "Nothing here carries a theme.", "cannot be compared"):
        assert words in text(page)


def test_the_policy_is_printed_with_the_day_since_when_each_value_holds(committee, example):
    PolicyFactory(category=example.category, effective_from=date(2025, 3, 1), gap_hours=Decimal(8))
    PolicyFactory(category=example.category, effective_from=date(2027, 1, 1), gap_hours=Decimal(1))

    found = {row[0]: row[1:] for row in rows(opened(committee, example, **DAY), "policy")}

    assert found["Lowest practice share"] == ["35%", "from the beginning"]
    assert found["Gap always allowed, in hours"] == ["8 h", "2025-03-01"]
    assert found["Half-life of a case in years"] == ["5 years", "from the beginning"]
    assert len(found) == 28


def test_draft_and_live_are_told_apart(committee, example):
    example.title = "Another title"
    example.save_revision(user=committee.user)
    example.refresh_from_db()

    live, draft = opened(committee, example), opened(committee, example, view="draft")

    assert text(live.h2) == "Worked example"
    assert "A draft differs: look at it" in text(live.find(class_="praxis-version"))
    assert text(draft.h2) == "Another title"
    bar = text(draft.find(class_="praxis-version"))
    assert bar.startswith("Draft by ")
    assert "differs from live" in bar
    assert "praxis-dossier--draft" in draft["class"]
    assert f"Draft, revision {example.latest_revision_id}" in text(draft.caption)


def test_a_draft_is_judged_as_if_approved_and_names_the_drafts_it_does_not_look_at(committee, example):
    course = example.modules.first().placements.first().course
    unit = course.units.first()
    unit.hours = Decimal(40)
    course.units = [unit, *list(course.units.all())[1:]]
    course.save_revision()
    hidden = example.modules.first().placements.get(case__code="delta").case
    hidden.clearance, hidden.classic_reason = 3, "Still taught everywhere."
    hidden.save()
    hidden.save_revision()

    page = opened(committee, example, view="draft", **DAY)

    assert rows(page, "measures")[0][1] == "39.3%"
    folded = page.find("details", class_="praxis-fold")
    assert text(folded.summary).startswith("2 courses and cases used here have drafts of their own")
    assert [text(entry) for entry in folded.find_all("li")] == ["CT", "1 that you may not change"]
    assert page.find("summary", string=re.compile("drafts of their own"))
    assert "drafts of their own" not in text(opened(committee, example, **DAY))


def test_what_was_never_published_shows_its_draft_and_says_so(committee):
    curriculum = CurriculumFactory(live=False)
    curriculum.save_revision()

    assert "not published yet" in text(opened(committee, curriculum).find(class_="praxis-version"))
    asked = opened(committee, curriculum, view="live")
    assert "not published now" in text(asked)
    assert asked.find("a", string="Look at its draft")


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"as_of": "31 June"}, "As of: Write the day as year, month and day, for example 2026-01-31."),
        ({"as_of": "0001-01-01"}, "As of: Choose a day from 1950 to 2199."),
        ({"as_of": "9999-12-31"}, "As of: Choose a day from 1950 to 2199."),
        ({"view": "both"}, "View: Choose Live or Draft."),
        ({"self_study": "perhaps"}, "Self-study: Choose Counted or Not counted."),
    ],
)
def test_nonsense_in_the_address_is_explained(committee, example, parameters, message):
    page = opened(committee, example, **parameters)

    assert message in text(page.find(class_="praxis-problem"))
    assert len(rows(page, "measures")) == 7
    assert timezone.localdate().isoformat() in text(page.caption)


def test_absent_and_forbidden_are_the_same(committee, example):
    secret = CurriculumFactory(clearance=3)
    draft = CurriculumFactory(live=False)

    def answer(client, code):
        return client.get(reverse("curriculum_balance", args=[code]), follow=True).status_code

    assert answer(committee, "no-such-thing") == answer(committee, secret.code) == 404
    manager = signed_in("training_manager")
    assert answer(manager, draft.code) == 404
    assert answer(manager, example.code) == 200
    assert answer(signed_in("operator"), example.code) == 404


def test_drafts_are_for_those_who_may_see_them(example):
    example.title = "Secret plan"
    example.save_revision()

    page = opened(signed_in("training_manager"), example, view="draft")

    assert "Secret plan" not in str(page)
    assert page.find("select", attrs={"name": "view"}) is None
    assert "draft" not in text(page.find(class_="praxis-version"))


def test_figures_are_the_same_for_all_and_names_for_those_who_may_see_them(example):
    marker = CaseFactory._meta.model.objects.get(code="gamma")
    marker.title, marker.clearance = "MARKER title", 3
    marker.save()
    cleared = signed_in("committee_member", clearance=3)
    plain = signed_in("committee_member")

    seen, unseen = opened(cleared, example, **DAY), opened(plain, example, **DAY)

    assert "MARKER title" in str(seen)
    assert "MARKER" not in str(unseen)
    assert "gamma" not in str(unseen)
    assert [row[1] for row in rows(seen, "measures")] == [row[1] for row in rows(unseen, "measures")]
    assert rows(unseen, "cases")[0][0] == "1.5.2 restricted case 1"
    assert "restricted case 1" in rows(unseen, "measures")[3][5]


def test_units_of_a_course_that_the_reader_may_not_see_are_not_named(example):
    course = example.modules.first().placements.first().course
    course.clearance = 3
    course.save()

    page = opened(signed_in("committee_member"), example, **DAY)

    assert rows(page, "order")[0][0] == "1.1.1 restricted course 1"
    assert page.find("th", title="T1") is None
    assert rows(page, "measures")[0][1] == "39.3%"


def test_over_thirty_units_the_map_has_one_column_a_module(committee):
    theme = ThemeFactory()
    curriculum = CurriculumFactory()
    for title in ("First", "Second"):
        course = CourseFactory()
        for _number in range(16):
            UnitFactory(course=course, themes=[theme])
        PlacementFactory(module=ModuleFactory(curriculum=curriculum, title=title), course=course)

    page = opened(committee, curriculum)

    heads = [text(head) for head in page.find(class_="praxis-map").find_all("th", scope="col")]
    assert heads == ["Theme", "1 First", "2 Second", "To notice"]
    assert rows(page, "map")[0][1:3] == ["I", "I"]


def test_a_late_unit_is_framed_and_listed_first(committee, example):
    module = example.modules.first()
    placement = module.placements.get(case__code="alpha")
    placement.sort_order = 99_999
    placement.save()

    page = opened(committee, example, **DAY)

    assert len(page.find_all(class_="mark-frame")) == 1
    assert rows(page, "order")[0] == ["1.1.1 T1", "4", "1.6 alpha", "21", "Too far"]
    assert page.find(id="order").find_parent("section").details.has_attr("open")
    assert "1 theory unit is framed" in text(page.find(id="order").find_parent("section").p)


def test_shares_of_content_have_their_limits(committee, example):
    example.category.policies.update(min_job_competence=Decimal("0.5"))
    course = example.modules.first().placements.first().course
    course.units.update(content_category="job_competence")

    found = {row[0]: row for row in rows(opened(committee, example, **DAY), "contents")}

    assert found["Job competence"][1:3] == ["8", "28.6%"]
    assert found["Job competence"][4:] == [
        "at least 50%",
        "Act",
        "Add 12 h, or turn 6 h of other content into it.",
    ]
    assert found["Knowledge"][5] == "Reported only"


def test_printing_opens_everything(committee, example):
    assert not all(fold.has_attr("open") for fold in opened(committee, example).find_all("details"))
    printed = opened(committee, example, print="1")
    assert all(fold.has_attr("open") for fold in printed.find_all("details"))
    assert "/admin/balance/worked-example/?print=1" in text(printed.find(class_="praxis-dossier__foot"))


def test_it_is_linked_from_report_editor_and_list(committee, example):
    url = reverse("curriculum_balance", args=[example.code])

    report = committee.get(reverse("balance_report"), {"as_of": "2026-01-01", "self_study": "counted"})
    link = BeautifulSoup(report.content, "html.parser").find(class_="praxis-balance").tbody.a["href"]
    assert link == f"{url}?self_study=counted&as_of=2026-01-01"
    assert f'href="{url}?view=draft"' in committee.get(admin_url(example, "edit")).content.decode()
    assert f'href="{url}"' in committee.get(admin_url(Curriculum, "list")).content.decode()


def test_it_asks_as_many_questions_for_a_long_curriculum_as_for_a_short_one(committee):
    def asked(modules, view):
        curriculum = CurriculumFactory(category=PolicyFactory(category=CategoryFactory()).category)
        for _module in range(modules):
            module = ModuleFactory(curriculum=curriculum)
            course = CourseFactory(themes=[ThemeFactory()])
            UnitFactory(course=course, themes=[ThemeFactory()])
            PlacementFactory(module=module, course=course)
            case = CaseFactory(themes=[ThemeFactory()])
            case.save_revision()
            PlacementFactory(module=module, case=case, hours=Decimal(2))
        curriculum.save_revision(user=UserFactory())
        opened(committee, curriculum, view=view)
        with CaptureQueriesContext(connection) as queries:
            opened(committee, curriculum, view=view)
        return len(queries)

    for view in ("live", "draft"):
        assert asked(2, view) == asked(14, view) <= 40
