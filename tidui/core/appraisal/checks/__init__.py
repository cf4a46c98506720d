"""Checks of a scheme before it is adopted: what can't be computed, and what the law asks."""
