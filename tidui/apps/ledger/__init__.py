"""Ledger: deliveries, mappings, conflicts: the pages of the ledger folder."""
