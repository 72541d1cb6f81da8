"""Pages of the admin that are neither listings nor forms of one object."""
