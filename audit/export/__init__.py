"""Histories, comparisons and checks as files that a person can hand to somebody else."""
