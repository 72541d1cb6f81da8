"""The formulas once more, slowly and plainly: written from the domain notes, sharing no code with the engine.

Only the input is the engine's: the dataclasses of a layout. Everything is worked out with fractions of whole
numbers where it can be, one definition after the other, over all pairs of everything.
"""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from math import log

PRACTICE = {
    "case_discussion": 1,
    "site_visit": 1,
    "simulation": 1,
    "experiential": 1,
    "action_learning": 1,
    "field_task": 1,
    "workshop": Fraction(1, 2),
    "seminar": Fraction(1, 2),
    "structured_discussion": Fraction(1, 2),
    "interview": Fraction(1, 2),
    "flipped_classroom": Fraction(1, 2),
}
NEUTRAL = ("assessment", "ceremony")
SLACK = 1e-9


def q(number):
    """A number as an exact fraction."""
    return Fraction(number)


class Part:
    """The theory or the practice of one row of the timetable."""

    def __init__(self, row, hours, themes, tagged):
        self.row, self.hours, self.themes, self.tagged = row, hours, set(themes), tagged


class Row:
    """One unit of a placed course, or one placed case."""

    def __init__(self, placement, unit, hours):
        self.placement, self.unit, self.hours = placement, unit, hours
        self.course = placement.course
        self.case = unit.case if unit else placement.case
        method = (unit.delivery_method if unit else placement.delivery_method or "case_discussion") or ""
        if unit and unit.practice_fraction is not None:
            self.fraction = q(unit.practice_fraction)
        else:
            self.fraction = q(PRACTICE.get(method, 0))
        self.neutral = method in NEUTRAL or bool(unit and unit.neutral)
        self.optional = placement.optional
        self.self_study = method == "self_study" or bool(unit and unit.self_study)
        self.category = (unit.content_category if unit else placement.content_category) or None
        if unit:
            self.name = f"{self.course.code}/{unit.code}"
            self.unit_themes = set(unit.themes) or set(self.course.themes)
        else:
            self.name = self.case.code
            self.unit_themes = set()
        self.start = self.end = q(0)

    @property
    def mixed(self):
        return 0 < self.fraction < 1


def rows_of(layout):
    """All rows in order."""
    for module in layout.modules:
        for placement in module.placements:
            course = placement.course
            if course is not None:
                if not course.visible:
                    continue
                own = sum((q(unit.hours or 0) for unit in course.units), q(0))
                for unit in course.units:
                    hours = q(unit.hours or 0)
                    if placement.hours is not None and own:
                        hours = hours * q(placement.hours) / own
                    yield Row(placement, unit, hours)
            elif placement.case is not None:
                hours = placement.case.suggested_hours if placement.hours is None else placement.hours
                yield Row(placement, None, q(hours or 0))


def years_later(day, years):
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


def age(facts, on):
    """Years by anniversaries with the part of the running one."""
    if facts >= on:
        return 0.0
    whole = 0
    while years_later(facts, whole + 1) <= on:
        whole += 1
    begin, finish = years_later(facts, whole), years_later(facts, whole + 1)
    return whole + (on - begin).days / (finish - begin).days


def is_current(case, on, max_age):
    """Rule 19, word for word."""
    if not case.visible or case.facts_as_of is None:
        return False
    young = age(case.facts_as_of, on) <= max_age + SLACK
    reviewed = case.review_by >= on if case.review_by is not None else young
    return reviewed and (case.is_classic or young)


class Words:
    """Themes with their tree, and what people said about links."""

    def __init__(self, layout, tree, links):
        self.generic = {theme.code for theme in tree if theme.generic}
        self.parent = {theme.code: theme.broader for theme in tree}
        parents = {theme.broader for theme in tree if theme.broader}
        self.top = {theme.code for theme in tree if not theme.broader and theme.code in parents}
        self.links = links
        self.identity = {case.code: case.original or case.code for case in layout.library.cases}

    def above(self, theme):
        found = set()
        while self.parent.get(theme) and self.parent[theme] not in found:
            theme = self.parent[theme]
            found.add(theme)
        return found

    def match(self, one, other):
        """Rule 11 for two themes."""
        for theme in (one, other):
            if theme in self.generic or theme in self.top or theme not in self.parent:
                return False
        return one == other or one in self.above(other) or other in self.above(one)

    def said(self, row, case):
        if row.unit is None or case is None:
            return None
        states = {
            link.state.value
            for link in self.links
            if (link.course, link.unit) == (row.course.code, row.unit.code)
            and self.identity.get(link.case, link.case) == (case.original or case.code)
        }
        return "rejected" if "rejected" in states else "confirmed" if "confirmed" in states else None

    def linked(self, theory, case, themes):
        """Rule 13: why a case with these themes serves a theory part, or None."""
        said = self.said(theory.row, case)
        if said == "rejected":
            return None
        if said == "confirmed":
            return "confirmed"
        own = theory.row.case
        if (
            theory.row.mixed
            and own is not None
            and case is not None
            and (own.original or own.code) == (case.original or case.code)
        ):
            return "own"
        if any(self.match(x, y) for x in theory.themes for y in themes):
            return "theme"
        return None


