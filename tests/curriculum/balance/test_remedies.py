"""What would mend a curriculum: the worked example, and everything against all plans tried one by one."""

from __future__ import annotations

from dataclasses import replace
from itertools import chain, combinations, product
from math import fsum

import pytest
from hypothesis import given
from hypothesis import strategies as st

from curriculum.balance.layout import Layout
from curriculum.balance.limits import Color, Limits
from curriculum.balance.measures.base import Evidence
from curriculum.balance.policy import Policy
from curriculum.balance.record import record
from curriculum.balance.remedies.candidates import (
    Candidate,
    theme_to_write,
    to_be_written,
    usable,
    with_relevance,
)
from curriculum.balance.remedies.cards import Kind
from curriculum.balance.remedies.goals import Goals, UnknownGoal
from curriculum.balance.remedies.greedy import greedy
from curriculum.balance.remedies.plans import Plan, Proof, hours_short
from curriculum.balance.remedies.problem import Problem
from curriculum.balance.remedies.record import suggestions_record
from curriculum.balance.remedies.search import Effort, Found, find_plans
from curriculum.balance.remedies.slots import Placing, inserted, slots_of
from curriculum.balance.remedies.suggestions import suggest
from curriculum.balance.report import BalanceReport, report
from tests.curriculum.balance import strategies
from tests.curriculum.balance.layouts import (
    SPECIAL_TOPIC,
    case,
    confirmed,
    course,
    layout,
    placed,
    rejected,
    unit,
    worked_example,
)

POOL = tuple(
    Candidate(case(code, themes), hours)
    for code, themes, hours in (
        ("k1", "C", 3.0),
        ("k2", "C D", 4.0),
        ("k3", "A E", 3.0),
        ("k4", "D", 2.0),
        ("k5", "A C", 5.0),
    )
)
ASKED = {"orphan_practice": 0.20}
PATIENT = Effort(first_seconds=60, seconds=60)


def goals(asked: dict[str, float] | None = None, max_hours: float | None = None) -> Goals:
    return Goals.of(SPECIAL_TOPIC, asked, max_hours)


def found(of: Layout, pool: tuple[Candidate, ...], wanted: Goals, **fields: object) -> Found:
    problem = Problem.of(Evidence.of(of), usable(of, pool), wanted)
    return find_plans(problem, **{"effort": PATIENT, **fields})


def codes(plan: Plan) -> list[str]:
    return sorted(plan.codes)


def subsets(pool: tuple[Candidate, ...]) -> chain[tuple[Candidate, ...]]:
    return chain.from_iterable(combinations(pool, size) for size in range(len(pool) + 1))


def brute(of: Layout, pool: tuple[Candidate, ...], wanted: Goals) -> list[tuple[tuple[float, ...], set[str]]]:
    """Every set of cases that reaches the goals with some slots, with its rank, the best first."""
    slots = slots_of(Evidence.of(of))
    reaching = []
    for chosen in subsets(usable(of, pool)):
        identities = {candidate.case.identity for candidate in chosen}
        if len(identities) < len(chosen):
            continue
        if any(candidate.second_to and candidate.second_to not in identities for candidate in chosen):
            continue
        for way in product(slots, repeat=len(chosen)):
            after = report(inserted(of, map(Placing, chosen, way)))
            if wanted.allows(after):
                rank = (
                    round(fsum(candidate.hours for candidate in chosen), 9),
                    len(chosen),
                    -round(fsum(candidate.relevance for candidate in chosen), 9),
                )
                reaching.append((rank, {candidate.code for candidate in chosen}))
                break
    return sorted(reaching, key=lambda pair: pair[0])


# The worked example


def test_k2_mends_the_worked_example() -> None:
    best = found(worked_example(), POOL, goals(ASKED, 34)).plans[0]

    assert (codes(best), best.proof, best.reaches) == (["k2"], Proof.BEST, True)
    after = record(best.report)
    assert after["hours"]["total"] == 32
    assert after["practice_share"] == pytest.approx(0.4688, abs=5e-5)
    assert after["linkage_coverage"] == 1
    assert after["knockout_loss"] == pytest.approx(0.2353, abs=5e-5)
    assert after["thematic_divergence"] == pytest.approx(0.1143, abs=5e-5)
    assert after["orphan_practice"] == pytest.approx(2 / 15)
    assert (after["sequence_fit"], after["mean_gap"]) == (1, pytest.approx(16 / 17))


