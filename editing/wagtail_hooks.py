"""Registrations that every editor of the admin shares."""

from django.db.models import DecimalField
from wagtail.admin.forms.models import register_form_field_override

from editing.forms import TidyDecimalField

register_form_field_override(DecimalField, override={"form_class": TidyDecimalField})
