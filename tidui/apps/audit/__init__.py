"""Audit: who did what, append-only and sealed."""
