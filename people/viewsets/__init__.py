"""The admin of accounts, and the bases of the admin of everything else."""
