"""What everything that people write is built on."""

from editing.models.bulk_change import BulkChange
from editing.models.content import Content, ContentQuerySet
from editing.models.reminder import Reminder
from editing.models.review import ReviewTask
from editing.models.saved_filter import SavedFilter

__all__ = ["BulkChange", "Content", "ContentQuerySet", "Reminder", "ReviewTask", "SavedFilter"]
