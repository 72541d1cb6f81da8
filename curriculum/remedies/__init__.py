"""Suggestions in the admin: what is known for them, what is decided about them, and how cards are put."""