def test_k2_stands_after_the_course_that_it_serves() -> None:
    best = found(worked_example(), POOL, goals(ASKED, 34)).plans[0]

    slot = best.placings[0].slot
    placements = worked_example().modules[slot.module].placements
    before, behind = placements[slot.position - 1], placements[slot.position]
    assert before.course
    assert behind.case
    assert (before.course.code, behind.case.code) == ("CU", "beta")


def test_the_other_plans_of_the_worked_example() -> None:
    plans = found(worked_example(), POOL, goals(ASKED, 34)).plans

    assert [codes(plan) for plan in plans] == [["k2"], ["k1", "k4"], ["k2", "k4"]]
    assert [plan.added_hours for plan in plans] == [4, 5, 6]
    assert all(plan.proof is Proof.BEST for plan in plans)


@pytest.mark.parametrize(
    ("cases", "hours", "share", "loss", "divergence"),
    [
        (("k1",), 3, 0.4516, 0.2941, 0.1295),
        (("k2",), 4, 0.4688, 0.2353, 0.1143),
        (("k1", "k4"), 5, 0.4848, 0.2353, 0.1019),
        (("k5",), 5, 0.4848, 0.2941, 0.1112),
    ],
)
def test_the_table_of_the_worked_example(cases, hours, share, loss, divergence) -> None:
    here = worked_example()
    problem = Problem.of(Evidence.of(here), POOL, goals(ASKED, 34))
    chosen = [number for number, candidate in enumerate(POOL) if candidate.code in cases]
    placings, _fit = problem.gaps.choose(chosen, problem.sequence_goal) or ((), None)

    plain = record(report(inserted(here, placings)))

    assert plain["hours"]["total"] == 28 + hours
    assert plain["linkage_coverage"] == 1
    figures = [plain[key] for key in ("practice_share", "knockout_loss", "thematic_divergence")]
    assert figures == pytest.approx([share, loss, divergence], abs=5e-5)


def test_with_the_green_limits_nothing_is_enough_within_34_hours() -> None:
    nearest = found(worked_example(), POOL, goals(max_hours=34))

    assert (nearest.reaches, nearest.proven) == (False, True)
    assert brute(worked_example(), POOL, goals(max_hours=34)) == []
    best = nearest.plans[0]
    assert (codes(best), best.missed, best.proof) == (["k2"], ("orphan_practice",), Proof.NEAREST)
    assert best.report["orphan_practice"].color is Color.AMBER


def test_brute_force_agrees_on_the_worked_example() -> None:
    for wanted in (goals(ASKED, 34), goals(ASKED)):
        (rank, _cases), *_others = brute(worked_example(), POOL, wanted)
        best = found(worked_example(), POOL, wanted).plans[0]
        assert (best.rank[0], best.rank[1]) == rank[:2]


def test_a_rejected_plan_is_not_proposed_again_with_more_cases() -> None:
    plans = found(worked_example(), POOL, goals(ASKED, 34), rejected=[{"k2"}]).plans

    assert [codes(plan) for plan in plans] == [["k1", "k4"]]


def test_relevance_decides_between_plans_that_are_equal_otherwise() -> None:
    pool = (*POOL, Candidate(case("k6", "C D"), 4.0, relevance=0.4))

    assert codes(found(worked_example(), pool, goals(ASKED, 34)).plans[0]) == ["k6"]


def test_without_time_the_answer_says_that_it_is_greedy() -> None:
    hurried = found(worked_example(), POOL, goals(ASKED, 34), effort=Effort(0, 0))

    best = hurried.plans[0]
    assert (best.proof, hurried.proven, best.reaches) == (Proof.GREEDY, False, True)


def test_greedy_takes_what_covers_most_by_the_hour() -> None:
    problem = Problem.of(Evidence.of(worked_example()), POOL, goals(ASKED, 34))

    chosen = {problem.candidates[number].code for number in greedy(problem)}

    assert chosen in ({"k1", "k4"}, {"k2"}, {"k2", "k4"})


# Candidates and slots


def test_what_is_of_no_use_is_no_candidate() -> None:
    pool = (
        Candidate(case("old", "C", None), 2),
        Candidate(case("short", "C"), 0),
        Candidate(case("alpha", "C"), 3),
        Candidate(case("translated", "C", original="gamma"), 3),
        Candidate(case("good", "C"), 3),
    )

    assert [candidate.code for candidate in usable(worked_example(), pool)] == ["good"]


