"""Which cases may serve which units: the formula, the texts in two languages, and what is shown."""

import random
from math import log, sqrt

import pytest

from curriculum.balance.relevance import (
    TOP,
    Hint,
    Offer,
    Recommender,
    TextIndex,
    rarity,
    relevance,
    theme_weights,
    weighted_jaccard,
)
from curriculum.balance.vocabulary import Theme, Vocabulary
from curriculum.balance.words import spellings, terms

FLAT = Vocabulary.of(Theme(code) for code in "ABCDE")


def themes(codes):
    return frozenset(codes)


def recommender(units, cases, vocabulary=FLAT):
    """Units and cases are pairs of theme codes and a text; a case may have a freshness and an identity."""
    offers = [
        Offer(themes(codes), *(rest or (1.0, f"case-{place}")))
        for place, (codes, _, *rest) in enumerate(cases)
    ]
    index = TextIndex([text for _, text in units], [text for _, text, *_ in cases])
    return Recommender(vocabulary, [themes(codes) for codes, _ in units], offers, index)


def shown(found):
    return [(hit.case, hit.hint) for hit in found.hits()]


# The formula


def test_the_worked_example():
    weights = {"C": rarity(10, 2), "D": rarity(10, 5)}

    assert weights["C"] == pytest.approx(2.299, abs=5e-4)
    assert weights["D"] == pytest.approx(1.606, abs=5e-4)
    jaccard = weighted_jaccard(themes("C"), themes("CD"), weights)
    assert jaccard == pytest.approx(0.5887, abs=5e-5)
    assert relevance(jaccard, 0.31) == pytest.approx(0.5051, abs=5e-5)
    assert relevance(jaccard, 0.31, 0.5) == pytest.approx(0.5051 / 2, abs=5e-5)


def test_the_worked_example_from_the_items_themselves():
    tagged = [themes("CD"), themes("C"), *[themes("D")] * 4, *[themes("A")] * 4]

    weights = theme_weights(tagged)

    assert len(tagged) == 10
    assert weighted_jaccard(themes("C"), themes("CD"), weights) == pytest.approx(0.5887, abs=5e-5)


def test_nothing_shared_with_nothing():
    assert weighted_jaccard(themes(""), themes(""), {}) == 0


# Texts


def test_english_words_are_compared_by_their_stems_without_small_words():
    assert terms("The villages' requisitioned land, and requisitioning it: https://x.org/land") == {
        "villag": 1,
        "requisit": 2,
        "land": 1,
    }


def test_chinese_is_compared_by_pairs_and_triples_that_cross_no_punctuation():
    assert set(terms("土地征收，补偿")) == {"土地", "地征", "征收", "土地征", "地征收", "补偿"}


def test_a_text_in_both_languages_gives_both():
    assert set(terms("征收 of land征收2024")) == {"征收", "land"}
    assert terms("征收 of land征收2024")["征收"] == 2


def test_a_stem_is_shown_as_it_is_written():
    text = "Requisitions of land; requisitioned again. 土地征收"

    assert spellings(text, ["requisit", "地征收", "absent"]) == {
        "requisit": "requisitions",
        "地征收": "地征收",
    }


def cosine(one, other, every):
    """From the definition: counts times rarity, as vectors."""
    found = [terms(text) for text in every]

    def vector(text):
        return {
            term: count * rarity(len(every), sum(term in one for one in found))
            for term, count in terms(text).items()
        }

    a, b = vector(one), vector(other)
    lengths = [sqrt(sum(value * value for value in vector.values())) for vector in (a, b)]
    return sum(a[term] * b[term] for term in a.keys() & b.keys()) / (lengths[0] * lengths[1] or 1)


TEXTS = (
    "A village refuses compensation for land",
    "Land law: what compensation is due",
    "土地征收中的补偿纠纷",
    "征收 law: 补偿 in practice",
    "",
    "The press conference after the flood",
)


def test_similarity_is_the_cosine_of_weighted_counts():
    index = TextIndex(TEXTS, TEXTS)

    for unit, one in enumerate(TEXTS):
        for case, other in enumerate(TEXTS):
            assert index.similarity(unit, case) == pytest.approx(cosine(one, other, TEXTS * 2), abs=1e-12)


def test_the_terms_behind_a_similarity_are_named_weightiest_first_and_once():
    index = TextIndex(
        ["Compensation for land, compensation 土地征收补偿"],
        ["Land and compensation", "土地征收补偿", "Land"],
    )

    assert index.evidence(0, 0) == ("compens", "land")
    chinese = index.evidence(0, 1)
    assert chinese
    assert TextIndex(["土地的征收"], ["土地的征收"]).evidence(0, 0) == ("土地", "征收")
    assert TextIndex(["了的"], ["了的"]).evidence(0, 0) == ("了的",)
    assert all(one not in other for one in chinese for other in chinese if one != other)
    assert index.evidence(0, 2) == ("land",)


# What is shown


def test_a_shared_theme_is_evidence_and_texts_alone_are_a_hint():
    found = recommender(
        [("A", "Compensation for land")],
        [("B", "Compensation for land"), ("A", "Something else"), ("B", "Nothing alike")],
    )

    assert shown(found) == [(1, Hint.THEMES), (0, Hint.TEXT)]


def test_a_rare_theme_counts_more_than_a_common_one():
    found = recommender([("AB", "x")], [("A", "y"), ("B", "y"), *[("A", "y")] * 6])

    first, *others = found.hits()

    assert first.case == 1
    assert all(first.relevance > other.relevance for other in others)


