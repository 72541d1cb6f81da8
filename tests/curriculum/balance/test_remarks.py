"""What is remarkable about the data has a name, a place and a sentence."""

from __future__ import annotations

from datetime import date

from curriculum.balance.names import Names
from curriculum.balance.policy import Policy
from curriculum.balance.record import record
from curriculum.balance.remarks import Remarkable, remarks
from curriculum.balance.report import report
from curriculum.remark_wording import SENTENCES, remark_sentence
from tests.curriculum.balance.layouts import case, course, layout, placed, unit

BAND = Policy(practice_low=0.2, practice_high=0.5)


def made(*placements, policy=BAND):
    found = report(layout(*placements, policy=policy))
    return [
        {"code": remark.kind.value, "message": remark_sentence(remark, Names())} for remark in remarks(found)
    ], record(found)["warnings"]


def only(*placements, policy=BAND):
    (said,), (warning,) = made(*placements, policy=policy)
    assert said["code"] == warning["code"]
    return {**warning, **said}


def test_every_kind_has_a_sentence():
    assert SENTENCES.keys() == set(Remarkable)


def test_nothing_remarkable_gives_no_warning():
    assert made(unit("t", 2, "A"), placed(case("alpha", "A"), 1)) == ([], [])


def test_rule_14_a_theme_on_more_than_half_of_five_units():
    units = [unit(name, 1, "A") for name in "abc"] + [unit(name, 1, "B") for name in "de"]
    assert only(*units)["theme"] == "A"
    assert made(*units[:4]) == ([], [])


def test_rule_3_an_override_of_a_course_without_hours_has_no_effect():
    found, _ = made(placed(course(unit("a", 0, "A"), code="C"), 4))
    assert [entry["code"] for entry in found] == ["hours_without_effect", "zero_hours"]
    assert found[0]["message"].startswith("1.1: the hours given for course C have no effect")


def test_rule_5_hours_that_nobody_gave_are_not_hours_of_nothing():
    assert only(placed(case("alpha", "A"), None))["code"] == "hours_missing"
    zero = only(placed(case("alpha", "A"), 0))
    assert (zero["code"], zero["item"]) == ("zero_hours", "alpha")
    assert "1.1: alpha takes 0 h" in zero["message"]


def test_rule_24_a_case_that_is_not_in_the_view():
    found = only(placed(case("alpha", "A", visible=False), 1))
    assert (found["code"], found["case"]) == ("case_not_in_view", "alpha")


def test_rules_19_and_21_dates():
    assert only(placed(case("alpha", "A", facts=None), 1))["code"] == "date_missing"
    old = case("alpha", "A", facts=date(2010, 1, 1), is_classic=True)
    assert only(placed(old, 1))["code"] == "classic_without_review"


def test_rule_33_a_category_without_a_band():
    assert only(placed(case("alpha", "A"), 1), policy=Policy()) == {
        "code": "no_band",
        "message": (
            "The programme category has no band for the practice share on this day: "
            "the share is only reported."
        ),
    }


def test_what_is_left_out_has_its_place():
    found, plain = made(placed(course(code="H", visible=False)), placed(None))
    assert [entry["code"] for entry in found] == ["course_left_out", "nothing_placed"]
    assert [entry["place"] for entry in plain] == ["1.1", "1.2"]


def test_rule_48_a_warning_does_not_name_a_hidden_case():
    hidden = case("secret", "A", title="Secret title", facts=None)
    found = report(layout(placed(hidden, 0), policy=BAND))
    names = Names(visible=())
    said = [remark_sentence(remark, names) for remark in remarks(found)]
    assert "secret" not in str(record(found, names)).casefold()
    assert len(said) == 2
    assert all("restricted case 1" in sentence for sentence in said)
