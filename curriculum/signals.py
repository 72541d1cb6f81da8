"""Signals of the teaching layout."""

from django.dispatch import Signal

content_imported = Signal()
"""Sent once by every import that has written something, as the last step inside its transaction.

`changed`: the primary keys of what was made or changed, by model class: themes, institutions, categories,
policies, cases, courses, curricula and links. An import writes in bulk: Django's signals of saving and
Wagtail's of publishing are not sent for single objects. The sender is the class of the import.
"""
