class BackupError(Exception):
    """A backup cannot be taken or restored; the text says why and what to do."""