def test_of_a_case_and_its_translation_at_most_one_is_placed() -> None:
    here = layout(unit("t", 4, "A"), unit("u", 4, "B"))
    pool = (Candidate(case("x", "A"), 2.0), Candidate(case("y", "B", original="x"), 2.0))

    nearest = found(here, pool, goals())

    assert not nearest.reaches
    assert all(len(plan.codes) == 1 for plan in nearest.plans)


def test_relevance_counts_only_for_units_of_this_curriculum() -> None:
    (candidate,) = with_relevance(
        worked_example(), POOL[:1], {("CU", "T3", "k1"): 0.3, ("ELSE", "T3", "k1"): 0.9}
    )

    assert candidate.relevance == 0.3


def test_slots_lie_between_placements_and_differ_on_the_clock() -> None:
    slots = slots_of(Evidence.of(worked_example()))

    assert [(slot.position, slot.clock) for slot in slots] == [
        (0, 0),
        (1, 8),
        (2, 11),
        (3, 15),
        (4, 19),
        (5, 26),
        (6, 28),
    ]


def test_nothing_is_put_before_the_opening() -> None:
    here = layout(unit("opening", 1, "", "ceremony"), unit("t", 4, "A"), unit("closing", 1, "", "ceremony"))

    slots = slots_of(Evidence.of(here))

    assert [(slot.position, slot.clock) for slot in slots] == [(1, 0), (2, 4)]


def test_a_curriculum_without_modules_has_no_place_for_anything() -> None:
    bare = replace(worked_example(), modules=())

    assert found(bare, POOL, goals()).plans == ()
    assert suggest(bare, POOL).place == ()


# Goals


def test_goals_are_the_green_limits_unless_somebody_asks_for_others() -> None:
    wanted = goals({"linkage_coverage": 0.9, "orphan_practice": 0.2, "practice_share": 0.4}, 34)

    assert wanted.max_hours == 34
    limits = {goal.key: goal.limits for goal in wanted.goals}
    assert (limits["linkage_coverage"].low, limits["linkage_coverage"].amber_low) == (0.9, 0.6)
    assert (limits["orphan_practice"].high, limits["orphan_practice"].amber_high) == (0.2, 0.25)
    assert (limits["practice_share"].low, limits["practice_share"].high) == (0.4, 0.55)
    assert limits["knockout_loss"] == Limits.at_most(0.25, 0.5)


def test_a_goal_needs_a_measure_with_limits() -> None:
    with pytest.raises(UnknownGoal):
        Goals.of(SPECIAL_TOPIC, {"happiness": 1})
    with pytest.raises(UnknownGoal):
        Goals.of(Policy(), {"practice_share": 0.4})


def test_a_curriculum_without_a_band_has_no_goal_for_its_share() -> None:
    assert Goals.of(Policy()).get("practice_share") is None


def test_too_few_covered_units_are_no_dependence_unless_asked_for() -> None:
    here = layout(unit("t", 4, "A"), placed(case("x"), 3))
    after = report(here)
    assert after["knockout_loss"].value == 1

    assert "knockout_loss" not in [goal.key for goal in goals().missed(after)]
    assert "knockout_loss" in [goal.key for goal in goals({"knockout_loss": 0.25}).missed(after)]


# Free measures, cases to be written, the record


def test_a_link_that_only_lacks_a_confirmation_comes_first() -> None:
    suggestions = suggest(worked_example(), POOL, relevance={("CU", "T3", "delta"): 0.4})

    first = suggestions.cards[0]
    assert (first.kind, first.key) == (Kind.CONFIRM, "confirm:CU/T3:delta")
    # The classic is past the age limit, so it covers nothing; but it is no orphan any more.
    assert first.after["linkage_coverage"].value == first.before["linkage_coverage"].value
    assert first.after["orphan_practice"].value == 0


def test_a_confirmation_that_covers_says_so() -> None:
    suggestions = suggest(worked_example(), (), relevance={("CU", "T3", "beta"): 0.3})

    card = suggestions.free[0]
    assert [element.item.identifier for element in card.why.covered] == ["CU/T3"]
    assert card.after["linkage_coverage"].value == 1


