"""Backups of the database and the media, taken while the site is written to, and their restoring."""
