"""Running an installation: due work, health, logs, backups, and checks of its settings."""