def test_nothing_is_said_for_a_pair_without_likeness_or_that_was_rejected() -> None:
    here = layout(unit("t", 4, "A"), placed(case("x", "B"), 3), links=(rejected("K-t", "t", "x"),))

    assert suggest(worked_example(), (), relevance={("CU", "T3", "beta"): 0.2}).free == ()
    assert suggest(here, (), relevance={("K-t", "t", "x"): 0.9}).free == ()


def test_a_unit_without_themes_is_tagged_rather_than_linked() -> None:
    here = layout(unit("t", 4, ""), unit("u", 2, "B"), placed(case("x", "A B"), 3))

    card = suggest(here, (), relevance={("K-t", "t", "x"): 0.5}).free[0]

    assert (card.kind, card.key) == (Kind.TAG, "tag:K-t/t:A+B")
    assert card.after["linkage_coverage"].value == 1
    assert card.after.untagged_share == 0


def test_a_case_without_themes_is_tagged_too() -> None:
    here = layout(unit("t", 4, "A"), placed(case("x", ""), 3))

    card = suggest(here, (), relevance={("K-t", "t", "x"): 0.5}).free[0]

    assert (card.kind, card.key) == (Kind.TAG, "tag:x:A")
    assert card.after["linkage_coverage"].value == 1


def test_a_gap_that_no_case_of_the_library_could_fill_asks_for_a_case() -> None:
    without_c = tuple(candidate for candidate in POOL if "C" not in candidate.case.themes)

    suggestions = suggest(worked_example(), without_c, goals=goals(ASKED, 34))

    card = suggestions.write[0]
    assert (card.kind, card.missed) == (Kind.WRITE, ())
    (new,) = card.to_write
    assert new.case.themes == {"C"}
    assert new.hours == 3
    assert [placing.candidate.code for placing in card.to_place] == ["k4"]


def test_where_everything_would_hang_on_one_new_case_two_are_asked_for() -> None:
    here = layout(*(unit(f"t{n}", 0.7, "A") for n in range(5)))

    suggestions = suggest(here, ())

    both, alone = suggestions.write
    assert ([new.code for new in both.to_write], both.missed) == (["new:A", "new:A:2"], ())
    assert both.proof is Proof.BEST
    assert ([new.code for new in alone.to_write], alone.missed) == (["new:A"], ("knockout_loss",))
    assert [theme_to_write(new.code) for new in both.to_write] == [("A", False), ("A", True)]
    assert suggestions.cards == suggestions.write


def test_one_new_case_is_asked_for_where_one_is_enough() -> None:
    suggestions = suggest(layout(unit("t", 4, "A")), (), goals=goals({"practice_share": 0.3}))

    assert [[new.code for new in card.to_write] for card in suggestions.write] == [["new:A"]]


def test_the_second_new_case_is_placed_only_with_the_first() -> None:
    here = layout(*(unit(f"t{n}", 0.7, "A") for n in range(5)))
    first, second = to_be_written(Evidence.of(here), ())

    assert [codes(plan) for plan in found(here, (first, second), goals()).plans] == [["new:A", "new:A:2"]]
    assert found(here, (second,), goals()).plans == ()
    assert found(here, (first, second), goals(), rejected=[{"new:A"}]).plans == ()


def test_no_case_is_asked_for_where_the_library_has_one() -> None:
    assert suggest(worked_example(), POOL, goals=goals(max_hours=34)).write == ()


def test_a_curriculum_in_order_gets_no_plans() -> None:
    here = worked_example()
    mended = found(here, POOL, goals(ASKED, 34)).plans[0].report.layout

    suggestions = suggest(mended, POOL, goals=goals(ASKED, 34))

    assert suggestions.is_in_order
    assert suggestions.cards == ()


def test_rejected_cards_stay_away() -> None:
    hints = {("CU", "T3", "beta"): 0.3}
    kept = suggest(worked_example(), POOL, relevance=hints, goals=goals(ASKED, 34))
    keys = {card.key for card in kept.cards}
    assert {"confirm:CU/T3:beta", "place:k2", "place:k1+k4"} <= keys

    left = suggest(worked_example(), POOL, relevance=hints, goals=goals(ASKED, 34), rejected=keys)

    assert left.cards == ()


