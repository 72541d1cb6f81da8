"""The words for what a case is."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from cases.currency import Currency

CURRENCY_LABELS: Mapping[Currency, Promise] = {
    Currency.CURRENT: _("Current"),
    Currency.REVIEW_DUE: _("Review due"),
    Currency.OVERDUE: _("Overdue"),
    Currency.TOO_OLD: _("Too old"),
    Currency.CLASSIC: _("Classic"),
    Currency.DATE_MISSING: _("Date missing"),
}
