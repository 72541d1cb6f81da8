"""Signals of editing."""

from django.dispatch import Signal

published_together = Signal()
"""Sent once, inside the transaction, when a bulk change has published several objects of a model.

`pks` are their primary keys, the sender is the model. Wagtail's `published` is sent for each of them too,
with `is_one_of_many=True`, for those that cannot do their work for many at once.
"""