def test_the_card_of_k2_says_why_and_what_else_was_considered() -> None:
    suggestions = suggest(worked_example(), POOL, goals=goals(ASKED, 34))

    card = suggestions.place[0]
    assert [element.item.identifier for element in card.why.covered] == ["CU/T3"]
    relieved = [(relief.element.item.identifier, relief.case) for relief in card.why.relieved]
    assert relieved == [("CV/T5", "gamma"), ("CV/M1", "gamma")]
    assert [(result.key, result.color) for result in card.remains] == [("orphan_practice", Color.AMBER)]
    considered = {
        "+".join(sorted(candidate.code for candidate in other.candidates)): (other.more_hours, other.missed)
        for other in card.alternatives
    }
    assert considered["k1"] == (-1, ("knockout_loss",))
    assert considered["k1+k4"] == (1, ())
    assert card.support[0].themes == {"C", "D"}


def test_the_record_has_before_and_after_of_every_plan() -> None:
    plain = suggestions_record(suggest(worked_example(), POOL, goals=goals(ASKED, 34)))

    assert plain["before"] == record(report(worked_example()))
    first = plain["plans"][0]
    assert (first["rank"], first["cases"], first["added_hours"], first["proof"]) == (1, ["k2"], 4, "best")
    (placement,) = first["placements"]
    assert (placement["after"], placement["before"], placement["position"]) == ("CU", "beta", 4)
    assert first["after"]["mean_gap"] == pytest.approx(16 / 17)
    assert first["remaining_colours"] == {"orphan_practice": "amber"}


# Any small curriculum against every plan tried one by one


@st.composite
def problems(draw: st.DrawFn) -> tuple[Layout, tuple[Candidate, ...], Goals]:
    """A small flat curriculum, up to four candidates, and goals that can often be reached."""
    tags = st.frozensets(st.sampled_from("ABCD"), min_size=1, max_size=2).map(" ".join)
    hours = st.sampled_from([1.0, 1.5, 2.0, 4.0])
    targets = [
        course(
            *(unit(f"u{n}{m}", draw(hours), draw(tags)) for m in range(draw(st.integers(1, 2)))),
            code=f"c{n}",
        )
        for n in range(draw(st.integers(1, 3)))
    ]
    for n in range(draw(st.integers(0, 2))):
        targets.insert(draw(st.integers(0, len(targets))), placed(case(f"p{n}", draw(tags)), draw(hours)))
    pool = tuple(
        Candidate(
            case(f"k{n}", draw(tags), original=draw(st.sampled_from(["", "", "", "k0"]))),
            draw(hours),
            draw(st.sampled_from([0.0, 0.2, 0.5])),
        )
        for n in range(draw(st.integers(1, 4)))
    )
    links = tuple(
        draw(st.sampled_from([confirmed, rejected]))("c0", "u00", f"k{n}")
        for n in range(len(pool))
        if draw(st.integers(0, 4)) == 0
    )
    policy = draw(
        st.sampled_from(
            [
                SPECIAL_TOPIC,
                Policy(practice_low=0.2, practice_high=0.7, gap_hours=2, gap_share=0.1),
                Policy(thematic_divergence_green=0.3, knockout_loss_green=0.6, min_units=2),
            ]
        )
    )
    here = layout(*targets, policy=policy, links=links, library=tuple(c.case for c in pool))
    asked = draw(
        st.sampled_from(
            [
                {},
                {"thematic_divergence": 1.0},
                {"thematic_divergence": 0.5, "knockout_loss": 0.5},
                {"linkage_coverage": 0.5, "thematic_divergence": 1.0, "knockout_loss": 1.0},
            ]
        )
    )
    extra = draw(st.sampled_from([None, 3.0, 6.0]))
    most = None if extra is None else report(here).hours.total + extra
    return here, pool, Goals.of(policy, asked, most)


@strategies.many
@given(problems())
def test_no_plan_beats_the_best_one(problem: tuple[Layout, tuple[Candidate, ...], Goals]) -> None:
    here, pool, wanted = problem
    best = found(here, pool, wanted)
    reaching = brute(here, pool, wanted)

    assert best.proven
    if not reaching:
        assert not best.reaches
        _assert_better(report(here), best.plans, wanted)
        return
    rank = reaching[0][0]
    if rank[0] == 0:
        assert best.plans == ()
        return
    plan = best.plans[0]
    assert plan.proof is Proof.BEST
    assert (plan.rank[0], plan.rank[1], plan.rank[3]) == rank
    assert {"+".join(codes(plan)) for plan in best.plans} <= {"+".join(sorted(at)) for _, at in reaching}
    assert len(best.plans) == min(4, len(reaching))
    assert all(wanted.allows(report(plan.report.layout)) for plan in best.plans)