def judge(layout, tree, links, count_self_study=False):
    """Every figure of the report, under the names of the JSON."""
    policy, on = layout.policy, layout.as_of
    words = Words(layout, tree, links)
    rows = list(rows_of(layout))
    counted = [
        row
        for row in rows
        if not row.neutral and not row.optional and (count_self_study or not row.self_study)
    ]
    clock = q(0)
    for row in counted:
        row.start, row.end = clock, clock + row.hours
        clock = row.end
    theory, practice = [], []
    for row in counted:
        case_themes = set(row.case.themes) if row.case else set()
        if row.fraction < 1:
            tagged = bool(row.unit_themes) if row.unit else bool(case_themes)
            theory.append(Part(row, row.hours * (1 - row.fraction), row.unit_themes, tagged))
        if row.fraction > 0:
            themes = row.unit_themes or case_themes
            practice.append(Part(row, row.hours * row.fraction, themes, bool(themes)))
    T, P = sum((t.hours for t in theory), q(0)), sum((p.hours for p in practice), q(0))
    H = T + P
    out = {
        "theory": float(T),
        "practice": float(P),
        "total": float(H),
        "self_study": float(
            sum((r.hours for r in rows if r.self_study and not r.neutral and not r.optional), q(0))
        ),
        "practice_share": float(P / H) if H else None,
    }

    covering, serving = {}, {}
    for t in theory:
        ties = [(p, words.linked(t, p.row.case, p.themes)) for p in practice]
        serving[t] = [(p, why) for p, why in ties if why]
        covering[t] = [
            (p, why)
            for p, why in serving[t]
            if p.row.case is not None and p.hours > 0 and is_current(p.row.case, on, policy.max_age_years)
        ]
    covered = [t for t in theory if covering[t]]
    out["orphan_units"] = [t.row.name for t in theory if not covering[t]]
    COV = sum((t.hours for t in covered), q(0)) / T if T else None
    out["linkage_coverage"] = None if COV is None else float(COV)

    def graded(t):
        if any(why != "theme" for _, why in covering[t]):
            return q(1)
        mine = [x for x in t.themes if x not in words.generic]
        met = [x for x in mine if any(words.match(x, y) for p, _ in covering[t] for y in p.themes)]
        return q(len(met)) / len(mine)

    def on_shelf(t):
        return any(
            is_current(case, on, policy.max_age_years) and words.linked(t, case, set(case.themes))
            for case in layout.library.cases
        )

    out["coverage_graded"] = float(sum((t.hours * graded(t) for t in covered), q(0)) / T) if T else None
    out["coverage_shelf"] = (
        float(sum((t.hours for t in theory if covering[t] or on_shelf(t)), q(0)) / T) if T else None
    )

    served = {p for t in theory if t.row.unit and t.hours > 0 for p, _ in serving[t]}
    orphans = [p for p in practice if p not in served and not (p.row.unit and p.row.mixed)]
    out["orphan_placements"] = [p.row.name for p in orphans]
    out["orphan_practice"] = float(sum((p.hours for p in orphans), q(0)) / P) if P and T else None
    out["practice_without_case"] = [p.row.name for p in practice if p.row.case is None]

    hang = {t: {p.row.case.original or p.row.case.code for p, _ in covering[t]} for t in covered}
    cases = sorted(set().union(*hang.values())) if hang else []
    loads = {c: sum((t.hours / len(hang[t]) for t in covered if c in hang[t]), q(0)) for c in cases}
    loads = {c: load for c, load in loads.items() if load > 0}
    alone = {c: sum((t.hours for t in covered if hang[t] == {c}), q(0)) for c in loads}
    R = max(alone.values()) / T if COV and alone else None
    out["knockout_loss"] = None if R is None else float(R)
    out["knockout_case"] = next((c for c in sorted(alone) if R and alone[c] == R * T), None)
    out["loads"] = {c: float(load) for c, load in loads.items()} if R is not None else {}
    whole = sum(loads.values(), q(0))
    hhi = sum(((load / whole) ** 2 for load in loads.values()), q(0)) if whole else None
    out["hhi"] = None if hhi is None else float(hhi)
    out["effective_cases"] = None if hhi is None else float(1 / hhi)

    G = max(q(policy.gap_hours), q(policy.gap_share) * H)

    def gap(t):
        return min(max(q(0), p.row.start - t.row.end, t.row.start - p.row.end) for p, _ in covering[t])

    C = sum((t.hours for t in covered), q(0))
    near = sum((t.hours for t in covered if t.hours and float(gap(t)) <= float(G) + SLACK), q(0))
    out["sequence_fit"] = float(near / C) if C else None
    out["mean_gap"] = float(sum((t.hours * gap(t) for t in covered if t.hours), q(0)) / C) if C else None

    named = [p for p in practice if p.row.case is not None]
    weight = sum((p.hours for p in named), q(0))

    def fresh(case):
        if case.is_classic:
            return 1.0
        if case.facts_as_of is None:
            return 0.0
        return 0.5 ** (age(case.facts_as_of, on) / policy.half_life_years)

    out["timeliness_index"] = (
        sum(float(p.hours) * fresh(p.row.case) for p in named) / float(weight) if weight else None
    )

    def spread(parts):
        hours = {}
        for part in parts:
            themes = [x for x in part.themes if x not in words.generic]
            for x in themes:
                hours[x] = hours.get(x, q(0)) + part.hours / len(themes)
        whole = sum(hours.values(), q(0))
        return {x: float(h / whole) for x, h in hours.items() if h} if whole else None

    tau, rho = spread(theory), spread(practice)
    if tau is None or rho is None:
        out["thematic_divergence"], out["divergence_by_theme"] = None, {}
    else:
        parts = {}
        for x in set(tau) | set(rho):
            a, b = tau.get(x, 0.0), rho.get(x, 0.0)
            m = (a + b) / 2
            parts[x] = sum(0.5 * s * log(s / m, 2) for s in (a, b) if s)
        out["divergence_by_theme"] = parts
        out["thematic_divergence"] = sum(parts.values())

    untagged = sum((part.hours for part in theory + practice if not part.tagged), q(0))
    out["untagged_share"] = float(untagged / H) if H else None
    units = [t for t in theory if t.row.unit and t.hours > 0]
    out.update(_verdict(out, policy, len(units), len([t for t in units if covering[t]])))
    out["content_shares"] = {
        key: float(sum((r.hours for r in counted if r.category in names), q(0)) / H) if H else None
        for key, names in {
            "theory_and_party_spirit": ("theory_education", "party_spirit_education"),
            "theory_education": ("theory_education",),
            "party_spirit_education": ("party_spirit_education",),
            "job_competence": ("job_competence",),
            "knowledge": ("knowledge",),
        }.items()
    }
    return out


