"""What the values of one row must fulfil together."""

from collections.abc import Callable
from datetime import date

from django.utils import timezone

from curriculum.models.policy_rules import HIGHER_IS_BETTER, LOWER_IS_BETTER
from exchange.messages import Message
from exchange.messages import message as _
from exchange.schema import Rule, Values


def _labelled(values: Values) -> Message | None:
    if values["label_en"] or values["label_zh"]:
        return None
    return _("Give a label in at least one language: label_en or label_zh.")


def _band(values: Values) -> Message | None:
    low, high = values["practice_low"], values["practice_high"]
    if (low is None) != (high is None):
        return _("Give both practice_low and practice_high, or neither.")
    if low is not None and low > high:
        return _("practice_low must not be above practice_high. Exchange the two.")
    return None


def _limits(measure: str) -> Callable[[Values], Message | None]:
    green, amber = f"{measure}_green", f"{measure}_amber"

    def check(values: Values) -> Message | None:
        wrong = values[amber] < values[green] if measure in LOWER_IS_BETTER else values[amber] > values[green]
        if not wrong:
            return None
        if measure in LOWER_IS_BETTER:
            return _("%(amber)s must not be below %(green)s, since less is better.", amber=amber, green=green)
        return _("%(amber)s must not be above %(green)s, since more is better.", amber=amber, green=green)

    return check


def _past(values: Values) -> Message | None:
    facts: date | None = values["facts_as_of"]
    if facts is None or facts <= timezone.localdate():
        return None
    return _("The facts cannot be later than today. Give the date that the events are told to.")


def _classic(values: Values) -> Message | None:
    if not values["is_classic"] or values["classic_reason"].strip():
        return None
    return _("Say in classic_reason why this case is a classic, or set is_classic to false.")


def _course_placement(field: str) -> Callable[[Values], Message | None]:
    def check(values: Values) -> Message | None:
        if values[field] and values["course"]:
            return _("The units of a course have their own %(field)s. Leave it empty here.", field=field)
        return None

    return check


def _one_target(values: Values) -> Message | None:
    if values["course"] and values["case"]:
        return _("Place a course or a case, not both. Make two placements of them.")
    return None


THEME_RULES = (Rule(("label_en", "label_zh"), _labelled),)
BAND_RULES = (Rule(("practice_low", "practice_high"), _band),)
POLICY_RULES = (
    *BAND_RULES,
    *(
        Rule((f"{measure}_amber", f"{measure}_green"), _limits(measure))
        for measure in HIGHER_IS_BETTER + LOWER_IS_BETTER
    ),
)
CASE_RULES = (
    Rule(("facts_as_of",), _past),
    Rule(("classic_reason", "is_classic"), _classic),
)
PLACEMENT_RULES = (
    Rule(("case", "course"), _one_target),
    Rule(("delivery_method", "course"), _course_placement("delivery_method")),
    Rule(("content_category", "course"), _course_placement("content_category")),
)
