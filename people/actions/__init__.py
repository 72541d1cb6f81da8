"""What is done to accounts: one verb a function, each with its entry in the audit log."""