def _verdict(out, policy, units, covered_units):
    colours = {}
    p = out["practice_share"]
    if p is None or policy.practice_low is None or policy.practice_high is None:
        colours["practice_share"] = None
    else:
        away = max(policy.practice_low - p, p - policy.practice_high)
        margin = policy.practice_margin
        colours["practice_share"] = "green" if away <= SLACK else "amber" if away <= margin + SLACK else "red"
    for key, more_is_better in {
        "linkage_coverage": True,
        "orphan_practice": False,
        "knockout_loss": False,
        "sequence_fit": True,
        "timeliness_index": True,
        "thematic_divergence": False,
    }.items():
        value, good, fair = out[key], getattr(policy, f"{key}_green"), getattr(policy, f"{key}_amber")
        if value is None:
            colours[key] = None
        elif more_is_better:
            colours[key] = "green" if value >= good - SLACK else "amber" if value >= fair - SLACK else "red"
        else:
            colours[key] = "green" if value <= good + SLACK else "amber" if value <= fair + SLACK else "red"
    if covered_units < policy.min_units:
        colours["knockout_loss"] = None
    if units < policy.min_units:
        colours["sequence_fit"] = None

    def bad(*keys):
        return [colours[key] for key in keys if colours[key] in ("amber", "red")]

    flags = {}
    if out["untagged_share"] is None:
        return {"colours": colours, "headline": "NO_DATA", "headline_colour": None, "flags": ["NO_DATA"]}
    if out["untagged_share"] > policy.untagged_limit + SLACK:
        flags["NO_DATA"] = []
    if bad("practice_share"):
        heavy = "THEORY_HEAVY" if p < policy.practice_low else "PRACTICE_HEAVY"
        flags[heavy] = bad("practice_share")
    for flag, keys in {
        "DISCONNECTED": ("linkage_coverage", "orphan_practice"),
        "SKEWED": ("thematic_divergence",),
        "FRAGILE": ("knockout_loss",),
        "STALE": ("timeliness_index",),
        "OUT_OF_SEQUENCE": ("sequence_fit",),
    }.items():
        if bad(*keys):
            flags[flag] = bad(*keys)
    if not flags:
        return {"colours": colours, "headline": "BALANCED", "headline_colour": "green", "flags": []}
    headline = next(iter(flags))
    worst = None if not flags[headline] else "red" if "red" in flags[headline] else "amber"
    return {"colours": colours, "headline": headline, "headline_colour": worst, "flags": list(flags)}


def hours_needed(practice, total, low, high):
    """What reaches the band, by definition: solve for x."""
    none = {"add_practice": None, "swap_to_practice": None, "add_theory": None, "swap_to_theory": None}
    if low is None or high is None or not total:
        return none
    share = practice / total
    if share < low - SLACK:
        swap = low * total - practice
        return {**none, "swap_to_practice": swap, "add_practice": swap / (1 - low) if low < 1 else None}
    if share > high + SLACK:
        swap = practice - high * total
        return {**none, "swap_to_theory": swap, "add_theory": practice / high - total if high else None}
    return none


DAYS = (date(2026, 1, 1), date(2024, 7, 1))
