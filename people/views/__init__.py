"""Pages about accounts: those of everybody's own account, and those of the people who look after accounts."""