def test_narrower_and_broader_themes_match_but_generic_and_top_ones_are_no_evidence():
    vocabulary = Vocabulary.of(
        [Theme("top"), Theme("land", "top"), Theme("taking", "land"), Theme("any", generic=True)]
    )
    alike = "Compensation for requisitioned land"
    units = [(["taking", "top", "any"], alike)]
    cases = [(["land"], alike), (["top"], alike), (["any"], alike), (["taking"], alike)]

    hits = {hit.case: hit for hit in recommender(units, cases, vocabulary).hits()}

    assert {case: hit.hint for case, hit in hits.items()} == {
        0: Hint.THEMES,
        1: Hint.TEXT,
        2: Hint.TEXT,
        3: Hint.THEMES,
    }
    assert hits[3].jaccard == 1
    assert hits[0].jaccard == hits[1].jaccard == hits[2].jaccard == 0


def test_what_is_old_is_less_relevant_and_at_last_not_shown():
    found = recommender(
        [("A", "x")], [("A", "y", 1.0, "new"), ("A", "y", 0.5, "old"), ("A", "y", 0.3, "ancient")]
    )

    assert [(hit.case, round(hit.relevance, 4)) for hit in found.hits()] == [(0, 0.7), (1, 0.35)]
    assert found.hit(0, 2).relevance == pytest.approx(0.21)


def test_the_threshold_itself_is_shown():
    found = recommender([("A", "x")], [("A", "y", 0.25 / 0.7, "at"), ("A", "y", 0.2499 / 0.7, "below")])

    assert shown(found) == [(0, Hint.THEMES)]


def test_texts_alone_have_a_threshold_of_their_own():
    alike = "Compensation for land"
    found = recommender([("A", alike)], [("B", alike, 0.2, "at"), ("B", alike, 0.1999, "below")])

    assert shown(found) == [(0, Hint.TEXT)]


def test_five_of_each_kind_and_what_is_decided_makes_room():
    words = "Compensation for land"
    found = recommender([("A", words)], [*[("A", words)] * 7, *[("B", words)] * 7])

    assert [hit.case for hit in found.hits()] == [0, 1, 2, 3, 4, 7, 8, 9, 10, 11]
    without = {0: {"case-0", "case-2", "case-7"}}
    assert [hit.case for hit in found.hits(without=without)] == [1, 3, 4, 5, 6, 8, 9, 10, 11, 12]
    assert [hit.case for hit in found.hits(cases=[3, 5, 9])] == [3, 5, 9]
    assert list(found.hits(cases=[])) == []


def test_of_a_case_and_its_translations_the_most_relevant_is_shown():
    cases = [("A", f"{'land ' * place}, village", 1.0, f"case-{place // 3}") for place in range(24)]

    found = recommender([("A", "land land land")], cases)

    identities = [hit.case // 3 for hit in found.hits()]
    assert len(set(identities)) == len(identities) == TOP
    assert all(hit.case % 3 == 2 for hit in found.hits())


def test_no_units_and_no_words():
    assert list(recommender([], [("A", "x")]).hits()) == []
    assert list(recommender([("", "")], [("", "")]).hits()) == []


def test_matrices_say_what_the_formula_says_pair_by_pair():
    generator = random.Random(5)
    vocabulary = Vocabulary.of([Theme(f"t{n}", f"t{n // 3}" if n > 2 else None, n == 5) for n in range(20)])
    words = ["land", "law", "flood", "press", "village", "土地征收", "补偿纠纷", "budget", "预算公开", "road"]

    def made():
        codes = {f"t{generator.randrange(20)}" for _ in range(generator.randrange(4))}
        return codes, " ".join(generator.choices(words, k=generator.randrange(8)))

    units = [made() for _ in range(30)]
    cases = [(*made(), generator.random(), f"case-{place}") for place in range(25)]
    linking = vocabulary.kin.keys()
    weights = theme_weights([themes(codes & linking) for codes, *_ in [*units, *cases]])
    every = [text for _, text, *_ in [*units, *cases]]
    found = recommender(units, cases, vocabulary)
    expected = []

    for place, (codes, text) in enumerate(units):
        pairs = []
        for case, (others, body, fresh, _identity) in enumerate(cases):
            jaccard = weighted_jaccard(themes(codes & linking), themes(others & linking), weights)
            alike = cosine(text, body, every) if text and body else 0.0
            hit = found.hit(place, case)
            assert hit.relevance == pytest.approx((0.7 * jaccard + 0.3 * alike) * fresh, abs=1e-9)
            matched = bool(vocabulary.matched(themes(codes), themes(others)))
            assert (hit.hint is Hint.THEMES) is matched
            worth = hit.relevance if matched else alike * fresh
            if worth >= (0.25 if matched else 0.2) + 1e-9:
                pairs.append((not matched, -round(worth, 9), case))
        kinds = [
            [case for text_only, _, case in sorted(pairs) if text_only is kind][:TOP]
            for kind in (False, True)
        ]
        expected += [(place, case) for case in kinds[0] + kinds[1]]
    assert [(hit.unit, hit.case) for hit in found.hits()] == expected
    assert expected


def test_rarity_is_one_for_what_everything_has():
    assert rarity(10, 10) == 1
    assert rarity(10, 0) == log(11) + 1