@st.composite
def gaps(draw: st.DrawFn) -> tuple[Layout, tuple[Candidate, ...], Goals]:
    """A small curriculum of theory on one or two themes, with up to two cases and what could be written."""
    hours = st.sampled_from([1.0, 2.0, 4.0])
    here = layout(
        *(unit(f"u{n}", draw(hours), draw(st.sampled_from("AB"))) for n in range(draw(st.integers(1, 4)))),
        *(placed(case(f"p{n}", "A"), draw(hours)) for n in range(draw(st.integers(0, 1)))),
        policy=draw(st.sampled_from([SPECIAL_TOPIC, Policy(min_units=1)])),
    )
    shelf = tuple(Candidate(case(f"k{n}", "A"), draw(hours)) for n in range(draw(st.integers(0, 1))))
    asked = draw(st.sampled_from([{}, {"knockout_loss": 0.5}, {"thematic_divergence": 1.0}]))
    return here, (*shelf, *to_be_written(Evidence.of(here), shelf)), Goals.of(here.policy, asked)


@strategies.many
@given(gaps())
def test_no_plan_beats_the_best_one_with_cases_to_be_written(
    problem: tuple[Layout, tuple[Candidate, ...], Goals],
) -> None:
    here, pool, wanted = problem
    best = found(here, pool, wanted)
    reaching = brute(here, pool, wanted)
    unordered = brute(here, tuple(replace(candidate, second_to="") for candidate in pool), wanted)

    # Nothing is lost by placing the second only with the first.
    assert [rank for rank, _cases in reaching][:1] == [rank for rank, _cases in unordered][:1]
    assert best.proven
    assert len({plan.codes for plan in best.plans}) == len(best.plans)
    assert all(set(codes(plan)) >= _firsts(plan) for plan in best.plans)
    if not reaching or reaching[0][0][0] == 0:
        assert not best.reaches
        return
    plan = best.plans[0]
    assert plan.proof is Proof.BEST
    assert (plan.rank[0], plan.rank[1], plan.rank[3]) == reaching[0][0]
    assert len(best.plans) == min(4, len(reaching))


def _firsts(plan: Plan) -> set[str]:
    return {placing.candidate.second_to for placing in plan.placings} - {""}


def _assert_better(before: BalanceReport, plans: tuple[Plan, ...], wanted: Goals) -> None:
    """Every plan that misses goals still misses fewer, or less."""

    def standing(of: BalanceReport) -> tuple[float, ...]:
        missed = wanted.missed(of)
        reds = sum(goal.limits.color(of[goal.key].value or 0.0) is Color.RED for goal in missed)
        return reds, len(missed), round(hours_short(of, wanted), 9)

    assert all(standing(plan.report) < standing(before) for plan in plans)


@strategies.many
@given(problems())
def test_the_slots_of_the_best_plan_have_the_smallest_mean_gap(
    problem: tuple[Layout, tuple[Candidate, ...], Goals],
) -> None:
    here, pool, wanted = problem
    plans = found(here, pool, wanted).plans
    for plan in plans[:1] if plans and plans[0].reaches else ():
        chosen = [placing.candidate for placing in plan.placings]
        gaps = [
            after["sequence_fit"].reading.figures["mean_gap"]
            for way in product(slots_of(Evidence.of(here)), repeat=len(chosen))
            if wanted.allows(after := report(inserted(here, map(Placing, chosen, way))))
        ]
        mean = plan.report["sequence_fit"].reading.figures["mean_gap"]
        assert mean == pytest.approx(min(gap for gap in gaps if gap is not None))


@strategies.many
@given(problems())
def test_greedy_never_claims_to_be_best(problem: tuple[Layout, tuple[Candidate, ...], Goals]) -> None:
    here, pool, wanted = problem
    hurried = found(here, pool, wanted, effort=Effort(0, 0))

    assert all(plan.proof in (Proof.GREEDY, Proof.NEAREST) for plan in hurried.plans)
    assert all(not plan.missed or plan.proof is Proof.NEAREST for plan in hurried.plans)
