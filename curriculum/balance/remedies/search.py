"""The best plans: exact while there is time, with the engine as the last word on each of them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from time import monotonic

from curriculum.balance.limits import TOLERANCE
from curriculum.balance.remedies.greedy import greedy
from curriculum.balance.remedies.plans import Plan, Proof, nearness
from curriculum.balance.remedies.problem import Problem
from curriculum.balance.remedies.program import NoSolution, Program, Solution, Terms, load_solver
from curriculum.balance.remedies.slots import inserted
from curriculum.balance.report import report

HOURS_SLACK = 1e-6
"""By how much a later objective may exceed the least hours that an earlier one found."""


@dataclass(frozen=True, slots=True)
class Effort:
    """How long to look, in seconds for the first plan and for all, and for how many beside the best."""

    first_seconds: float = 1.1
    seconds: float = 1.4
    others: int = 3

    def part(self, share: float) -> Effort:
        """So much of it."""
        return replace(self, first_seconds=self.first_seconds * share, seconds=self.seconds * share)


DEFAULT_EFFORT = Effort()


@dataclass(frozen=True, slots=True)
class Found:
    """Plans, the best first. Where none reaches the goals, these are the nearest, and ``proven`` says whether
    it is certain that no plan does."""

    plans: tuple[Plan, ...]
    proven: bool

    @property
    def reaches(self) -> bool:
        """Whether the goals can be reached."""
        return bool(self.plans) and self.plans[0].reaches


def find_plans(
    problem: Problem, *, rejected: Iterable[Collection[str]] = (), effort: Effort = DEFAULT_EFFORT
) -> Found:
    """The best plan and some others; none where the curriculum meets all goals as it is.

    ``rejected`` are sets of case codes that nobody wants to see again, alone or with other cases.
    """
    if not problem.candidates:
        return Found((), proven=True)
    load_solver()
    return _Search(problem, [frozenset(codes) for codes in rejected], effort).run()


def judge(problem: Problem, chosen: frozenset[int]) -> Plan | None:
    """The plan of a choice at its best slots, judged; ``None`` without a slot or with too many hours."""
    fitted = problem.gaps.choose(sorted(chosen), problem.sequence_goal)
    if fitted is None:
        return None
    placings, _fit = fitted
    found = report(inserted(problem.evidence.layout, placings))
    if found.hours.total > problem.goals.max_hours + TOLERANCE:
        return None
    missed = tuple(goal.key for goal in problem.goals.missed(found))
    return Plan(placings, found, missed, Proof.NEAREST if missed else Proof.IN_TIME)


class _Search:
    def __init__(self, problem: Problem, rejected: list[frozenset[str]], effort: Effort) -> None:
        self.problem = problem
        self.effort = effort
        self.rejected = rejected
        self.started = monotonic()
        self.judged: dict[frozenset[int], Plan | None] = {}
        self.guesses = False

    def run(self) -> Found:
        program = self._program(soft=False)
        plans: list[Plan] = []
        deadline = self._deadline(self.effort.first_seconds)
        bound = self._bound(program)
        try:
            program.sharpen(program.hours, deadline)
            first, proven = self._best(program, deadline, bound)
        except NoSolution as error:
            return self._without_solution(proven=error.proven and not self.guesses)
        if not first.placings:
            return Found((), proven=True)
        plans.append(replace(first, proof=Proof.BEST if proven else Proof.IN_TIME))
        plans += self._others(program, plans[0])
        best, *others = sorted(plans, key=lambda plan: plan.rank)
        return Found((best, *others), proven)

    def _program(self, *, soft: bool) -> Program:
        program = Program(self.problem, soft=soft)
        codes = {candidate.code: number for number, candidate in enumerate(self.problem.candidates)}
        for case_codes in self.rejected:
            if case_codes <= codes.keys():
                program.forbid(frozenset(codes[code] for code in case_codes), larger_ones=True)
        return program

    def _deadline(self, seconds: float) -> float:
        return self.started + seconds

    def _bound(self, program: Program) -> list[tuple[Terms, float]]:
        """No more hours than a plan that was put together case by case, if that reaches the goals."""
        plan = self._judge(greedy(self.problem))
        if plan is None or not plan.reaches or any(codes <= plan.codes for codes in self.rejected):
            return []
        return [(program.hours, plan.added_hours + HOURS_SLACK)]

    def _best(
        self, program: Program, deadline: float, bound: Sequence[tuple[Terms, float]] = ()
    ) -> tuple[Plan, bool]:
        """The best plan that the programme allows and the engine confirms, and whether that is certain."""
        while True:
            solution = self._lexicographic(program, deadline, bound)
            plan = self._judge(solution.chosen)
            if plan is not None and plan.reaches:
                return plan, solution.proven and not self.guesses
            if not self.problem.gaps.is_exhaustive(len(solution.chosen)):
                # Another way to place these cases might have been found to reach the goals.
                self.guesses = True
            program.forbid(solution.chosen, larger_ones=False)

    def _lexicographic(
        self, program: Program, deadline: float, bound: Sequence[tuple[Terms, float]]
    ) -> Solution:
        """Least hours, then fewest changes, then least to write, then most relevance."""
        also: list[tuple[Terms, float]] = [*bound]
        solution: Solution | None = None
        proven = True
        for objective in (program.hours, program.changes, program.writing, program.relevance):
            if not any(objective.values()):
                continue
            if solution is not None and self._is_settled(program, solution, objective):
                continue
            try:
                found = self._with_tangents(program, objective, also, deadline)
            except NoSolution:
                if solution is None:
                    raise
                # What is best so far stands; that nothing else is as good has not been shown.
                return replace(solution, proven=False)
            solution, proven = found, proven and found.proven
            value = sum(objective.get(y, 0.0) for y in found.chosen)
            also.append((objective, value + HOURS_SLACK))
        if solution is None:
            solution = self._with_tangents(program, program.changes, also, deadline)
        return replace(solution, proven=proven and solution.proven)

    def _is_settled(self, program: Program, solution: Solution, objective: Terms) -> bool:
        """Whether no choice could be better by this objective than the one at hand."""
        if objective is program.changes:
            return len(solution.chosen) <= 1
        if objective is program.writing:
            return not any(y in objective for y in solution.chosen)
        return False

    def _with_tangents(
        self, program: Program, objective: Terms, also: list[tuple[Terms, float]], deadline: float
    ) -> Solution:
        """The best by one objective whose divergence is within its goal as well."""
        while True:
            solution = program.minimize(objective, also, deadline)
            if not self._breaks_divergence(solution.chosen):
                return solution
            program.bound_divergence(self.problem.practice_with(solution.chosen))
            # Beside the point of contact a tangent is a little slack: this one choice is ruled out for sure.
            program.forbid(solution.chosen, larger_ones=False)

    def _breaks_divergence(self, chosen: frozenset[int]) -> bool:
        goal = self.problem.goals.get("thematic_divergence")
        value = self.problem.divergence(self.problem.practice_with(chosen))
        return goal is not None and value is not None and goal.limits.is_above(value)

    def _judge(self, chosen: frozenset[int]) -> Plan | None:
        """The plan of a choice at its best slots; ``None`` where there is no slot."""
        if chosen not in self.judged:
            self.judged[chosen] = judge(self.problem, chosen)
        return self.judged[chosen]

    def _others(self, program: Program, best: Plan) -> list[Plan]:
        """Further plans, first such that do not contain one that is known, then any."""
        known = [best]
        numbers = {candidate.code: number for number, candidate in enumerate(self.problem.candidates)}
        deadline = self._deadline(self.effort.seconds)
        rows = len(program.rows.rows)
        cuts = []
        for larger_ones in (True, False):
            if not larger_ones:
                # From here on plans may contain others: their cuts give way to such of single plans.
                program.rows.rows[rows:] = [row for row in program.rows.rows[rows:] if row not in cuts]
            try:
                for plan in known if not larger_ones else known[:1]:
                    program.forbid(frozenset(numbers[code] for code in plan.codes), larger_ones=larger_ones)
                    cuts.append(program.rows.rows[-1])
                while len(known) <= self.effort.others:
                    plan, proven = self._best(program, deadline)
                    known.append(replace(plan, proof=Proof.BEST if proven else Proof.IN_TIME))
                    program.forbid(frozenset(numbers[code] for code in plan.codes), larger_ones=larger_ones)
                    cuts.append(program.rows.rows[-1])
            except NoSolution:
                continue
        return known[1:]

    def _without_solution(self, *, proven: bool) -> Found:
        """The nearest plans: from a programme in which goals may be missed, and from what was seen so far.

        Where the time was over, that includes what is put together case by case; it may reach the goals.
        """
        if not any(plan is not None and plan.reaches for plan in self.judged.values()):
            self._nearest()
        plans = [plan for plan in self.judged.values() if plan is not None and plan.placings]
        plans = [plan for plan in plans if not any(codes <= plan.codes for codes in self.rejected)]
        now = self._judge(frozenset())
        reaching = sorted((plan for plan in plans if plan.reaches), key=lambda plan: plan.rank)
        if reaching:
            greedily = [replace(plan, proof=Proof.GREEDY) for plan in reaching]
            return Found(tuple(greedily[: self.effort.others + 1]), proven=False)
        goals = self.problem.goals
        better = [
            plan for plan in plans if now is None or nearness(plan, goals)[:3] < nearness(now, goals)[:3]
        ]
        better.sort(key=lambda plan: nearness(plan, goals))
        return Found(tuple(better[: self.effort.others + 1]), proven)

    def _nearest(self) -> None:
        """Judge the best plans of a programme that may miss goals, each time without those seen before."""
        program = self._program(soft=True)
        deadline = self._deadline(self.effort.seconds)
        try:
            for _ in range(self.effort.others + 1):
                chosen = self._nearest_choice(program, deadline)
                self._judge(chosen)
                program.forbid(chosen, larger_ones=False)
        except NoSolution:
            return

    def _nearest_choice(self, program: Program, deadline: float) -> frozenset[int]:
        """Fewest reds, fewest ambers, fewest hours short; then as for plans that reach the goals."""
        also: list[tuple[Terms, float]] = []
        solution: Solution | None = None
        for objective in (
            program.reds,
            program.ambers,
            program.short,
            program.hours,
            program.changes,
            program.relevance,
        ):
            if not any(objective.values()):
                continue
            try:
                solution = self._settled(program, objective, also, deadline)
            except NoSolution:
                if solution is None:
                    raise
                break
            also.append((objective, solution.value + HOURS_SLACK))
        return solution.chosen if solution else frozenset()

    def _settled(
        self, program: Program, objective: Terms, also: list[tuple[Terms, float]], deadline: float
    ) -> Solution:
        """The best by one objective, with tangents as long as they change something."""
        for _ in range(TANGENTS):
            solution = program.minimize(objective, also, deadline)
            before = len(program.rows.rows)
            program.bound_divergence(self.problem.practice_with(solution.chosen))
            if len(program.rows.rows) == before:
                break
            again = program.minimize(objective, also, deadline)
            if again.chosen == solution.chosen:
                break
        return solution


TANGENTS = 6
"""How often a programme that may miss goals is solved anew for its divergence."""
